"""Bulk work. It is done at once; the first answer says queued, as the real one does."""

import json
import secrets
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from playground.desk.errors import Refused, not_found, too_many_values

MAX_ITEMS = 100


def run(
    db: sqlite3.Connection,
    job_type: str,
    items: Sequence[Any],
    work: Callable[[int, Any], dict[str, Any]],
    now: str,
) -> sqlite3.Row:
    """Do `work` for every index and item, each on its own: a refused one leaves the others alone.

    Raises 400 TooManyValues for more than 100 items.
    """
    if len(items) > MAX_ITEMS:
        raise too_many_values()
    results = [_one(db, index, item, work) for index, item in enumerate(items)]
    row: sqlite3.Row = db.execute(
        "INSERT INTO jobs (id, job_type, total, results, created_at) VALUES (?, ?, ?, ?, ?)"
        " RETURNING *",
        (f"V3-{secrets.token_hex(16)}", job_type, len(items), json.dumps(results), now),
    ).fetchone()
    return row


def get(db: sqlite3.Connection, job_id: str) -> sqlite3.Row:
    """The job; 404 when there is none."""
    row: sqlite3.Row | None = db.execute("SELECT * FROM jobs WHERE id = ?", (job_id,)).fetchone()
    if row is None:
        raise not_found()
    return row


def _one(
    db: sqlite3.Connection, index: int, item: Any, work: Callable[[int, Any], dict[str, Any]]
) -> dict[str, Any]:
    db.execute("SAVEPOINT item")
    try:
        result = work(index, item)
    except Refused as refused:
        db.execute("ROLLBACK TO item")
        details = refused.body.get("details") or refused.body.get("description")
        result = {"index": index, "error": refused.body["error"], "details": json.dumps(details)}
    db.execute("RELEASE item")
    return result
