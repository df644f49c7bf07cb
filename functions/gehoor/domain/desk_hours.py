"""When people are at the desk, and time as it counts there.

Opening hours are what clocks on the wall show, in one time zone: the day on which the clock is set
back has an hour more of them where they span that hour. A shift belongs to the day it begins on;
none begins on a holiday. Moments come in and go out as aware UTC.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from gehoor.domain.frozen import frozen

MIDNIGHT = time()
_DAY = timedelta(days=1)
_WINDOW = timedelta(days=7)
_FARTHEST = 2
"""Days between the date that a moment has in UTC and the day on which a shift around it begins."""

Span = tuple[datetime, datetime]


@frozen
class Shift:
    """Hours on one day; one that `closes` no later than it `opens` ends on the next day."""

    opens: time
    closes: time

    def on(self, day: date, zone: ZoneInfo) -> Span:
        """From when to when it lasts if it begins on this day."""
        last = day if self.opens < self.closes else day + _DAY
        begin = datetime.combine(day, self.opens, zone).astimezone(UTC)
        return begin, datetime.combine(last, self.closes, zone).astimezone(UTC)


ALL_DAY = (Shift(MIDNIGHT, MIDNIGHT),)
ROUND_THE_CLOCK = (ALL_DAY,) * 7


@frozen
class DeskHours:
    """The shifts of each weekday from Monday on, at least one in all, and the days without any."""

    zone: ZoneInfo
    week: tuple[tuple[Shift, ...], ...] = ROUND_THE_CLOCK
    holidays: frozenset[date] = frozenset()

    def due(self, start: datetime, target: timedelta) -> datetime:
        """The first moment at which the desk was open for `target`, above zero, since `start`."""
        left, since = target, start
        while True:
            for opened, closed in self._open_in(since, since + _WINDOW):
                if closed - opened >= left:
                    return opened + left
                left -= closed - opened
            since += _WINDOW

    def before(self, end: datetime, notice: timedelta) -> datetime:
        """The last moment from which the desk is open for `notice`, above zero, until `end`."""
        left, until = notice, end
        while True:
            for opened, closed in reversed([*self._open_in(until - _WINDOW, until)]):
                if closed - opened >= left:
                    return closed - left
                left -= closed - opened
            until -= _WINDOW

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """How long the desk is open from `start` until `end`."""
        spans = self._open_in(start, end) if start < end else ()
        return sum((closed - opened for opened, closed in spans), timedelta())

    def is_working_day(self, day: date) -> bool:
        """Whether people understand it as one when they promise something "in two working days"."""
        return day.weekday() < 5 and day not in self.holidays

    def end_of(self, day: date) -> datetime:
        """When the desk closes on a day; the end of the day when it does not open or close."""
        midnight = datetime.combine(day + _DAY, MIDNIGHT, self.zone).astimezone(UTC)
        ends = (closed for _, closed in self.shifts_of(day))
        return min(max(ends, default=midnight), midnight)

    def shifts_of(self, day: date) -> Iterator[Span]:
        """The shifts that begin on a day; none where the clock jumps over one as a whole."""
        if day not in self.holidays:
            spans = (shift.on(day, self.zone) for shift in self.week[day.weekday()])
            yield from (span for span in spans if span[0] < span[1])

    def _open_in(self, since: datetime, until: datetime) -> Iterator[Span]:
        """The times at which the desk is open, parted and in order, within these bounds."""
        first = since.date() - _FARTHEST * _DAY
        days = (until.date() - first).days + _FARTHEST
        reached = since
        for opened, closed in _shifts_from(self, first, days + 1):
            begin, end = max(opened, reached), min(closed, until)
            if begin < end:
                yield begin, end
                reached = end


@lru_cache(maxsize=32)  # the cases of a day ask about the same days
def _shifts_from(hours: DeskHours, first: date, days: int) -> tuple[Span, ...]:
    """The shifts that begin on so many days, in order."""
    return tuple(sorted(span for n in range(days) for span in hours.shifts_of(first + n * _DAY)))
