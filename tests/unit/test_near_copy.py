"""How alike answers are, from what cannot be read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gehoor.domain.near_copy import ALIKE, FEWEST_WORDS, imprint
from gehoor.likeness import likeness

ANSWER = (
    "Hi Anna, thanks for your message. We looked into your parcel and found where it is."
    " It arrives tomorrow. ^Eva"
)


@pytest.mark.parametrize(
    "copy",
    [
        ANSWER.replace("Anna", "Bob"),
        ANSWER.replace("^Eva", "^Sam"),
        f"@bob@town.example {ANSWER}",
        ANSWER.upper(),
        ANSWER.replace("tomorrow", "today"),
        f"{ANSWER} https://noordlicht.example/x",
        ANSWER.replace(" It arrives tomorrow.", " It arrives tomorrow, before noon."),
    ],
)
def test_the_same_words_to_somebody_else_are_alike(copy: str) -> None:
    assert likeness(imprint(ANSWER), imprint(copy)) >= ALIKE


def test_another_answer_is_not_alike() -> None:
    other = "Good question: the shop in Utrecht is open until six on Saturdays, we hope to see you."
    assert likeness(imprint(ANSWER), imprint(other)) < ALIKE


def test_a_short_answer_is_no_copy_of_anything() -> None:
    assert imprint("Thanks for your message!") == ""
    assert likeness("", "") == 0
    assert len(imprint("one " * FEWEST_WORDS)) == FEWEST_WORDS


def test_an_imprint_holds_a_character_a_word_and_no_word() -> None:
    kept = imprint(ANSWER)
    assert not any(character.isascii() for character in kept)
    assert "Anna" not in kept


def common_by_table(one: str, other: str) -> int:
    """The longest common subsequence, by the book."""
    row = [0] * (len(other) + 1)
    for a in one:
        before = 0
        for place, b in enumerate(other, 1):
            before, row[place] = (
                row[place],
                before + 1 if a == b else max(row[place], row[place - 1]),
            )
    return row[-1]


@given(st.text("abcd", max_size=30), st.text("abcd", max_size=30))
def test_likeness_is_the_share_of_the_longest_common_subsequence(one: str, other: str) -> None:
    expected = 200 * common_by_table(one, other) / (len(one) + len(other)) if one and other else 0
    assert likeness(one, other) == pytest.approx(expected)
    assert likeness(one, other) == likeness(other, one)


@given(st.text(max_size=200))
def test_any_text_leaves_an_imprint(text: str) -> None:
    kept = imprint(text)
    assert likeness(kept, kept) == (100 if kept else 0)
