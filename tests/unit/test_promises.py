"""What counts as a promise of the company's, and what does not."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import NOW
from gehoor.domain.promises import (
    LONGEST_QUOTE,
    LOOKED_AT,
    Promise,
    Said,
    last_promise,
    promises_in,
)

SHARED = Path(__file__).parents[3] / "shared"
CONVERSATIONS = SHARED / "fixtures" / "triage" / "customer_care_conversations_en.jsonl"
PROMISES = [
    "We komen er vóór vrijdag op terug.",
    "We komen er voor vrijdag op terug",
    "Wij komen hier zo snel mogelijk op terug.",
    "Ik kom er morgen op terug.",
    "Morgen bellen we je.",
    "We bellen u morgen tussen 9 en 12.",
    "Mijn collega belt je vanmiddag.",
    "Je krijgt binnen 24 uur antwoord.",
    "U ontvangt binnen 2 werkdagen een e-mail van ons.",
    "U hoort uiterlijk maandag van ons.",
    "Je hoort van ons.",
    "We houden je op de hoogte.",
    "We laten het u weten zodra het pakket binnen is.",
    "Wij nemen z.s.m. contact met u op.",
    "Het bedrag wordt binnen 5 werkdagen teruggestort.",
    "De monteur komt donderdag langs.",
    "We storten het bedrag deze week terug.",
    "Uiterlijk 24 november sturen we een nieuwe.",
    "U kunt binnen 3 tot 5 dagen een nieuw pakket verwachten.",
    "Geen zorgen, we kijken er vandaag nog naar.",
    "We konden u niet bereiken, we bellen u morgen opnieuw.",
    "We'll get back to you by Friday.",
    "We\u2019ll get back to you by Friday.",
    "We will get back to you within 24 hours.",
    "I'll let you know.",
    "A colleague will call you tomorrow.",
    "You will receive a replacement tomorrow.",
    "You'll have your money back within 5 working days.",
    "Your refund will be paid by 24 November.",
    "It'll be fixed by the end of the week.",
    "We're going to fix this today.",
    "You can expect a reply within a few hours.",
    "Don't worry, we will look into it this afternoon.",
    "That didn't work, so sorry; we'll send a new one on Monday.",
    "You'll hear from us.",
    "We will keep you posted.",
    "Please note that we will get back to you by close of business.",
    "We'll notify you when it is back in stock.",
    "More is at https://example.com/x and we will call you tomorrow.",
    "Your new phone arrives on Tuesday.",
]
NO_PROMISES = [
    "",
    "Thanks for your message!",
    "Bedankt voor uw bericht.",
    "We can't promise to get back to you today.",
    "We komen er niet vóór vrijdag op terug.",
    "We will not be able to send it tomorrow.",
    "Can you get back to us by Friday?",
    "Kunt u ons binnen 24 uur laten weten wat uw adres is?",
    "Please reply within 24 hours.",
    "Laat het ons vóór vrijdag weten.",
    "Let us know by Friday.",
    "If you will send it back within 14 days, that is fine.",
    "We got back to you within 24 hours.",
    "We hebben u gisteren gebeld.",
    "We hebben binnen 24 uur geantwoord.",
    "Our shop will be closed tomorrow.",
    "Morgen is onze winkel gesloten.",
    "We will close this ticket within 5 days.",
    "We zien vandaag een storing.",
    "We hope you will receive it tomorrow.",
    "Hopelijk tot morgen!",
    "Have a nice weekend, talk to you on Monday.",
    "The parcel was sent on Monday.",
    "We would get back to you by Friday, as my colleague said.",
    "We're sorry for the wait of two days.",
    "De bezorger stond vrijdag voor een dichte deur.",
    'You wrote: "we will get back to you within 24 hours".',
    "U schreef: “jullie komen er vrijdag op terug, we bellen je morgen”.",
    "> We'll get back to you by Friday.",
    "Sorry!\n\nOn Fri, 20 Nov 2026, Anna wrote:\nYou will receive it tomorrow.",
    "Sorry!\n\nOp vr 20 nov. 2026 om 10:00 schreef Anna <a@b.example>:\nWe bellen je morgen.",
    "Sorry!\n\n-----Original Message-----\nWe'll get back to you by Friday.",
    "Sorry!\nVan: Noordlicht\nVerzonden: vrijdag\nWe bellen u morgen.",
    "Deze week komen er veel vragen binnen.",
    "We wachten tot vrijdag op de leverancier.",
    "Please send us an email at https://example.com/x and we will assist as soon as possible.",
    "Can you share a few details here and we'll reach out today.",
    "If this doesn't work, you can contact us here and we'll assist as soon as possible.",
    "Kunt u een foto sturen en dan kijken we er vandaag naar.",
    "Stuur ons een foto, dan kijken we er vandaag naar.",
    "Als u het terugstuurt, krijgt u binnen 5 dagen uw geld.",
    "Bel ons morgen.",
    "Call us tomorrow.",
    "Wij bezorgen altijd binnen 2 dagen.",
    "We usually get back to you within 24 hours.",
    "Je krijgt normaal gesproken binnen 5 dagen antwoord.",
]


@pytest.mark.parametrize("text", PROMISES)
def test_a_promise_is_found_in_its_own_words(text: str) -> None:
    assert promises_in(f"Hi Anna,\n\nSorry for the trouble. {text} Bye now.\n\nSam") == [
        text if text.endswith((".", "!")) else f"{text} Bye now."
    ]


@pytest.mark.parametrize("text", NO_PROMISES)
def test_what_is_no_promise_is_not_taken_for_one(text: str) -> None:
    assert promises_in(text) == []


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Hello Anna\nWe'll get back to\nyou tomorrow.\nSam", "We'll get back to you tomorrow."),
        (
            f"Hi\n{'We looked into it. ' * 3}You will receive a new one by\nFriday.\nSam",
            "You will receive a new one by Friday.",
        ),
    ],
)
def test_lines_that_mail_wrapped_belong_together(text: str, quote: str) -> None:
    assert promises_in(text) == [quote]


def test_of_a_long_sentence_the_clause_with_the_promise_is_shown() -> None:
    # Given a promise at the end of a long sentence
    text = f"After {'a long and sorry story ' * 12}, we'll call you tomorrow."
    # Then that is what is quoted
    assert promises_in(text) == ["we'll call you tomorrow."]


def test_the_newest_promise_counts_and_of_one_answer_the_last() -> None:
    # Given answers in no order
    said = [
        Said("We'll call you tomorrow.", NOW - timedelta(days=3), "#1"),
        Said("Thanks for the photo.", NOW, "#2"),
        Said("You'll hear from us. We'll send it on Monday.", NOW - timedelta(days=1), "#2"),
    ]
    # Then the newest that promises anything counts
    promise = Promise("We'll send it on Monday.", NOW - timedelta(days=1), "#2")
    assert last_promise(said) == promise
    assert last_promise(said[1:2]) is None
    assert last_promise([]) is None


def test_a_promise_far_back_is_not_dug_up() -> None:
    newer = [Said("Thanks.", NOW + timedelta(hours=n + 1), "#1") for n in range(LOOKED_AT)]
    assert last_promise([Said("We'll call you.", NOW, "#1"), *newer]) is None


@pytest.mark.shared
def test_what_webcare_usually_writes_is_hardly_ever_taken_for_a_promise() -> None:
    # Given what agents of many companies answered in public
    if not CONVERSATIONS.is_file():
        pytest.skip("the conversations lie in ../shared, which is absent here")
    lines = CONVERSATIONS.read_text(encoding="utf-8").splitlines()
    turns = [turn for line in lines for turn in json.loads(line)["turns"]]
    answers = {turn["text"] for turn in turns if turn["who"] == "agent"}
    # Then what is found is that they come back when something happened
    found = [answer for answer in answers if promises_in(answer)]
    assert len(answers) > 500
    assert len(found) <= 2
    assert all("we'll notify you when" in one or "we'll respond" in one for one in found)


@given(st.text(max_size=400) | st.sampled_from(PROMISES + NO_PROMISES))
def test_any_text_gives_short_quotes(text: str) -> None:
    assert all(0 < len(quote) <= LONGEST_QUOTE for quote in promises_in(text * 3))


@pytest.mark.parametrize(
    "piece", ["we will ", "'", '"', "op terug ", "we komen ", "> ", "\n", "please "]
)
def test_very_long_answers_are_read_in_part(piece: str) -> None:
    assert promises_in(piece * 60_000) == []
