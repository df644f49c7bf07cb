"""What holds an answer back, and what does not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gehoor.domain.coach_signs import CoachRules, Sign
from gehoor.domain.judgement import Risk
from gehoor.domain.reply_stops import WHY, Held, Said, Stop, stops_in

KNOWN = frozenset({"anna@town.example", "noordlicht"})
IBAN = "NL91ABNA0417164300"


def said(text: str, **changes: Any) -> Said:
    """A public answer in English to a post of Anna's."""
    about = {
        "is_public": True,
        "heard": "My order 77120045 is late",
        "language": "en",
        "languages": frozenset({"en"}),
        "handles": KNOWN,
        **changes,
    }
    return Said(text, **about)


def stops(text: str, **changes: Any) -> list[Stop]:
    return [held.stop for held in stops_in(said(text, **changes))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi Anna, we refund it today.", []),
        ("We write to jan.jansen@mail.example", [Stop.PERSONAL_DATA]),
        ("We call you at 06-12345678", [Stop.PERSONAL_DATA]),
        (f"The money goes to {IBAN}", [Stop.PERSONAL_DATA]),
        ("Mail us: klantenservice@noordlicht.example", []),
        ("Hi {{ticket.requester.first_name}}, thanks", [Stop.PLACEHOLDER]),
        ("Hi [naam], thanks", [Stop.PLACEHOLDER]),
        ("Hi <name>, thanks", [Stop.PLACEHOLDER]),
        ("Your order XXX is on its way", [Stop.PLACEHOLDER]),
        ("Beste %VOORNAAM%, bedankt", [Stop.PLACEHOLDER]),
        ("It arrives on ____", [Stop.PLACEHOLDER]),
        ("We <3 this, and [the guide](https://noordlicht.example/guide) helps", []),
        ("Thanks! XX Eva", []),
        ("@bob we look into it", [Stop.NOT_THEIRS]),
        ("@anna @noordlicht we look into it", []),
        ("Order number 77120045 is on its way", []),
        ("Order number 99120045 is on its way", [Stop.NOT_THEIRS]),
        ("What is your order number?", [Stop.ASKED_IN_PUBLIC]),
        ("Please send us your postcode and house number.", [Stop.ASKED_IN_PUBLIC]),
        ("Please send us your postcode in a DM.", []),
        ("You find your order number on the invoice.", []),
        ("Stuur ons je ordernummer en je e-mailadres", [Stop.ASKED_IN_PUBLIC]),
    ],
)
def test_what_strangers_should_not_read_is_held_back(text: str, expected: list[Stop]) -> None:
    language = "nl" if "Stuur" in text else "en"
    assert stops(text, language=language, languages=frozenset({language})) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is your order number?", []),
        ("Order number 99120045 is on its way, and we call 06-12345678", []),
        ("Your card 4111 1111 1111 1111 was charged", [Stop.PERSONAL_DATA]),
        ("Hi [naam]", [Stop.PLACEHOLDER]),
    ],
)
def test_in_private_only_what_is_never_written_is_held_back(
    text: str, expected: list[Stop]
) -> None:
    assert stops(text, is_public=False) == expected


def test_what_the_customer_wrote_is_not_known_so_no_number_is_anothers() -> None:
    assert stops("Order number 99120045 is on its way", heard=None) == []


@pytest.mark.parametrize(
    ("own", "text"),
    [
        ("+31 20 123 45 67", "Call us: 020-1234567"),
        ("jan@noordlicht.example", "Write to Jan@noordlicht.example"),
        ("noordlicht_help", "Our colleagues at @Noordlicht_Help know"),
    ],
)
def test_what_is_the_companys_own_may_stand_in_an_answer(own: str, text: str) -> None:
    # Given an answer that would be held back
    assert stops(text)
    # When the company says that it is its own
    rules = CoachRules(own=frozenset({own}))
    # Then it is not
    handles = KNOWN | {own}
    assert stops(text, rules=rules, handles=handles) == []


@pytest.mark.parametrize(
    ("text", "is_listed"),
    [
        ("See https://help.noordlicht.example/a?b=c", True),
        ("See www.noordlicht.example/a", True),
        ("See https://noordlicht.example.evil.example/", False),
        ("See https://bit.example/x and https://noordlicht.example", False),
        ("See https://user@evil.example/", False),
    ],
)
def test_links_stay_on_the_companys_domains_where_it_lists_them(text: str, is_listed: bool) -> None:
    rules = CoachRules(links=frozenset({"noordlicht.example"}))
    assert stops(text, rules=rules) == ([] if is_listed else [Stop.LINK])
    assert stops(text) == []


@pytest.mark.parametrize(
    ("language", "languages", "expected"),
    [
        ("en", {"nl"}, [Stop.LANGUAGE]),
        ("en", {"nl", "en"}, []),
        ("en", set(), []),
        ("", {"nl"}, []),
    ],
)
def test_another_language_is_held_back_only_when_both_are_sure(
    language: str, languages: set[str], expected: list[Stop]
) -> None:
    assert stops("Thanks", language=language, languages=frozenset(languages)) == expected


@pytest.mark.parametrize("risk", [None, *Risk])
@pytest.mark.parametrize(
    ("text", "language", "admits"),
    [
        ("This is our fault", "en", True),
        ("We are liable for the damage", "en", True),
        ("We are not liable for the damage", "en", False),
        ("Sorry, we look into it", "en", False),
        ("Wij zijn aansprakelijk voor de schade", "nl", True),
        ("Dit is onze fout", "nl", True),
        ("Wij zijn niet aansprakelijk", "nl", False),
    ],
)
def test_liability_is_held_back_where_the_risk_is_legal_or_safety(
    text: str, language: str, admits: bool, risk: Risk | None
) -> None:
    found = stops(
        text, language=language, languages=frozenset({language}), risks=frozenset({risk} - {None})
    )
    assert found == ([Stop.LIABILITY] if admits and risk in (Risk.LEGAL, Risk.SAFETY) else [])


def test_a_companys_own_words_count_too() -> None:
    rules = CoachRules(words=(("en", Sign.LIABILITY, ("our bad",)),))
    assert stops("That was our bad", risks=frozenset({Risk.LEGAL}), rules=rules) == [Stop.LIABILITY]


def test_every_stop_is_told_at_once_with_its_words() -> None:
    # Given an answer with two things wrong
    held = stops_in(said("Hi [naam], we call 06-12345678"))
    # Then both are told, and what is personal is named and not quoted
    assert held == (Held(Stop.PLACEHOLDER, "[naam]"), Held(Stop.PERSONAL_DATA, "phone number"))
    assert held[0].reason == "a placeholder in it was not filled in: [naam]"


def test_every_stop_has_words() -> None:
    assert set(WHY) == set(Stop)


@given(st.text(max_size=300), st.booleans(), st.sampled_from(["en", "nl", ""]))
def test_any_text_can_be_looked_through(text: str, is_public: bool, language: str) -> None:
    found = stops(text, is_public=is_public, language=language, risks=frozenset({Risk.LEGAL}))
    assert len(found) == len(set(found))
