"""What others tell gehoor has happened. Events carry ids, never text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommentAdded:
    """Somebody wrote a comment on a ticket."""

    ticket_id: str
    comment_id: str
