"""Turning a public comment into an internal note."""

import sqlite3

from playground.desk import audits, events, tickets
from playground.desk.errors import not_found
from playground.desk.ticket_people import Act


def make_private(db: sqlite3.Connection, act: Act, ticket_id: int, comment_id: int) -> None:
    """Turn a public comment into an internal note, for good; 404 when it is not there."""
    tickets.get(db, ticket_id)
    comment = db.execute(
        "SELECT public FROM comments WHERE id = ? AND ticket_id = ?", (comment_id, ticket_id)
    ).fetchone()
    if comment is None:
        raise not_found()
    if not comment["public"]:
        return
    db.execute("UPDATE comments SET public = 0 WHERE id = ?", (comment_id,))
    db.execute("UPDATE tickets SET updated_at = ? WHERE id = ?", (act.now, ticket_id))
    change = {"type": "CommentPrivacyChange", "comment_id": comment_id, "public": False}
    audits.record(db, act, ticket_id, [change])
    ticket = tickets.get(db, ticket_id)
    events.comment_made_private(db, act.user["id"], act.now, ticket, comment_id)
