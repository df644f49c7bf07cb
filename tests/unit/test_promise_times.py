"""When a promise in an answer is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gehoor.domain.dated_promises import first_due
from gehoor.domain.desk_hours import DeskHours, Shift
from gehoor.domain.promises import promises_in

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = ((Shift(time(9), time(17)),),) * 5 + ((), ())
DESK = DeskHours(AMSTERDAM, OFFICE, frozenset({date(2026, 12, 25)}))
WEDNESDAY = datetime(2026, 12, 2, 10, 0, tzinfo=AMSTERDAM).astimezone(UTC)
DATED = [
    ("We bellen je vrijdag.", "12-04 17:00"),
    ("We komen er vóór vrijdag op terug.", "12-04 00:00"),
    ("U hoort uiterlijk vrijdag om 12.00 uur van ons.", "12-04 12:00"),
    ("Mijn collega belt je vrijdagochtend.", "12-04 12:00"),
    ("Goedemorgen, we bellen je vrijdagmiddag.", "12-04 18:00"),
    ("We bellen u maandag.", "12-07 17:00"),
    ("We bellen je volgende week dinsdag.", "12-08 17:00"),
    ("We storten het bedrag volgende week terug.", "12-11 17:00"),
    ("We storten het bedrag deze week terug.", "12-04 17:00"),
    ("We lossen dit voor het weekend op.", "12-04 17:00"),
    ("De monteur komt zaterdag langs.", "12-06 00:00"),
    ("Ik kom er morgen op terug.", "12-03 17:00"),
    ("We bellen je morgen om half.", "12-03 17:00"),
    ("We bellen je morgen voor 5 uur.", "12-03 17:00"),
    ("We bellen je morgen voor 8 uur.", "12-03 08:00"),
    ("We bellen je overmorgen.", "12-04 17:00"),
    ("Mijn collega belt je vanmiddag.", "12-02 18:00"),
    ("We kijken er vandaag nog naar.", "12-02 17:00"),
    ("Ik bel je vanavond.", "12-02 22:00"),
    ("We bellen je om 9 uur 's avonds.", "12-02 21:00"),
    ("Uiterlijk 3 december sturen we een nieuwe.", "12-03 17:00"),
    ("We laten het je weten, uiterlijk 3 december.", "12-03 17:00"),
    ("Uiterlijk 3-12 sturen we een nieuwe.", "12-03 17:00"),
    ("We sturen voor 4 januari 2027 een nieuwe.", "2027-01-04 00:00"),
    ("Uiterlijk 4 januari sturen we een nieuwe.", "2027-01-04 17:00"),
    ("Je krijgt binnen 24 uur antwoord.", "12-03 10:00"),
    ("Je krijgt binnen een half uur antwoord.", "12-02 10:30"),
    ("We will answer within half an hour.", "12-02 10:30"),
    ("Ik bel je over een kwartier.", "12-02 10:15"),
    ("U ontvangt binnen twee werkdagen een e-mail van ons.", "12-04 17:00"),
    ("Het bedrag wordt binnen 3 tot 5 werkdagen teruggestort.", "12-09 17:00"),
    ("We komen binnen een week bij je terug.", "12-09 10:00"),
    ("We bellen je vrijdag of maandag.", "12-04 17:00"),
    ("We'll get back to you by Friday.", "12-04 17:00"),
    ("We\u2019ll get back to you before Friday.", "12-04 00:00"),
    ("We'll get back to you next Monday.", "12-07 17:00"),
    ("We'll call you tomorrow.", "12-03 17:00"),
    ("We'll call you tomorrow morning.", "12-03 12:00"),
    ("Good morning, we will call you the day after tomorrow.", "12-04 17:00"),
    ("We will get back to you within 24 hours.", "12-03 10:00"),
    ("We'll call you before 5pm.", "12-02 17:00"),
    ("We'll call you before 9am.", "12-03 09:00"),
    ("We'll call you at 4:30 p.m. on Thursday.", "12-03 16:30"),
    ("Your refund will be paid by 24 December.", "12-24 17:00"),
    ("Your refund will be paid by December 3rd.", "12-03 17:00"),
    ("Your refund will be paid by the 3rd of December.", "12-03 17:00"),
    ("Your refund will be paid by 2026-12-03.", "12-03 17:00"),
    ("You'll have your money back within two business days.", "12-04 17:00"),
    ("You'll have your money back within 3-5 working days.", "12-09 17:00"),
    ("It'll be fixed by the end of the week.", "12-04 17:00"),
    ("We'll fix it by the end of the month.", "12-31 17:00"),
    ("We will get back to you by close of business.", "12-02 17:00"),
    ("We'll let you know by noon tomorrow.", "12-03 12:00"),
    ("We couldn't fix it on Friday, but we'll let you know tomorrow.", "12-03 17:00"),
]
UNDATED = [
    "We komen hier zo snel mogelijk op terug.",
    "We laten het u weten zodra het pakket binnen is.",
    "U kunt binnen enkele dagen een nieuw pakket verwachten.",
    "We'll get back to you shortly.",
    "You can expect a reply within a few hours.",
    "We'll look into your order of 3 December.",
    "We kijken naar je bestelling van 3 november.",
    "We will call you by 31 November.",
    "We will be closed on Friday.",
    "Can you call us tomorrow?",
    "If you write to us before Friday, we will answer tomorrow.",
    "We called you on Friday.",
    "We cannot fix this by Friday.",
    "Your order arrives by 3 June.",
    "Thanks!",
]


def at(text: str) -> datetime:
    whole = text if text.startswith("20") else f"2026-{text}"
    return datetime.fromisoformat(whole).replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(("answer", "due"), DATED)
def test_a_promise_is_due_when_it_says(answer: str, due: str) -> None:
    found = first_due(answer, WEDNESDAY, DESK)
    assert found is not None
    assert (found.due_at, found.quote) == (at(due), promises_in(answer)[0])


@pytest.mark.parametrize("answer", UNDATED)
def test_what_names_no_time_and_what_promises_nothing_is_never_due(answer: str) -> None:
    assert first_due(answer, WEDNESDAY, DESK) is None


def test_of_several_promises_the_first_that_is_due_counts() -> None:
    answer = "You'll receive a new one on Monday. I'll call you tomorrow."
    found = first_due(answer, WEDNESDAY, DESK)
    assert found is not None
    assert found.quote == "I'll call you tomorrow."


def test_a_weekday_is_today_while_the_desk_is_open() -> None:
    before, after = WEDNESDAY, WEDNESDAY + timedelta(hours=8)
    promise = "We bellen je woensdag."
    found = [first_due(promise, now, DESK) for now in (before, after)]
    assert [one and one.due_at for one in found] == [at("12-02 17:00"), at("12-09 17:00")]


def test_what_is_promised_for_today_after_closing_is_due_at_midnight() -> None:
    found = first_due("We'll call you today.", WEDNESDAY + timedelta(hours=8), DESK)
    assert found is not None
    assert found.due_at == at("12-03 00:00")


ZONES = st.sampled_from(
    ["UTC", "Europe/Amsterdam", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"]
)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2031, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


@given(ZONES, MOMENTS, st.sampled_from([answer for answer, _ in DATED]))
def test_whatever_is_due_lies_ahead_in_every_zone(zone: str, now: datetime, answer: str) -> None:
    found = first_due(answer, now, DeskHours(ZoneInfo(zone), OFFICE))
    assert found is None or now < found.due_at <= now + timedelta(days=92)


@given(ZONES, MOMENTS)
def test_tomorrow_is_the_next_day_on_the_desks_own_clock(zone: str, now: datetime) -> None:
    desk = DeskHours(ZoneInfo(zone), ((Shift(time(9), time(17)),),) * 7)
    found = first_due("We bellen je morgen.", now, desk)
    assert found is not None
    due = found.due_at.astimezone(desk.zone)
    assert (due.hour, due.minute) == (17, 0)
    assert due.date() == now.astimezone(desk.zone).date() + timedelta(days=1)


@given(st.text(max_size=300), MOMENTS)
def test_any_text_can_be_looked_at(text: str, now: datetime) -> None:
    first_due(f"We'll call you {text}", now, DESK)
