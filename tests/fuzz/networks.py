"""Every network's adapter before a server whose answers are changed on their way."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from requests.structures import CaseInsensitiveDict

from bluesky_connection import connected as connected_bluesky
from fakes.wiring import network_wiring
from feed_server import URL as FEED_URL
from feed_server import connected as connected_feed
from fuzz.mutations import changed_bytes, changed_json_bytes, changed_text
from gehoor.aws.items import dump, load
from gehoor.domain.case import address_of
from gehoor.domain.listing import Ask, Floor
from gehoor.domain.mention import Mention
from gehoor.domain.network import Broken
from gehoor.errors import GehoorError
from gehoor.http import Http, Response
from gehoor.networks import adapter
from loopback import Answer, Asked
from scripted_bluesky_chat import ScriptedChat
from scripted_mastodon import TOKEN, ScriptedMastodon
from scripted_x import SECRET as X_SECRET
from scripted_x import ScriptedX, http_at
from scripted_x import connected as connected_x
from scripted_youtube import API, CONSENT, OWN, TOKEN_PATH, ScriptedYouTube

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from random import Random

    import requests

    from gehoor.ports.network import Network

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BASE = "https://social.example"
STATUSES = (200,) * 12 + (204, 301, 304, 400, 401, 403, 404, 410, 422, 429, 500, 503)
HEADERS = ("Content-Type", "Retry-After", "X-RateLimit-Reset", "Link", "ETag", "Cache-Control")
VALUES = ("", "0", "-1", "9" * 30, "soon", "2026-03-01T12:00:00Z", "text/html", '<a>; rel="next"')


@contextmanager
def answering(answer: Callable[[Asked], Answer]) -> Iterator[None]:
    """Let every call of gehoor's be answered in this process, until the block ends."""

    def send(http: Http, asked: requests.Request, _changes: bool, max_bytes: int) -> Response:
        prepared = http._prepared(asked)
        parts, body = urlsplit(str(prepared.url)), prepared.body or b""
        found = answer(
            Asked(
                str(prepared.method),
                parts.path,
                parse_qs(parts.query, keep_blank_values=True),
                {name.lower(): str(value) for name, value in prepared.headers.items()},
                body.encode() if isinstance(body, str) else body,
            )
        )
        headers = CaseInsensitiveDict(found.headers)
        return Response(found.status, headers, found.body[:max_bytes], str(prepared.url))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Http, "_send", send)
        yield


def noisy(answer: Callable[[Asked], Answer], random: Random) -> Callable[[Asked], Answer]:
    """The same server, of whose answers half are changed."""

    def changed(asked: Asked) -> Answer:
        try:
            found = answer(asked)
        except Exception:  # noqa: BLE001  the script knows only requests that make sense
            return Answer(b'{"error": "bad request"}', 400)
        if random.random() < 0.5:
            return found
        change = changed_json_bytes if found.body[:1] in (b"{", b"[") else changed_bytes
        headers = dict(found.headers)
        if random.random() < 0.2:
            name = random.choice(HEADERS)
            headers[name] = changed_text(headers.get(name, random.choice(VALUES)), random)
        status = random.choice(STATUSES) if random.random() < 0.1 else found.status
        return Answer(change(found.body, random), status, headers)

    return changed


def use(network: Network) -> None:
    """Read all lists and do with each mention what gehoor does with mentions."""
    for name in network.lists():
        try:
            listing = network.read(Ask(name, Floor(NOW - timedelta(days=1))), NOW)
        except GehoorError:
            continue
        for content in [entry.content for entry in listing.entries][:3]:
            _follow(network, content)


def _follow(network: Network, content: Mention | Broken | None) -> None:
    if isinstance(content, Broken):
        _survive(lambda: network.parse(content.raw, NOW))
    if isinstance(content, Mention):
        assert load(Mention, dump(content), "it") == content
        _survive(lambda: network.recheck([content.native_id]))
        _survive(lambda: network.thread(content))
        address = address_of(content)
        _survive(lambda: network.reply(address, "We are @on https://it.example", "a-key"))
        _survive(lambda: network.find_replies(address, "We are on it", "a-key"))


def _survive(call: Callable[[], Any]) -> None:
    try:
        call()
    except GehoorError:
        return


def mastodon(random: Random) -> None:
    """Mentions of an account."""
    server = ScriptedMastodon(url=BASE)
    for number in range(2):
        server.mention("It is <b>broken</b> &amp; lost", NOW)["status"]["id"] += str(number)
    known = {"id": "s", "network": "mastodon", "brand": "b", "secret": "/gehoor/m"}
    module = adapter("mastodon")
    settings = module.Settings.model_validate({**known, "base_url": BASE})
    with answering(noisy(server.answer, random)):
        use(module.connect(settings, network_wiring(Http(lambda: NOW), TOKEN)))


def bluesky(random: Random) -> None:
    """Mentions and direct messages of an account."""
    server = ScriptedChat(url=BASE)
    parent = server.mention("It is broken https://a.example", NOW, "alice")
    server.answered(server.mention("And lost", NOW, "bob"), parent)
    server.say("My order is 12345", NOW)
    with answering(noisy(server.answer, random)):
        use(connected_bluesky(server, messages=random.random() < 0.5))


def x(random: Random) -> None:
    """Mentions and direct messages of an account."""
    server = ScriptedX(url=BASE)
    post = server.mention("It is broken @noordlicht", NOW)
    server.reply_to(post, "And lost", NOW)
    server.message("My order is 12345", NOW)
    wiring = network_wiring(http_at(NOW), X_SECRET, sessions=server.sessions)
    with answering(noisy(server.answer, random)):
        use(connected_x(server, wiring, messages=random.random() < 0.5))


def youtube(random: Random) -> None:
    """Comments below a channel."""
    server = ScriptedYouTube(url=BASE)
    server.reply(server.comment("It is <b>broken</b>", NOW)["id"], "And lost", NOW, "bob")
    urls = {"base_url": f"{BASE}{API}", "token_url": f"{BASE}{TOKEN_PATH}"}
    known = {"id": "s", "network": "youtube", "brand": "b", "channel": OWN, "every": "1h"}
    module = adapter("youtube")
    settings = module.Settings.model_validate({**known, "secret": "/gehoor/y", **urls})
    with answering(noisy(server.answer, random)):
        use(module.connect(settings, network_wiring(Http(lambda: NOW), json.dumps(CONSENT))))


def feed(recorded: list[Path]) -> Callable[[Random], None]:
    """Feeds as they were recorded, of all kinds and encodings."""
    documents = [path.read_bytes() for path in recorded if path.stat().st_size < 20_000]

    def run(random: Random) -> None:
        kind = random.choice(("application/xml", "text/html; charset=x", "application/feed+json"))
        body = random.choice(documents)
        change = changed_json_bytes if body[:1] == b"{" else changed_bytes
        found = Answer(change(body, random), 200, {"Content-Type": kind})
        with answering(lambda _: found):
            use(connected_feed(Http(lambda: NOW), FEED_URL))

    return run
