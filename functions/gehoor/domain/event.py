"""What others tell gehoor has happened.

Each says only that something changed: who follows it asks the helpdesk or the network how things
are now, because events come twice, late, in any order, or never.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gehoor.domain.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gehoor.domain.ticket import Comment


@frozen
class CommentAdded:
    """Somebody wrote a comment on a ticket.

    `comment` is None where the helpdesk can be asked for it. Where it cannot, the sender brings it
    along, and the inbox keeps it: only the ids go on.
    """

    ticket_id: str
    comment_id: str
    comment: Comment | None = None


@frozen
class TicketMerged:
    """A ticket was closed and goes on in another one; None when nobody said in which."""

    ticket_id: str
    into_ticket_id: str | None = None


@frozen
class TicketStatusChanged:
    """A ticket was opened, solved, closed."""

    ticket_id: str


@frozen
class TicketDeleted:
    """A ticket was deleted. Nobody can ask for it any more, so `case_id` says whose it was."""

    ticket_id: str
    case_id: str | None = None


@frozen
class TicketRestored:
    """A ticket that was deleted is there again."""

    ticket_id: str


@frozen
class RequesterChanged:
    """A ticket is another customer's, since `at`, aware UTC; None when nobody said since when."""

    ticket_id: str
    at: datetime | None = None


@frozen
class CustomerMerged:
    """Two customers became one; which of them lives on is for the helpdesk to say."""

    customer_id: str
    other_customer_id: str | None = None


@frozen
class CustomerDeleted:
    """A customer was removed."""

    customer_id: str


@frozen
class Pushed:
    """A network says that something happened: to a post, or anything that reading will tell.

    `source_id` is the source that the network's subscription names, None when it names none.
    """

    network: str
    source_id: str | None = None
    post_id: str | None = None


TicketEvent = TicketMerged | TicketStatusChanged | TicketDeleted | TicketRestored | RequesterChanged
CustomerEvent = CustomerMerged | CustomerDeleted
Event = CommentAdded | TicketEvent | CustomerEvent | Pushed

NAMES: dict[type[Any], str] = {
    CommentAdded: "comment_added",
    TicketMerged: "ticket_merged",
    TicketStatusChanged: "ticket_status_changed",
    TicketDeleted: "ticket_deleted",
    TicketRestored: "ticket_restored",
    RequesterChanged: "requester_changed",
    CustomerMerged: "customer_merged",
    CustomerDeleted: "customer_deleted",
    Pushed: "pushed",
}
_KINDS = {name: kind for kind, name in NAMES.items()}


def message_of(event: Event) -> dict[str, str]:
    """The event as queues carry it: its name and its ids."""
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    values.pop("comment", None)
    known = {name: _written(value) for name, value in values.items() if value is not None}
    return {"event": NAMES[type(event)], **known}


def event_from(message: Mapping[str, str]) -> Event:
    """The event of a message; one without a name is a comment, as messages once were.

    KeyError or TypeError for what is no event's message.
    """
    kind = _KINDS[message.get("event", NAMES[CommentAdded])]
    known: dict[str, Any] = {
        field.name: message[field.name] for field in fields(kind) if field.name in message
    }
    if "at" in known:
        known["at"] = datetime.fromisoformat(known["at"])
    event: Event = kind(**known)
    return event


def _written(value: str | datetime) -> str:
    """Times are ISO 8601 in its short form, of the characters that ids have."""
    return value if isinstance(value, str) else f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"
