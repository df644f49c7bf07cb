"""What the Desk page shows: the list of tickets, and one ticket with its customer."""

import json
import sqlite3
from typing import Any

from playground.desk import choices, comments, definitions, identities, tickets, users

VIEWS = {"unsolved": "NOT IN ('solved', 'closed')", "solved": "IN ('solved', 'closed')"}
SHOWN = 200
EARLIER = 10


def counts(db: sqlite3.Connection) -> dict[str, int]:
    """How many tickets each view holds."""
    return {
        view: db.execute(
            f"SELECT COUNT(*) FROM live_tickets WHERE status {condition}"  # noqa: S608  constants
        ).fetchone()[0]
        for view, condition in VIEWS.items()
    }


def rows(db: sqlite3.Connection, view: str) -> list[dict[str, Any]]:
    """The view's tickets, the one with the newest comment first.

    A ticket is unread when somebody else has said something since an agent looked at it.
    """
    found = db.execute(
        "SELECT tickets.*, requester.name AS requester,"  # noqa: S608  the condition is a constant
        " latest.created_at AS spoken_at, latest.plain_body AS latest_text,"
        " latest.id > tickets.seen_comment_id AS unread"
        " FROM live_tickets AS tickets"
        " JOIN users AS requester ON requester.id = tickets.requester_id"
        " JOIN comments AS latest ON latest.id ="
        "  (SELECT MAX(id) FROM comments WHERE ticket_id = tickets.id)"
        f" WHERE tickets.status {VIEWS[view]} ORDER BY latest.id DESC LIMIT {SHOWN}"
    ).fetchall()
    return [dict(row) | {"tags": json.loads(row["tags"])} for row in found]


def ticket(db: sqlite3.Connection, ticket_id: int) -> dict[str, Any]:
    """One ticket with its conversation and its customer."""
    found = tickets.get(db, ticket_id)
    requester = users.get(db, found["requester_id"])
    earlier = db.execute(
        "SELECT id, subject, status, created_at FROM live_tickets"
        " WHERE requester_id = ? AND id != ? ORDER BY id DESC LIMIT ?",
        (requester["id"], ticket_id, EARLIER),
    ).fetchall()
    return {
        "ticket": dict(found) | {"tags": json.loads(found["tags"])},
        **_fields(db, found),
        "conversation": [_said(db, comment) for comment in comments.of_ticket(db, ticket_id)],
        "customer": requester,
        "customer_fields": json.loads(requester["user_fields"]),
        "identities": identities.of_user(db, requester["id"]),
        "earlier": earlier,
    }


def _said(db: sqlite3.Connection, comment: sqlite3.Row) -> dict[str, Any]:
    author = users.get(db, comment["author_id"])
    return dict(comment) | {"author": author["name"], "by_staff": users.is_staff(author)}


def _fields(db: sqlite3.Connection, found: sqlite3.Row) -> dict[str, list[dict[str, Any]]]:
    """The ticket's filled fields under the titles the fields have, and those to choose in."""
    options, titles = choices.of_fields(db), definitions.titles(db)
    values = {field["id"]: field["value"] for field in json.loads(found["custom_fields"])}
    filled = [
        {
            "title": titles.get(field_id, f"Field {field_id}"),
            "value": options.get(field_id, {}).get(str(value), value),
        }
        for field_id, value in values.items()
        if value not in (None, "", [])
    ]
    to_choose = [
        {"id": field_id, "title": titles[field_id], "names": names, "chosen": values.get(field_id)}
        for field_id, names in options.items()
    ]
    return {"fields": filled, "choices": to_choose}
