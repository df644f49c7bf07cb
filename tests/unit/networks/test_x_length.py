"""Lengths as X counts them, against what X's own library counts and what must always hold."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gehoor.networks._x_length import MOST, PER_ADDRESS, has_address, length, without_addresses

VECTORS = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "networks" / "x" / "weighted_lengths.json").read_text(
        encoding="utf-8"
    )
)
WORDS = st.text(st.sampled_from("abc déß日本🙂🇳🇱\u200d\ufe0f👍🏽.,!?/:#@1"), max_size=60)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["text"][:20] for vector in VECTORS])
def test_a_text_is_as_long_as_xs_library_says(vector: dict[str, str | int]) -> None:
    assert length(str(vector["text"])) == vector["length"]


@pytest.mark.parametrize(
    ("text", "least"),
    [("klaar.Dan komt het", 23), ("shop.nl/retouren/formulier-met-een-lange-naam", 45)],
)
def test_what_may_be_an_address_counts_as_what_is_longer(text: str, least: int) -> None:
    assert length(text) >= least


@given(WORDS)
def test_no_character_counts_for_more_than_an_address_or_two(text: str) -> None:
    normal = unicodedata.normalize("NFC", text)

    assert length(text) <= PER_ADDRESS * normal.count(".") + 2 * len(normal)


@given(WORDS, WORDS)
def test_words_add_up(one: str, other: str) -> None:
    assert length(f"{one}\n{other}") == length(one) + 1 + length(other)


@given(WORDS)
def test_latin_text_without_addresses_counts_its_characters(text: str) -> None:
    latin = "".join(letter for letter in text if letter.isascii() and letter not in ".:")

    assert length(latin) == len(latin)
    assert not has_address(latin)


@given(st.text(st.sampled_from("abcdef0123"), min_size=1, max_size=300))
def test_an_address_counts_the_same_however_long_it_is(path: str) -> None:
    assert length(f"https://noordlicht.nl/{path}") == PER_ADDRESS
    assert has_address(f"see https://noordlicht.nl/{path}")


def test_a_post_takes_280() -> None:
    assert MOST == 280


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("see https://t.co/1, or noordlicht.nl/a.", "see http, or http."),
        ("nothing here", "nothing here"),
    ],
)
def test_addresses_are_the_same_word_to_a_comparison(text: str, left: str) -> None:
    assert without_addresses(text) == left
