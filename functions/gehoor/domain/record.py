"""What the store knows of a mention besides the mention itself."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gehoor.domain.judgement import Judgement
from gehoor.domain.mention import Mention


class MentionState(StrEnum):
    """Where a mention is on its way."""

    PENDING = "pending"
    DELIVERED = "delivered"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class MentionRecord:
    """A stored mention. `mention` and `judgement` are None while `raw` could not be read.

    One that is pending and has a ticket was edited after it was brought there.
    """

    mention_id: str
    source_id: str
    state: MentionState
    seen_at: datetime
    mention: Mention | None
    judgement: Judgement | None
    reason: str = ""
    raw: str = ""
    case_id: str = ""
    ticket_id: str = ""
    attempts: int = 0

    @property
    def is_urgent(self) -> bool:
        """Whether it goes ahead of what else waits; what was not read has to wait."""
        return self.judgement is not None and self.judgement.is_urgent
