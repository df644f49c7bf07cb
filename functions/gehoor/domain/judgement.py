"""What triage says about a mention: facts of the text alone.

Reach (followers, views, verification) has no place here, so nothing computed from a judgement can
depend on it.
"""

from dataclasses import dataclass, replace
from enum import StrEnum


class Intent(StrEnum):
    """What the author wants; `UNSURE` where the text does not say."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    PRAISE = "praise"
    NEWS = "news"
    SPAM = "spam"
    OTHER = "other"
    UNSURE = "unsure"


class Urgency(StrEnum):
    """How soon a person should look at it."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class Risk(StrEnum):
    """What makes a mention more than service: a person who knows the matter must see it."""

    SAFETY = "safety"
    LEGAL = "legal"
    SELF_HARM = "self_harm"
    THREAT = "threat"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The language (ISO 639-1 or `und`), what is wanted, how urgent, which risk, and why.

    `reasons` are short English sentences that quote the words found, for an agent to check. They
    hold the author's words: they belong in the ticket, never in a log.
    """

    language: str
    intent: Intent
    urgency: Urgency
    risk: Risk | None
    reasons: tuple[str, ...]

    @property
    def treat_as_complaint(self) -> bool:
        """Say whether to handle it as a complaint: missing one costs more than a false one."""
        return self.intent in (Intent.COMPLAINT, Intent.UNSURE)

    def without_words(self) -> "Judgement":
        """The judgement of a post that its author took back: the reasons quote it."""
        return replace(self, reasons=())
