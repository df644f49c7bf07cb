"""When a promise is due: the time ahead that its clauses name, in Dutch or English.

"As soon as possible" and "a few days" name none. A day lasts until the desk closes on it, "before
Friday" until it begins; of a range the later end counts, of several times the first. A weekday is
the next one, today among them while the desk is open; a date without a year is the next one.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from gehoor.domain.desk_hours import MIDNIGHT, DeskHours
from gehoor.domain.frozen import frozen
from gehoor.domain.promise_time_cues import (
    BEFORE,
    BEFORE_WEEKEND,
    CLOCK,
    DATES,
    DAY_AFTER_TOMORROW,
    END_OF_MONTH,
    HALF_AN_HOUR,
    MONTHS,
    NEXT_WEEK,
    NUMBERS,
    NUMERIC_DATES,
    PARTS_OF_DAY,
    SPANS,
    THIS_WEEK,
    TODAY,
    TOMORROW,
    WEEKDAY,
    WEEKDAYS,
    WEEKEND,
    WORKING_DAYS,
)

FARTHEST = timedelta(days=92)
"""A time beyond is likely to be misread, and no agent's to remember."""

FIRST_HOUR = 8
"""An hour before it, of which nobody says that it is in the morning, is in the afternoon."""

_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_FRIDAY, _SUNDAY = 4, 6
_PLAIN = str.maketrans({"\u2019": "'", "ó": "o", "é": "e", "Ó": "O", "É": "E"})


@frozen
class _Said:
    """A clause, when it was said, on the desk's clock too."""

    clause: str
    at: datetime
    hours: DeskHours

    @property
    def today(self) -> date:
        return self.at.astimezone(self.hours.zone).date()

    def on(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self.hours.zone).astimezone(UTC)


def due_time(clauses: Iterable[str], at: datetime, hours: DeskHours) -> datetime | None:
    """The first time that the clauses, said `at`, name within FARTHEST; None without one."""
    found = (
        due for clause in clauses for due in _times(_Said(clause.translate(_PLAIN), at, hours))
    )
    return min((due for due in found if at < due <= at + FARTHEST), default=None)


def _times(said: _Said) -> Iterator[datetime]:
    """Every time in the clause, those that are over too."""
    yield from _spans(said)
    days, hour = list(_days(said)), _hour(said.clause)
    for day, is_before in days:
        if hour is not None:
            yield said.on(day, hour)
        else:
            yield said.on(day, MIDNIGHT) if is_before else _end_of(day, said)
    if hour is not None and not days:
        due = said.on(said.today, hour)
        yield due if due > said.at else said.on(said.today + _DAY, hour)


def _spans(said: _Said) -> Iterator[datetime]:
    for pattern, unit in SPANS:
        for found in pattern.finditer(said.clause):
            yield said.at + _count(found) * unit
    for found in WORKING_DAYS.finditer(said.clause):
        yield said.hours.end_of(_working_day(_count(found), said))
    if HALF_AN_HOUR.search(said.clause):
        yield said.at + timedelta(minutes=30)


def _count(found: re.Match[str]) -> int:
    count = found["count"].lower()
    return NUMBERS[count] if count in NUMBERS else int(count)


def _working_day(count: int, said: _Said) -> date:
    day, left = said.today, min(count, FARTHEST.days)
    while left:
        day += _DAY
        left -= said.hours.is_working_day(day)
    return day


def _end_of(day: date, said: _Said) -> datetime:
    """When the desk closes; the end of a day on which it has closed already."""
    closes = said.hours.end_of(day)
    return closes if closes > said.at else said.on(day + _DAY, MIDNIGHT)


def _days(said: _Said) -> Iterator[tuple[date, bool]]:
    """Each day that is named, and whether only the time before it is meant."""
    named = [*_weekdays(said), *_dates(said)]
    yield from named
    relative = ((DAY_AFTER_TOMORROW, 2), (TODAY, 0))
    for pattern, days in relative:
        if pattern.search(said.clause):
            yield said.today + days * _DAY, False
    if TOMORROW.search(DAY_AFTER_TOMORROW.sub(" ", said.clause)):
        yield said.today + _DAY, False
    if not named:
        yield from ((day, False) for day in _loose_days(said))


def _weekdays(said: _Said) -> Iterator[tuple[date, bool]]:
    for found in WEEKDAY.finditer(said.clause):
        weekday, is_before = WEEKDAYS[found["name"][:3].lower()], _is_before(found)
        if NEXT_WEEK.search(said.clause):
            yield _weekday_of(said.today + _WEEK, weekday), is_before
            continue
        day = said.today + (weekday - said.today.weekday()) % 7 * _DAY
        is_over = said.hours.end_of(day) <= said.at or (is_before and day == said.today)
        yield day + _WEEK if is_over else day, is_before


def _dates(said: _Said) -> Iterator[tuple[date, bool]]:
    for pattern in (*DATES, *NUMERIC_DATES):
        for found in pattern.finditer(said.clause):
            day = _date(found, said.today)
            if day is not None:
                yield day, _is_before(found)


def _date(found: re.Match[str], today: date) -> date | None:
    """The next such date; None for what is none."""
    parts = found.groupdict()
    month = MONTHS[parts["month"][:3].lower()] if parts.get("month") else int(parts["number"])
    for year in [int(parts["year"])] if parts["year"] else [today.year, today.year + 1]:
        try:
            day = date(year, month, int(parts["day"]))
        except ValueError:
            continue
        if day >= today:
            return day
    return None


def _loose_days(said: _Said) -> Iterator[date]:
    """The last days of weeks and months; Friday, on a weekend Sunday, is a week's."""
    today, clause = said.today, said.clause
    last = _FRIDAY if today.weekday() <= _FRIDAY else _SUNDAY
    if THIS_WEEK.search(clause) or BEFORE_WEEKEND.search(clause):
        yield _weekday_of(today, last)
    elif WEEKEND.search(clause):
        yield _weekday_of(today, _SUNDAY)
    if NEXT_WEEK.search(clause):
        yield _weekday_of(today + _WEEK, _FRIDAY)
    if END_OF_MONTH.search(clause):
        yield today.replace(day=monthrange(today.year, today.month)[1])


def _weekday_of(day: date, weekday: int) -> date:
    """That weekday in the week of a day."""
    return day + (weekday - day.weekday()) * _DAY


def _is_before(found: re.Match[str]) -> bool:
    lead = found.string[: found.start()]
    return BEFORE.search(lead) is not None or found[0].lower().startswith(("before ", "voor "))


def _hour(clause: str) -> time | None:
    """The time of day that is named; that of a part of the day where no clock is read."""
    for found in CLOCK.finditer(clause):
        if found["minute"] or found["half"] or found["mark"]:
            return time(_hour_of_day(found), int(found["minute"] or 0))
    return next((late for pattern, late in PARTS_OF_DAY if pattern.search(clause)), None)


def _hour_of_day(found: re.Match[str]) -> int:
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half:
        return hour % 12 + (12 if half.startswith("p") else 0)
    is_later = found["evening"] or (hour < FIRST_HOUR and len(found["hour"]) == 1)
    return hour + 12 if is_later and hour < 12 else hour
