"""The stream of what happened to tickets, as incremental exports tell it: one event an audit.

Documented: what happened within the last minute is left out; a comment is told by
`comment_present` and `comment_public` unless `comment_events` is asked for; the keys of a whole
comment. Recorded, for tickets and users: a page never ends within a second, and `end_time` is the
second after its last one. Public code reads `child_events` of type Change with the field's name as
a key beside `previous_value`, and the keys of an event.

Assumed: that every changed custom field is an event of its own under `custom_ticket_fields`, the
names of channels, how a change of privacy looks, and an empty page.
"""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from playground.desk.store import iso

TOO_YOUNG = timedelta(minutes=1)
CHANNELS = {"api": "Web service", "web": "Web form", "email": "Mail", "chat": "Chat"}
Child = dict[str, Any]


class Page(NamedTuple):
    """Audits in the order of time; `end_time` in epoch seconds is where the next page starts."""

    audits: list[sqlite3.Row]
    end_time: int
    end_of_stream: bool


def newest_start(now: datetime) -> int:
    """The youngest start that may be asked for, in epoch seconds."""
    return int((now - TOO_YOUNG).timestamp())


def read(db: sqlite3.Connection, start: int, size: int, now: datetime) -> Page:
    """Audits from the second `start` on: at least `size` when there are, always whole seconds."""
    span = {"start": _iso(start), "end": _iso(newest_start(now)), "size": size}
    in_span = "created_at >= :start AND created_at <= :end"
    last = db.execute(
        f"SELECT MAX(created_at) FROM (SELECT created_at FROM audits WHERE {in_span}"  # noqa: S608
        " ORDER BY created_at LIMIT :size)",
        span,
    ).fetchone()[0]
    if last is None:
        return Page([], start, True)
    audits = db.execute(
        "SELECT * FROM audits WHERE created_at >= ? AND created_at <= ? ORDER BY created_at, id",
        (span["start"], last),
    ).fetchall()
    more = db.execute(
        "SELECT EXISTS (SELECT 1 FROM audits WHERE created_at > ? AND created_at <= ?)",
        (last, span["end"]),
    ).fetchone()[0]
    return Page(audits, epoch(last) + 1, not more)


def comment_of(db: sqlite3.Connection, audit: sqlite3.Row) -> sqlite3.Row | None:
    """The audit's comment as it is now, None when it has none."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM comments WHERE audit_id = ?", (audit["id"],)
    ).fetchone()
    return row


def changes(audit: sqlite3.Row) -> list[Child]:
    """What an audit changed besides its comment."""
    via = {"via": channel(audit["via"]), "via_reference_id": None}
    return [
        {"id": event["id"], **via, **told, "event_type": event["type"]}
        for event in json.loads(audit["events"])
        if event["type"] != "Comment"
        for told in _told(event)
    ]


def channel(name: str) -> str:
    """A channel as the stream calls it."""
    return CHANNELS.get(name, name)


def epoch(moment: str) -> int:
    """A stored time in epoch seconds."""
    return int(datetime.fromisoformat(moment).timestamp())


def _told(event: dict[str, Any]) -> list[Child]:
    if "field_name" not in event:
        return [{key: value for key, value in event.items() if key not in ("id", "type")}]
    name, value, previous = event["field_name"], event["value"], event.get("previous_value")
    if name == "custom_fields":
        return _custom_fields(value or [], previous or [])
    told: Child = {name: value}
    if event["type"] == "Change":
        told["previous_value"] = previous
    if name == "tags":
        before = previous or []
        told["added_tags"] = [tag for tag in value if tag not in before]
        told["removed_tags"] = [tag for tag in before if tag not in value]
    return [told]


def _custom_fields(value: list[Child], previous: list[Child]) -> list[Child]:
    before = {field["id"]: field["value"] for field in previous}
    return [
        {
            "custom_ticket_fields": {str(field["id"]): field["value"]},
            "previous_value": before.get(field["id"]),
        }
        for field in value
        if field["value"] != before.get(field["id"])
    ]


def _iso(seconds: int) -> str:
    return iso(datetime.fromtimestamp(seconds, UTC))
