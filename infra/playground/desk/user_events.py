"""User events, in the shape Zendesk sends to event-subscription webhooks.

Documented (developer.zendesk.com, webhooks/event-types): the types, the envelope with version
2022-06-20, the keys of `detail`, ids as strings with "0" for none, an external id that is "" for
none, `current` and `previous` of `active_changed`, which also tells of a soft deletion, and that a
merge's event holds a `user` with an `id`.

Assumed: that subject and detail of a merge are the user that is gone and `event.user` is the one
that goes on, as with merged tickets; a receiver should take either for the other and ask which of
the two still exists. That `deleted` is sent with a soft deletion, and that its detail is as before.
"""

import sqlite3
from typing import Any

from playground.desk import events

VERSION = "2022-06-20"


def merged(db: sqlite3.Connection, now: str, gone: sqlite3.Row, kept_id: int) -> None:
    """One user was merged into another."""
    _emit(db, "merged", now, gone, {"user": {"id": str(kept_id)}})


def deleted(db: sqlite3.Connection, now: str, user: sqlite3.Row) -> None:
    """A user was deleted."""
    _emit(db, "active_changed", now, user, {"current": False, "previous": True})
    _emit(db, "deleted", now, user, {})


def _emit(
    db: sqlite3.Connection, name: str, now: str, user: sqlite3.Row, event: dict[str, Any]
) -> None:
    events.send(
        db,
        f"{events.TYPE}user.{name}",
        now,
        version=VERSION,
        subject=f"zen:user:{user['id']}",
        detail=_detail(user),
        event=event,
    )


def _detail(user: sqlite3.Row) -> dict[str, str]:
    return {
        "created_at": user["created_at"],
        "email": user["email"] or "",
        "external_id": user["external_id"] or "",
        "default_group_id": "0",
        "id": str(user["id"]),
        "organization_id": "0",
        "role": user["role"],
        "updated_at": user["updated_at"],
    }
