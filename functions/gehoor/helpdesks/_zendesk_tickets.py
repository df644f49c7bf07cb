"""Tickets and comments in Zendesk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from gehoor.domain.mention import digest
from gehoor.domain.network import ImageFile
from gehoor.domain.priority import Priority
from gehoor.domain.setup import HelpdeskSetup
from gehoor.domain.ticket import Comment, CommentDraft, OpenedTicket, Ticket, TicketDraft
from gehoor.errors import Gone, Rejected
from gehoor.helpdesks._zendesk_answers import (
    STAFF,
    AuditAnswer,
    CommentAnswer,
    DatedAuditAnswer,
    TicketAnswer,
    UploadAnswer,
    UserAnswer,
    read,
    read_change,
    users_with,
)
from gehoor.helpdesks._zendesk_api import Conflict, ZendeskApi
from gehoor.helpdesks._zendesk_bodies import comment_body, ticket_body
from gehoor.helpdesks._zendesk_merges import is_offered_text, named_tickets
from gehoor.helpdesks._zendesk_routes import (
    NOT_ROUTED,
    Groups,
    agent_of,
    assigned_to,
    without_route,
)
from gehoor.http import Response

WAITING = frozenset({"pending", "hold", "solved"})
"""What a customer's own comment would reopen."""

SAFE_ATTEMPTS = 3
PRIORITIES = (None, *Priority)
"""From lowest to highest; a ticket may have none."""

AT_ONCE = timedelta(minutes=1)
"""A merge writes its comments and closes its ticket at one time, give or take."""


