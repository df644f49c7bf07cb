"""How soon a source is read again."""

from dataclasses import dataclass
from datetime import timedelta

BUSY = 4
QUIET = 12


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a source is read: `usual`, and the bounds that busy and quiet times move it to."""

    usual: timedelta
    fastest: timedelta
    slowest: timedelta

    def interval(self, idle: timedelta | None) -> timedelta:
        """How long to wait when nothing new came for `idle`; None when that is not known.

        A source is busy for BUSY usual intervals after something new, and quiet after QUIET; the
        interval grows with the silence, so that a share of it is waited at most.
        """
        if idle is None:
            return self.usual
        if idle < self.usual * BUSY:
            return max(self.fastest, min(idle / BUSY, self.usual))
        return max(self.usual, min(idle / QUIET, self.slowest))
