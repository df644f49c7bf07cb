"""Tickets: create, change, find. Every change leaves an audit and may send events."""

import json
import sqlite3
from typing import Any, NamedTuple

from playground.desk import (
    audits,
    choices,
    comments,
    events,
    status,
    ticket_columns,
    ticket_people,
    users,
)
from playground.desk.errors import invalid, not_found
from playground.desk.inputs import CommentInput, TicketInput
from playground.desk.ticket_people import Act


def find(db: sqlite3.Connection, ticket_id: int) -> sqlite3.Row | None:
    """The ticket, None when there is none or it was deleted."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM live_tickets WHERE id = ?", (ticket_id,)
    ).fetchone()
    return row


def get(db: sqlite3.Connection, ticket_id: int) -> sqlite3.Row:
    """The ticket; 404 when there is none or it was deleted."""
    row = find(db, ticket_id)
    if row is None:
        raise not_found()
    return row


def create(db: sqlite3.Connection, act: Act, given: TicketInput) -> tuple[sqlite3.Row, sqlite3.Row]:
    """A new ticket and its audit; 422 when the comment is missing or somebody named is unknown.

    The submitter is the author of the first comment unless the comment names one.
    """
    if given.comment is None:
        raise invalid("comment", "BlankValue", "Comment: cannot be blank")
    text = comments.text_of(given.comment)
    ticket_people.check(db, given)
    requester_id = ticket_people.requester_of(db, act, given)
    tags = _inherited_tags(db, given)
    columns = ticket_columns.at_creation(act, given, given.comment, text, requester_id, tags)
    columns = choices.agreed(choices.of_fields(db), given, columns)
    ticket_id = ticket_columns.insert(db, columns)
    author_id = given.comment.author_id or columns["submitter_id"]
    said = _Said(given.comment, text, author_id)
    audit = _record(db, act, ticket_id, given.metadata, said, audits.creation(columns))
    ticket = get(db, ticket_id)
    events.created(db, act.user["id"], act.now, ticket)
    _announce_comment(db, act, ticket, audit)
    return ticket, audit


def update(
    db: sqlite3.Connection, act: Act, ticket_id: int, given: TicketInput
) -> tuple[sqlite3.Row, sqlite3.Row]:
    """Change what was sent and add the comment, in one audit.

    Raises 409 when `safe_update` finds the ticket changed since `updated_stamp`, 422 when the
    ticket is closed.
    """
    before = get(db, ticket_id)
    status.refuse_stale(before, given.safe_update, given.updated_stamp)
    status.refuse_closed(before)
    ticket_people.check(db, given)
    said = _said(act, given.comment)
    by_staff = users.is_staff(users.get(db, said.author_id if said else act.user["id"]))
    requester_id = ticket_people.new_requester_of(db, act, given) or before["requester_id"]
    after = ticket_columns.after_update(before, act, given, requester_id, by_staff)
    after = choices.agreed(choices.of_fields(db), given, after, before)
    ticket_columns.store(db, ticket_id, after)
    changes = audits.changes(before, after)
    audit = _record(db, act, ticket_id, given.metadata, said, changes)
    ticket = get(db, ticket_id)
    if said is not None:
        _announce_comment(db, act, ticket, audit)
    if ticket["status"] != before["status"]:
        events.status_changed(db, act.user["id"], act.now, ticket, before["status"])
    if ticket["requester_id"] != before["requester_id"]:
        events.requester_changed(db, act.user["id"], act.now, ticket, before["requester_id"])
    return ticket, audit


def mark_seen(db: sqlite3.Connection, ticket_id: int) -> None:
    """Note that the agent has seen everything that is in the ticket now."""
    db.execute(
        "UPDATE tickets SET seen_comment_id ="
        " (SELECT MAX(id) FROM comments WHERE ticket_id = tickets.id) WHERE id = ?",
        (ticket_id,),
    )


class _Said(NamedTuple):
    """A comment to write: what was sent, its text, its author."""

    given: CommentInput
    text: comments.Text
    author_id: int


def _said(act: Act, given: CommentInput | None) -> _Said | None:
    if given is None:
        return None
    return _Said(given, comments.text_of(given), given.author_id or act.user["id"])


def _inherited_tags(db: sqlite3.Connection, given: TicketInput) -> list[str]:
    """The tags sent, or those of the closed ticket that this one follows up."""
    source_id = given.via_followup_source_id
    source = None if source_id is None else find(db, source_id)
    if source_id is not None and (source is None or source["status"] != "closed"):
        text = "Via followup source: is not a closed ticket"
        raise invalid("via_followup_source_id", "InvalidValue", text)
    if given.tags is not None or source is None:
        return given.tags or []
    tags: list[str] = json.loads(source["tags"])
    return tags


def _record(
    db: sqlite3.Connection,
    act: Act,
    ticket_id: int,
    metadata: dict[str, Any],
    said: _Said | None,
    changes: list[dict[str, Any]],
) -> sqlite3.Row:
    """Write the audit of a change, and the comment that came with it."""
    full = {"system": {"client": act.client}, "custom": metadata}
    audit_id = audits.open_audit(db, ticket_id, act.user["id"], act.via, full, act.now)
    comment = None
    if said is not None:
        comment = comments.add(
            db,
            ticket_id=ticket_id,
            audit_id=audit_id,
            author_id=said.author_id,
            text=said.text,
            public=said.given.public,
            via=act.via,
            metadata=full,
            tokens=said.given.uploads,
            now=act.now,
        )
    return audits.close_audit(db, audit_id, comment, changes)


def _announce_comment(
    db: sqlite3.Connection, act: Act, ticket: sqlite3.Row, audit: sqlite3.Row
) -> None:
    comment = db.execute("SELECT * FROM comments WHERE audit_id = ?", (audit["id"],)).fetchone()
    author = users.get(db, comment["author_id"])
    events.comment_added(db, act.user["id"], act.now, ticket, comment, author)
