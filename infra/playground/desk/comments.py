"""Comments: the conversation of a ticket."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playground.desk import html_text, uploads
from playground.desk.errors import invalid
from playground.desk.inputs import CommentInput
from playground.desk.store import next_id


@dataclass(frozen=True, slots=True)
class Text:
    """One comment's text in the three forms Zendesk answers."""

    body: str
    html_body: str
    plain_body: str


def text_of(given: CommentInput) -> Text:
    """The comment's text; 422 when there is none."""
    if given.html_body is not None:
        html = html_text.sanitise(given.html_body)
        body = html_text.plain(given.html_body)
    else:
        body = (given.body or "").replace("\x00", "").strip()
        html = html_text.from_text(body)
    if not body:
        raise invalid("comment", "BlankValue", "Comment: cannot be blank")
    return Text(body, f'<div class="zd-comment" dir="auto">{html}</div>', body)


def add(
    db: sqlite3.Connection,
    *,
    ticket_id: int,
    audit_id: int,
    author_id: int,
    text: Text,
    public: bool,
    via: str,
    metadata: dict[str, Any],
    tokens: Sequence[str],
    now: str,
) -> sqlite3.Row:
    """Store a comment with the files of the upload tokens; 422 when one of them is not good."""
    comment_id = next_id(db)
    files = uploads.files_of(db, tokens, now)
    db.execute(
        "INSERT INTO comments (id, ticket_id, audit_id, author_id, body, html_body, plain_body,"
        " public, attachments, via, metadata, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            comment_id,
            ticket_id,
            audit_id,
            author_id,
            text.body,
            text.html_body,
            text.plain_body,
            public,
            json.dumps(files),
            via,
            json.dumps(metadata),
            now,
        ),
    )
    uploads.use(db, tokens, comment_id)
    row: sqlite3.Row = db.execute("SELECT * FROM comments WHERE id = ?", (comment_id,)).fetchone()
    return row


def of_ticket(db: sqlite3.Connection, ticket_id: int) -> list[sqlite3.Row]:
    """All comments of the ticket, oldest first."""
    return db.execute(
        "SELECT * FROM comments WHERE ticket_id = ? ORDER BY id", (ticket_id,)
    ).fetchall()
