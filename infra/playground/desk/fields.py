"""Custom fields of tickets and users: what they are called. Any field may be given a value."""

import json
import sqlite3

from playground.desk.errors import invalid, not_found
from playground.desk.inputs import FieldInput
from playground.desk.store import next_id

TICKET = "ticket"
USER = "user"


def create(db: sqlite3.Connection, kind: str, given: FieldInput, now: str) -> sqlite3.Row:
    """A new field; a user field needs a key that no other has, 422 otherwise."""
    if kind == USER and not given.key:
        raise invalid("key", "BlankValue", "Key: cannot be blank")
    if kind == USER and _has_key(db, given.key):
        raise invalid("key", "DuplicateValue", f"Key: {given.key} has already been taken")
    row: sqlite3.Row = db.execute(
        "INSERT INTO fields (id, kind, key, type, title, description, tag, options, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
        (
            next_id(db),
            kind,
            given.key if kind == USER else None,
            given.type,
            given.title,
            given.description,
            given.tag,
            json.dumps([option.model_dump() for option in given.custom_field_options]),
            now,
        ),
    ).fetchone()
    return row


def get(db: sqlite3.Connection, kind: str, field_id: int) -> sqlite3.Row:
    """The field; 404 when there is none."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM fields WHERE id = ? AND kind = ?", (field_id, kind)
    ).fetchone()
    if row is None:
        raise not_found()
    return row


def _has_key(db: sqlite3.Connection, key: str | None) -> bool:
    found = db.execute("SELECT 1 FROM fields WHERE kind = ? AND key = ?", (USER, key)).fetchone()
    return found is not None
