"""Tickets that were deleted: hidden at first, gone for good when they are deleted again.

That the audits of a ticket tell of its deletion as of a change of status is assumed.
"""

import sqlite3

from playground.desk import audits, events, tickets
from playground.desk.errors import not_found
from playground.desk.ticket_people import Act

DELETED = "deleted"


def delete(db: sqlite3.Connection, act: Act, ticket_id: int) -> None:
    """Hide the ticket until it is restored; 404 when there is none."""
    ticket = tickets.get(db, ticket_id)
    audits.record(db, act, ticket_id, [audits.change("status", DELETED, ticket["status"])])
    _store(db, act, ticket_id, act.now)
    events.soft_deleted(db, act.user["id"], act.now, get(db, ticket_id))


def get(db: sqlite3.Connection, ticket_id: int) -> sqlite3.Row:
    """The deleted ticket; 404 when there is none, or it is not deleted."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM tickets WHERE id = ? AND deleted_at IS NOT NULL", (ticket_id,)
    ).fetchone()
    if row is None:
        raise not_found()
    return row


def restore(db: sqlite3.Connection, act: Act, ticket_id: int) -> None:
    """Show the deleted ticket again, with the status it had."""
    ticket = get(db, ticket_id)
    _store(db, act, ticket_id, None)
    audits.record(db, act, ticket_id, [audits.change("status", ticket["status"], DELETED)])
    events.undeleted(db, act.user["id"], act.now, tickets.get(db, ticket_id))


def erase(db: sqlite3.Connection, act: Act, ticket_id: int) -> None:
    """Remove the deleted ticket and everything said in it."""
    ticket = get(db, ticket_id)
    events.permanently_deleted(db, act.user["id"], act.now, ticket)
    db.execute("UPDATE tickets SET followup_of = NULL WHERE followup_of = ?", (ticket_id,))
    for table in ("comments", "audits"):
        db.execute(
            f"DELETE FROM {table} WHERE ticket_id = ?",  # noqa: S608  table names are constants
            (ticket_id,),
        )
    db.execute("DELETE FROM tickets WHERE id = ?", (ticket_id,))


def _store(db: sqlite3.Connection, act: Act, ticket_id: int, deleted_at: str | None) -> None:
    db.execute(
        "UPDATE tickets SET deleted_at = ?, deleted_by = ?, updated_at = ? WHERE id = ?",
        (deleted_at, act.user["id"], act.now, ticket_id),
    )
