"""What others tell gehoor has happened."""

from dataclasses import dataclass

from gehoor.domain.ticket import Comment


@dataclass(frozen=True, slots=True)
class CommentAdded:
    """Somebody wrote a comment on a ticket.

    `comment` is None where the helpdesk can be asked for it. Where it cannot, the sender brings it
    along, and the inbox keeps it: only the ids go on.
    """

    ticket_id: str
    comment_id: str
    comment: Comment | None = None
