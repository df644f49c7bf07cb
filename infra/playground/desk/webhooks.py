"""Webhooks and what is waiting to be sent to them."""

import base64
import json
import secrets
import sqlite3
import time
from typing import Any

from playground.config import WebhookSettings
from playground.desk.errors import not_found
from playground.desk.inputs import WebhookChange, WebhookInput

ULID_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
JSON_COLUMNS = ("subscriptions", "authentication")


def new_ulid() -> str:
    """An id that sorts by time: 48 bits of milliseconds and 80 random bits, in base 32."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return "".join(ULID_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def new_secret() -> str:
    """A signing secret; it is used as text, never decoded."""
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def get(db: sqlite3.Connection, webhook_id: str) -> sqlite3.Row:
    """The webhook; 404 when there is none."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM webhooks WHERE id = ?", (webhook_id,)
    ).fetchone()
    if row is None:
        raise not_found()
    return row


def create(
    db: sqlite3.Connection, given: WebhookInput, created_by: int, now: str, secret: str
) -> sqlite3.Row:
    """A new webhook."""
    webhook_id = new_ulid()
    db.execute(
        "INSERT INTO webhooks (id, name, description, endpoint, http_method, request_format,"
        " status, subscriptions, authentication, secret, created_by, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            webhook_id,
            given.name,
            given.description,
            given.endpoint,
            given.http_method,
            given.request_format,
            given.status,
            json.dumps(given.subscriptions),
            given.authentication.model_dump_json() if given.authentication else None,
            secret,
            str(created_by),
            now,
        ),
    )
    return get(db, webhook_id)


def change(
    db: sqlite3.Connection,
    webhook_id: str,
    given: WebhookInput | WebhookChange,
    changed_by: int,
    now: str,
) -> None:
    """Change what was sent; 404 when there is no such webhook."""
    get(db, webhook_id)
    changes = given.model_dump(exclude_unset=True)
    changes |= {"updated_by": str(changed_by), "updated_at": now}
    for column in JSON_COLUMNS:
        if column in changes:
            changes[column] = json.dumps(changes[column])
    assignments = ", ".join(f"{column} = :{column}" for column in changes)
    db.execute(
        f"UPDATE webhooks SET {assignments} WHERE id = :id",  # noqa: S608  columns are constants
        changes | {"id": webhook_id},
    )


def delete(db: sqlite3.Connection, webhook_id: str) -> None:
    """Remove the webhook and what was waiting for it; 404 when there is none."""
    get(db, webhook_id)
    db.execute("DELETE FROM webhooks WHERE id = ?", (webhook_id,))


def set_secret(db: sqlite3.Connection, webhook_id: str, secret: str) -> None:
    """Replace the signing secret; 404 when there is no such webhook."""
    get(db, webhook_id)
    db.execute("UPDATE webhooks SET secret = ? WHERE id = ?", (secret, webhook_id))


def keep(db: sqlite3.Connection, given: WebhookSettings, created_by: int, now: str) -> None:
    """Make the webhook of this name be as given, whether it exists or not."""
    webhook = WebhookInput(
        name=given.name,
        endpoint=given.endpoint,
        http_method="POST",
        request_format="json",
        status="active",
        subscriptions=given.subscriptions,
    )
    known = db.execute("SELECT id FROM webhooks WHERE name = ?", (given.name,)).fetchone()
    if known is None:
        create(db, webhook, created_by, now, given.secret)
        return
    same = WebhookChange.model_validate(webhook.model_dump(exclude_unset=True))
    change(db, known["id"], same, created_by, now)
    set_secret(db, known["id"], given.secret)


def enqueue(db: sqlite3.Connection, event_type: str, message: dict[str, Any], now: str) -> None:
    """Queue the message for every active webhook that subscribed to its type.

    This runs in the transaction of the change itself: no change without its event, and no event
    without its change.
    """
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    for webhook in db.execute("SELECT * FROM webhooks WHERE status = 'active'").fetchall():
        if event_type in json.loads(webhook["subscriptions"]):
            db.execute(
                "INSERT INTO invocations (id, webhook_id, event_type, body, status, due_at,"
                " created_at) VALUES (?, ?, ?, ?, 'pending', 0, ?)",
                (new_ulid(), webhook["id"], event_type, body, now),
            )
