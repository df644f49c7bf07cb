"""Tickets and comments in Zendesk."""

from collections.abc import Iterator, Mapping
from typing import Any

from gehoor.domain.mention import digest
from gehoor.domain.network import ImageFile
from gehoor.domain.setup import HelpdeskSetup
from gehoor.domain.ticket import (
    Comment,
    CommentDraft,
    OpenedTicket,
    Priority,
    Ticket,
    TicketDraft,
)
from gehoor.errors import Gone, Rejected
from gehoor.helpdesks._zendesk_answers import (
    AuditAnswer,
    CommentAnswer,
    DatedAuditAnswer,
    TicketAnswer,
    UploadAnswer,
    UserAnswer,
    read,
    read_change,
)
from gehoor.helpdesks._zendesk_api import Conflict, ZendeskApi
from gehoor.helpdesks._zendesk_bodies import comment_body, ticket_body

WAITING = frozenset({"pending", "hold", "solved"})
"""What a customer's own comment would reopen."""

SAFE_ATTEMPTS = 3
PRIORITIES = (None, *Priority)
"""From lowest to highest; a ticket may have none."""

STAFF = frozenset({"agent", "admin"})


class ZendeskTickets:
    """The part of `ports.Helpdesk` that is about tickets."""

    def __init__(self, api: ZendeskApi, setup: HelpdeskSetup) -> None:
        self._api = api
        self._setup = setup

    def open_ticket(self, draft: TicketDraft) -> OpenedTicket:
        """Open a ticket; the idempotency key names the ticket and the mention that opens it."""
        ticket = ticket_body(draft, self._setup)
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
        """Write a comment with what changes along; Gone when the ticket was deleted or closed.

        Comment, status, priority and tags change in one update. Where that depends on the ticket
        as it is, `safe_update` refuses it once somebody changed the ticket in between (409): it is
        read again, and written again.
        """
        for _ in range(SAFE_ATTEMPTS):
            body = comment_body(draft) | self._along(ticket_id, draft)
            try:
                return self._write(ticket_id, body)
            except Conflict as error:
                conflict = error
        raise conflict

    def _along(self, ticket_id: str, draft: CommentDraft) -> dict[str, Any]:
        """What else changes.

        Zendesk reopens a ticket for a customer who writes, and not for an agent's credential that
        names the customer as author (help article 4408825831962): so the status is sent along.
        """
        along: dict[str, Any] = {"additional_tags": list(draft.tags)} if draft.tags else {}
        if draft.drops_tags:
            along["remove_tags"] = list(draft.drops_tags)
        if not draft.reopens and draft.at_least is Priority.LOW:
            return along
        answer = self._api.call("GET", f"/tickets/{ticket_id}", "reading a ticket")
        ticket = read(TicketAnswer, answer, "ticket")
        if draft.reopens and ticket.status in WAITING:
            along["status"] = "open"
        if PRIORITIES.index(draft.at_least) > PRIORITIES.index(ticket.priority):
            along["priority"] = draft.at_least.value
        if {"status", "priority"} & along.keys():
            along |= {"safe_update": True, "updated_stamp": ticket.updated_stamp}
        return along

    def _write(self, ticket_id: str, body: Mapping[str, Any]) -> str:
        try:
            answer = self._api.call(
                "PUT",
                f"/tickets/{ticket_id}",
                "writing a comment",
                {"ticket": body},
                changes=True,
            )
        except Rejected as error:
            if self.read_ticket(ticket_id).status == "closed":
                message = f"ticket {ticket_id} is closed and takes no more comments"
                raise Gone(message) from error
            raise
        events = read_change(AuditAnswer, answer, "audit").events
        return next((event.id for event in events if event.type == "Comment"), "")

    def upload(self, file: ImageFile) -> str:
        """Hand over a file; one whose comment never comes is dropped by Zendesk."""
        answer = self._api.call(
            "POST",
            "/uploads",
            "uploading a file",
            params={"filename": file.name},
            headers={"Content-Type": file.kind},
            content=file.content,
        )
        return read(UploadAnswer, answer, "upload").token

    def find_comment(self, ticket_id: str, marker: str) -> str | None:
        """The id of the comment with this marker, looked for from the newest."""
        comments = self._comments(ticket_id, "-created_at")
        return next((comment.id for comment in comments if marker in comment.markers), None)

    def read_ticket(self, ticket_id: str) -> Ticket:
        """The ticket as it is now."""
        answer = self._api.call("GET", f"/tickets/{ticket_id}", "reading a ticket")
        ticket = read(TicketAnswer, answer, "ticket")
        tags = frozenset(ticket.tags)
        return Ticket(ticket.id, ticket.external_id, ticket.status, ticket.requester_id, tags)

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