class ZendeskTickets:
    """The part of `ports.Helpdesk` that is about tickets."""

    def __init__(self, api: ZendeskApi, setup: HelpdeskSetup, groups: Groups) -> None:
        self._api = api
        self._setup = setup
        self._groups = groups

    def open_ticket(self, draft: TicketDraft) -> OpenedTicket:
        """Open a ticket; without group and agent where Zendesk refuses it with them.

        The idempotency key names the ticket, the mention that opens it, and whom it is for.
        """
        ticket, not_routed = ticket_body(draft, self._setup, self._groups)
        names = (draft.external_id, draft.first.marker)
        try:
            ticket_id = self._create(ticket, digest(*names))
        except Rejected as error:
            bare = without_route(ticket)
            if bare.keys() == ticket.keys():
                raise
            ticket_id, not_routed = self._create(bare, digest(*names, NOT_ROUTED)), str(error)
        return OpenedTicket(ticket_id, draft.first.marker, not_routed)

    def _create(self, ticket: Mapping[str, Any], key: str) -> str:
        answer = self._api.call(
            "POST",
            "/tickets",
            "opening a ticket",
            {"ticket": ticket},
            changes=True,
            headers={"Idempotency-Key": key},
        )
        return read_change(TicketAnswer, answer, "ticket").id

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

        Comment, status, priority, tags and agent change in one update. Where that depends on the
        ticket as it is, `safe_update` refuses it once somebody changed the ticket in between (409):
        it is read again, and written again. What is refused with an agent is written without.
        """
        try:
            return self._add_comment(ticket_id, draft)
        except Rejected:
            if draft.agent is None:
                raise
        return self._add_comment(ticket_id, replace(draft, agent=None))

    def _add_comment(self, ticket_id: str, draft: CommentDraft) -> str:
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
        Tags are sent as a whole: a property for those to add or to take off is for many tickets at
        once, and an update of one passes over it (developer guide "Adding tags to tickets without
        overwriting existing tags").
        """
        if draft.is_comment_alone:
            return {}
        answer = self._api.call("GET", f"/tickets/{ticket_id}", "reading a ticket")
        ticket = read(TicketAnswer, answer, "ticket")
        along: dict[str, Any] = {}
        if draft.reopens and ticket.status in WAITING:
            along["status"] = "open"
        if PRIORITIES.index(draft.at_least) > PRIORITIES.index(ticket.priority):
            along["priority"] = draft.at_least.value
        if draft.agent and ticket.assignee_id is None:
            along |= assigned_to(draft.agent)
        tags = _tags_with(draft, ticket.tags)
        if tags != ticket.tags:
            along["tags"] = tags
        return along | _safely(ticket) if along else {}

    def _write(self, ticket_id: str, body: Mapping[str, Any]) -> str:
        answer = self._change(ticket_id, body, "writing a comment")
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
        """The ticket as it is now; `include=users` tells whether its agent is on duty."""
        answer = self._api.call(
            "GET", f"/tickets/{ticket_id}", "reading a ticket", params={"include": "users"}
        )
        ticket = read(TicketAnswer, answer, "ticket")
        return ticket.as_ticket(self._setup.ticket_fields, agent_of(ticket, users_with(answer)))

    def set_requester(self, ticket_id: str, customer_id: str) -> None:
        """Give the ticket to another user; Gone when it was deleted, or closed for good."""
        self._change(ticket_id, {"requester_id": int(customer_id)}, "giving a ticket away")

    def merged_into(self, ticket_id: str) -> str | None:
        """The ticket that the closing comment names, and that names this one in its turn.

        Only what people of the company wrote counts: a customer may write any number.
        """
        if not self.read_ticket(ticket_id).merged:
            return None
        closing = next(iter(self._comments(ticket_id, "-created_at")), None)
        if closing is None or not self._is_agent(closing.author_id):
            return None
        named = named_tickets(closing.plain_body)
        return next((other for other in named if self._tells_of(ticket_id, other)), None)

    def read_comment(self, ticket_id: str, comment_id: str) -> Comment:
        """The comment as it is now, with whether a person of the company wrote it."""
        for comment in self._comments(ticket_id, "-created_at"):
            if comment.id == comment_id:
                return Comment(
                    comment_id=comment.id,
                    text=comment.plain_body,
                    public=comment.public,
                    by_agent=self._is_agent(comment.author_id)
                    and not self._is_about_merge(ticket_id, comment),
                    created_at=comment.created_at,
                    attachments=len(comment.attachments),
                )
        message = f"ticket {ticket_id} has no comment {comment_id}"
        raise Gone(message)

    def answered_since(self, ticket_id: str, since: datetime) -> bool:
        """Whether a person of the company wrote a public comment after `since`."""
        for comment in self._comments(ticket_id, "-created_at"):
            if comment.created_at <= since:
                return False
            if comment.public and self._is_agent(comment.author_id):
                return True
        return False

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

    def _is_about_merge(self, ticket_id: str, comment: CommentAnswer) -> bool:
        """Whether the helpdesk wrote it for an agent who merged tickets."""
        if is_offered_text(comment.plain_body):
            return True
        named = named_tickets(comment.plain_body)
        if not named:
            return False
        return self._closes(comment, ticket_id, named) or any(
            self._welcomes(comment, ticket_id, other) for other in named
        )

    def _closes(self, comment: CommentAnswer, ticket_id: str, named: Sequence[str]) -> bool:
        """Whether it is the last word in a ticket that goes on in one of those it names."""
        last = next(iter(self._comments(ticket_id, "-created_at")), None)
        return last is not None and last.id == comment.id and self.merged_into(ticket_id) in named

    def _welcomes(self, comment: CommentAnswer, ticket_id: str, other: str) -> bool:
        """Whether it is what was said first of another ticket when that came to go on here."""
        try:
            if self.merged_into(other) != ticket_id:
                return False
            merged_at = self.read_ticket(other).updated_at - AT_ONCE
        except Gone:
            return False
        comments = self._comments(ticket_id, "created_at")
        since = (found for found in comments if found.created_at >= merged_at)
        first = next((f for f in since if other in named_tickets(f.plain_body)), None)
        return first is not None and first.id == comment.id

    def _tells_of(self, ticket_id: str, other: str) -> bool:
        """Whether an agent names the ticket in another one."""
        try:
            return any(
                ticket_id in named_tickets(comment.plain_body) and self._is_agent(comment.author_id)
                for comment in self._comments(other, "-created_at")
            )
        except Gone:
            return False

    def _is_agent(self, user_id: str) -> bool:
        if user_id == self._api.own_user_id():
            return False
        answer = self._api.call("GET", f"/users/{user_id}", "reading an author")
        return read(UserAnswer, answer, "user").role in STAFF

    def _change(self, ticket_id: str, ticket: Mapping[str, Any], what: str) -> Response:
        """Update a ticket; Gone when it was deleted, or closed for good."""
        path = f"/tickets/{ticket_id}"
        try:
            return self._api.call("PUT", path, what, {"ticket": ticket}, changes=True)
        except Rejected as error:
            if self.read_ticket(ticket_id).status == "closed":
                message = f"ticket {ticket_id} is closed and takes no more changes"
                raise Gone(message) from error
            raise

    def _comments(self, ticket_id: str, sort: str) -> Iterator[CommentAnswer]:
        path = f"/tickets/{ticket_id}/comments"
        for page in self._api.pages(path, "reading comments", {"sort": sort}):
            yield from read(list[CommentAnswer], page, "comments")


def _tags_with(draft: CommentDraft, before: list[str]) -> list[str]:
    kept = [tag for tag in before if tag not in draft.drops_tags]
    return [*kept, *(tag for tag in draft.tags if tag not in kept)]


def _safely(ticket: TicketAnswer) -> dict[str, Any]:
    """Refuse the update once somebody changed the ticket."""
    return {"safe_update": True, "updated_stamp": ticket.updated_stamp}
