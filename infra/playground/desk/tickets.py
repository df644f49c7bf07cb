"""Tickets: create, change, find. Every change leaves an audit and may send events."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from playground.desk import audits, comments, events, status, users
from playground.desk.errors import invalid, not_found
from playground.desk.inputs import CommentInput, TicketInput, UserInput

PLAIN_FIELDS = (
    "subject",
    "external_id",
    "priority",
    "type",
    "requester_id",
    "assignee_id",
    "group_id",
    "organization_id",
    "brand_id",
    "ticket_form_id",
    "problem_id",
    "due_at",
)


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, where and when. `client` names the program for the audit."""

    user: sqlite3.Row
    now: str
    via: str = "api"
    client: str = ""


def find(db: sqlite3.Connection, ticket_id: int) -> sqlite3.Row | None:
    """The ticket, None when there is none."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM tickets WHERE id = ?", (ticket_id,)
    ).fetchone()
    return row


def get(db: sqlite3.Connection, ticket_id: int) -> sqlite3.Row:
    """The ticket; 404 when there is none."""
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
    requester_id = _requester(db, act, given)
    _check_people(db, given)
    parent = _followed_up(db, given.via_followup_source_id)
    tags = given.tags
    if tags is None:
        tags = json.loads(parent["tags"]) if parent is not None else []
    fields = {
        **{field: getattr(given, field) for field in PLAIN_FIELDS},
        "requester_id": requester_id,
        "submitter_id": given.submitter_id or act.user["id"],
        "description": text.body,
        "status": status.at_creation(given.status, given.assignee_id),
        "tags": json.dumps([*tags, *given.additional_tags]),
        "custom_fields": json.dumps([field.model_dump() for field in given.custom_fields]),
        "via": act.via,
        "followup_of": given.via_followup_source_id,
        "is_public": given.comment.public,
        "created_at": act.now,
        "updated_at": act.now,
    }
    if fields["status"] in status.NEEDS_ASSIGNEE and fields["assignee_id"] is None:
        fields["assignee_id"] = act.user["id"]
    ticket_id = _insert(db, fields)
    created = [
        {"type": "Create", "field_name": name, "value": value}
        for name in ("subject", "status", "priority", "requester_id", "external_id")
        if (value := fields[name]) is not None
    ]
    first = given.comment.model_copy(
        update={"author_id": given.comment.author_id or fields["submitter_id"]}
    )
    audit = _record(db, act, ticket_id, given.model_copy(update={"comment": first}), text, created)
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
    _check_people(db, given)
    text = comments.text_of(given.comment) if given.comment else None
    author = _author(db, act, given.comment) if given.comment else act.user
    after = _changed(before, act, given)
    after["status"] = status.after_update(
        before["status"],
        wanted=given.status,
        comment_public=given.comment.public if given.comment else None,
        by_staff=users.is_staff(author),
    )
    if after["status"] in status.NEEDS_ASSIGNEE and after["assignee_id"] is None:
        after["assignee_id"] = act.user["id"] if users.is_staff(act.user) else None
    if given.comment is not None and given.comment.public:
        after["is_public"] = True
    _store(db, ticket_id, after)
    audit = _record(db, act, ticket_id, given, text, audits.changes(before, after))
    ticket = get(db, ticket_id)
    if text is not None:
        _announce_comment(db, act, ticket, audit)
    if ticket["status"] != before["status"]:
        events.status_changed(db, act.user["id"], act.now, ticket, before["status"])
    return ticket, audit


def mark_seen(db: sqlite3.Connection, ticket_id: int) -> None:
    """Note that the agent has seen everything that is in the ticket now."""
    db.execute(
        "UPDATE tickets SET seen_comment_id ="
        " (SELECT MAX(id) FROM comments WHERE ticket_id = tickets.id) WHERE id = ?",
        (ticket_id,),
    )


def _requester(db: sqlite3.Connection, act: Act, given: TicketInput) -> int:
    if given.requester_id is not None:
        return given.requester_id
    if given.requester is None:
        return int(act.user["id"])
    person = UserInput(name=given.requester.name, email=given.requester.email)
    user, _ = users.create_or_update(db, person, act.now)
    return int(user["id"])


def _check_people(db: sqlite3.Connection, given: TicketInput) -> None:
    for field in ("requester_id", "submitter_id"):
        user_id = getattr(given, field)
        if user_id is not None and users.find(db, user_id) is None:
            label = field.removesuffix("_id").capitalize()
            raise invalid(field, "InvalidValue", f"{label}: {user_id} is not a user")
    if given.assignee_id is not None:
        assignee = users.find(db, given.assignee_id)
        if assignee is None or not users.is_staff(assignee):
            raise invalid("assignee_id", "InvalidValue", "Assignee: is not an agent")


def _author(db: sqlite3.Connection, act: Act, comment: CommentInput) -> sqlite3.Row:
    if comment.author_id is None:
        return act.user
    author = users.find(db, comment.author_id)
    if author is None:
        raise invalid("author_id", "InvalidValue", "Author: is not a user")
    return author


def _followed_up(db: sqlite3.Connection, source_id: int | None) -> sqlite3.Row | None:
    if source_id is None:
        return None
    source = find(db, source_id)
    if source is None or source["status"] != "closed":
        text = "Via followup source: is not a closed ticket"
        raise invalid("via_followup_source_id", "InvalidValue", text)
    return source


def _insert(db: sqlite3.Connection, fields: dict[str, Any]) -> int:
    columns = ", ".join(fields)
    values = ", ".join(f":{column}" for column in fields)
    inserted = db.execute(
        f"INSERT INTO tickets ({columns}) VALUES ({values})",  # noqa: S608  columns are constants
        fields,
    )
    return int(inserted.lastrowid or 0)


def _changed(before: sqlite3.Row, act: Act, given: TicketInput) -> dict[str, Any]:
    """The ticket's columns after the change, status aside."""
    after = dict(before)
    for field in PLAIN_FIELDS:
        if field in given.model_fields_set and field != "requester_id":
            after[field] = getattr(given, field)
    after["requester_id"] = given.requester_id or before["requester_id"]
    tags = given.tags if given.tags is not None else json.loads(before["tags"])
    tags = [tag for tag in [*tags, *given.additional_tags] if tag not in given.remove_tags]
    after["tags"] = json.dumps(list(dict.fromkeys(tags)))
    values = {field["id"]: field["value"] for field in json.loads(before["custom_fields"])}
    values |= {field.id: field.value for field in given.custom_fields}
    after["custom_fields"] = json.dumps([{"id": k, "value": v} for k, v in values.items()])
    after["updated_at"] = act.now
    return after


