"""Feeds as a test wants them, without and with a server."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from requests.structures import CaseInsensitiveDict

from fakes.wiring import network_wiring
from gehoor.http import Http, Response
from gehoor.networks import feed
from gehoor.networks.feed import Feed
from pages import Page, read_page

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://feed.example/dir/feed.xml"


class Answered(Http):
    """Gives one prepared answer, and keeps the headers it was asked with."""

    def __init__(self, response: Response) -> None:
        super().__init__(lambda: NOW)
        self._response = response
        self.asked: list[dict[str, Any]] = []

    def request(self, method: str, url: str, **arguments: Any) -> Response:
        """The prepared answer."""
        self.asked.append({"url": url, **arguments})
        return self._response


def connected(http: Http, url: str = URL, **fields: Any) -> Feed:
    """The adapter for a feed at `url`."""
    known = {"id": "alerts", "network": "feed", "brand": "noordlicht", "url": url}
    return feed.connect(feed.Settings.model_validate(known | fields), network_wiring(http))


def feed_of(
    body: bytes, headers: Mapping[str, str] | None = None, status: int = 200, moved_to: str = ""
) -> Feed:
    """A feed whose server always gives this answer."""
    found = CaseInsensitiveDict({"Content-Type": "application/xml", **(headers or {})})
    return connected(Answered(Response(status, found, body, moved_to or URL, moved_to)))


def rss(*items: str, channel: str = "<title>News</title>") -> bytes:
    """An RSS document of these items' insides."""
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel>{channel}{inside}</channel></rss>'.encode()


def read(source: Feed, memory: Mapping[str, Any] | None = None, now: datetime = NOW) -> Page:
    """The feed once; what is remembered goes through JSON, as it does in the store."""
    return read_page(source, now, json.loads(json.dumps(memory or {})))
