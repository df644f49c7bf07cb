"""What a company defines in its helpdesk: fields, forms, views, triggers and macros.

They are kept and shown. Fields that agents choose in take only their options; the Desk lets any
other field have any value, and runs no trigger.
"""

import json
import sqlite3
from http import HTTPStatus
from typing import Any

from playground.desk import choices, errors
from playground.desk.definition_inputs import (
    Definition,
    MacroInput,
    TicketFieldInput,
    TicketFormInput,
    TriggerInput,
    UserFieldInput,
    ViewInput,
)
from playground.desk.store import next_id

INPUTS: dict[str, type[Definition]] = {
    "ticket_field": TicketFieldInput,
    "user_field": UserFieldInput,
    "ticket_form": TicketFormInput,
    "view": ViewInput,
    "trigger": TriggerInput,
    "macro": MacroInput,
}
FIXED = ("type", "key", "removable")
"""What stays as it was made."""

SYSTEM_FIELDS = {
    "subject": "Subject",
    "description": "Description",
    "status": "Status",
    "tickettype": "Type",
    "priority": "Priority",
    "group": "Group",
    "assignee": "Assignee",
}
"""The ticket fields every helpdesk has, by type; they cannot be removed."""

ONE_OF = frozenset({"status", "type", "group_id", "assignee_id", "requester_id"})
"""What a view's `all` must look at (developer.zendesk.com, business-rules/views)."""


def create(db: sqlite3.Connection, kind: str, sent: Any, now: str) -> sqlite3.Row:
    """A new definition; 422 when it makes no sense."""
    given = sent if isinstance(sent, dict) else {}
    return _insert(db, kind, {name: given[name] for name in given if name != "removable"}, now)


def get(db: sqlite3.Connection, kind: str, definition_id: int) -> sqlite3.Row:
    """The definition; 404 when there is none."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM definitions WHERE id = ? AND kind = ?", (definition_id, kind)
    ).fetchone()
    if row is None:
        raise errors.not_found()
    return row


def change(
    db: sqlite3.Connection, kind: str, definition_id: int, sent: Any, now: str
) -> sqlite3.Row:
    """Change what was sent; 404 when there is no such definition, 422 when it makes no sense."""
    kept = json.loads(get(db, kind, definition_id)["content"])
    given = sent if isinstance(sent, dict) else {}
    changes = {name: value for name, value in given.items() if name not in FIXED}
    content = _checked(db, kind, kept | changes, definition_id)
    db.execute(
        "UPDATE definitions SET content = ?, updated_at = ? WHERE id = ?",
        (json.dumps(content), now, definition_id),
    )
    return get(db, kind, definition_id)


def delete(db: sqlite3.Connection, kind: str, definition_id: int) -> None:
    """Remove the definition; 404 when there is none, 403 when it is the helpdesk's own."""
    content = json.loads(get(db, kind, definition_id)["content"])
    if content.get("removable") is False or content.get("default") is True:
        refusal = {"error": "Forbidden", "description": "The helpdesk's own cannot be removed"}
        raise errors.Refused(HTTPStatus.FORBIDDEN, refusal)
    db.execute("DELETE FROM definitions WHERE id = ?", (definition_id,))
    if kind == "ticket_field":
        _take_out_of_forms(db, definition_id)


def keep_own(db: sqlite3.Connection, now: str) -> None:
    """Make the helpdesk's own fields and form, unless they are there."""
    if _all(db, "ticket_field"):
        return
    ids = [
        _insert(
            db,
            "ticket_field",
            {"type": kind, "title": title, "position": place, "removable": False},
            now,
        )["id"]
        for place, (kind, title) in enumerate(SYSTEM_FIELDS.items())
    ]
    form = {"name": "Default Ticket Form", "default": True, "ticket_field_ids": ids}
    _insert(db, "ticket_form", form, now)


def titles(db: sqlite3.Connection) -> dict[int, str]:
    """The titles of all ticket fields by their id."""
    return {row_id: content["title"] for row_id, content in _all(db, "ticket_field").items()}


def _insert(db: sqlite3.Connection, kind: str, given: dict[str, Any], now: str) -> sqlite3.Row:
    content = _checked(db, kind, given, None)
    row: sqlite3.Row = db.execute(
        "INSERT INTO definitions (id, kind, content, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?) RETURNING *",
        (next_id(db), kind, json.dumps(content), now, now),
    ).fetchone()
    return row


def _checked(
    db: sqlite3.Connection, kind: str, given: dict[str, Any], own_id: int | None
) -> dict[str, Any]:
    content = errors.parse(INPUTS[kind], given).model_dump(mode="json")
    if kind == "user_field":
        _check_key(db, content["key"], own_id)
    elif kind == "ticket_field":
        _check_options(db, content, own_id)
    elif kind == "ticket_form":
        _check_fields(db, content["ticket_field_ids"])
    elif kind == "view" and not any(one["field"] in ONE_OF for one in content["all"]):
        description = f"Conditions: `all` must look at one of {', '.join(sorted(ONE_OF))}"
        raise errors.invalid("base", "InvalidValue", description)
    return content


def _check_key(db: sqlite3.Connection, key: str, own_id: int | None) -> None:
    others = (one["key"] for row_id, one in _all(db, "user_field").items() if row_id != own_id)
    if key in others:
        raise errors.invalid("key", "DuplicateValue", f"Key: {key} has already been taken")


def _check_options(db: sqlite3.Connection, content: dict[str, Any], own_id: int | None) -> None:
    """Refuse a choice without options (recorded, zendesk_api_client_php issue 392).

    And a value that is there twice, in whichever field (help article 4408881943194; how the refusal
    reads is assumed).
    """
    if content["type"] != choices.TAGGER:
        return
    values = [option["value"] for option in content["custom_field_options"]]
    if not values:
        description = "Field options: must contain at least one option"
        raise errors.invalid("field_options", "EmptyValue", description)
    others = (names for row_id, names in choices.of_fields(db).items() if row_id != own_id)
    taken = {value for names in others for value in names}
    twice = next((value for value in values if value in taken or values.count(value) > 1), None)
    if twice is not None:
        description = f"Field options: the value {twice} is already in use"
        raise errors.invalid("custom_field_options", "DuplicateValue", description)


def _check_fields(db: sqlite3.Connection, ids: list[int]) -> None:
    known = _all(db, "ticket_field")
    if any(field_id not in known for field_id in ids):
        description = "Ticket field ids: names a field that does not exist"
        raise errors.invalid("ticket_field_ids", "InvalidValue", description)


def _take_out_of_forms(db: sqlite3.Connection, field_id: int) -> None:
    for form_id, content in _all(db, "ticket_form").items():
        if field_id in content["ticket_field_ids"]:
            content["ticket_field_ids"].remove(field_id)
            db.execute(
                "UPDATE definitions SET content = ? WHERE id = ?", (json.dumps(content), form_id)
            )


def _all(db: sqlite3.Connection, kind: str) -> dict[int, dict[str, Any]]:
    rows = db.execute("SELECT id, content FROM definitions WHERE kind = ?", (kind,)).fetchall()
    return {row["id"]: json.loads(row["content"]) for row in rows}
