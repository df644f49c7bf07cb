"""A ticket's columns: at its creation, after a change, and how they are written."""

import json
import sqlite3
from typing import Any

from playground.desk import status, users
from playground.desk.comments import Text
from playground.desk.inputs import CommentInput, TicketInput
from playground.desk.ticket_people import Act

PLAIN = (
    "subject",
    "external_id",
    "priority",
    "type",
    "assignee_id",
    "group_id",
    "organization_id",
    "brand_id",
    "ticket_form_id",
    "problem_id",
    "due_at",
)
Columns = dict[str, Any]


def at_creation(
    act: Act,
    given: TicketInput,
    comment: CommentInput,
    text: Text,
    requester_id: int,
    tags: list[str],
) -> Columns:
    """The columns of a new ticket."""
    first_status = status.at_creation(given.status, given.assignee_id)
    return {
        **{field: getattr(given, field) for field in PLAIN},
        "assignee_id": _assignee(act, first_status, given.assignee_id),
        "requester_id": requester_id,
        "submitter_id": given.submitter_id or act.user["id"],
        "description": text.body,
        "status": first_status,
        "tags": json.dumps([*tags, *given.additional_tags]),
        "custom_fields": json.dumps([field.model_dump() for field in given.custom_fields]),
        "via": act.via,
        "followup_of": given.via_followup_source_id,
        "is_public": comment.public,
        "created_at": act.now,
        "updated_at": act.now,
    }


def after_update(
    before: sqlite3.Row, act: Act, given: TicketInput, requester_id: int, by_staff: bool
) -> Columns:
    """The ticket's columns after a change; `by_staff` tells whose comment came with it."""
    public = given.comment.public if given.comment else None
    sent = {field: getattr(given, field) for field in PLAIN if field in given.model_fields_set}
    after = dict(before) | sent
    after["requester_id"] = requester_id
    after["status"] = status.after_update(
        before["status"],
        wanted=given.status,
        comment_public=public,
        by_staff=by_staff,
        called_by_staff=users.is_staff(act.user),
    )
    after["assignee_id"] = _assignee(act, after["status"], after["assignee_id"])
    after["tags"] = json.dumps(_tags(json.loads(before["tags"]), given))
    after["custom_fields"] = json.dumps(_values(json.loads(before["custom_fields"]), given))
    after["is_public"] = bool(before["is_public"] or public)
    after["updated_at"] = act.now
    return after


def insert(db: sqlite3.Connection, columns: Columns) -> int:
    """Write a new ticket; returns its id."""
    names = ", ".join(columns)
    marks = ", ".join(f":{name}" for name in columns)
    inserted = db.execute(
        f"INSERT INTO tickets ({names}) VALUES ({marks})",  # noqa: S608  names are constants
        columns,
    )
    return int(inserted.lastrowid or 0)


def store(db: sqlite3.Connection, ticket_id: int, columns: Columns) -> None:
    """Write a changed ticket."""
    assignments = ", ".join(f"{name} = :{name}" for name in columns if name != "id")
    db.execute(
        f"UPDATE tickets SET {assignments} WHERE id = :id",  # noqa: S608  names are constants
        columns | {"id": ticket_id},
    )


def _assignee(act: Act, new_status: str, assignee_id: int | None) -> int | None:
    """A solved ticket belongs to somebody: to who solved it, when nobody had it."""
    if assignee_id is None and new_status in status.NEEDS_ASSIGNEE and users.is_staff(act.user):
        return int(act.user["id"])
    return assignee_id


def _tags(before: list[str], given: TicketInput) -> list[str]:
    tags = [*(before if given.tags is None else given.tags), *given.additional_tags]
    return [tag for tag in dict.fromkeys(tags) if tag not in given.remove_tags]


def _values(before: list[dict[str, Any]], given: TicketInput) -> list[dict[str, Any]]:
    values = {field["id"]: field["value"] for field in before}
    values |= {field.id: field.value for field in given.custom_fields}
    return [{"id": field_id, "value": value} for field_id, value in values.items()]
