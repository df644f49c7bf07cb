"""A stand-in for a company's own system: it takes gehoor's events, and agents answer in it.

It knows of gehoor only what docs/openapi.yaml says, and leaves the judgement of each call to
packages that nobody here wrote: `standardwebhooks` verifies it, `cloudevents` reads it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from cloudevents.core.exceptions import BaseCloudEventException
from standardwebhooks import Webhook, WebhookVerificationError

import openapi
from loopback import Answer, Asked, serving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LONGEST_COMMENT = 65_535
WAITING = frozenset({"pending", "hold", "solved"})
LOST = Answer(headers={"Content-Length": "100", "Connection": "close"})
"""An answer that never arrives."""


@dataclass
class ReceivedTicket:
    """A ticket as the receiver keeps it."""

    ticket_id: str
    external_id: str
    subject: str
    priority: str
    fields: dict[str, str]
    tags: set[str]
    status: str = "new"
    comments: list[dict[str, Any]] = field(default_factory=list)


class Receiver:
    """Customers and tickets, kept by the events that came.

    `instead` are answers it gives before it looks at a call, `afterwards` answers in place of its
    own, one a call.
    """

    def __init__(self, secret: str = SECRET) -> None:
        self.url = ""
        self.secret = secret
        self.customers: dict[str, dict[str, Any]] = {}
        self.tickets: dict[str, ReceivedTicket] = {}
        self.events: list[BaseCloudEvent] = []
        self.instead: list[Answer] = []
        self.afterwards: list[Answer] = []
        self._known: set[str] = set()
        self._ids = count(4_711)

    # What gehoor sends.

    def __call__(self, asked: Asked) -> Answer:
        if self.instead:
            return self.instead.pop(0)
        answer = self._judged(asked)
        return self.afterwards.pop(0) if self.afterwards else answer

    def _judged(self, asked: Asked) -> Answer:
        try:
            Webhook(self.secret).verify(asked.body, asked.headers, json_parse=False)
        except WebhookVerificationError:
            return Answer(status=401)
        try:
            event = from_http_event(HTTPMessage(asked.headers, asked.body))
        except (ValueError, BaseCloudEventException):
            return Answer(status=400)
        if openapi.faults(openapi.SCHEMAS[event.get_type()], json.loads(asked.body)):
            return refusal(400, "not_as_documented")
        if event.get_id() != asked.headers["webhook-id"]:
            return refusal(400, "two_ids")
        if event.get_id() in self._known:
            return Answer(status=409)
        answer = self._taken(event)
        if answer.status < 300:
            self._known.add(event.get_id())
            self.events.append(event)
        return answer

    def _taken(self, event: BaseCloudEvent) -> Answer:
        data: Any = event.get_data()
        if event.get_type() == "customer.updated":
            self.customers[data["external_id"]] = data
            return Answer(status=204)
        if event.get_type() == "customer.verified":
            self.customers[data["external_id"]] |= data
            return Answer(status=204)
        if data.get("customer_id", "") not in {"", *self.customers}:
            named = "requester_id" if "ticket" in data else "author_id"
            return refusal(422, f"unknown_{named}")
        if not 0 < len(data["comment"]["html"]) <= LONGEST_COMMENT:
            return refusal(422, "comment_blank_or_too_long")
        ticket = self.tickets.get(data["external_id"])
        if ticket is None and "ticket" in data:
            ticket = self._open(data)
        return self._write(ticket, data)

    def _open(self, data: dict[str, Any]) -> ReceivedTicket:
        draft = data["ticket"]
        ticket = ReceivedTicket(
            ticket_id=str(next(self._ids)),
            external_id=data["external_id"],
            subject=draft["subject"],
            priority=draft["priority"],
            fields=draft["fields"],
            tags=set(draft["tags"]),
        )
        self.tickets[ticket.external_id] = ticket
        return ticket

    def _write(self, ticket: ReceivedTicket | None, data: dict[str, Any]) -> Answer:
        if ticket is None or ticket.status == "closed":
            return refusal(404, "ticket_gone")
        if data.get("ticket_id", ticket.ticket_id) != ticket.ticket_id:
            return refusal(422, "another_ticket")
        ticket.comments.append(data["comment"])
        ticket.tags.update(data["tags"])
        if data["reopens"] and ticket.status in WAITING:
            ticket.status = "open"
        body = json.dumps({"ticket_id": ticket.ticket_id}).encode()
        return Answer(body, 201, {"Content-Type": "application/json"})

    # What agents do.

    def comment_id(self) -> str:
        return str(next(self._ids))

    def signed_comment(
        self, external_id: str, comment_id: str, text: str, public: bool
    ) -> tuple[dict[str, str], bytes]:
        """Headers and body of the call that brings an agent's comment to gehoor."""
        comment = {
            "external_id": external_id,
            "comment_id": comment_id,
            "text": text,
            "public": public,
            "author": "agent",
            "created_at": datetime.now(UTC).isoformat(),
        }
        body = json.dumps({"type": "comment.created", "data": comment})
        return signed(f"c-{comment_id}", body, self.secret), body.encode()


def signed(message_id: str, body: str, secret: str) -> dict[str, str]:
    """The headers of a call, signed now."""
    now = datetime.now(UTC)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, now, body),
    }


def refusal(status: int, code: str) -> Answer:
    """An answer that names its reason."""
    body = json.dumps({"error": code}).encode()
    return Answer(body, status, {"Content-Type": "application/json"})


@contextmanager
def receiving(receiver: Receiver) -> Iterator[Receiver]:
    """The receiver on a loopback server, until the block ends."""
    with serving(receiver) as served:
        receiver.url = served.url
        yield receiver
