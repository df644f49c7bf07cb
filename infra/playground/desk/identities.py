"""Identities: the addresses and accounts a user is known by."""

import sqlite3

from playground.desk.errors import invalid, not_found
from playground.desk.inputs import IdentityInput
from playground.desk.store import next_id


def of_user(db: sqlite3.Connection, user_id: int) -> list[sqlite3.Row]:
    """The user's identities, oldest first."""
    return db.execute(
        "SELECT * FROM identities WHERE user_id = ? ORDER BY id", (user_id,)
    ).fetchall()


def get(db: sqlite3.Connection, user_id: int, identity_id: int) -> sqlite3.Row:
    """One identity of the user; 404 when there is none."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM identities WHERE id = ? AND user_id = ?", (identity_id, user_id)
    ).fetchone()
    if row is None:
        raise not_found()
    return row


def add(db: sqlite3.Connection, user_id: int, given: IdentityInput, now: str) -> sqlite3.Row:
    """A new identity; 422 DuplicateValue when anybody has it already."""
    if _owner(db, given.type, given.value) is not None:
        text = f"Value: {given.value} is already being used by another user"
        raise invalid("value", "DuplicateValue", text)
    first = db.execute(
        "SELECT NOT EXISTS (SELECT 1 FROM identities WHERE user_id = ? AND type = ?)",
        (user_id, given.type),
    ).fetchone()[0]
    identity_id = next_id(db)
    db.execute(
        "INSERT INTO identities (id, user_id, type, value, verified, is_primary, created_at,"
        " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            identity_id,
            user_id,
            given.type,
            given.value,
            given.verified,
            bool(first) or given.primary,
            now,
            now,
        ),
    )
    if given.primary:
        db.execute(
            "UPDATE identities SET is_primary = 0 WHERE user_id = ? AND type = ? AND id != ?",
            (user_id, given.type, identity_id),
        )
    keep_users_email(db, user_id)
    if given.type == "phone_number":
        number = (given.value, user_id)
        db.execute("UPDATE users SET phone = ? WHERE id = ? AND phone IS NULL", number)
    return get(db, user_id, identity_id)


def remove(db: sqlite3.Connection, user_id: int, identity_id: int, now: str) -> None:
    """Take an identity away; the oldest one left of its type takes its place as the primary one."""
    gone = get(db, user_id, identity_id)
    db.execute("DELETE FROM identities WHERE id = ?", (identity_id,))
    if gone["is_primary"]:
        db.execute(
            "UPDATE identities SET is_primary = 1, updated_at = :now WHERE id ="
            " (SELECT MIN(id) FROM identities WHERE user_id = :user AND type = :type)",
            {"now": now, "user": user_id, "type": gone["type"]},
        )
    keep_users_email(db, user_id)


def move(db: sqlite3.Connection, from_id: int, to_id: int, now: str) -> None:
    """Give one user's identities to another, whose own ones stay the primary ones."""
    who = {"from": from_id, "to": to_id, "now": now}
    db.execute(
        "UPDATE identities SET is_primary = 0 WHERE user_id = :from AND type IN"
        " (SELECT type FROM identities WHERE user_id = :to)",
        who,
    )
    db.execute("UPDATE identities SET user_id = :to, updated_at = :now WHERE user_id = :from", who)


def keep_users_email(db: sqlite3.Connection, user_id: int) -> None:
    """Let the user's address be the primary one of its identities."""
    db.execute(
        "UPDATE users SET email = (SELECT value FROM identities"
        " WHERE user_id = :id AND type = 'email' AND is_primary) WHERE id = :id",
        {"id": user_id},
    )


def keep(db: sqlite3.Connection, user_id: int, given: IdentityInput, now: str) -> None:
    """Add the identity unless the user has it."""
    if _owner(db, given.type, given.value) != user_id:
        add(db, user_id, given, now)


def keep_direct_line(db: sqlite3.Connection, user_id: int, phone: str, now: str) -> None:
    """Add the number as an identity when it is nobody's: else it is one that several share."""
    if _owner(db, "phone_number", phone) is None:
        add(db, user_id, IdentityInput(type="phone_number", value=phone), now)


def _owner(db: sqlite3.Connection, kind: str, value: str) -> int | None:
    row = db.execute(
        "SELECT user_id FROM identities WHERE type = ? AND value = ?", (kind, value)
    ).fetchone()
    return None if row is None else int(row["user_id"])
