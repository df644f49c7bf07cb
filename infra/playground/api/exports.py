"""Incremental exports: what happened to tickets since a moment."""

import json
import sqlite3
from http import HTTPStatus
from typing import Any

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from playground.api import gate, limits, links, render
from playground.context import playground, transaction
from playground.desk import ticket_events
from playground.desk.errors import Refused, forbidden

blueprint = Blueprint("exports", __name__, url_prefix="/api/v2/incremental")
gate.add_to(blueprint)

MAX_PAGE = 1000
EXCEEDED = "Number of allowed incremental export API requests per minute exceeded"


@blueprint.get("/ticket_events")
def list_ticket_events() -> ResponseReturnValue:
    """What happened from `start_time` on, but not within the last minute; for admins."""
    if g.user["role"] != "admin":
        raise forbidden()
    limits.spend(playground().budgets.exports, description=EXCEEDED)
    now = playground().clock()
    start, size = _start(ticket_events.newest_start(now)), _size()
    with_comments = "comment_events" in request.args.get("include", "").split(",")
    with transaction() as db:
        found = ticket_events.read(db, start, size, now)
        told = [_event(db, audit, with_comments) for audit in found.audits]
    return {
        "ticket_events": told,
        "count": len(told),
        "end_time": found.end_time,
        "end_of_stream": found.end_of_stream,
        "next_page": _next(found.end_time) if told else None,
    }


def _event(db: sqlite3.Connection, audit: sqlite3.Row, with_comments: bool) -> dict[str, Any]:
    comment = ticket_events.comment_of(db, audit)
    spoken = [] if comment is None else [_comment(comment, with_comments)]
    metadata = json.loads(audit["metadata"])
    return {
        "id": audit["id"],
        "ticket_id": audit["ticket_id"],
        "timestamp": ticket_events.epoch(audit["created_at"]),
        "created_at": audit["created_at"],
        "updater_id": audit["author_id"],
        "via": ticket_events.channel(audit["via"]),
        "system": metadata["system"],
        "metadata": metadata["custom"],
        "event_type": "Audit",
        "child_events": spoken + ticket_events.changes(audit),
    }


def _comment(row: sqlite3.Row, whole: bool) -> dict[str, Any]:
    if whole:
        said = render.comment(row)
        del said["metadata"]
        return {**said, "via_reference_id": None, "event_type": "Comment"}
    return {
        "id": row["id"],
        "via": ticket_events.channel(row["via"]),
        "via_reference_id": None,
        "comment_present": True,
        "comment_public": bool(row["public"]),
        "event_type": "Comment",
    }


def _start(newest: int) -> int:
    text = request.args.get("start_time", "")
    if not text.isdecimal():
        raise _invalid("start_time is not a time in epoch seconds")
    if int(text) > newest:
        raise _invalid("Too recent start_time. Use a start_time older than 1 minute")
    return int(text)


def _size() -> int:
    text = request.args.get("per_page", str(MAX_PAGE))
    if not text.isdecimal() or int(text) < 1:
        raise _invalid("per_page is not a whole number above 0")
    return min(int(text), MAX_PAGE)


def _invalid(description: str) -> Refused:
    """The refusal of an export, which is flat, as clients have met it."""
    body = {"error": "InvalidValue", "description": description}
    return Refused(HTTPStatus.UNPROCESSABLE_ENTITY, body)


def _next(start_time: int) -> str:
    return links.same_address({**request.args.to_dict(), "start_time": str(start_time)})
