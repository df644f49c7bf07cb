"""What the store knows of a mention besides the mention itself."""

from datetime import UTC, datetime
from enum import StrEnum

from gehoor.domain.correction import Correction
from gehoor.domain.frozen import frozen
from gehoor.domain.judgement import Judgement
from gehoor.domain.mention import Mention
from gehoor.domain.service import service_for

BEFORE_ALL = datetime(2026, 1, 1, tzinfo=UTC)
"""No version of gehoor stored anything before."""


class MentionState(StrEnum):
    """Where a mention is on its way."""

    PENDING = "pending"
    DELIVERED = "delivered"
    ASIDE = "aside"
    INSIGHT = "insight"
    """Kept to learn from, in no ticket."""


@frozen
class MentionRecord:
    """A stored mention. `mention` and `judgement` are None while `raw` could not be read.

    One that is pending and has a ticket was edited after it was brought there. `missing_since` is
    when the network first showed the post no more, `deleted_at` when that was believed: then
    gehoor keeps none of its words. `waits_since` is since when it is pending, or aside, and
    `refreshed_at` when the network told it again as it is stored: at an edit, and at other looks
    where its terms ask for that. `corrections` are what the desk says otherwise than the judgement.
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
    missing_since: datetime | None = None
    deleted_at: datetime | None = None
    delivered_at: datetime | None = None
    waits_since: datetime | None = None
    refreshed_at: datetime | None = None
    corrections: tuple[Correction, ...] = ()

    @property
    def fresh_at(self) -> datetime:
        """When the network last told what is stored, as far as that is noted."""
        return self.refreshed_at or self.seen_at

    @property
    def is_urgent(self) -> bool:
        """Whether it goes ahead of what else waits; what was not read has to wait."""
        if self.mention is None or self.judgement is None:
            return False
        return service_for(self.mention, self.judgement).goes_ahead


@frozen
class Delivered:
    """Where a mention went; `edited_at` is that of the words that were brought."""

    mention_id: str
    case_id: str
    ticket_id: str
    edited_at: datetime | None = None


@frozen
class AnswerRecord:
    """What became of an agent's comment: how it ended, and when; `closed_at` is None before.

    `opened_at` is None for answers that ended before gehoor kept that.
    """

    ticket_id: str
    comment_id: str
    opened_at: datetime | None
    closed_at: datetime | None
    outcome: str = ""
