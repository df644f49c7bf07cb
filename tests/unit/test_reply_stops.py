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
    ("language", "text"),
    [
        ("nl", "Kun je je ordernummer en postcode doorgeven?"),
        ("nl", "Mogen we je postcode en huisnummer?"),
        ("nl", "Daarvoor heb ik je ordernummer nodig."),
        ("nl", "Lukt het niet, stuur ons dan je e-mailadres"),
        ("en", "Can you confirm your postcode?"),
        ("en", "Could you tell us your full name and date of birth?"),
        ("en", "We'll need your account number to look into this."),
    ],
)
def test_who_asks_for_personal_data_in_public_gets_it_back(language: str, text: str) -> None:
    assert stops(text, language=language, languages=frozenset({language})) == [Stop.ASKED_IN_PUBLIC]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "Je adres kun je zelf wijzigen in Mijn Noordlicht. Lukt dat niet, laat het weten."),
        ("nl", "Kun je controleren of je e-mailadres klopt in je account?"),
        ("nl", "Staat je naam op de brievenbus?"),
        ("nl", "Dan stuur ik een bevestiging naar je e-mailadres."),
        (
            "nl",
            "Let op: deel nooit je rekeningnummer openbaar. Zou je de tweet willen verwijderen?",
        ),
        ("nl", "Is je mail nog niet binnen? Kijk in je spam."),
        ("en", "Can you check your email? We've sent a reset there."),
        ("en", "Please don't share your phone number here. Could you delete the tweet?"),
        ("en", "We'll send it to your email address, we never share your address."),
        ("en", "You can change your address in the app, let us know if that works."),
    ],
)
def test_who_only_speaks_of_personal_data_asks_for_none(language: str, text: str) -> None:
    assert stops(text, language=language, languages=frozenset({language})) == []


@pytest.mark.parametrize(
    "text",
    [
        "Go to Settings and tap [Save], or press [Ctrl] and <Enter>",
        "[UPDATE] Everything works again [2/2]",
        "[deel 1 van 2] Dank je wel",
        "Type %appdata% in the Run box",
    ],
)
def test_keys_buttons_and_parts_are_no_placeholders(text: str) -> None:
    assert stops(text) == []


@pytest.mark.parametrize("text", ["Hi [], thanks", "Hi [Your name], thanks", "Order [bestelnr]"])
def test_what_is_to_be_filled_in_is_a_placeholder(text: str) -> None:
    assert stops(text) == [Stop.PLACEHOLDER]


@pytest.mark.parametrize(
    "text",
    [
        "Onze winkel aan de Kalverstraat 12 is open tot 18.00 uur",
        "Our London store is at 12 Oxford Street",
        "Halte Stationsplein 2 is vervallen",
    ],
)
def test_where_customers_are_told_to_go_is_nobodys_address(text: str) -> None:
    assert stops(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "De klant van Winkelstraat 12 wacht ook",
        "Anna lives at 12 Oxford Street",
        "Stationsplein 2!",
    ],
)
def test_where_somebody_lives_is_held_back(text: str) -> None:
    assert stops(text) == [Stop.PERSONAL_DATA]


def test_a_day_is_no_order_number() -> None:
    assert stops("Bestelling 2026-11-20 is te laat, order 20-11-2026 ook") == []


def test_menus_in_another_language_do_not_make_it_the_answers() -> None:
    dutch = frozenset({"nl"})
    menus = "Download de update: Windows Update > Advanced options > Driver updates. Werkt het?"
    assert stops(menus, language="en", languages=dutch) == []
    english = "Download the update in your advanced options. Does it work for you?"
    assert stops(english, language="en", languages=dutch) == [Stop.LANGUAGE]


@pytest.mark.parametrize(
    ("text", "is_admitted"),
    [
        ("We kunnen nog niet zeggen of wij aansprakelijk zijn.", False),
        ("Wij zijn niet aansprakelijk.", False),
        ("Dit mag niet. Onze schuld!", True),
        ("Nee, niet goed, dit is onze schuld.", True),
    ],
)
def test_a_refusal_in_another_clause_denies_no_liability(text: str, is_admitted: bool) -> None:
    dutch = frozenset({"nl"})
    found = stops(text, language="nl", languages=dutch, risks=frozenset({Risk.LEGAL}))
    assert found == ([Stop.LIABILITY] if is_admitted else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zie https://noordlicht.example.", []),
        ("Alles staat hier (https://noordlicht.example), echt", []),
        ("https://noordlicht.example@strange.example/", [Stop.LINK]),
        ("https://noordlicht.example:443@strange.example/", [Stop.LINK]),
    ],
)
def test_a_host_ends_where_the_sentence_does(text: str, expected: list[Stop]) -> None:
    rules = CoachRules(links=frozenset({"noordlicht.example"}))
    assert stops(text, rules=rules) == expected


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
