"""Idempotency keys: the first answer to a key is given again for two hours."""

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from playground.desk.errors import bad_request
from playground.desk.store import iso

LIFETIME = timedelta(hours=2)
MAX_KEY = 255


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored answer."""

    status: int
    body: dict[str, Any]
    location: str | None


def recall(db: sqlite3.Connection, key: str, parameters: object, now: datetime) -> Answer | None:
    """The answer stored for the key; 400 IdempotentRequestError when the parameters differ."""
    if not 0 < len(key) <= MAX_KEY:
        raise bad_request("IdempotentRequestError", "The idempotency key is empty or too long")
    db.execute("DELETE FROM idempotency WHERE expires_at <= ?", (iso(now),))
    row = db.execute("SELECT * FROM idempotency WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    if row["digest"] != _digest(parameters):
        text = "The request parameters do not match those of the first request with this key"
        raise bad_request("IdempotentRequestError", text)
    return Answer(row["status"], json.loads(row["body"]), row["location"])


def remember(
    db: sqlite3.Connection, key: str, parameters: object, answer: Answer, now: datetime
) -> None:
    """Store the answer, in the transaction that made it true."""
    db.execute(
        "INSERT INTO idempotency (key, digest, status, body, location, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            key,
            _digest(parameters),
            answer.status,
            json.dumps(answer.body),
            answer.location,
            iso(now + LIFETIME),
        ),
    )


def _digest(parameters: object) -> str:
    return hashlib.sha256(json.dumps(parameters, sort_keys=True).encode("utf-8")).hexdigest()
