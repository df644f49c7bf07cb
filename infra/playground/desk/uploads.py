"""Files: uploaded under a token first, then attached to the comment that names the token.

Recorded: the answer, and that a token lives for three days. Documented: that a token can take
several files, and is used once. Assumed: that a token which is unknown, used or too old is refused.
"""

import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from playground.desk.errors import invalid, not_found
from playground.desk.store import iso, next_id

LIFETIME = timedelta(days=3)
TOLD = "id, file_name, content_type, size, secret"


@dataclass(frozen=True, slots=True)
class File:
    """What was sent."""

    name: str
    content_type: str
    content: bytes


def add(db: sqlite3.Connection, file: File, token: str | None, now: datetime) -> sqlite3.Row:
    """Keep a file under a token, a new one when none is given; returns the token's upload."""
    upload = _open(db, now) if token is None else _usable(db, token, iso(now))
    db.execute(
        "INSERT INTO attachments (id, upload_token, file_name, content_type, size, secret, content)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            next_id(db),
            upload["token"],
            file.name,
            file.content_type,
            len(file.content),
            secrets.token_urlsafe(18),
            file.content,
        ),
    )
    return upload


def of_upload(db: sqlite3.Connection, token: str) -> list[dict[str, Any]]:
    """What is known of the token's files, oldest first."""
    found = db.execute(
        f"SELECT {TOLD} FROM attachments WHERE upload_token = ? ORDER BY id",  # noqa: S608  constant
        (token,),
    )
    return [dict(row) for row in found]


def files_of(db: sqlite3.Connection, tokens: Sequence[str], now: str) -> list[dict[str, Any]]:
    """What is known of the files of all tokens; 422 when a token cannot be used."""
    for token in tokens:
        _usable(db, token, now)
    return [file for token in tokens for file in of_upload(db, token)]


def use(db: sqlite3.Connection, tokens: Sequence[str], comment_id: int) -> None:
    """Attach the tokens' files to the comment; the tokens are used up."""
    for token in tokens:
        db.execute("UPDATE uploads SET used = 1 WHERE token = ?", (token,))
        db.execute(
            "UPDATE attachments SET comment_id = ? WHERE upload_token = ?", (comment_id, token)
        )


def remove(db: sqlite3.Connection, token: str) -> None:
    """Forget a token that was not used, and its files; 404 when there is none."""
    gone = db.execute("DELETE FROM uploads WHERE token = ? AND NOT used", (token,))
    if gone.rowcount == 0:
        raise not_found()


def get(db: sqlite3.Connection, attachment_id: int) -> sqlite3.Row:
    """One file; 404 when there is none."""
    return _one(db, "id", attachment_id)


def get_by_secret(db: sqlite3.Connection, secret: str) -> sqlite3.Row:
    """The file of a download address; 404 when there is none."""
    return _one(db, "secret", secret)


def _one(db: sqlite3.Connection, column: str, value: object) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(
        f"SELECT * FROM attachments WHERE {column} = ?",  # noqa: S608  constants
        (value,),
    ).fetchone()
    if row is None:
        raise not_found()
    return row


def _open(db: sqlite3.Connection, now: datetime) -> sqlite3.Row:
    row: sqlite3.Row = db.execute(
        "INSERT INTO uploads (token, expires_at) VALUES (?, ?) RETURNING *",
        (secrets.token_urlsafe(18), iso(now + LIFETIME)),
    ).fetchone()
    return row


def _usable(db: sqlite3.Connection, token: str, now: str) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM uploads WHERE token = ? AND NOT used AND expires_at > ?", (token, now)
    ).fetchone()
    if row is None:
        raise invalid("uploads", "InvalidValue", "Uploads: a token is unknown, used or too old")
    return row
