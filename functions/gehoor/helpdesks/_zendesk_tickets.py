"""Tickets and comments in Zendesk."""

from collections.abc import Iterator, Mapping
from typing import Any

from gehoor.domain.mention import digest
from gehoor.domain.ticket import Comment, CommentDraft, OpenedTicket, Ticket, TicketDraft
from gehoor.errors import Gone, Rejected
from gehoor.helpdesks._zendesk_answers import (
    MARKER,
    AuditAnswer,
    CommentAnswer,
    DatedAuditAnswer,
    TicketAnswer,
    UserAnswer,
    read,
    read_change,
)
from gehoor.helpdesks._zendesk_api import ZendeskApi

WAITING = frozenset({"pending", "hold", "solved"})
"""What a customer's own comment would reopen."""

STAFF = frozenset({"agent", "admin"})


class ZendeskTickets:
    """The part of `ports.Helpdesk` that is about tickets; `ticket_fields` are ids by key."""

    def __init__(self, api: ZendeskApi, ticket_fields: Mapping[str, int]) -> None:
        self._api = api
        self._ticket_fields = ticket_fields

    def open_ticket(self, draft: TicketDraft) -> OpenedTicket:
        """Open a ticket; the idempotency key names the ticket and the mention that opens it."""
        ticket = {
            "external_id": draft.external_id,
            "subject": draft.subject,
            "requester_id": int(draft.requester_id),
            "priority": draft.priority.value,
            "tags": list(draft.tags),
            "custom_fields": [
                {"id": self._ticket_fields[name], "value": value}
                for name, value in draft.fields
                if name in self._ticket_fields
            ],
            **_comment_body(draft.first),
        }
        key = digest(draft.external_id, draft.first.marker)
        answer = self._api.call(
            "POST",
            "/tickets",
            "opening a ticket",
            {"ticket": ticket},
            changes=True,
            headers={"Idempotency-Key": key},
        )
        return OpenedTicket(read_change(TicketAnswer, answer, "ticket").id, draft.first.marker)

    def find_ticket(self, external_id: str) -> OpenedTicket | None:
        """The oldest ticket with this external id."""
        answer = self._api.call(
            "GET", "/tickets", "finding a ticket", params={"external_id": external_id}
        )
        tickets = read(list[TicketAnswer], answer, "tickets")
        if not tickets:
            return None
        oldest = min(tickets, key=lambda t: t.created_at)
        first = next(iter(self._comments(oldest.id, "created_at")), None)
        return OpenedTicket(oldest.id, first.marker if first else "")

    def add_comment(self, ticket_id: str, draft: CommentDraft) -> str:
        """Write a comment; Gone when the ticket was deleted, or closed and takes no more.

        Zendesk reopens a ticket for a customer who writes, and not for an agent's credential that
        names the customer as author (help article 4408825831962): so the status is sent along.
        """
        ticket = _comment_body(draft)
        if draft.reopens and self.read_ticket(ticket_id).status in WAITING:
            ticket["status"] = "open"
        if draft.tags:
            ticket["additional_tags"] = list(draft.tags)
        if draft.drops_tags:
            ticket["remove_tags"] = list(draft.drops_tags)
        body = {"ticket": ticket}
        try:
            answer = self._api.call(
                "PUT", f"/tickets/{ticket_id}", "writing a comment", body, changes=True
            )
        except Rejected as error:
            if self.read_ticket(ticket_id).status == "closed":
                message = f"ticket {ticket_id} is closed and takes no more comments"
                raise Gone(message) from error
            raise
        events = read_change(AuditAnswer, answer, "audit").events
        return next((event.id for event in events if event.type == "Comment"), "")

    def find_comment(self, ticket_id: str, marker: str) -> str | None:
        """The id of the comment with this marker, looked for from the newest."""
        comments = self._comments(ticket_id, "-created_at")
        return next((comment.id for comment in comments if comment.marker == marker), None)

    def read_ticket(self, ticket_id: str) -> Ticket:
        """The ticket as it is now."""
        answer = self._api.call("GET", f"/tickets/{ticket_id}", "reading a ticket")
        ticket = read(TicketAnswer, answer, "ticket")
        return Ticket(ticket.id, ticket.external_id, ticket.status, frozenset(ticket.tags))

    def read_comment(self, ticket_id: str, comment_id: str) -> Comment:
        """The comment as it is now, with whether a person of the company wrote it."""
        for comment in self._comments(ticket_id, "-created_at"):
            if comment.id == comment_id:
                return Comment(
                    comment_id=comment.id,
                    text=comment.plain_body,
                    public=comment.public,
                    by_agent=self._is_agent(comment.author_id),
                    created_at=comment.created_at,
                    attachments=len(comment.attachments),
                )
        message = f"ticket {ticket_id} has no comment {comment_id}"
        raise Gone(message)

    def tags_at(self, ticket_id: str, comment_id: str) -> frozenset[str]:
        """The ticket's tags once the comment was written, from the list of its updates.

        Every tag of any update when the comment's own is not among those that can be read.
        """
        tags: frozenset[str] = frozenset()
        ever: frozenset[str] = frozenset()
        for audit in sorted(
            self._audits(ticket_id), key=lambda audit: (audit.created_at, audit.id)
        ):
            tags = tags if audit.tags is None else audit.tags
            ever |= tags
            if audit.wrote(comment_id):
                return tags
        return ever

    def _audits(self, ticket_id: str) -> Iterator[DatedAuditAnswer]:
        path = f"/tickets/{ticket_id}/audits"
        for page in self._api.pages(path, "reading a ticket's updates", {}):
            yield from read(list[DatedAuditAnswer], page, "audits")

    def _is_agent(self, user_id: str) -> bool:
        if user_id == self._api.own_user_id():
            return False
        answer = self._api.call("GET", f"/users/{user_id}", "reading an author")
        return read(UserAnswer, answer, "user").role in STAFF

    def _comments(self, ticket_id: str, sort: str) -> Iterator[CommentAnswer]:
        path = f"/tickets/{ticket_id}/comments"
        for page in self._api.pages(path, "reading comments", {"sort": sort}):
            yield from read(list[CommentAnswer], page, "comments")


def _comment_body(draft: CommentDraft) -> dict[str, Any]:
    comment: dict[str, Any] = {"html_body": draft.html, "public": draft.public}
    if draft.author_id is not None:
        comment["author_id"] = int(draft.author_id)
    return {"comment": comment, "metadata": {MARKER: draft.marker}}
