"""Merging one end user into another, which cannot be undone.

Documented (help article 4408887695898): only end users, tickets change their requester without
firing triggers. Assumed: that what the gone user wrote becomes the kept one's, that the kept one's
own external id, name, fields and primary address stay, and that it never takes over an external id.
"""

import sqlite3

from playground.desk import audits, events, identities, user_events, users
from playground.desk.errors import invalid
from playground.desk.ticket_people import Act


def merge(db: sqlite3.Connection, act: Act, gone_id: int, kept_id: int) -> sqlite3.Row:
    """Merge the one into the other; returns the one that is kept.

    Raises 404 when either is unknown, 422 when they are one or no end users.
    """
    gone, kept = users.get_active(db, gone_id), users.get_active(db, kept_id)
    if gone_id == kept_id or users.is_staff(gone) or users.is_staff(kept):
        raise invalid("id", "InvalidValue", "Id: only two end users can be merged")
    _move_tickets(db, act, gone_id, kept_id)
    _move_words(db, gone_id, kept_id)
    identities.move(db, gone_id, kept_id, act.now)
    db.execute("DELETE FROM users WHERE id = ?", (gone_id,))
    identities.keep_users_email(db, kept_id)
    db.execute("UPDATE users SET updated_at = ? WHERE id = ?", (act.now, kept_id))
    user_events.merged(db, act.now, gone, kept_id)
    return users.get(db, kept_id)


def _move_tickets(db: sqlite3.Connection, act: Act, gone_id: int, kept_id: int) -> None:
    moved = db.execute(
        "UPDATE tickets SET requester_id = ?, updated_at = ? WHERE requester_id = ? RETURNING *",
        (kept_id, act.now, gone_id),
    ).fetchall()
    for ticket in moved:
        change = audits.change("requester_id", str(kept_id), str(gone_id))
        audits.record(db, act, ticket["id"], [change])
        if ticket["deleted_at"] is None:
            events.requester_changed(db, act.user["id"], act.now, ticket, gone_id)


def _move_words(db: sqlite3.Connection, gone_id: int, kept_id: int) -> None:
    columns = (("tickets", "submitter_id"), ("comments", "author_id"), ("audits", "author_id"))
    for table, column in columns:
        db.execute(
            f"UPDATE {table} SET {column} = ? WHERE {column} = ?",  # noqa: S608  constants
            (kept_id, gone_id),
        )
