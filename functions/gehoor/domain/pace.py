"""How soon a source is read again, and why."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from gehoor.domain.frozen import frozen

if TYPE_CHECKING:
    from datetime import datetime

    from gehoor.domain.source import SourceState

BUSY = 4
QUIET = 12
PUSHES_HOLD = timedelta(hours=6)
"""How long after the last one pushes are relied on: longer than a quiet evening, and no longer than
a working day, in which a webhook that died would have had something to tell."""


class Why(StrEnum):
    """What sets the pace."""

    USUAL = "usual"
    BUSY = "busy"
    QUIET = "quiet"
    PUSHED = "pushed"


class Turn(NamedTuple):
    """How long a source waits until it is read again."""

    interval: timedelta
    why: Why


@frozen
class Pace:
    """How often a source is read: `usual`, and the bounds that busy and quiet times move it to.

    While its network pushes what is new, reading is the safety net: as seldom as `safety`.
    """

    usual: timedelta
    fastest: timedelta
    slowest: timedelta
    safety: timedelta = timedelta()

    def turn(self, idle: timedelta | None, since_push: timedelta | None = None) -> Turn:
        """The next turn when nothing new came for `idle`; None when that is not known.

        A source is busy for BUSY usual intervals after something new, and quiet after QUIET; the
        interval grows with the silence, so that a share of it is waited at most. `since_push` is
        how long ago pushes were shown to work, None when reading found what none had told of.
        """
        turn = self._by_itself(idle)
        is_pushed = since_push is not None and since_push < PUSHES_HOLD
        return Turn(self.safety, Why.PUSHED) if is_pushed and self.safety > turn.interval else turn

    def _by_itself(self, idle: timedelta | None) -> Turn:
        interval = self.usual
        if idle is not None and idle < self.usual * BUSY:
            interval = max(self.fastest, min(idle / BUSY, self.usual))
        elif idle is not None:
            interval = max(self.usual, min(idle / QUIET, self.slowest))
        if interval == self.usual:
            return Turn(interval, Why.USUAL)
        return Turn(interval, Why.BUSY if interval < self.usual else Why.QUIET)


def next_turn(pace: Pace, state: SourceState, now: datetime) -> Turn:
    """The turn of a source that was read at `now`, unless its network asks for another one."""
    heard_at, pushed_at = state.last_new_at or state.watched_since, state.pushed_at
    return pace.turn(now - heard_at if heard_at else None, now - pushed_at if pushed_at else None)
