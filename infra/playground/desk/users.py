"""People: customers (end users) and staff."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from playground.desk import identities
from playground.desk.errors import invalid, not_found
from playground.desk.inputs import IdentityInput, UserInput
from playground.desk.store import next_id

STAFF_ROLES = ("agent", "admin")
TEXT_FIELDS = ("name", "external_id", "role", "phone", "alias", "details", "notes")
PLACE_FIELDS = ("time_zone", "locale")
FLAGS = ("verified", "suspended")
PHONE = "phone:"


def get(db: sqlite3.Connection, user_id: int) -> sqlite3.Row:
    """The user, deleted or not; 404 when there is none."""
    row = find(db, user_id)
    if row is None:
        raise not_found()
    return row


def get_active(db: sqlite3.Connection, user_id: int) -> sqlite3.Row:
    """The user; 404 when there is none or it was deleted."""
    row = get(db, user_id)
    if not row["active"]:
        raise not_found()
    return row


def find(db: sqlite3.Connection, user_id: int) -> sqlite3.Row | None:
    """The user, deleted or not, None when there is none."""
    row: sqlite3.Row | None = db.execute("SELECT * FROM users WHERE id = ?", (user_id,)).fetchone()
    return row


def is_staff(user: sqlite3.Row) -> bool:
    """Whether the user works here."""
    return user["role"] in STAFF_ROLES


def by_external_id(db: sqlite3.Connection, external_id: str) -> sqlite3.Row | None:
    """The user of this external id, whatever its case."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM users WHERE external_id = ?", (external_id,)
    ).fetchone()
    return row


def by_email(db: sqlite3.Connection, email: str) -> sqlite3.Row | None:
    """The user who has this address as an identity, whatever its case."""
    row: sqlite3.Row | None = db.execute(
        "SELECT users.* FROM users JOIN identities ON identities.user_id = users.id"
        " WHERE identities.type = 'email' AND identities.value = ?",
        (email,),
    ).fetchone()
    return row


def match(db: sqlite3.Connection, given: UserInput) -> sqlite3.Row | None:
    """The user of this external id, or else of this email."""
    known = by_external_id(db, given.external_id) if given.external_id else None
    if known is None and given.email:
        known = by_email(db, given.email)
    return known


def create(db: sqlite3.Connection, given: UserInput, now: str) -> sqlite3.Row:
    """A new user; 422 when the name is missing or email or external id are taken."""
    if given.name is None:
        raise invalid("name", "BlankValue", "Name: cannot be blank")
    user_id = next_id(db)
    _refuse_taken(db, user_id, given)
    db.execute(
        "INSERT INTO users (id, name, email, external_id, role, verified, phone, alias, details,"
        " notes, time_zone, locale, tags, user_fields, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            user_id,
            given.name,
            given.email,
            given.external_id,
            given.role or "end-user",
            bool(given.verified),
            given.phone,
            given.alias,
            given.details,
            given.notes,
            given.time_zone or "Europe/Amsterdam",
            given.locale or "en-US",
            json.dumps(given.tags or []),
            json.dumps(given.user_fields),
            now,
            now,
        ),
    )
    _keep_identities(db, user_id, given, now)
    return get(db, user_id)


def update(db: sqlite3.Connection, user_id: int, given: UserInput, now: str) -> sqlite3.Row:
    """Change what was sent; user fields are merged, everything else replaced.

    An address is added as another one, and does not become the primary one, as Zendesk documents.
    """
    before = get_active(db, user_id)
    _refuse_taken(db, user_id, given)
    changes: dict[str, Any] = {
        field: getattr(given, field)
        for field in (*TEXT_FIELDS, *PLACE_FIELDS, *FLAGS)
        if field in given.model_fields_set
        and not (getattr(given, field) is None and field in ("name", "role", *FLAGS))
    }
    if given.tags is not None:
        changes["tags"] = json.dumps(given.tags)
    changes["user_fields"] = json.dumps(json.loads(before["user_fields"]) | given.user_fields)
    changes["updated_at"] = now
    assignments = ", ".join(f"{column} = :{column}" for column in changes)
    db.execute(
        f"UPDATE users SET {assignments} WHERE id = :id",  # noqa: S608  columns are constants
        changes | {"id": user_id},
    )
    _keep_identities(db, user_id, given, now)
    return get(db, user_id)


def create_or_update(
    db: sqlite3.Connection, given: UserInput, now: str
) -> tuple[sqlite3.Row, bool]:
    """The user of this external id or email, changed, or a new one; True when it is new.

    The stored case of the external id becomes the caller's, as Zendesk documents it.
    """
    known = match(db, given)
    if known is None:
        return create(db, given, now), True
    return update(db, known["id"], given, now), False


def search(text: str) -> tuple[str, Sequence[Any]]:
    """The condition for users whose name, email or external id contains the text.

    `phone:` and digits stand for the users of a number in E.164, whose sign is left out.
    """
    if text.startswith(PHONE):
        condition = (
            "(phone = ? OR id IN"
            " (SELECT user_id FROM identities WHERE type = 'phone_number' AND value = ?))"
        )
        return condition, (f"+{text.removeprefix(PHONE)}",) * 2
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    condition = " OR ".join(
        f"{column} LIKE ? ESCAPE '\\'" for column in ("name", "email", "external_id")
    )
    return f"({condition})", (pattern,) * 3


def related(db: sqlite3.Connection, user_id: int) -> dict[str, int]:
    """How many tickets the user has, by role in them."""
    get(db, user_id)
    requested, assigned = db.execute(
        "SELECT (SELECT COUNT(*) FROM live_tickets WHERE requester_id = :id),"
        " (SELECT COUNT(*) FROM live_tickets WHERE assignee_id = :id)",
        {"id": user_id},
    ).fetchone()
    return {
        "assigned_tickets": assigned,
        "requested_tickets": requested,
        "ccd_tickets": 0,
        "organization_subscriptions": 0,
    }


def _refuse_taken(db: sqlite3.Connection, user_id: int, given: UserInput) -> None:
    if given.external_id:
        other = by_external_id(db, given.external_id)
        if other is not None and other["id"] != user_id:
            text = f"External: {given.external_id} has already been taken"
            raise invalid("external_id", "DuplicateValue", text)
    if given.email:
        other = by_email(db, given.email)
        if other is not None and other["id"] != user_id:
            text = f"Email: {given.email} is already being used by another user"
            raise invalid("email", "DuplicateValue", text)


def _keep_identities(db: sqlite3.Connection, user_id: int, given: UserInput, now: str) -> None:
    if given.email:
        verified = given.skip_verify_email or bool(given.verified)
        address = IdentityInput(type="email", value=given.email, verified=verified)
        identities.keep(db, user_id, address, now)
    if given.phone:
        identities.keep_direct_line(db, user_id, given.phone, now)
    for identity in given.identities:
        identities.keep(db, user_id, identity, now)
