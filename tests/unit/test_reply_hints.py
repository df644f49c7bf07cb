"""What an answer could do better: told, never in the way."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import NOW, judgement
from gehoor.domain.coach_signs import CoachRules, Sign
from gehoor.domain.judgement import Intent, Judgement, Risk, Urgency
from gehoor.domain.near_copy import imprint
from gehoor.domain.reply_hints import MOST_HINTS, Reply, hints_for
from gehoor.domain.reply_memory import Apology, EarlierReply
from gehoor.likeness import likeness

GOOD = "Sorry Anna, that took too long. We refund it today."
COPIED = "Thanks for your message. We looked into your parcel and it arrives tomorrow before noon."
LATE = "I am still waiting for my parcel, for the third time"


def reply(text: str = GOOD, **changes: Any) -> Reply:
    """A public answer to Anna's complaint about a fault."""
    about = {
        "at": NOW,
        "person": "anna",
        "case_id": "case",
        "is_public": True,
        "heard": LATE,
        "judgement": judgement(),
        **changes,
    }
    return Reply(text, **about)


def dutch() -> Judgement:
    return judgement(language="nl")


def earlier(text: str = COPIED, **changes: Any) -> EarlierReply:
    about = {"person": "bob", "case_id": "other", "ticket_id": "17", "at": NOW - timedelta(hours=3)}
    return EarlierReply(imprint(text), **{**about, **changes})


def test_a_good_answer_has_no_hints() -> None:
    assert hints_for(reply(), likeness) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Sorry, we refund it. Calm down please.", "“Calm down” can be read as blame"),
        (
            "Please contact customer service about it.",
            "It only sends the customer on",
        ),
        (
            "Sorry for any inconvenience. We refund it today.",
            "“any inconvenience” reads as no apology",
        ),
        (
            "Sorry! We will get back to you as soon as possible.",
            "promises without a time: say by when",
        ),
        (
            "Sorry, this will not happen again.",
            "“will not happen again” promises to do better without an act",
        ),
        ("Sorry, we REALLY REFUND it today.", "“REALLY REFUND” is in capitals"),
    ],
)
def test_a_weakness_is_told_in_its_words(text: str, told: str) -> None:
    assert any(told in hint for hint in hints_for(reply(text), likeness))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Sorry, we storten het vandaag terug. Had u maar eerst gebeld.", "Had u maar” can be"),
        ("Neem contact op met onze klantenservice.", "It only sends"),
        ("Sorry voor het eventuele ongemak. We sturen vandaag een nieuwe.", "eventuele ongemak"),
        ("Excuses! We komen er zo snel mogelijk op terug.", "without a time"),
        ("Sorry, dit zal niet meer gebeuren.", "niet meer gebeuren"),
    ],
)
def test_dutch_has_the_same_weaknesses(text: str, told: str) -> None:
    found = hints_for(reply(text, judgement=dutch()), likeness)
    assert any(told in hint for hint in found)


def test_an_apology_that_is_due_is_missed_with_its_parts() -> None:
    # Given a complaint about a fault, and an answer that passes over it
    [hint] = hints_for(reply("Hi, which parcel is it?"), likeness)
    # Then what is missing is named, the weightiest first
    assert hint == (
        "Of an apology, which seems due here, it leaves out: whose mistake it is, if it is yours; "
        "regret; why it happened."
    )


def test_dutch_sympathy_is_regret() -> None:
    text = "Wat naar om te lezen. We sturen vandaag een nieuwe."
    assert hints_for(reply(text, judgement=dutch(), heard="nooit aangekomen"), likeness) == ()


def test_an_apology_that_does_nothing_is_told_without_calling_it_due() -> None:
    question = judgement(intent=Intent.QUESTION)
    [hint] = hints_for(reply("Sorry, sold out.", judgement=question), likeness)
    assert hint.startswith("Of an apology it leaves out: what you do about it")


