"""Each is greeted by a name that is one, in their language, and the same at each try."""

import pytest

from factories import author
from gehoor.domain.greeting import GREETINGS, given_name, greeted


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Anna de Vries", "Anna"),
        ("jan", "Jan"),
        ("Anne-Marie, Utrecht", "Anne-Marie"),
        ("Zoë 🌸", "Zoë"),
        ("De Jong", ""),
        ("Het Nieuwsblad", ""),
        ("Dr. Who", ""),
        ("mevrouw Jansen", ""),
        ("The Real Ben", ""),
        ("ANNA", ""),
        ("x", ""),
        ("anna1987", ""),
        ("https://a.example", ""),
        ("", ""),
    ],
)
def test_only_what_looks_like_a_given_name_is_said_aloud(shown: str, name: str) -> None:
    assert given_name(author(display_name=shown)) == name


def test_one_person_is_greeted_the_same_at_each_try_and_others_otherwise() -> None:
    anna = author(display_name="Anna")
    said = {greeted("we know.", anna, "nl", choice) for choice in range(40)}
    assert said == {f"{greeting} Anna,\nwe know." for greeting in GREETINGS["nl"]}
    assert greeted("we know.", anna, "nl", 7) == greeted("we know.", anna, "nl", 7)


def test_in_another_language_the_words_go_out_as_they_are() -> None:
    assert greeted("wir wissen es.", author(display_name="Anna"), "de", 1) == "wir wissen es."
