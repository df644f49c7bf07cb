"""The clock of a case's first answer: when it is due, and what agents are told on the way.

It starts when gehoor first sees the post that opens the case, and stops when an answer is on the
network. A case that was solved and comes back starts a new one; one that an agent merely opens
again goes on with its own.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from gehoor.domain.frozen import frozen


class Stage(StrEnum):
    """What a case's agents are told while its first answer is waited for, in order."""

    HALF = "half"
    SOON = "soon"
    OVERDUE = "overdue"


class Ending(StrEnum):
    """How a clock ended; `SOLVED` without an answer, `MERGED` by an answer to another case."""

    ANSWERED = "answered"
    SOLVED = "solved"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


STAGES = tuple(Stage)
TAGS = {
    Stage.HALF: "answer_due_half",
    Stage.SOON: "answer_due_soon",
    Stage.OVERDUE: "answer_overdue",
}
"""The tag of a ticket at each stage, one at a time, for views and triggers."""


@frozen
class FirstAnswer:
    """A clock; `took` is the time it counted until the answer, in the hours it counts in.

    `moments` are when half of the time is over, four fifths, and all of it. `told` is the last
    stage that agents were told of. `intent` is that of the post it started with.
    """

    started_at: datetime
    moments: tuple[datetime, datetime, datetime]
    intent: str
    round_the_clock: bool = False
    told: Stage | None = None
    ended_at: datetime | None = None
    ending: Ending | None = None
    took: timedelta | None = None

    @property
    def due_at(self) -> datetime:
        """When the answer is to be on the network."""
        return self.moments[-1]

    @property
    def is_within(self) -> bool:
        """Whether it was answered in time."""
        return self.ended_at is not None and self.ended_at <= self.due_at

    @property
    def next_moment(self) -> datetime | None:
        """When agents are to be told next; None when there is nothing more to tell."""
        left = self._left()
        return left[0][1] if left and self.ending is None else None

    def reached(self, now: datetime) -> Stage | None:
        """The last stage that is reached and was not told yet; those before it need no telling."""
        if self.ending is not None:
            return None
        return next((stage for stage, at in reversed(self._left()) if at <= now), None)

    def ended(self, at: datetime, ending: Ending, took: timedelta | None = None) -> "FirstAnswer":
        """The clock once it stopped; what it stopped for first counts."""
        if self.ending is not None:
            return self
        return replace(self, ended_at=at, ending=ending, took=took)

    def _left(self) -> list[tuple[Stage, datetime]]:
        told = STAGES.index(self.told) + 1 if self.told else 0
        return list(zip(STAGES, self.moments, strict=True))[told:]
