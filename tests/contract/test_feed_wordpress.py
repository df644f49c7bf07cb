"""The feed adapter against the feeds of a real WordPress."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import Any

import pytest

from fakes.wiring import network_wiring
from gehoor.errors import ContractBroken, Unavailable
from gehoor.http import Http, Response
from gehoor.networks import adapter
from pages import Page, read_page
from wordpress_server import WordPress
from wordpress_server import wordpress as wordpress  # a fixture

pytestmark = pytest.mark.wordpress


class Watched(Http):
    """Keeps the statuses that came."""

    def __init__(self) -> None:
        super().__init__(now, frozenset({"127.0.0.1"}), timeout=(5.0, 30.0))
        self.statuses: list[int] = []

    def request(self, method: str, url: str, **arguments: Any) -> Response:
        """Call, and note the status."""
        response = super().request(method, url, **arguments)
        self.statuses.append(response.status)
        return response


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def http() -> Watched:
    return Watched()


def poll(http: Http, url: str, memory: Mapping[str, Any] | None = None) -> Page:
    module = adapter("feed")
    settings = module.Settings.model_validate(
        {"id": "blog", "network": "feed", "brand": "noordlicht", "url": url}
    )
    remembered = json.loads(json.dumps(memory or {}))
    return read_page(module.connect(settings, network_wiring(http)), now(), remembered)


def poll_until_unchanged(http: Watched, url: str, memory: Mapping[str, Any] | None = None) -> Page:
    """Poll until the server has nothing to send; nothing may be heard twice meanwhile."""
    end = monotonic() + 30
    page = poll(http, url, memory)
    while http.statuses[-1] != 304 and monotonic() < end:
        sleep(0.2)
        page = poll(http, url, page.memory)
        assert page.mentions == ()
    assert http.statuses[-1] == 304
    return page


@pytest.mark.parametrize("kind", ["comments-rss2", "comments-atom"])
def test_comments_are_heard_once(wordpress: WordPress, http: Watched, kind: str) -> None:
    # Given a blog whose comments were read until nothing changed
    url = f"{wordpress.url}/?feed={kind}"
    unchanged = poll_until_unchanged(http, url)

    # When somebody comments
    text = f"My parcel is late & I want my money back ({kind})"
    comment = wordpress.comment("Anna <b>Jansen</b>", text)
    changed = poll(http, url, unchanged.memory)

    # Then it is heard, once
    (mention,) = changed.mentions
    assert text in mention.text
    assert mention.author.handle == "Anna Jansen"
    assert mention.permalink == comment["link"]
    assert abs(mention.posted_at - now()) < timedelta(minutes=5)
    assert "visitor@mail.example" not in repr(mention)
    poll_until_unchanged(http, url, changed.memory)


def test_two_comments_within_one_second_are_both_heard(wordpress: WordPress, http: Watched) -> None:
    # Given a blog whose feeds name times by the second
    url = f"{wordpress.url}/?feed=comments-rss2"
    page = poll_until_unchanged(http, url)

    # When comments follow each other, with a poll after each
    heard: list[str] = []
    for number in range(8):
        wordpress.comment("Carol", f"Comment {number} of many in a hurry")
        page = poll(http, url, page.memory)
        heard += [mention.text for mention in page.mentions]

    # Then each is heard
    assert len(heard) == 8


@pytest.mark.parametrize("kind", ["rss2", "rss", "rdf", "atom"])
def test_posts_are_read_in_every_dialect(wordpress: WordPress, http: Watched, kind: str) -> None:
    page = poll(http, f"{wordpress.url}/?feed={kind}")

    (mention,) = page.mentions
    assert mention.title == "Hello world!"
    assert "Welcome to WordPress" in mention.text
    assert mention.permalink.startswith(wordpress.url)


def test_the_feed_says_how_often_it_wants_to_be_read(wordpress: WordPress, http: Watched) -> None:
    page = poll(http, f"{wordpress.url}/?feed=rss2")

    assert page.not_before is not None
    assert timedelta(minutes=55) < page.not_before - now() <= timedelta(hours=1)


def test_the_site_itself_is_no_feed(wordpress: WordPress, http: Watched) -> None:
    with pytest.raises(ContractBroken, match="HTML page"):
        poll(http, f"{wordpress.url}/wp-login.php")


def test_a_feed_that_is_not_there_is_for_later(wordpress: WordPress, http: Watched) -> None:
    with pytest.raises(Unavailable, match="not found"):
        poll(http, f"{wordpress.url}/no-such-feed.xml")
