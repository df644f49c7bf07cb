"""Cutting an answer into parts."""

from collections.abc import Callable

import pytest

from gehoor.domain.split import MOST_PARTS, parts, split
from gehoor.networks._mastodon_length import length

FAMILY = "👩‍👩‍👧"


def at_most(limit: int) -> Callable[[str], bool]:
    return lambda text: len(text) <= limit


def cut(text: str, limit: int) -> tuple[str, ...]:
    return parts(text, split(text, at_most(limit)))


def test_what_fits_stays_whole_and_without_a_number() -> None:
    assert cut("Hello. We look into it.", 23) == ("Hello. We look into it.",)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("We saw it. We mend it now.", 22, ("We saw it. (1/2)", "We mend it now. (2/2)")),
        ("Is it? (Yes, really!) And so", 27, ("Is it? (Yes, really!) (1/2)", "And so (2/2)")),
        ("One two three\nfour five six", 21, ("One two three (1/2)", "four five six (2/2)")),
        ("A b. C d.\n\nE f. G h. I", 21, ("A b. C d. (1/2)", "E f. G h. I (2/2)")),
        ("one two three four", 17, ("one two (1/2)", "three four (2/2)")),
        ("这是第一句话。这是第二句话。", 13, ("这是第一句话。 (1/2)", "这是第二句话。 (2/2)")),
    ],
    ids=["sentence", "bracket", "line", "paragraph", "word", "no spaces"],
)
def test_a_part_ends_where_a_reader_pauses(
    text: str, limit: int, expected: tuple[str, ...]
) -> None:
    found = parts(text, split(text, at_most(limit)))
    assert found == expected


def test_a_short_first_sentence_is_no_part_of_its_own() -> None:
    # Given a first sentence that would leave its part nearly empty
    text = "Hi. " + "word " * 30
    # When it is cut
    first, *_ = cut(text.strip(), 100)
    # Then the part goes on to a word's end
    assert first.startswith("Hi. word word")
    assert len(first) > 80


@pytest.mark.parametrize(
    "whole",
    [
        "https://noordlicht.example/track?id=1.2,3&name=a.b/c",
        "www.noordlicht.example/a/very/long/path/to/the/page",
        "@somebody.with.a.long.name@social.noordlicht.example",
        "[the page of your parcel](https://a.example/x_(1))",
        "#ThisIsAVeryLongHashtagThatNobodyShouldEverWriteToUs",
        FAMILY * 5,
        "🇳🇱🇧🇪🇩🇪",
        "👍🏽👍🏽👍🏽",
    ],
)
def test_nothing_is_cut_that_only_works_whole(whole: str) -> None:
    # Given something in the way, wherever the limit falls
    for before in range(1, 60):
        text = f"{'x' * before} {whole} and so on. " + "word " * 12
        found = cut(text.strip(), 70)
        # Then it stands in one part
        assert sum(whole in part for part in found) == 1, before


def test_a_word_too_long_for_a_post_is_broken_between_characters() -> None:
    # Given a word of joined emoji
    word = FAMILY * 20
    found = cut(word, 60)
    # Then each part holds whole ones
    pieces = [part.rpartition(" ")[0] for part in found]
    assert len(pieces) == 2
    assert "".join(pieces) == word
    assert all(piece.replace(FAMILY, "") == "" for piece in pieces)


def test_a_link_too_long_for_a_post_cannot_be_cut() -> None:
    assert split("See https://a.example/" + "x" * 100, at_most(80)) == ()


def test_what_five_posts_do_not_hold_is_not_cut() -> None:
    assert len(cut("x" * 44 * MOST_PARTS, 50)) == MOST_PARTS
    assert split("x" * (44 * MOST_PARTS + 1), at_most(50)) == ()


def test_the_networks_own_count_decides() -> None:
    # Given a text whose links count little on Mastodon
    link = "https://noordlicht.example/" + "x" * 300
    text = " ".join(f"{link} is number {number}." for number in range(12))
    # When it is cut for a limit of 500
    found = parts(text, split(text, lambda part: length(part, 23) <= 500))
    # Then one post holds it all
    assert found == (text,)