@pytest.mark.parametrize("text", ["شكرا جزيلا لتواصلك معنا", "привет мир спасибо"])
def test_letters_without_capitals_do_not_shout(text: str) -> None:
    assert not any("capitals" in hint for hint in hints_for(reply(text), likeness))


@pytest.mark.parametrize(
    "changes",
    [
        {"judgement": judgement(intent=Intent.QUESTION)},
        {"judgement": None},
        {"heard": "The app is slow"},
        {"risks": frozenset({Risk.LEGAL})},
        {"earlier": [earlier("Hello", case_id="case", person="anna")]},
    ],
)
def test_no_apology_is_missed_where_none_may_be_due(changes: dict[str, Any]) -> None:
    assert hints_for(reply("Hi, which parcel is it?", **changes), likeness) == ()


def test_a_copy_to_somebody_else_within_a_day_is_told_with_its_ticket() -> None:
    text = f"Sorry Anna. {COPIED}"
    [hint] = hints_for(reply(text, earlier=[earlier()]), likeness)
    assert hint.startswith("It is nearly the same as the answer in #17")


@pytest.mark.parametrize(
    "changes",
    [
        {"earlier": [earlier(person="anna")]},
        {"earlier": [earlier(at=NOW - timedelta(hours=25))]},
        {"earlier": [earlier()], "is_public": False},
        {"earlier": [earlier("Quite another answer, about quite another matter than this one")]},
    ],
)
def test_what_nobody_sees_twice_is_no_copy(changes: dict[str, Any]) -> None:
    assert hints_for(reply(f"Sorry Anna. {COPIED}", **changes), likeness) == ()


def test_the_third_apology_in_a_conversation_is_told() -> None:
    made = [Apology("case", NOW - timedelta(days=day)) for day in (1, 2)]
    assert hints_for(reply(apologies=made[:1]), likeness) == ()
    [hint] = hints_for(reply(apologies=made), likeness)
    assert hint.startswith("It is apology number 3 in this conversation")


@pytest.mark.parametrize(("days", "is_told"), [(1, True), (30, True), (31, False)])
def test_an_apology_that_repeats_within_30_days_is_told(days: int, is_told: bool) -> None:
    found = hints_for(reply(apologies=[Apology("other", NOW - timedelta(days=days))]), likeness)
    assert bool(found) == is_told
    assert all("had an apology on" in hint for hint in found)


@pytest.mark.parametrize("text", ["Sorry, we fix it today 😊", "Oops, sorry, we fix it today"])
def test_light_marks_are_told_where_the_matter_is_grave(text: str) -> None:
    critical = judgement(urgency=Urgency.CRITICAL)
    assert hints_for(reply(text), likeness) == ()
    assert (
        "is light where the matter is grave"
        in hints_for(reply(text, risks=frozenset({Risk.SAFETY})), likeness)[0]
    )
    assert (
        "is light where the matter is grave"
        in hints_for(reply(text, judgement=critical), likeness)[0]
    )


def test_a_company_adds_words_of_its_own() -> None:
    rules = CoachRules(words=(("en", Sign.BLAME, ("as per policy",)),))
    [hint] = hints_for(reply(f"{GOOD} As per policy.", rules=rules), likeness)
    assert hint == "“As per policy” can be read as blame."


def test_hints_are_few_and_the_weightiest_come_first() -> None:
    text = "Sorry for any inconvenience, calm down: as I said, it WILL NEVER happen again. 😊"
    made = [Apology("other", NOW - timedelta(days=1))]
    found = hints_for(reply(text, apologies=made, risks=frozenset({Risk.SAFETY})), likeness)
    assert len(found) == MOST_HINTS
    assert "had an apology" in found[0]


@given(st.text(max_size=300), st.sampled_from(["en", "nl", "und"]))
def test_any_answer_can_be_read(text: str, language: str) -> None:
    assert (
        len(hints_for(reply(text, judgement=judgement(language=language)), likeness)) <= MOST_HINTS
    )