def _store(db: sqlite3.Connection, ticket_id: int, columns: dict[str, Any]) -> None:
    assignments = ", ".join(f"{column} = :{column}" for column in columns if column != "id")
    db.execute(
        f"UPDATE tickets SET {assignments} WHERE id = :id",  # noqa: S608  columns are constants
        columns | {"id": ticket_id},
    )


def _record(
    db: sqlite3.Connection,
    act: Act,
    ticket_id: int,
    given: TicketInput,
    text: comments.Text | None,
    changes: list[dict[str, Any]],
) -> sqlite3.Row:
    metadata = {"system": {"client": act.client}, "custom": given.metadata}
    audit_id = audits.open_audit(db, ticket_id, act.user["id"], act.via, metadata, act.now)
    comment = None
    if given.comment is not None and text is not None:
        comment = comments.add(
            db,
            ticket_id=ticket_id,
            audit_id=audit_id,
            author_id=_author(db, act, given.comment)["id"],
            text=text,
            public=given.comment.public,
            via=act.via,
            metadata=metadata,
            now=act.now,
        )
    return audits.close_audit(db, audit_id, comment, changes)


def _announce_comment(
    db: sqlite3.Connection, act: Act, ticket: sqlite3.Row, audit: sqlite3.Row
) -> None:
    comment = db.execute("SELECT * FROM comments WHERE audit_id = ?", (audit["id"],)).fetchone()
    author = users.get(db, comment["author_id"])
    events.comment_added(db, act.user["id"], act.now, ticket, comment, author)
