"""Connections to the scripted Bluesky, and reading a list of it to its end."""

from datetime import datetime, timedelta
from typing import Any

from fakes.sessions import FakeSessions
from fakes.wiring import network_wiring
from gehoor.domain.listing import Ask, Entry, Floor, Listing
from gehoor.domain.mention import Mention
from gehoor.http import Http
from gehoor.networks._bluesky_api import Api
from gehoor.networks._bluesky_sign_in import sign_in
from gehoor.networks.bluesky import Bluesky, Settings, connect
from scripted_bluesky import SECRET, ScriptedBluesky

HOSTS = frozenset({"127.0.0.1"})
SECRET_NAME = "/gehoor/bluesky"


def connected(
    server: ScriptedBluesky,
    sessions: FakeSessions | None = None,
    secret: str | None = SECRET,
    **settings: Any,
) -> Bluesky:
    """A new connection, as another worker would make it; with `sessions`, one that shares them."""
    http = Http(lambda: server.now, HOSTS)
    given = {"id": "s", "network": "bluesky", "brand": "b", "secret": SECRET_NAME}
    made = Settings.model_validate({**given, "base_url": server.url, **settings})
    return connect(made, network_wiring(http, secret, sessions=sessions or FakeSessions()))


def api_of(server: ScriptedBluesky) -> Api:
    """The calls by themselves."""
    wiring = network_wiring(Http(lambda: server.now, HOSTS), SECRET)
    return Api(server.url, sign_in(server.url, SECRET_NAME, wiring), wiring.http)


def pages_of(
    network: Bluesky, list_name: str, now: datetime, back: timedelta = timedelta(days=1)
) -> list[Listing]:
    """All pages of a list, from the newest on."""
    ask = Ask(list_name, Floor(now - back))
    pages = [network.read(ask, now)]
    while pages[-1].older is not None:
        memory = pages[-1].memory or ask.memory
        ask = Ask(list_name, ask.floor, pages[-1].older, memory)
        pages.append(network.read(ask, now))
        assert len(pages) < 200, "reading never ends"
    return pages


def entries_of(network: Bluesky, list_name: str, now: datetime) -> list[Entry]:
    """All entries of a list."""
    return [entry for page in pages_of(network, list_name, now) for entry in page.entries]


def mentions_of(network: Bluesky, now: datetime, list_name: str = "mentions") -> list[Mention]:
    """What a list brings, newest first."""
    contents = [entry.content for entry in entries_of(network, list_name, now)]
    return [content for content in contents if isinstance(content, Mention)]
