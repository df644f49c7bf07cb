"""A helpdesk's tickets, comments and customers, in the helpdesk's own words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gehoor.domain.mention import Author


class Priority(StrEnum):
    """How soon a ticket wants an answer."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class CommentDraft:
    """A comment to write. `html` is safe HTML.

    `marker` names what the comment says, once per ticket: it travels with the comment as metadata,
    so that after a lost answer the comment is found again. `author_id` None means gehoor itself.
    `reopens` says that a ticket that waits or is solved needs an agent's eye again; `tags` are
    added to the ticket's own and `drops_tags` taken off it, in the same change as the comment.
    """

    html: str
    public: bool
    marker: str
    author_id: str | None = None
    reopens: bool = False
    tags: tuple[str, ...] = ()
    drops_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """A ticket to open; `fields` are custom fields by their key, empty values left out."""

    external_id: str
    subject: str
    requester_id: str
    first: CommentDraft
    priority: Priority
    tags: tuple[str, ...]
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OpenedTicket:
    """A ticket that exists; `marker` is the marker of its first comment, "" when it has none."""

    ticket_id: str
    marker: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """What gehoor needs to know of a ticket before it acts on it."""

    ticket_id: str
    external_id: str | None
    status: str
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as the helpdesk holds it; `text` is plain text.

    `by_agent` is true for a person of the company, false for customers and for gehoor itself.
    """

    comment_id: str
    text: str
    public: bool
    by_agent: bool
    created_at: datetime
    attachments: int = 0


@dataclass(frozen=True, slots=True)
class PastTicket:
    """An earlier ticket of a customer."""

    ticket_id: str
    subject: str
    status: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """What the helpdesk knows of a customer; `tickets` newest first, at most the newest page."""

    customer_since: datetime | None
    tickets: tuple[PastTicket, ...]


@dataclass(frozen=True, slots=True)
class CustomerProfile:
    """What a network tells about an author, for the customer record in the helpdesk."""

    author: Author
    language: str

    @property
    def external_id(self) -> str:
        """How the helpdesk's customer names the identity."""
        return f"gehoor:{self.author.identity}"
