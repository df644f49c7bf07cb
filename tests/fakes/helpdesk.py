"""A helpdesk in memory that refuses what helpdesks refuse."""

import html
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from gehoor.domain.ticket import (
    Comment,
    CommentDraft,
    CustomerProfile,
    History,
    OpenedTicket,
    PastTicket,
    Ticket,
    TicketDraft,
)
from gehoor.errors import Gone, Rejected
from gehoor.ports import Clock

LONGEST_COMMENT = 65_535
GEHOOR = "1"
WAITING = frozenset({"pending", "hold", "solved"})


@dataclass(frozen=True)
class StoredComment:
    """A comment as the helpdesk keeps it."""

    comment_id: str
    author_id: str
    html: str
    public: bool
    marker: str
    created_at: datetime
    attachments: int = 0
    tags: frozenset[str] = frozenset()


@dataclass
class StoredTicket:
    """A ticket as the helpdesk keeps it."""

    ticket_id: str
    draft: TicketDraft
    created_at: datetime
    status: str = "new"
    comments: list[StoredComment] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)


class FakeHelpdesk:
    """Fits `ports.Helpdesk`. Two tickets may have one external id, as in a real helpdesk."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ids = count(35_436)
        self.customers: dict[str, tuple[str, datetime]] = {}
        self.agents: set[str] = set()
        self.tickets: dict[str, StoredTicket] = {}

    # What people do in the helpdesk.

    def hire_agent(self) -> str:
        agent_id = str(next(self._ids))
        self.agents.add(agent_id)
        return agent_id

    def remove_customer(self, customer_id: str) -> None:
        del self.customers[customer_id]

    def set_status(self, ticket_id: str, status: str) -> None:
        self.tickets[ticket_id].status = status

    def delete_ticket(self, ticket_id: str) -> None:
        del self.tickets[ticket_id]

    def make_private(self, ticket_id: str, comment_id: str) -> None:
        self._change(ticket_id, comment_id, public=False)

    def redact(self, ticket_id: str, comment_id: str, text: str) -> None:
        """Somebody takes words out of a comment, for good."""
        self._change(ticket_id, comment_id, html=html.escape(text))

    def write(
        self,
        ticket_id: str,
        author_id: str,
        text: str,
        public: bool = True,
        attachments: int = 0,
        tag: str = "",
    ) -> str:
        """A comment by hand, without a marker; a macro sets `tag` together with it."""
        ticket = self.tickets[ticket_id]
        ticket.tags.update({tag} - {""})
        draft = CommentDraft(html.escape(text), public, "", author_id)
        return self._append(ticket, draft, attachments)

    # The port.

    def upsert_customer(self, profile: CustomerProfile) -> str:
        for customer_id, (external_id, _) in self.customers.items():
            if external_id == profile.external_id:
                return customer_id
        customer_id = str(next(self._ids))
        self.customers[customer_id] = (profile.external_id, self._clock())
        return customer_id

    def history(self, customer_id: str) -> History:
        if customer_id not in self.customers:
            message = f"customer {customer_id} is gone"
            raise Gone(message)
        own = [t for t in self.tickets.values() if t.draft.requester_id == customer_id]
        past = [PastTicket(t.ticket_id, t.draft.subject, t.status, t.created_at) for t in own]
        return History(self.customers[customer_id][1], tuple(reversed(past)))

    def open_ticket(self, draft: TicketDraft) -> OpenedTicket:
        if draft.requester_id not in self.customers:
            message = "requester_id InvalidValue"
            raise Rejected(message)
        ticket = StoredTicket(str(next(self._ids)), draft, self._clock(), tags=set(draft.tags))
        self._append(ticket, draft.first)
        self.tickets[ticket.ticket_id] = ticket
        return OpenedTicket(ticket.ticket_id, draft.first.marker)

    def find_ticket(self, external_id: str) -> OpenedTicket | None:
        found = (t for t in self.tickets.values() if t.draft.external_id == external_id)
        oldest = min(found, key=lambda ticket: int(ticket.ticket_id), default=None)
        return OpenedTicket(oldest.ticket_id, oldest.comments[0].marker) if oldest else None

    def add_comment(self, ticket_id: str, draft: CommentDraft) -> str:
        ticket = self._ticket(ticket_id)
        if ticket.status == "closed":
            message = f"ticket {ticket_id} is closed and takes no more comments"
            raise Gone(message)
        comment_id = self._append(ticket, draft)
        if draft.reopens and ticket.status in WAITING:
            ticket.status = "open"
        ticket.tags.update(draft.tags)
        ticket.tags.difference_update(draft.drops_tags)
        return comment_id

    def find_comment(self, ticket_id: str, marker: str) -> str | None:
        comments = reversed(self._ticket(ticket_id).comments)
        return next((c.comment_id for c in comments if c.marker == marker), None)

    def read_ticket(self, ticket_id: str) -> Ticket:
        ticket = self._ticket(ticket_id)
        return Ticket(ticket_id, ticket.draft.external_id, ticket.status, frozenset(ticket.tags))

    def read_comment(self, ticket_id: str, comment_id: str) -> Comment:
        for comment in self._ticket(ticket_id).comments:
            if comment.comment_id == comment_id:
                return Comment(
                    comment_id=comment_id,
                    text=html.unescape(re.sub(r"<[^>]+>", "", comment.html)),
                    public=comment.public,
                    by_agent=comment.author_id in self.agents,
                    created_at=comment.created_at,
                    attachments=comment.attachments,
                )
        message = f"ticket {ticket_id} has no comment {comment_id}"
        raise Gone(message)

    def tags_at(self, ticket_id: str, comment_id: str) -> frozenset[str]:
        ticket = self._ticket(ticket_id)
        ever = frozenset(ticket.tags).union(*(comment.tags for comment in ticket.comments))
        return next((c.tags for c in ticket.comments if c.comment_id == comment_id), ever)

    def _change(self, ticket_id: str, comment_id: str, **changes: Any) -> None:
        comments = self.tickets[ticket_id].comments
        for place, comment in enumerate(comments):
            if comment.comment_id == comment_id:
                comments[place] = replace(comment, **changes)

    def _ticket(self, ticket_id: str) -> StoredTicket:
        if ticket_id not in self.tickets:
            message = f"ticket {ticket_id} is gone"
            raise Gone(message)
        return self.tickets[ticket_id]

    def _append(self, ticket: StoredTicket, draft: CommentDraft, attachments: int = 0) -> str:
        if draft.author_id not in {None, *self.customers, *self.agents}:
            message = "author_id InvalidValue"
            raise Rejected(message)
        if not draft.html or len(draft.html) > LONGEST_COMMENT:
            message = "comment BlankValue or TooLong"
            raise Rejected(message)
        comment = StoredComment(
            comment_id=str(next(self._ids)),
            author_id=draft.author_id or GEHOOR,
            html=draft.html,
            public=draft.public,
            marker=draft.marker,
            created_at=self._clock(),
            attachments=attachments,
            tags=frozenset(ticket.tags),
        )
        ticket.comments.append(comment)
        return comment.comment_id
