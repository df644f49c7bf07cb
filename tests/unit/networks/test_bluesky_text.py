"""How Bluesky counts and marks up a text, and how it names records."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gehoor.graphemes import characters
from gehoor.networks._bluesky_facets import facets_of, with_whole_links
from gehoor.networks._bluesky_length import POST, measured
from gehoor.networks._bluesky_tid import last_tid_before, tid_named, time_of

RECORDED = Path(__file__).parents[2] / "fixtures" / "networks" / "bluesky"
KNOWN = {"alice.test": "did:plc:alice", "noordlicht.example": "did:plc:brand"}
LINK, MENTION, TAG = (f"app.bsky.richtext.facet#{kind}" for kind in ("link", "mention", "tag"))

words = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=12),
    st.sampled_from(["https://shop.example/a?b=(é)", "@alice.test", "#pech", "#é👍"]),
    st.sampled_from(["🏳️‍🌈", "e\u0301", "(", ").", "\n"]),
)
texts = st.lists(words, max_size=12).map(" ".join)


def marked(text: str) -> list[tuple[str, str]]:
    """What is marked in a text: the words as the byte ranges cut them, and what they stand for."""
    encoded = text.encode()
    found = []
    for facet in facets_of(text, KNOWN.get):
        (feature,) = facet["features"]
        words = encoded[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
        kind = feature.pop("$type").partition("#")[2]
        found.append((words, f"{kind}:{next(iter(feature.values()))}"))
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("no facets", []),
        ("👋 https://a.example", [("https://a.example", "link:https://a.example")]),
        ("see https://a.example/x, ok", [("https://a.example/x", "link:https://a.example/x")]),
        ("(https://a.example/x)", [("https://a.example/x", "link:https://a.example/x")]),
        (
            "https://a.example/b_(c)!",
            [("https://a.example/b_(c)", "link:https://a.example/b_(c)")],
        ),
        (
            "https://a.example/é#%20",
            [("https://a.example/é#%20", "link:https://a.example/%C3%A9#%20")],
        ),
        ("https://", []),
        ("é @alice.test!", [("@alice.test", "mention:did:plc:alice")]),
        ("@Alice.test", []),
        ("@alice", []),
        ("me@alice.test", []),
        ("@alice.test@alice.test", []),
        ("@nobody.test", []),
        ("#pech, #pech", [("#pech", "tag:pech"), ("#pech", "tag:pech")]),
        ("＃日本語", [("＃日本語", "tag:日本語")]),  # noqa: RUF001 - Japanese writes it like this
        ("#1 #2026 #1e", [("#1e", "tag:1e")]),
        ("nr.#12a #", []),
        ("#" + "x" * 65, []),
        ("https://a.example/#top", [("https://a.example/#top", "link:https://a.example/#top")]),
        (
            "https://a.example/@alice.test",
            [("https://a.example/@alice.test", "link:https://a.example/@alice.test")],
        ),
    ],
)
def test_what_is_marked(text: str, found: list[tuple[str, str]]) -> None:
    assert marked(text) == found


@given(texts)
def test_byte_ranges_cut_out_the_very_words(text: str) -> None:
    end_before = 0
    for facet in facets_of(text, KNOWN.get):
        index, (feature,) = facet["index"], facet["features"]
        assert end_before <= index["byteStart"] < index["byteEnd"] <= len(text.encode())
        end_before = index["byteEnd"]
        words = text.encode()[index["byteStart"] : index["byteEnd"]].decode()
        shown = {
            LINK: unquote(feature.get("uri", "")),
            MENTION: "@alice.test",
            TAG: f"{words[0]}{feature.get('tag')}",
        }
        assert words == shown[feature["$type"]]


@given(texts)
def test_links_that_gehoor_marks_read_back_the_same(text: str) -> None:
    assert with_whole_links(text, facets_of(text, KNOWN.get)) == text


def link(start: Any, end: Any, uri: Any = "https://shop.example/a/b") -> dict[str, Any]:
    index = {"byteStart": start, "byteEnd": end}
    return {"index": index, "features": [{"$type": LINK, "uri": uri}]}


@pytest.mark.parametrize(
    ("text", "facets", "whole"),
    [
        ("é shop.example/a...", [link(3, 20)], "é https://shop.example/a/b"),
        ("see www.shop.example/a…", [link(4, 25)], "see https://shop.example/a/b"),
        ("look here!", [link(5, 9)], "look here (https://shop.example/a/b)!"),
        (
            "a b",
            [link(0, 1), link(2, 3)],
            "a (https://shop.example/a/b) b (https://shop.example/a/b)",
        ),
        ("over lap", [link(0, 6), link(5, 8)], "over l (https://shop.example/a/b)ap"),
        ("é", [link(0, 1)], "é"),
        ("short", [link(0, 99)], "short"),
        ("short", [link(-1, 3)], "short"),
        ("short", [link(3, 3)], "short"),
        ("short", [link("0", 3)], "short"),
        ("short", [link(0, 3, None)], "short"),
        ("short", [{"index": {}, "features": [None, 5]}, None, {"features": 5}], "short"),
        ("short", "facets", "short"),
    ],
)
def test_links_are_told_whole(text: str, facets: Any, whole: str) -> None:
    assert with_whole_links(text, facets) == whole


@given(
    st.text(max_size=30),
    st.lists(st.builds(link, st.integers(-2, 60), st.integers(-2, 60)), max_size=4),
)
@example("\ud800 lone", [link(0, 3)])
def test_no_facets_break_a_text(text: str, facets: list[dict[str, Any]]) -> None:
    assert isinstance(with_whole_links(text, facets), str)


# ---- length


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("abc", 3),
        ("e\u0301", 1),
        ("👨‍👩‍👧‍👦", 1),
        ("🇳🇱🇧🇪", 2),
        ("👍🏽", 1),
        ("\r\n", 1),
        ("नमस्ते", 3),
        ("각", 1),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 1),
    ],
)
def test_characters_are_counted_as_readers_see_them(text: str, count: int) -> None:
    assert characters(text) == count


@given(texts, texts)
def test_length_never_shrinks_when_text_is_added_as_a_line(one: str, other: str) -> None:
    assert characters(f"{one}\n{other}") >= max(characters(one), characters(other))
    assert characters(one) <= len(one)


@given(texts)
def test_a_text_fits_when_both_limits_hold(text: str) -> None:
    fits = characters(text) <= 300 and len(text.encode()) <= 3000
    assert (measured(text, POST).excess == 0) == fits


# ---- names of records


@given(st.text(), st.text())
def test_a_name_always_gives_the_same_tid_and_another_gives_another(one: str, other: str) -> None:
    assert tid_named(one) == tid_named(one)
    assert (tid_named(one) == tid_named(other)) == (one == other)


@given(st.text())
def test_a_made_up_tid_is_none_of_the_future(name: str) -> None:
    made = time_of(tid_named(name))
    assert made is not None
    assert datetime(1990, 1, 1, tzinfo=UTC) <= made < datetime(2026, 1, 1, tzinfo=UTC)


def test_a_tid_holds_its_time() -> None:
    # Given a post that a program has named by the time at which it was written
    found = json.loads((RECORDED / "thread_view_post_with_embed_media.json").read_text())
    post = found["thread"]["post"]
    # Then its name says that time
    named = time_of(post["uri"].rpartition("/")[2])
    assert named is not None
    written = datetime.fromisoformat(post["record"]["createdAt"])
    assert abs(named - written) < timedelta(seconds=1)


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(microseconds=1), timedelta(days=9000)),
)
def test_tids_sort_in_the_order_of_their_times(moment: datetime, later: timedelta) -> None:
    first, second = last_tid_before(moment), last_tid_before(moment + later)
    assert first < second
    assert time_of(first) == moment - timedelta(microseconds=1)


@pytest.mark.parametrize("text", ["", "3jzfcijpj2z2", "3jzfcijpj2z2aa", "3JZFCIJPJ2Z2A", "0" * 13])
def test_what_is_no_tid_has_no_time(text: str) -> None:
    assert time_of(text) is None
