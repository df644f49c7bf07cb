"""Audits: what happened in one change of a ticket."""

import json
import sqlite3
from typing import Any

from playground.desk.store import next_id
from playground.desk.ticket_people import Act

AUDITED = (
    "subject",
    "status",
    "priority",
    "type",
    "requester_id",
    "assignee_id",
    "group_id",
    "external_id",
    "tags",
    "custom_fields",
)
JSON_COLUMNS = ("tags", "custom_fields")


def open_audit(
    db: sqlite3.Connection,
    ticket_id: int,
    author_id: int,
    via: str,
    metadata: dict[str, Any],
    now: str,
) -> int:
    """An audit without events yet; returns its id."""
    audit_id = next_id(db)
    db.execute(
        "INSERT INTO audits (id, ticket_id, author_id, via, metadata, events, created_at)"
        " VALUES (?, ?, ?, ?, ?, '[]', ?)",
        (audit_id, ticket_id, author_id, via, json.dumps(metadata), now),
    )
    return audit_id


def record(
    db: sqlite3.Connection, act: Act, ticket_id: int, happened: list[dict[str, Any]]
) -> sqlite3.Row:
    """An audit of what happened without a comment."""
    metadata = {"system": {"client": act.client}, "custom": {}}
    audit_id = open_audit(db, ticket_id, act.user["id"], act.via, metadata, act.now)
    return close_audit(db, audit_id, None, happened)


def change(field: str, value: Any, previous: Any) -> dict[str, Any]:
    """A field's change as an audit tells it."""
    return {"type": "Change", "field_name": field, "value": value, "previous_value": previous}


def close_audit(
    db: sqlite3.Connection,
    audit_id: int,
    comment: sqlite3.Row | None,
    changes: list[dict[str, Any]],
) -> sqlite3.Row:
    """Write the audit's events and return the audit."""
    happened = [] if comment is None else [_comment_event(comment)]
    happened += [{"id": next_id(db), **change} for change in changes]
    row: sqlite3.Row = db.execute(
        "UPDATE audits SET events = ? WHERE id = ? RETURNING *", (json.dumps(happened), audit_id)
    ).fetchone()
    return row


def creation(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """One creation event for every audited field that is set."""
    return [
        {"type": "Create", "field_name": field, "value": _value(field, fields[field])}
        for field in AUDITED
        if fields[field] is not None
    ]


def changes(before: sqlite3.Row, after: dict[str, Any]) -> list[dict[str, Any]]:
    """One change event for every audited field that differs."""
    return [
        change(field, _value(field, after[field]), _value(field, before[field]))
        for field in AUDITED
        if after[field] != before[field]
    ]


def _value(field: str, stored: Any) -> Any:
    """A field's value as events tell it: lists as they are, ids as text (recorded)."""
    if stored is None:
        return None
    return json.loads(stored) if field in JSON_COLUMNS else str(stored)


def _comment_event(comment: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": comment["id"],
        "type": "Comment",
        "author_id": comment["author_id"],
        "body": comment["body"],
        "html_body": comment["html_body"],
        "plain_body": comment["plain_body"],
        "public": bool(comment["public"]),
        "attachments": json.loads(comment["attachments"]),
        "audit_id": comment["audit_id"],
    }
