"""Feeds: identity, conditional requests, refusals and what hostile documents cannot do."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from fakes.clock import FakeClock
from fakes.reader import SOURCE, Reader
from feed_server import NOW, URL, Answered, connected, feed_of, read, rss
from gehoor.domain.case import address_of
from gehoor.domain.mention import Mention, Visibility
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    Gone,
    NotAllowed,
    RateLimited,
    Rejected,
    Unavailable,
)
from gehoor.http import Http, Response
from loopback import Answer, Asked, serving


def texts(body: bytes, memory: Any = None, **headers: str) -> list[str]:
    return [mention.text for mention in read(feed_of(body, headers), memory).mentions]


def one(item: str, channel: str = "<title>News</title>") -> Mention:
    (mention,) = read(feed_of(rss(item, channel=channel))).mentions
    return mention


# ---- what an item is


def test_an_item_becomes_a_mention() -> None:
    mention = one(
        "<title>Late again</title><description>&lt;p&gt;My parcel&lt;/p&gt;</description>"
        "<link>/story</link><guid>http://shop.example/1</guid><author>jan@x.nl (Jan)</author>"
        "<pubDate>Sun, 01 Mar 2026 10:00:00 +0100</pubDate>",
        channel="<title>News</title><link>http://shop.example/</link><language>nl_NL</language>",
    )

    assert (mention.brand, mention.source_id, mention.network) == ("noordlicht", "alerts", "feed")
    assert mention.uri == mention.native_id == "http://shop.example/1"
    assert mention.permalink == "http://shop.example/story"
    assert (mention.title, mention.text) == ("Late again", "Late again\n\nMy parcel")
    assert mention.posted_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert mention.visibility is Visibility.PUBLIC
    assert mention.language_hint == "nl-NL"
    assert (mention.author.handle, mention.author.native_id) == ("Jan", "feed.example/Jan")


@pytest.mark.parametrize(
    ("author", "handle", "native_id"),
    [
        ("", "News", URL),
        ("<author>jan@x.nl</author>", "News", URL),
        ("<author>Jan Smit &lt;jan@x.nl&gt;</author>", "Jan Smit", "feed.example/Jan Smit"),
        (
            '<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Jan</dc:creator>',
            "Jan",
            "feed.example/Jan",
        ),
        (
            '<a:author xmlns:a="http://www.w3.org/2005/Atom"><a:name>Jan</a:name>'
            "<a:uri>http://jan.example/</a:uri></a:author>",
            "Jan",
            "http://jan.example/",
        ),
    ],
)
def test_who_wrote_it(author: str, handle: str, native_id: str) -> None:
    mention = one(f"<title>a</title>{author}")

    assert (mention.author.handle, mention.author.native_id) == (handle, native_id)


@pytest.mark.parametrize(
    ("date", "posted_at"),
    [
        ("", NOW),
        ("<pubDate>soon</pubDate>", NOW),
        ("<pubDate>Mon, 01 Jan 0001 00:00:00 GMT</pubDate>", NOW),
        ("<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>", NOW),
        ("<pubDate>Sun, 01 Mar 2099 00:00:00 GMT</pubDate>", NOW),
        ("<pubDate>Sun, 01 Mar 2026 13:30:00 CET</pubDate>", NOW),
        ("<pubDate>Wed, 01 Mar 26 06:00:00 EST</pubDate>", NOW - timedelta(hours=1)),
    ],
)
def test_a_date_is_never_absurd_and_never_later_than_now(date: str, posted_at: datetime) -> None:
    assert one(f"<title>a</title>{date}").posted_at == posted_at


def test_a_link_that_is_no_web_address_is_not_shown() -> None:
    mention = one("<title>a</title><link>javascript:alert(1)</link>")

    assert mention.permalink == URL


# ---- identity


def test_the_same_number_in_two_feeds_is_two_items() -> None:
    body = rss("<title>a</title><guid>1</guid>")
    response = Response(200, CaseInsensitiveDict(), body, URL)
    other = connected(Answered(response), url="https://other.example/feed")

    assert read(feed_of(body)).mentions[0].uri != read(other).mentions[0].uri


@pytest.mark.parametrize("guid", ["http://shop.example/1", "tag:shop.example,2026:1", "urn:x:1"])
def test_a_name_made_to_be_unique_is_the_same_in_two_feeds(guid: str) -> None:
    body = rss(f"<title>a</title><guid>{guid}</guid>")
    response = Response(200, CaseInsensitiveDict(), body, URL)
    other = connected(Answered(response), url="https://other.example/feed")

    assert read(feed_of(body)).mentions[0].uri == read(other).mentions[0].uri


def test_an_item_without_a_name_is_known_by_its_link_or_else_its_content() -> None:
    by_link = one("<title>a</title><link>http://shop.example/a</link>")
    by_content = one("<title>a</title>")

    assert by_link.uri == "http://shop.example/a"
    assert by_content.uri == one("<title>a</title>").uri != one("<title>b</title>").uri


def test_one_story_under_two_alerts_is_one_item() -> None:
    link = "https://www.google.com/url?rct=j&amp;url=http://news.example/a&amp;ct=ga&amp;cd={}"
    items = [
        f"<title>{number}</title><guid>alert:{number}</guid><link>{link.format(number)}</link>"
        for number in (1, 2)
    ]

    (mention,) = read(feed_of(rss(*items))).mentions

    assert mention.uri == mention.permalink == "http://news.example/a"


def test_different_items_under_one_guid_are_all_heard_and_each_once() -> None:
    # Given a feed that gives every item the same guid
    first, second, third = (f"<title>{name}</title><guid>1</guid>" for name in "abc")

    # When one comes after the other
    page = read(feed_of(rss(first)))
    found = [page.mentions[0].text]
    for body in (rss(second, first), rss(third, second), rss(third), rss(third, third)):
        page = read(feed_of(body), page.memory)
        found += [mention.text for mention in page.mentions]

    # Then each is given out once
    assert found == ["a", "b", "c"]


def test_an_edited_item_is_not_a_new_one() -> None:
    page = read(feed_of(rss("<title>helo</title><guid>1</guid>")))

    assert texts(rss("<title>hello</title><guid>1</guid>"), page.memory) == []


def test_an_item_that_comes_back_is_not_a_new_one() -> None:
    a, b = "<title>a</title><guid>a</guid>", "<title>b</title><guid>b</guid>"
    page = read(feed_of(rss(a)))
    page = read(feed_of(rss(b)), page.memory)

    assert texts(rss(a, b), page.memory) == []


def test_what_is_remembered_stays_small() -> None:
    items = [f"<title>{number}</title><guid>{number}</guid>" for number in range(3000)]

    page = read(feed_of(rss(*items)))

    assert len(page.mentions) == 3000
    assert len(json.dumps(page.memory)) < 50_000


def test_three_documents_are_remembered() -> None:
    # Given a feed of 100 items that all change, five times
    def items(day: int) -> list[str]:
        return [f"<title>{day}</title><guid>urn:x:{day}/{number}</guid>" for number in range(100)]

    page = read(feed_of(rss()))
    for day in range(5):
        page = read(feed_of(rss(*items(day))), page.memory)

    # When items of the last three come back, and items of the first
    again = [len(read(feed_of(rss(*items(day))), page.memory).mentions) for day in range(5)]

    # Then only what is older counts as new, and the cursor is a few kilobytes
    assert again == [100, 100, 0, 0, 0]
    assert len(json.dumps(page.memory)) < 10_000


def test_a_document_that_is_empty_for_once_is_not_new_afterwards() -> None:
    items = [f"<title>a</title><guid>urn:x:{number}</guid>" for number in range(100)]
    page = read(feed_of(rss(*items)))
    page = read(feed_of(rss()), page.memory)

    assert texts(rss(*items), page.memory) == []


def test_an_item_with_nothing_in_it_is_set_aside_and_can_be_read_again() -> None:
    source = feed_of(rss("<guid isPermaLink='false'>1</guid>", "<title>a</title>"))
    page = read(source)

    assert [mention.text for mention in page.mentions] == ["a"]
    (broken,) = page.broken
    with pytest.raises(ContractBroken, match="neither text nor link"):
        source.parse(broken.raw, NOW)
    repaired = json.dumps(json.loads(broken.raw) | {"title": "b"})
    assert source.parse(repaired, NOW).text == "b"
    for raw in ("", "[]", "1"):
        with pytest.raises(ContractBroken):
            source.parse(raw, NOW)


# ---- the conversation with the server


def test_validators_go_back_as_they_came() -> None:
    # Given a server with odd but legal validators
    validators = {"ETag": 'W/"5f3-abc"', "Last-Modified": "Wed, 1 Jul 26 10:00:00 GMT"}

    def answer(asked: Asked) -> Answer:
        if asked.headers.get("if-none-match") == validators["ETag"]:
            return Answer(status=304)
        return Answer(rss("<title>a</title>"), headers=validators)

    with serving(answer) as server:
        source = connected(Http(lambda: NOW, frozenset({"127.0.0.1"})), f"{server.url}/feed")

        # When the feed is read twice
        first = read(source)
        second = read(source, first.memory)

    # Then the second time nothing had to be sent
    assert len(first.mentions) == 1
    assert (second.mentions, second.older, second.memory) == ((), None, first.memory)
    assert server.asked[1].headers["if-modified-since"] == validators["Last-Modified"]


@pytest.mark.parametrize(
    ("modified", "kept"),
    [
        ("Sun, 01 Mar 2026 12:00:00 GMT", False),
        ("Sun, 01 Mar 2026 11:59:59 GMT", False),
        ("Sun, 01 Mar 2026 11:59:58 GMT", True),
        ("yesterday", True),
    ],
)
def test_a_document_that_changed_this_second_is_read_again(modified: str, kept: bool) -> None:
    headers = {
        "Date": "Sun, 01 Mar 2026 12:00:00 GMT",
        "Last-Modified": modified,
        "ETag": '"from the time"',
    }

    memory = read(feed_of(rss("<title>a</title>"), headers)).memory

    assert ("etag" in memory, "last_modified" in memory) == (kept, kept)


@pytest.mark.parametrize(
    ("status", "moved"), [(301, True), (308, True), (302, False), (307, False)]
)
def test_a_permanent_move_is_remembered(status: int, moved: bool) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.path == "/old":
            return Answer(status=status, headers={"Location": "/new"})
        return Answer(rss("<title>a</title><guid>1</guid>"))

    with serving(answer) as server:
        source = connected(Http(lambda: NOW, frozenset({"127.0.0.1"})), f"{server.url}/old")
        first = read(source)
        second = read(source, first.memory)

    assert [len(page.mentions) for page in (first, second)] == [1, 0]
    assert [asked.path for asked in server.asked] == (
        ["/old", "/new", "/new"] if moved else ["/old", "/new", "/old", "/new"]
    )


def test_another_configured_address_is_read_at_once_and_from_the_start() -> None:
    # Given a feed that moved for good, and that was read
    def answer(asked: Asked) -> Answer:
        if asked.path == "/old":
            return Answer(status=301, headers={"Location": "/new"})
        return Answer(
            rss("<title>a</title><guid>urn:x:1</guid>"), headers={"ETag": f'"{asked.path}"'}
        )

    with serving(answer) as server:
        http = Http(lambda: NOW, frozenset({"127.0.0.1"}))
        memory = read(connected(http, f"{server.url}/old")).memory

        # When the configuration names another address
        page = read(connected(http, f"{server.url}/other"), memory)
        read(connected(http, f"{server.url}/other"), page.memory)

    # Then that one is read, without the validators and items of the first
    assert [asked.path for asked in server.asked] == ["/old", "/new", "/other", "/other"]
    assert "if-none-match" not in server.asked[2].headers
    assert server.asked[3].headers["if-none-match"] == '"/other"'
    assert [mention.text for mention in page.mentions] == ["a"]


def test_a_memory_that_does_not_say_its_address_is_kept() -> None:
    body = rss("<title>a</title><guid>1</guid>")
    memory = dict(read(feed_of(body)).memory)
    del memory["made_for"]

    page = read(feed_of(body), memory)

    assert page.mentions == ()
    assert "made_for" in page.memory


def test_a_cursor_of_before_is_read_on() -> None:
    # Given a feed of which one item was given out by an earlier version
    a, b = (f"<title>{name}</title><guid>urn:x:{name}</guid>" for name in "ab")
    before = read(feed_of(rss(a), {"ETag": '"1"'})).memory
    assert set(before) == {"made_for", "etag", "seen"}
    reader = Reader(lambda: feed_of(rss(b, a)), FakeClock(NOW))
    reader.sources.acquire(SOURCE, "before", NOW, NOW)
    reader.sources.save_cursor(SOURCE, "before", before)
    reader.clock.advance(minutes=3)
    # When it is read
    texts = reader.read_all()
    # Then only the other one is new
    assert texts == ["b"]


def test_a_move_to_a_page_that_is_no_feed_is_not_remembered() -> None:
    with pytest.raises(ContractBroken):
        read(feed_of(b"<html>log in</html>", moved_to="https://login.example/"))


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, AuthExpired),
        (403, NotAllowed),
        (404, Unavailable),
        (410, Gone),
        (418, Rejected),
        (429, RateLimited),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
def test_a_status_that_is_no_feed(status: int, error: type[GehoorError]) -> None:
    with pytest.raises(error) as caught:
        read(feed_of(b"", {"Retry-After": "3600"}, status))

    if status in (429, 503):
        assert getattr(caught.value, "retry_at", None) == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "an empty answer"),
        (b"  \n", "an empty answer"),
        (b"<html><title>Just a moment...</title></html>", "what looks like an HTML page"),
        (b"<!DOCTYPE html>\n<head></head>", "what looks like an HTML page"),
        (b"{", "broken JSON"),
        (b'{"error": "no"}', "JSON that is no JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "JSON that is no JSON Feed"),
        (b"[]", "text that is no XML"),
        (b"<svg/>", "XML of another kind"),
        (b'<rss version="2.0"><channel>', "broken XML"),
        (b"\x00\x01\x02", "an empty answer"),
        (bytes(range(256)), "text that is no XML"),
    ],
)
def test_what_is_no_feed_is_named(body: bytes, reason: str) -> None:
    with pytest.raises(
        ContractBroken, match=f"^source alerts: the feed: no feed came, but .*{reason}"
    ):
        read(feed_of(body, {"Content-Type": "text/html"}))


def test_a_feed_without_items_is_fine() -> None:
    page = read(feed_of(rss()))

    assert (page.mentions, page.broken, page.older) == ((), (), None)


@pytest.mark.parametrize(
    ("channel", "headers", "pause"),
    [
        ("", {}, None),
        ("", {"Cache-Control": "private, max-age=600"}, timedelta(minutes=10)),
        ("", {"Cache-Control": "max-age=0"}, None),
        ("", {"Cache-Control": "s-maxage=600"}, None),
        ("", {"Cache-Control": "max-age=31536000"}, timedelta(hours=1)),
        ("<ttl>60</ttl>", {"Cache-Control": "max-age=600"}, timedelta(hours=1)),
        ("<ttl>99999999999</ttl>", {}, timedelta(hours=1)),
        ("<ttl>soon</ttl>", {}, None),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", {}, timedelta(hours=1)),
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            {},
            timedelta(minutes=15),
        ),
    ],
)
def test_a_feed_is_left_alone_as_long_as_it_asks(
    channel: str, headers: dict[str, str], pause: timedelta | None
) -> None:
    body = rss(channel=channel).replace(
        b"<rss ", b'<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
    )
    page = read(feed_of(body, headers))
    unchanged = read(feed_of(b"", {}, 304), page.memory)

    assert page.not_before == (NOW + pause if pause else None)
    if not headers:
        assert unchanged.not_before == page.not_before


@pytest.mark.parametrize(
    ("every", "longest"), [("1m", timedelta(hours=1)), ("6h", timedelta(hours=6))]
)
@pytest.mark.parametrize(
    ("channel", "headers"),
    [("", {"Cache-Control": "max-age=31536000"}), ("<ttl>525600</ttl>", {})],
)
def test_a_feed_cannot_silence_itself(
    channel: str, headers: dict[str, str], every: str, longest: timedelta
) -> None:
    response = Response(200, CaseInsensitiveDict(headers), rss(channel=channel), URL)
    page = read(connected(Answered(response), every=every))

    assert page.not_before == NOW + longest


def test_a_memory_of_something_else_is_named() -> None:
    with pytest.raises(ContractBroken, match="reset the source"):
        read(feed_of(rss()), {"mark": "1"})


# ---- hostile documents

_ITEM = b"<rss version='2.0'><channel><item><title>&x;</title></item></channel></rss>"


@pytest.mark.parametrize(
    "body",
    [
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x "y"><!ENTITY z "&x;&x;">]>' + _ITEM,
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + _ITEM,
        b'<!DOCTYPE r [<!-- <a> --><!ENTITY x SYSTEM "file:///etc/passwd">]>' + _ITEM,
        b'<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1/"> %x;]>' + _ITEM,
        b'\n<!DOCTYPE r [\n<!ENTITY x "long">\n]>\n<rss><channel><item><title>&x;',
        '<!DOCTYPE r [<!ENTITY x "y">]><rss/>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="utf-7"?><!DOCTYPE r [<!ENTITY x "y">]>' + _ITEM,
    ],
)
def test_declared_entities_are_refused(body: bytes) -> None:
    with pytest.raises(ContractBroken, match="declares XML entities"):
        read(feed_of(body))


def test_entities_that_are_only_talked_about_are_fine() -> None:
    talk = '<![CDATA[How <!ENTITY x SYSTEM "file:///etc/passwd"> works]]>'

    assert one(f"<title>XXE</title><description>{talk}</description>").title == "XXE"


def test_an_external_document_type_is_not_fetched() -> None:
    with serving(lambda _: Answer(b'<!ENTITY x "loaded">')) as server:
        doctype = f'<!DOCTYPE rss SYSTEM "{server.url}/rss.dtd">'.encode()
        texts(doctype + rss("<title>a</title>"))

    assert server.asked == []


@pytest.mark.parametrize(
    "body",
    [
        b"<rss version='2.0'><channel>" + b"<item><title>x</title></item>" * 100_000,
        b"<rss version='2.0'><channel>" + b"<a>" * 1_000_000,
        b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 1_000_000,
        b"<!--" * 1_000_000,
        b'<?xml version="1.0" encoding="' + b"a" * 4_000_000,
    ],
    ids=["items", "depth", "JSON depth", "comments", "declaration"],
)
def test_a_document_made_to_exhaust_its_reader_is_refused_soon(body: bytes) -> None:
    began = monotonic()

    with pytest.raises(ContractBroken):
        read(feed_of(body))

    assert monotonic() - began < 10


def test_a_feed_of_50_megabytes_is_refused() -> None:
    with serving(lambda _: Answer(bytes(50_000_000))) as server:
        source = connected(Http(lambda: NOW, frozenset({"127.0.0.1"})), server.url)

        with pytest.raises(Rejected, match="over 5000000 bytes"):
            read(source)


@pytest.mark.parametrize("charset", ["idna", "punycode", "zlib", "undefined", "no-such", "\0", "'"])
def test_a_charset_that_is_none_is_ignored(charset: str) -> None:
    headers = {"Content-Type": f'text/xml; charset="{charset}"'}

    assert [m.text for m in read(feed_of(rss("<title>é</title>"), headers)).mentions] == ["é"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rss("<title>café</title>").decode().encode("windows-1252"), "café"),
        (rss("<title>café é</title>").replace(b"f\xc3\xa9", b"f\xe9"), "caf\ufffd é"),
        (rss("<title>a\x0bb</title>"), "ab"),
        (rss("<title>a&#99999999;b</title>"), "a\ufffdb"),
        (rss("<title>a&#x110000;b</title>"), "a\ufffdb"),
        (rss("<title>a&#0000000065;</title>"), "aA"),
    ],
)
def test_a_bad_byte_does_not_cost_the_feed(body: bytes, text: str) -> None:
    assert texts(body) == [text]


def test_what_feedparser_stumbles_over_is_an_error_of_ours() -> None:
    # feedparser 6.0 raises a KeyError of its own for this
    body = rss("<title>a</title><gml:pos>1</gml:pos>", channel="</").replace(
        b"<rss ", b'<rss xmlns:gml="http://www.opengis.net/gml" '
    )
    with pytest.raises(ContractBroken, match="broken in a way"):
        read(feed_of(body))


_PIECES = st.sampled_from(
    ("<item>", "</item>", "<title>", "</title>", "<![CDATA[", "]]>", "&#x", "&amp", "<link>", "a")
) | st.sampled_from(
    ("\0", "<guid>", "<pubDate>99", "<width>", "<gml:pos>", "<entry xml:base='http://[x'>")
)


@given(st.lists(_PIECES | st.text(max_size=5), max_size=30), st.binary(max_size=20))
def test_no_document_causes_an_error_outside_the_tree(pieces: list[str], noise: bytes) -> None:
    start, end = rss("<title>a</title>").split(b"<item>")
    body = start + "".join(pieces).encode("utf-8", "replace") + noise + b"<item>" + end

    with suppress(ContractBroken):
        page = read(feed_of(body))
        assert all(mention.text for mention in page.mentions)


# ---- answering


def test_a_feed_cannot_be_answered_and_says_what_to_do() -> None:
    source = feed_of(rss("<title>a</title><guid>http://shop.example/1</guid>"))
    mention = read(source).mentions[0]
    address = address_of(mention)

    capabilities = source.capabilities()
    assert (capabilities.reply, capabilities.message) == (False, False)
    assert capabilities.text_limit is None
    assert "link" in capabilities.instead
    with pytest.raises(NotAllowed, match="answer there"):
        source.reply(address, "hello", "key")
    assert source.find_replies(address, "hello", "key") == ()
    assert source.measure(address, "hello").excess == 0
    assert (source.thread(mention).root, source.thread(mention).earlier) == (mention.uri, ())
