"""Deleting an end user, softly: the record stays and says that it is not active.

Recorded: the answer, and that `active` is false then. Assumed: that the user's identities and
external id are free for others, that solved tickets are in the way as open ones are, and the words
of the refusals.
"""

import sqlite3

from playground.desk import user_events, users
from playground.desk.errors import forbidden, invalid
from playground.desk.ticket_people import Act


def delete(db: sqlite3.Connection, act: Act, user_id: int) -> sqlite3.Row:
    """Delete the user; returns what is left of it.

    Raises 404 when there is none, 403 for staff, 422 while tickets of the user are not closed.
    """
    user = users.get_active(db, user_id)
    if users.is_staff(user):
        raise forbidden()
    _refuse_unclosed(db, user)
    db.execute("DELETE FROM identities WHERE user_id = ?", (user_id,))
    db.execute(
        "UPDATE users SET active = 0, email = NULL, external_id = NULL, updated_at = ?"
        " WHERE id = ?",
        (act.now, user_id),
    )
    user_events.deleted(db, act.now, user)
    return users.get(db, user_id)


def _refuse_unclosed(db: sqlite3.Connection, user: sqlite3.Row) -> None:
    unclosed = db.execute(
        "SELECT COUNT(*) FROM live_tickets WHERE requester_id = ? AND status != 'closed'",
        (user["id"],),
    ).fetchone()[0]
    if unclosed:
        text = f"{user['name']} is the requester on {unclosed} ticket(s) that are not closed."
        raise invalid("base", "InvalidValue", text)
