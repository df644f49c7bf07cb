"""When a first answer is due, and what is told on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from factories import NOW, judgement
from gehoor.domain.desk import Desk
from gehoor.domain.desk_hours import DeskHours, Shift
from gehoor.domain.first_answer import Ending, Stage
from gehoor.domain.judgement import Intent, Urgency

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = ((Shift(time(9), time(17)),),) * 5 + ((), ())
NIGHTS = ((Shift(time(22), time(6)),),) * 7
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    """A moment on Amsterdam's clock; of two the first."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


@pytest.mark.parametrize(
    ("week", "holidays", "start", "hours", "due"),
    [
        pytest.param(OFFICE, [], "2026-11-25 10:00", 2, "2026-11-25 12:00", id="the same day"),
        pytest.param(OFFICE, [], "2026-11-25 16:00", 1, "2026-11-25 17:00", id="at closing time"),
        pytest.param(OFFICE, [], "2026-11-25 16:30", 1, "2026-11-26 09:30", id="over night"),
        pytest.param(OFFICE, [], "2026-11-27 16:30", 1, "2026-11-30 09:30", id="over a weekend"),
        pytest.param(OFFICE, [], "2026-11-28 12:00", 1, "2026-11-30 10:00", id="on a weekend"),
        pytest.param(
            OFFICE, ["2026-12-25"], "2026-12-24 16:00", 2, "2026-12-28 10:00", id="a holiday"
        ),
        pytest.param(NIGHTS, [], "2026-11-25 12:00", 3, "2026-11-26 01:00", id="past midnight"),
        pytest.param(
            NIGHTS, ["2026-11-26"], "2026-11-26 05:00", 2, "2026-11-27 23:00", id="no shift begins"
        ),
        pytest.param(NIGHTS, [], "2026-03-28 22:00", 8, "2026-03-29 23:00", id="a short night"),
        pytest.param(NIGHTS, [], "2026-10-24 22:00", 9, "2026-10-25 06:00", id="a long night"),
    ],
)
def test_a_target_counts_while_the_desk_is_open(
    week: tuple[tuple[Shift, ...], ...], holidays: list[str], start: str, hours: int, due: str
) -> None:
    desk = DeskHours(AMSTERDAM, week, frozenset(map(date.fromisoformat, holidays)))
    assert desk.due(at(start), hours * HOUR) == at(due)


def test_notice_is_given_while_somebody_is_there() -> None:
    desk = DeskHours(AMSTERDAM, OFFICE)
    assert desk.before(at("2026-11-30 10:00"), 2 * HOUR) == at("2026-11-27 16:00")
    assert desk.before(at("2026-11-29 10:00"), 2 * HOUR) == at("2026-11-27 15:00")


@pytest.mark.parametrize(
    ("intent", "urgency", "hours"),
    [
        (Intent.COMPLAINT, Urgency.NORMAL, 3),
        (Intent.UNSURE, Urgency.NORMAL, 3),
        (Intent.PRAISE, Urgency.LOW, 24),
        (Intent.PRAISE, Urgency.CRITICAL, 1),
        (Intent.QUESTION, Urgency.CRITICAL, 1),
        (Intent.QUESTION, Urgency.HIGH, 4),
    ],
)
def test_the_shortest_target_that_fits_counts(intent: Intent, urgency: Urgency, hours: int) -> None:
    targets = {"complaint": 3 * HOUR, "praise": 24 * HOUR, "critical": HOUR}
    desk = Desk(target=4 * HOUR, targets=targets)
    assert desk.target_of(judgement(intent=intent, urgency=urgency)) == hours * HOUR


def test_critical_posts_wait_for_no_opening_hours_unless_they_are_to() -> None:
    critical, seen_at = judgement(urgency=Urgency.CRITICAL), at("2026-11-28 23:00")
    always = Desk(DeskHours(AMSTERDAM, OFFICE))
    in_hours = Desk(DeskHours(AMSTERDAM, OFFICE), critical_round_the_clock=False)
    assert always.first_answer(critical, seen_at).due_at == at("2026-11-29 00:00")
    assert in_hours.first_answer(critical, seen_at).due_at == at("2026-11-30 10:00")
    assert always.counted(always.first_answer(critical, seen_at), seen_at + HOUR) == HOUR


def test_a_due_time_reads_as_the_desks_clock_shows_it() -> None:
    desk = Desk(DeskHours(AMSTERDAM))
    assert desk.in_words(NOW) == "Sun 22 Nov 2026, 11:00 (Europe/Amsterdam)"
    assert desk.in_field(NOW) == "2026-11-22 11:00 (Europe/Amsterdam)"


def test_each_stage_is_reached_in_its_turn_and_told_once() -> None:
    clock = Desk(target=10 * HOUR).first_answer(judgement(), NOW)
    assert [clock.reached(NOW + n * HOUR) for n in (4, 5, 8, 10)] == [
        None,
        Stage.HALF,
        Stage.SOON,
        Stage.OVERDUE,
    ]
    assert clock.next_moment == NOW + 5 * HOUR


def test_what_was_told_is_not_told_again_and_what_was_missed_is_left_out() -> None:
    told = replace(Desk().first_answer(judgement(), NOW), told=Stage.SOON)
    assert told.reached(NOW + HOUR * 0.9) is None
    assert told.reached(NOW + HOUR) is Stage.OVERDUE
    assert replace(told, told=Stage.OVERDUE).next_moment is None


def test_a_clock_that_stopped_says_nothing_more_and_ends_once() -> None:
    clock = Desk().first_answer(judgement(), NOW)
    ended = clock.ended(NOW + HOUR, Ending.ANSWERED, HOUR)
    assert (ended.next_moment, ended.reached(NOW + 2 * HOUR)) == (None, None)
    assert ended.is_within
    assert ended.ended(NOW + 2 * HOUR, Ending.SOLVED) is ended
