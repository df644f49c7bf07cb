"""How the desk works: its hours, and how soon what is to be answered."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gehoor.domain.desk_hours import DeskHours
from gehoor.domain.first_answer import FirstAnswer
from gehoor.domain.frozen import frozen
from gehoor.domain.judgement import Intent, Judgement, Urgency

ANY_TIME = DeskHours(ZoneInfo("UTC"))


@frozen
class Desk:
    """The desk's rules. `targets` are by intent or urgency; `target` is that of all else.

    Critical posts count round the clock where `critical_round_the_clock` says so. A promise comes
    back `promise_notice` of the desk's time before it is due.
    """

    hours: DeskHours = ANY_TIME
    target: timedelta = timedelta(hours=1)
    targets: Mapping[str, timedelta] = field(default_factory=dict)
    critical_round_the_clock: bool = True
    promise_notice: timedelta = timedelta(hours=2)

    def target_of(self, judgement: Judgement) -> timedelta:
        """The shortest target that fits; a post that is unsure is a complaint, unless named."""
        intent: str = judgement.intent
        if intent == Intent.UNSURE and intent not in self.targets:
            intent = Intent.COMPLAINT
        named = (self.targets.get(kind) for kind in (intent, judgement.urgency))
        return min((target for target in named if target), default=self.target)

    def first_answer(self, judgement: Judgement, seen_at: datetime) -> FirstAnswer:
        """The clock of what was first seen then."""
        started_at, target = seen_at.replace(microsecond=0), self.target_of(judgement)
        is_always = judgement.urgency == Urgency.CRITICAL and self.critical_round_the_clock
        hours = self._counting(is_always)
        moments = (
            hours.due(started_at, target / 2),
            hours.due(started_at, target * 4 / 5),
            hours.due(started_at, target),
        )
        return FirstAnswer(started_at, moments, judgement.intent, is_always)

    def counted(self, clock: FirstAnswer, at: datetime) -> timedelta:
        """How much of the time that counts is over at a moment."""
        return self._counting(clock.round_the_clock).open_between(clock.started_at, at)

    def in_words(self, moment: datetime) -> str:
        """A moment on the desk's own clock, as agents read it."""
        return f"{moment.astimezone(self.hours.zone):%a %d %b %Y, %H:%M} ({self.hours.zone.key})"

    def in_field(self, moment: datetime) -> str:
        """The same as it stands in a ticket's field: its order is that of time."""
        return f"{moment.astimezone(self.hours.zone):%Y-%m-%d %H:%M} ({self.hours.zone.key})"

    def _counting(self, is_always: bool) -> DeskHours:
        return ANY_TIME if is_always else self.hours
