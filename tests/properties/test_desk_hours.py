"""The desk's clock, for any mixture of hours, holidays and time zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from gehoor.domain.desk_hours import DeskHours, Shift

if TYPE_CHECKING:
    from collections.abc import Callable

ZONES = (
    "UTC",
    "Europe/Amsterdam",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Africa/Casablanca",
)
"""Whole, half and quarter hours, clocks set at midnight and by half an hour, a day left out."""

MINUTE = timedelta(minutes=1)
MINUTES = st.integers(0, 24 * 60 - 1)
SHIFTS = st.builds(
    lambda opens, closes: Shift(time(*divmod(opens, 60)), time(*divmod(closes, 60))),
    MINUTES,
    MINUTES,
)
MOMENTS = st.datetimes(datetime(2011, 1, 1), datetime(2031, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC, second=0, microsecond=0)
)
TARGETS = st.integers(1, 60 * 60).map(lambda minutes: minutes * MINUTE)


@st.composite
def desks(draw: Callable[..., object]) -> DeskHours:
    week = draw(st.lists(st.lists(SHIFTS, max_size=3).map(tuple), min_size=7, max_size=7))
    assert isinstance(week, list)
    weekday = draw(st.integers(0, 6))
    assert isinstance(weekday, int)
    week[weekday] = (*week[weekday], Shift(time(9), time(17)))
    zone = ZoneInfo(str(draw(st.sampled_from(ZONES))))
    day = st.dates(date(2011, 1, 1), date(2031, 1, 1))
    holidays = draw(st.frozensets(day, max_size=9))
    assert isinstance(holidays, frozenset)
    return DeskHours(zone, tuple(week), holidays)


def is_open(desk: DeskHours, moment: datetime) -> bool:
    """By looking at every shift around, without any arithmetic of the clock's own."""
    around = [moment.date() + timedelta(days=n) for n in range(-3, 4)]
    spans = (
        shift.on(day, desk.zone)
        for day in around
        if day not in desk.holidays
        for shift in desk.week[day.weekday()]
    )
    return any(opened <= moment < closed for opened, closed in spans)


def minutes_open(desk: DeskHours, start: datetime, end: datetime) -> int:
    return sum(is_open(desk, start + n * MINUTE) for n in range(int((end - start) / MINUTE)))


@given(desks(), MOMENTS, st.integers(0, 3 * 24 * 60))
@settings(deadline=None, max_examples=60)
def test_open_time_is_what_is_counted_minute_by_minute(
    desk: DeskHours, start: datetime, minutes: int
) -> None:
    end = start + minutes * MINUTE
    assert desk.open_between(start, end) == minutes_open(desk, start, end) * MINUTE


@given(desks(), MOMENTS, TARGETS)
@settings(deadline=None)
def test_the_open_time_until_it_is_due_is_the_target(
    desk: DeskHours, start: datetime, target: timedelta
) -> None:
    due = desk.due(start, target)
    assert desk.open_between(start, due) == target
    # And it is never due while nobody is there: right before, the desk was open
    assert is_open(desk, due - MINUTE / 60)


@given(desks(), MOMENTS, TARGETS, st.integers(0, 20 * 24 * 60))
@settings(deadline=None)
def test_what_starts_later_is_due_no_sooner(
    desk: DeskHours, start: datetime, target: timedelta, minutes: int
) -> None:
    assert desk.due(start, target) <= desk.due(start + minutes * MINUTE, target)


@given(desks(), MOMENTS, TARGETS, TARGETS)
@settings(deadline=None)
def test_a_longer_target_is_due_later(
    desk: DeskHours, start: datetime, target: timedelta, more: timedelta
) -> None:
    assert desk.due(start, target) < desk.due(start, target + more)


@given(desks(), MOMENTS, st.lists(st.integers(0, 9 * 24 * 60), min_size=2).map(sorted))
@settings(deadline=None)
def test_the_share_that_is_over_never_falls(
    desk: DeskHours, start: datetime, minutes: list[int]
) -> None:
    counted = [desk.open_between(start, start + n * MINUTE) for n in minutes]
    assert counted == sorted(counted)


@given(desks(), MOMENTS, TARGETS)
@settings(deadline=None)
def test_the_open_time_after_a_notice_is_the_notice(
    desk: DeskHours, end: datetime, notice: timedelta
) -> None:
    at = desk.before(end, notice)
    assert at < end
    assert desk.open_between(at, end) == notice
