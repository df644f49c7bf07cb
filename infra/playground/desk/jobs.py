"""Jobs: bulk work that is queued, then under way, then done, on the Desk's own clock.

A job's work happens as a whole when its time is over; nothing of it is there before. The Desk has
no worker of its own for it: every request first finishes what is due, in the order of its end, and
dates it as of that end.
"""

import json
import math
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, NamedTuple

from playground.desk import bulk, users
from playground.desk.errors import Refused, not_found
from playground.desk.store import iso
from playground.desk.ticket_people import Act

MAX_ITEMS = 100
MAX_UNFINISHED = 30
WAITING_SHARE = 0.5


@dataclass(slots=True)
class Pace:
    """How many seconds a job takes; with 0 it is done at once."""

    seconds: float = 0.0


class Standing(NamedTuple):
    """How far a job is."""

    status: str
    progress: int | None
    message: str | None


def start(
    db: sqlite3.Connection,
    act: Act,
    work: str,
    arguments: Any,
    *,
    total: int | None,
    pace: Pace,
    now: datetime,
) -> sqlite3.Row:
    """Queue a job for `work`, a name in `bulk.WORK`.

    Raises 429 TooManyJobs with Retry-After while 30 jobs are queued or under way.
    """
    _refuse_too_many(db, now)
    row: sqlite3.Row = db.execute(
        "INSERT INTO jobs (id, job_type, work, arguments, user_id, client, total, started_at,"
        " due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
        (
            f"V3-{secrets.token_hex(16)}",
            bulk.WORK[work].job_type,
            work,
            json.dumps(arguments),
            act.user["id"],
            act.client,
            total,
            _exact(now),
            _exact(now + timedelta(seconds=pace.seconds)),
        ),
    ).fetchone()
    finish_due(db, now)
    return row


def finish_due(db: sqlite3.Connection, now: datetime) -> None:
    """Do the work of every job whose time is over."""
    due = db.execute(
        "SELECT * FROM jobs WHERE results IS NULL AND due_at <= ? ORDER BY due_at, number",
        (_exact(now),),
    ).fetchall()
    for job in due:
        ended = iso(datetime.fromisoformat(job["due_at"]))
        act = Act(users.get(db, job["user_id"]), ended, client=job["client"])
        results, failure = _do(db, act, job)
        db.execute(
            "UPDATE jobs SET results = ?, failure = ? WHERE id = ?",
            (json.dumps(results), failure, job["id"]),
        )


def get(db: sqlite3.Connection, job_id: str) -> sqlite3.Row:
    """The job; 404 when there is none."""
    row: sqlite3.Row | None = db.execute("SELECT * FROM jobs WHERE id = ?", (job_id,)).fetchone()
    if row is None:
        raise not_found()
    return row


def standing(job: sqlite3.Row, now: datetime) -> Standing:
    """How far the job is: it waits for the first half of its time and works in the second."""
    started, due = (datetime.fromisoformat(job[name]) for name in ("started_at", "due_at"))
    if job["failure"] is not None:
        return Standing("failed", None, f"Failed: {job['failure']}")
    if job["results"] is not None:
        return Standing("completed", job["total"], f"Completed at {due:%Y-%m-%d %H:%M:%S} +0000")
    share = (now - started) / (due - started)
    if share < WAITING_SHARE:
        return Standing("queued", None, None)
    under_way = bulk.WORK[job["work"]].under_way
    if job["total"] is None:
        return Standing("working", None, under_way)
    done = int(share * job["total"])
    return Standing("working", done, f"{under_way} #{done}")


def _do(db: sqlite3.Connection, act: Act, job: sqlite3.Row) -> tuple[Any, str | None]:
    """The job's results, or why it failed as a whole."""
    failure = None
    db.execute("SAVEPOINT job")
    try:
        results = bulk.WORK[job["work"]].do(db, act, json.loads(job["arguments"]))
    except Refused as refused:
        db.execute("ROLLBACK TO job")
        results, failure = None, str(refused.body["error"])
    db.execute("RELEASE job")
    return results, failure


def _refuse_too_many(db: sqlite3.Connection, now: datetime) -> None:
    unfinished, next_end = db.execute(
        "SELECT COUNT(*), MIN(due_at) FROM jobs WHERE results IS NULL"
    ).fetchone()
    if unfinished < MAX_UNFINISHED:
        return
    wait = (datetime.fromisoformat(next_end) - now).total_seconds()
    raise Refused(
        HTTPStatus.TOO_MANY_REQUESTS,
        {
            "error": "TooManyJobs",
            "description": f"Only {MAX_UNFINISHED} jobs may be queued or running at once",
        },
        {"Retry-After": str(max(1, math.ceil(wait)))},
    )


def _exact(moment: datetime) -> str:
    """A time that sorts as text, exact to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
