"""Zendesk Support through its Ticketing API v2.

Rules named here come from Zendesk's API reference: `Idempotency-Key` on ticket create (about two
hours), `external_id` looked up in the ticket list and not in the delayed search index, metadata
shown under `metadata.custom` of the comment it came with.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from gehoor.domain.mention import digest
from gehoor.domain.text import clean, shorten
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
from gehoor.errors import (
    AuthExpired,
    Gone,
    Rejected,
    Unavailable,
)
from gehoor.helpdesks._zendesk_answers import read, read_change, reasons
from gehoor.http import Http, Response, check
from gehoor.settings import HelpdeskSettings

MARKER = "gehoor_marker"
PAGE = 100
PAGES = 20
WAITING = frozenset({"pending", "hold", "solved"})
"""What a customer's own comment would reopen."""

STAFF = frozenset({"agent", "admin"})


class Settings(HelpdeskSettings):
    """Zendesk in the configuration; `ticket_fields` gives the id of each custom field to fill."""

    kind: Literal["zendesk"]
    requests_per_minute: Annotated[int, Field(ge=10, le=2500)] = 400
    ticket_fields: dict[Literal["network", "permalink", "handle", "language", "intent"], int] = (
        Field(default_factory=dict)
    )


Id = Annotated[str, BeforeValidator(str)]


class _User(BaseModel):
    id: Id
    created_at: datetime | None = None
    role: str = "end-user"


class _Me(BaseModel):
    id: int | None


class _Ticket(BaseModel):
    id: Id
    external_id: str | None = None
    status: str = "new"
    subject: str | None = ""
    created_at: datetime


class _Metadata(BaseModel):
    custom: dict[str, Any] = Field(default_factory=dict)


class _Comment(BaseModel):
    id: Id
    author_id: Id
    public: bool
    plain_body: str = ""
    created_at: datetime
    metadata: _Metadata = Field(default_factory=_Metadata)
    attachments: list[Any] = []

    @property
    def marker(self) -> str:
        return str(self.metadata.custom.get(MARKER, ""))


class _Event(BaseModel):
    id: Id
    type: str


class _Audit(BaseModel):
    events: list[_Event]


