"""How somebody comes to write here: by their words, and by what went before."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from factories import JUDGEMENT, judgement, mention
from gehoor.domain.compose import LAST_RESORT, tags_of, ticket_draft
from gehoor.domain.contact_kind import (
    JUST_SOLVED,
    RECENT,
    Contact,
    ContactKind,
    asked_elsewhere,
    contact_of,
)
from gehoor.domain.judgement import Intent, Urgency
from gehoor.domain.priority import Priority
from gehoor.domain.ticket import History, PastTicket


def ago(**units: float) -> datetime:
    return mention().posted_at - timedelta(**units)


def ticket(number: int = 1, status: str = "open", **changes: Any) -> PastTicket:
    made = PastTicket(str(number), "Parcel", status, ago(days=90), ago(days=2), channel="e-mail")
    return replace(made, **changes)


def contact(*tickets: PastTicket, intent: Intent = Intent.COMPLAINT, before: int = 0) -> Contact:
    heard = [ago(days=day + 1) for day in range(before)]
    return contact_of(mention(), judgement(intent=intent), History(tickets), heard)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Ik heb al drie keer gebeld over mijn pakket", "al drie keer gebeld"),
        ("Derde keer dat ik bel @noordlicht", "Derde keer dat ik bel"),
        ("Niemand reageert op mijn mail, wat nu?", "Niemand reageert op mijn"),
        (
            "mailtje gestuurd vanaf huis, geen antwoord",
            "mailtje gestuurd vanaf huis, geen antwoord",
        ),
        ("45 minuten in de wacht en dan opgehangen", "45 minuten in de wacht"),
        ("Klantenservice is onbereikbaar", "Klantenservice is onbereikbaar"),
        ("Dan maar via Twitter: waar is mijn pakket?", "Dan maar via Twitter"),
        ("Al meerdere keren gebeld met jullie", "meerdere keren gebeld"),
        ("Ik zou teruggebeld worden, niks van gemerkt", "zou teruggebeld worden"),
        ("Wacht al 2 weken op antwoord op mijn mail", "Wacht al 2 weken op antwoord op mijn mail"),
        ("Emailed you last week and heard nothing", "Emailed you last week and heard nothing"),
        ("I called three times already", "called three times"),
        ("Still no reply to my emails", "no reply to my emails"),
        ("I\u2019ve been on hold for an hour", "I\u2019ve been on hold"),
        ("please call me back, this is the 4th request", "4th request"),
    ],
)
def test_an_author_says_that_they_asked_elsewhere(text: str, quote: str) -> None:
    assert asked_elsewhere(text) == (quote,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "😡😡😡",
        "Mijn pakket is al drie dagen te laat",
        "Kan ik jullie bellen?",
        "De bezorger heeft drie keer aangebeld",
        "My order has been on hold for three weeks",
        "Called the shop, got help at once. Three stars!",
        "Nobody answers like you do, thanks",
        "Bel 0201234567 maar",
        "Lees de mail even af en dan wacht ik",
    ],
)
def test_other_words_about_calls_and_mails_say_nothing(text: str) -> None:
    assert asked_elsewhere(text) == ()


@pytest.mark.parametrize(
    ("past", "intent", "kind"),
    [
        (ticket(), Intent.COMPLAINT, ContactKind.LAST_RESORT),
        (ticket(), Intent.QUESTION, ContactKind.LAST_RESORT),
        (ticket(status="pending"), Intent.UNSURE, ContactKind.LAST_RESORT),
        (ticket(), Intent.PRAISE, ContactKind.TRYING_OUT),
        (ticket(status="solved", satisfied=False), Intent.QUESTION, ContactKind.LAST_RESORT),
        (ticket(status="solved", satisfied=True), Intent.QUESTION, ContactKind.TRYING_OUT),
        (ticket(status="solved"), Intent.COMPLAINT, ContactKind.LAST_RESORT),
        (ticket(status="solved"), Intent.QUESTION, ContactKind.TRYING_OUT),
        (
            ticket(status="closed", updated_at=ago(days=8)),
            Intent.COMPLAINT,
            ContactKind.TRYING_OUT,
        ),
        (
            ticket(status="closed", satisfied=False, updated_at=ago(days=31)),
            Intent.COMPLAINT,
            ContactKind.TRYING_OUT,
        ),
    ],
)
def test_a_contact_elsewhere_that_waits_or_failed_makes_it_a_last_resort(
    past: PastTicket, intent: Intent, kind: ContactKind
) -> None:
    # Given one earlier ticket that came another way
    found = contact(past, intent=intent)
    # Then it counts only while somebody still waits for its end, and it is the evidence
    assert found.kind is kind
    assert found.elsewhere == ((past,) if found.is_last_resort else ())


def test_the_bounds_of_what_counts_as_recent() -> None:
    failed = ticket(status="closed", satisfied=False, updated_at=mention().posted_at - RECENT)
    solved = ticket(status="solved", updated_at=mention().posted_at - JUST_SOLVED)
    assert contact(failed).is_last_resort
    assert contact(solved).is_last_resort


def test_open_tickets_come_before_those_that_failed() -> None:
    failed, waits = ticket(1, "solved", satisfied=False), ticket(2)
    assert contact(failed, waits).elsewhere == (waits, failed)


def test_who_was_answered_here_before_is_at_home() -> None:
    here = ticket(7, "solved", channel="")
    assert contact(here, before=1) == Contact(ContactKind.AT_HOME, answered=here)


def test_who_wrote_here_before_and_got_no_answer_is_neither_at_home_nor_new() -> None:
    assert contact(ticket(7, "new", channel=""), before=1) == Contact()


def test_nothing_is_said_of_somebody_whom_the_helpdesk_does_not_tell_of() -> None:
    assert contact_of(mention(), JUDGEMENT, None, [ago(days=1)]) == Contact()


def test_the_words_count_though_the_helpdesk_cannot_be_asked() -> None:
    said = mention(text="Niemand reageert op mijn mail")
    assert contact_of(said, JUDGEMENT, None).is_last_resort


@pytest.mark.parametrize(
    ("urgency", "plain", "raised"),
    [
        (Urgency.LOW, Priority.LOW, Priority.NORMAL),
        (Urgency.NORMAL, Priority.NORMAL, Priority.HIGH),
        (Urgency.HIGH, Priority.HIGH, Priority.URGENT),
        (Urgency.CRITICAL, Priority.URGENT, Priority.URGENT),
    ],
)
def test_words_of_a_last_resort_open_the_ticket_one_step_up(
    urgency: Urgency, plain: Priority, raised: Priority
) -> None:
    # Given the same judgement of a post that says it, and of one that does not
    judged = judgement(urgency=urgency)
    says = mention(text="It is broken and I called three times")
    # When their tickets are drafted
    drafts = [ticket_draft(post, judged, "case", "7") for post in (mention(), says)]
    # Then the priority is one step apart, and never above the top; the tag tells why
    assert [draft.priority for draft in drafts] == [plain, raised]
    assert drafts[1].first.at_least is raised
    assert LAST_RESORT in tags_of(says, judged)
    assert LAST_RESORT not in tags_of(mention(), judged)
