"""What triage says about a mention: facts of the text alone.

Reach (followers, views, verification) has no place here, so nothing computed from a judgement can
depend on it.
"""

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from gehoor.domain.frozen import frozen
from gehoor.domain.personal_data_kinds import HARMFUL_IN_PUBLIC, PersonalData


class Intent(StrEnum):
    """What the author wants; `UNSURE` where the text does not say.

    A `LEAD` asks before they buy. `COMPETITOR` speaks of another company alone.
    """

    COMPLAINT = "complaint"
    QUESTION = "question"
    LEAD = "lead"
    PRAISE = "praise"
    NEWS = "news"
    SPAM = "spam"
    COMPETITOR = "competitor"
    OTHER = "other"
    UNSURE = "unsure"


class Urgency(StrEnum):
    """How soon a person should look at it, from latest to soonest."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class Risk(StrEnum):
    """What makes a mention more than service, gravest last: who knows the matter must see it."""

    PRESS = "press"
    LEGAL = "legal"
    SAFETY = "safety"
    THREAT = "threat"
    SELF_HARM = "self_harm"


_SOON = {urgency: place for place, urgency in enumerate(Urgency)}
_GRAVE = {risk: place for place, risk in enumerate((None, *Risk))}


def soonest(*urgencies: Urgency) -> Urgency:
    """The most urgent of some: no rule takes back what another one found."""
    return max(urgencies, key=_SOON.__getitem__)


def gravest(*risks: Risk | None) -> Risk | None:
    """The gravest of some risks, None where there is none."""
    return max(risks, key=_GRAVE.__getitem__, default=None)


@frozen
class Judgement:
    """The language (ISO 639-1 or `und`), what is wanted, how urgent, which risk, and why.

    `reasons` are short English sentences that quote the words found, for an agent to check. They
    hold the author's words: they belong in the ticket, never in a log. `topic` is "" where no word
    tells it. `personal_data` are the kinds that the post holds. `injection` says that it holds an
    order to a machine that reads along, which changed nothing.
    """

    language: str
    intent: Intent
    urgency: Urgency
    risk: Risk | None
    reasons: tuple[str, ...]
    topic: str = ""
    personal_data: tuple[PersonalData, ...] = ()
    injection: bool = False

    @property
    def treat_as_complaint(self) -> bool:
        """Say whether to handle it as a complaint: missing one costs more than a false one."""
        return self.intent in (Intent.COMPLAINT, Intent.UNSURE)

    @property
    def harmful_in_public(self) -> tuple[PersonalData, ...]:
        """What of the personal data strangers can use."""
        return tuple(kind for kind in self.personal_data if kind in HARMFUL_IN_PUBLIC)

    def also_holding(self, kinds: Iterable[PersonalData]) -> "Judgement":
        """The judgement of a post from which personal data was taken before it was judged."""
        found = {*self.personal_data, *kinds}
        return replace(self, personal_data=tuple(kind for kind in PersonalData if kind in found))

    def without_words(self) -> "Judgement":
        """The judgement of a post that its author took back: the reasons quote it."""
        return replace(self, reasons=())
