"""Ticket events, in the shape Zendesk sends to event-subscription webhooks.

Documented (developer.zendesk.com, webhooks/event-types/ticket-events): the envelope, the keys of
`detail`, the types, `event.meta.sequence`, ids as strings, statuses and priorities in upper case,
`current` and `previous` of a change, the comment that was added, and that a ticket made through the
API has the channel "web_service" and one from an email "mail". A merged ticket's event names the
ticket that goes on in `target_ticket_id`; public receivers read that key.

Assumed: that `comment_made_private` tells of its comment only its id and that it is not public,
that ids in `requester_changed` are strings, that a deleted ticket's detail has the status DELETED,
and that an erased one's has SCRUBBED for status, subject and description (both are documented
statuses).
"""

import json
import sqlite3
import uuid
from typing import Any

from playground.desk import webhooks

TYPE = "zen:event-type:"
VERSION = "2022-11-06"
ACCOUNT_ID = 18525119
CHANNELS = {"api": "web_service", "email": "mail"}
SCRUBBED = {"status": "SCRUBBED", "subject": "SCRUBBED", "description": "SCRUBBED"}


def created(db: sqlite3.Connection, actor_id: int, now: str, ticket: sqlite3.Row) -> None:
    """A ticket was created."""
    _emit(db, "created", actor_id, now, ticket, {})


def comment_added(
    db: sqlite3.Connection,
    actor_id: int,
    now: str,
    ticket: sqlite3.Row,
    comment: sqlite3.Row,
    author: sqlite3.Row,
) -> None:
    """A comment was added, public or not."""
    said = {
        "id": str(comment["id"]),
        "body": comment["plain_body"],
        "is_public": bool(comment["public"]),
        "author": {
            "id": str(author["id"]),
            "is_staff": author["role"] != "end-user",
            "name": author["name"],
        },
    }
    _emit(db, "comment_added", actor_id, now, ticket, {"comment": said})


def status_changed(
    db: sqlite3.Connection, actor_id: int, now: str, ticket: sqlite3.Row, previous: str
) -> None:
    """The ticket's status changed."""
    change = {"current": ticket["status"].upper(), "previous": previous.upper()}
    _emit(db, "status_changed", actor_id, now, ticket, change)


def comment_made_private(
    db: sqlite3.Connection, actor_id: int, now: str, ticket: sqlite3.Row, comment_id: int
) -> None:
    """A public comment became an internal note."""
    private = {"id": str(comment_id), "is_public": False}
    _emit(db, "comment_made_private", actor_id, now, ticket, {"comment": private})


def requester_changed(
    db: sqlite3.Connection, actor_id: int, now: str, ticket: sqlite3.Row, previous: int
) -> None:
    """The ticket became somebody else's."""
    change = {"current": str(ticket["requester_id"]), "previous": str(previous)}
    _emit(db, "requester_changed", actor_id, now, ticket, change)


def merged(
    db: sqlite3.Connection, actor_id: int, now: str, ticket: sqlite3.Row, target_id: int
) -> None:
    """The ticket was closed because it goes on in another one."""
    _emit(db, "merged", actor_id, now, ticket, {"target_ticket_id": str(target_id)})


def soft_deleted(db: sqlite3.Connection, actor_id: int, now: str, ticket: sqlite3.Row) -> None:
    """The ticket was deleted and can be restored."""
    _emit(db, "soft_deleted", actor_id, now, ticket, {}, {"status": "DELETED"})


def undeleted(db: sqlite3.Connection, actor_id: int, now: str, ticket: sqlite3.Row) -> None:
    """The ticket was restored."""
    _emit(db, "undeleted", actor_id, now, ticket, {})


def permanently_deleted(
    db: sqlite3.Connection, actor_id: int, now: str, ticket: sqlite3.Row
) -> None:
    """The ticket is gone for good."""
    _emit(db, "permanently_deleted", actor_id, now, ticket, {}, SCRUBBED)


def send(
    db: sqlite3.Connection,
    event_type: str,
    now: str,
    *,
    version: str,
    subject: str,
    detail: dict[str, Any],
    event: dict[str, Any],
) -> None:
    """Queue an event of any kind for the webhooks that subscribed to its type."""
    message = {
        "type": event_type,
        "account_id": ACCOUNT_ID,
        "id": str(uuid.uuid4()),
        "time": now,
        "zendesk_event_version": version,
        "subject": subject,
        "detail": detail,
        "event": event,
    }
    webhooks.enqueue(db, event_type, message, now)


def _emit(
    db: sqlite3.Connection,
    name: str,
    actor_id: int,
    now: str,
    ticket: sqlite3.Row,
    event: dict[str, Any],
    other_detail: dict[str, str] | None = None,
) -> None:
    sequence = {"id": uuid.uuid4().hex.upper(), "position": 1}
    send(
        db,
        f"{TYPE}ticket.{name}",
        now,
        version=VERSION,
        subject=f"zen:ticket:{ticket['id']}",
        detail=_detail(ticket, actor_id) | (other_detail or {}),
        event={"meta": {"sequence": sequence}, **event},
    )


def _detail(ticket: sqlite3.Row, actor_id: int) -> dict[str, Any]:
    return {
        "actor_id": str(actor_id),
        "assignee_id": _text(ticket["assignee_id"]),
        "brand_id": _text(ticket["brand_id"]),
        "created_at": ticket["created_at"],
        "custom_status": None,
        "description": ticket["description"],
        "external_id": ticket["external_id"],
        "form_id": _text(ticket["ticket_form_id"]),
        "group_id": _text(ticket["group_id"]),
        "id": str(ticket["id"]),
        "is_public": bool(ticket["is_public"]),
        "organization_id": _text(ticket["organization_id"]),
        "priority": _upper(ticket["priority"]),
        "requester_id": str(ticket["requester_id"]),
        "status": ticket["status"].upper(),
        "subject": ticket["subject"],
        "submitter_id": str(ticket["submitter_id"]),
        "tags": json.loads(ticket["tags"]),
        "type": _upper(ticket["type"]),
        "updated_at": ticket["updated_at"],
        "via": {"channel": CHANNELS.get(ticket["via"], ticket["via"])},
    }


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


def _upper(value: str | None) -> str | None:
    return None if value is None else value.upper()