class ZendeskHelpdesk:
    """Fits `ports.Helpdesk`."""

    def __init__(self, settings: Settings, token: str, http: Http) -> None:
        self._base = f"{settings.base_url.rstrip('/')}/api/v2"
        self._fields = settings.ticket_fields
        self._secret = settings.secret
        self._token = token
        self._http = http
        self._own_id: str | None = None

    def upsert_customer(self, profile: CustomerProfile) -> str:
        """Find or make the user with the identity's external id; returns the user's id."""
        user = {
            "name": shorten(clean(profile.author.display_name), 80) or profile.author.handle,
            "external_id": profile.external_id,
            "skip_verify_email": True,
        }
        answer = self._call("POST", "/users/create_or_update", "making a customer", {"user": user})
        return read(_User, answer, "user").id

    def history(self, customer_id: str) -> History:
        """The customer's own tickets, newest first, at most the newest 100."""
        user = read(_User, self._call("GET", f"/users/{customer_id}", "reading a customer"), "user")
        answer = self._call(
            "GET",
            f"/users/{customer_id}/tickets/requested",
            "reading a customer's tickets",
            params={"per_page": PAGE, "sort_by": "created_at", "sort_order": "desc"},
        )
        tickets = sorted(
            read(list[_Ticket], answer, "tickets"), key=lambda t: t.created_at, reverse=True
        )
        past = tuple(PastTicket(t.id, t.subject or "", t.status, t.created_at) for t in tickets)
        return History(customer_since=user.created_at, tickets=past)

    def open_ticket(self, draft: TicketDraft) -> OpenedTicket:
        """Open a ticket; the idempotency key names the ticket and the mention that opens it."""
        ticket = {
            "external_id": draft.external_id,
            "subject": draft.subject,
            "requester_id": int(draft.requester_id),
            "priority": draft.priority.value,
            "tags": list(draft.tags),
            "custom_fields": [
                {"id": self._fields[name], "value": value}
                for name, value in draft.fields
                if name in self._fields
            ],
            **_comment_body(draft.first),
        }
        key = digest(draft.external_id, draft.first.marker)
        answer = self._call(
            "POST",
            "/tickets",
            "opening a ticket",
            {"ticket": ticket},
            changes=True,
            headers={"Idempotency-Key": key},
        )
        return OpenedTicket(read_change(_Ticket, answer, "ticket").id, draft.first.marker)

    def find_ticket(self, external_id: str) -> OpenedTicket | None:
        """The oldest ticket with this external id."""
        answer = self._call(
            "GET", "/tickets", "finding a ticket", params={"external_id": external_id}
        )
        tickets = read(list[_Ticket], answer, "tickets")
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
        body = {"ticket": ticket}
        try:
            answer = self._call(
                "PUT", f"/tickets/{ticket_id}", "writing a comment", body, changes=True
            )
        except Rejected as error:
            if self.read_ticket(ticket_id).status == "closed":
                message = f"ticket {ticket_id} is closed and takes no more comments"
                raise Gone(message) from error
            raise
        events = read_change(_Audit, answer, "audit").events
        return next((event.id for event in events if event.type == "Comment"), "")

    def find_comment(self, ticket_id: str, marker: str) -> str | None:
        """The id of the comment with this marker, looked for from the newest."""
        comments = self._comments(ticket_id, "-created_at")
        return next((comment.id for comment in comments if comment.marker == marker), None)

    def read_ticket(self, ticket_id: str) -> Ticket:
        """The ticket as it is now."""
        answer = self._call("GET", f"/tickets/{ticket_id}", "reading a ticket")
        ticket = read(_Ticket, answer, "ticket")
        return Ticket(ticket.id, ticket.external_id, ticket.status)

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

    def _is_agent(self, user_id: str) -> bool:
        if user_id == self._own_user_id():
            return False
        answer = self._call("GET", f"/users/{user_id}", "reading an author")
        return read(_User, answer, "user").role in STAFF

    def _own_user_id(self) -> str:
        if self._own_id is None:
            me = read(_Me, self._call("GET", "/users/me", "asking who gehoor is"), "user")
            if me.id is None:
                # Zendesk answers 200 "Anonymous user" to a missing or wrong credential.
                raise self._refused("asking who gehoor is")
            self._own_id = str(me.id)
        return self._own_id

    def _refused(self, what: str) -> AuthExpired:
        return AuthExpired(
            f"{what}: the helpdesk refuses gehoor's credential; set it anew with: "
            f"gehoor secret set {self._secret}"
        )

    def _comments(self, ticket_id: str, sort: str) -> Iterator[_Comment]:
        params: dict[str, Any] = {"sort": sort, "page[size]": PAGE}
        for _ in range(PAGES):
            answer = self._call(
                "GET", f"/tickets/{ticket_id}/comments", "reading comments", params=params
            )
            yield from read(list[_Comment], answer, "comments")
            meta = answer.json().get("meta") or {}
            if not meta.get("has_more"):
                return
            params["page[after]"] = meta["after_cursor"]

    def _call(
        self,
        method: str,
        path: str,
        what: str,
        body: Mapping[str, Any] | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        changes: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        response = self._http.request(
            method,
            self._base + path,
            headers={"Authorization": f"Bearer {self._token}", **(headers or {})},
            params=params,
            json=body,
            changes=changes,
        )
        if response.status == 401:
            raise self._refused(what)
        if response.status == 409:
            message = f"{what}: Zendesk reports a conflict (409); try again"
            raise Unavailable(message)
        if response.status in (400, 422):
            message = f"{what}: Zendesk refuses it ({response.status}): {reasons(response)}"
            raise Rejected(message)
        return check(response, what, self._http.clock(), changes)


def connect(settings: Settings, secret: str, http: Http) -> ZendeskHelpdesk:
    """The Zendesk account behind these settings; `secret` is a token, or JSON with `token`."""
    return ZendeskHelpdesk(settings, _token(settings, secret), http)


def _token(settings: Settings, secret: str) -> str:
    token: Any = secret.strip()
    if token.startswith("{"):
        try:
            token = json.loads(token).get("token")
        except ValueError:
            token = None
    if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
        message = (
            'the helpdesk secret is neither a token nor JSON like {"token": "..."}; '
            f"set it anew with: gehoor secret set {settings.secret}"
        )
        raise AuthExpired(message)
    return token


def _comment_body(draft: CommentDraft) -> dict[str, Any]:
    comment: dict[str, Any] = {"html_body": draft.html, "public": draft.public}
    if draft.author_id is not None:
        comment["author_id"] = int(draft.author_id)
    return {"comment": comment, "metadata": {MARKER: draft.marker}}
