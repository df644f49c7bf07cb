"""What holds of every cut, whatever the text, the limit and the network's way of counting."""

import re
from collections.abc import Callable
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gehoor.domain.split import MOST_PARTS, parts, split
from gehoor.networks._mastodon_length import length

NUMBER = re.compile(r" \(\d/\d\)$")
LONGEST_NUMBER = len(" (1/2)")
WHOLE = [
    "https://noordlicht.example/a?b=1.2,c",
    "@carol@far.example",
    "[your parcel](https://a.example/x_(1))",
    "👩‍👩‍👧",
    "🇳🇱",
    "👍🏽",
    "e\u0301",
    "1\ufe0f\u20e3",
    "#noordlicht",
]
COUNTS: dict[str, Callable[[str], int]] = {
    "code points": len,
    "as Mastodon": lambda text: length(text, 23),
}

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs")), max_size=30)
plain = st.sampled_from(["word", "No.", "Really?!", "yes,", "(so)", "好的。", "x" * 40])
gaps = st.sampled_from([" ", "  ", "\n", "\n\n", "\r\n", "\u00a0"])
pieces = st.one_of(plain, plain, st.sampled_from(WHOLE), words)
texts = st.lists(st.tuples(pieces, gaps), min_size=1, max_size=60).map(
    lambda found: "".join(piece + gap for piece, gap in found).strip()
)


@pytest.mark.parametrize("count", COUNTS.values(), ids=COUNTS)
@given(text=texts, limit=st.integers(50, 300))
def test_the_parts_are_the_text_each_within_the_limit(
    count: Callable[[str], int], text: str, limit: int
) -> None:
    # When a text is cut
    ends = split(text, lambda part: count(part) <= limit)
    found = parts(text, ends) if ends else ()
    # Then there are a few parts, each within the limit, and only several are numbered
    assert len(found) <= MOST_PARTS
    assert all(count(part) <= limit for part in found)
    said = list(found) if len(found) < 2 else [NUMBER.sub("", part) for part in found]
    # And they say the text, without space where it was cut, and nothing else
    rest = text
    for piece in said:
        assert piece == piece.strip()
        assert piece or text == ""
        assert rest.lstrip().startswith(piece)
        rest = rest.lstrip()[len(piece) :]
    assert rest == "" or not ends
    # And what only works whole stands whole in one of them, as often as in the text
    assert not ends or all(
        sum(piece.count(one) for piece in said) == text.count(one) for one in WHOLE
    )


@given(
    st.lists(st.tuples(plain, gaps), min_size=1, max_size=80).map(
        lambda found: "".join(piece + gap for piece, gap in found).strip()
    ),
    st.integers(60, 300),
)
def test_no_more_parts_than_twice_what_is_needed(text: str, limit: int) -> None:
    # When a text without anything unwieldy is cut
    ends = split(text, lambda part: len(part) <= limit)
    # Then a pause for the reader costs at most half of each part, the last apart
    room = limit - LONGEST_NUMBER
    assert len(ends) <= max(1, 2 * ceil(len(text) / room))
    # And a text is only given up when it is too long for that
    assert ends or 2 * ceil(len(text) / room) > MOST_PARTS
