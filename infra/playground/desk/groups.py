"""Groups of agents, to whom tickets go; any agent may have the tickets of any group."""

import sqlite3

from playground.desk.errors import invalid, not_found
from playground.desk.inputs import GroupInput
from playground.desk.store import next_id


def create(db: sqlite3.Connection, given: GroupInput, now: str) -> sqlite3.Row:
    """A new group; 422 when there is one of this name."""
    known = db.execute("SELECT 1 FROM groups WHERE name = ? AND NOT deleted", (given.name,))
    if known.fetchone():
        raise invalid("name", "DuplicateValue", f"Name: {given.name} has already been taken")
    row: sqlite3.Row = db.execute(
        "INSERT INTO groups (id, name, description, is_public, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?) RETURNING *",
        (next_id(db), given.name, given.description, given.is_public, now, now),
    ).fetchone()
    return row


def get(db: sqlite3.Connection, group_id: int) -> sqlite3.Row:
    """The group, deleted or not; 404 when there is none."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM groups WHERE id = ?", (group_id,)
    ).fetchone()
    if row is None:
        raise not_found()
    return row


def delete(db: sqlite3.Connection, group_id: int, now: str) -> None:
    """Take no more tickets for a group; 404 when there is none."""
    get(db, group_id)
    db.execute("UPDATE groups SET deleted = 1, updated_at = ? WHERE id = ?", (now, group_id))


def refuse_unknown(db: sqlite3.Connection, group_id: int | None) -> None:
    """422 for the group of a ticket that is none."""
    if group_id is None:
        return
    known = db.execute("SELECT 1 FROM groups WHERE id = ? AND NOT deleted", (group_id,))
    if known.fetchone() is None:
        raise invalid("group_id", "InvalidValue", "Group: is not a group")
