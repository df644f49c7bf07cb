"""Ticket events, in the shape Zendesk sends to event-subscription webhooks.

Shape: developer.zendesk.com, webhooks/event-types/ticket-events. Ids are strings there, statuses
and priorities upper-case, and a ticket made through the API has the channel "web_service".
"""

import json
import sqlite3
import uuid
from typing import Any

from playground.desk import webhooks

PREFIX = "zen:event-type:ticket."
ACCOUNT_ID = 18525119
CHANNELS = {"api": "web_service", "web": "web"}


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


def _emit(
    db: sqlite3.Connection,
    name: str,
    actor_id: int,
    now: str,
    ticket: sqlite3.Row,
    event: dict[str, Any],
) -> None:
    sequence = {"id": uuid.uuid4().hex.upper(), "position": 1}
    message = {
        "type": PREFIX + name,
        "account_id": ACCOUNT_ID,
        "id": str(uuid.uuid4()),
        "time": now,
        "zendesk_event_version": "2022-11-06",
        "subject": f"zen:ticket:{ticket['id']}",
        "detail": _detail(ticket, actor_id),
        "event": {"meta": {"sequence": sequence}, **event},
    }
    webhooks.enqueue(db, PREFIX + name, message, now)


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
        "via": {"channel": CHANNELS[ticket["via"]]},
    }


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


def _upper(value: str | None) -> str | None:
    return None if value is None else value.upper()
