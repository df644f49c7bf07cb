"""The life of a ticket: which status follows, and what a ticket refuses."""

import sqlite3
from datetime import UTC, datetime
from http import HTTPStatus

from playground.desk.errors import Refused, invalid

NEEDS_ASSIGNEE = frozenset({"solved", "closed"})
REOPENED_BY_CUSTOMER = frozenset({"pending", "hold", "solved"})


def at_creation(wanted: str | None, assignee_id: int | None) -> str:
    """The first status: new until somebody takes the ticket."""
    if wanted in (None, "new") and assignee_id is not None:
        return "open"
    return wanted or "new"


def after_update(
    before: str,
    *,
    wanted: str | None,
    comment_public: bool | None,
    by_staff: bool,
    called_by_staff: bool,
) -> str:
    """The status after a change; `comment_public` None means that there is no comment.

    A public answer of staff opens a new ticket; a customer's comment opens one that waits or is
    solved, but only when the customer is the caller: one that staff write in a customer's name
    leaves it as it is (help article 4408825831962). A status that was asked for wins.
    """
    if wanted is not None:
        return "open" if wanted == "new" and before != "new" else wanted
    if comment_public and by_staff and before == "new":
        return "open"
    if comment_public is not None and not called_by_staff and before in REOPENED_BY_CUSTOMER:
        return "open"
    return before


def refuse_closed(ticket: sqlite3.Row) -> None:
    """A closed ticket takes no change."""
    if ticket["status"] == "closed":
        raise invalid("status", "InvalidValue", "Status: closed prevents ticket update")


def refuse_stale(ticket: sqlite3.Row, safe_update: bool, updated_stamp: datetime | None) -> None:
    """With `safe_update`, refuse a change to a ticket that changed since the caller read it.

    Times have whole seconds, so two changes within one second go unnoticed, as on Zendesk.
    """
    if not safe_update:
        return
    if updated_stamp is None:
        raise invalid("updated_stamp", "BlankValue", "Updated stamp: is required by safe_update")
    if updated_stamp.tzinfo is None:
        updated_stamp = updated_stamp.replace(tzinfo=UTC)
    if datetime.fromisoformat(ticket["updated_at"]) > updated_stamp:
        raise Refused(
            HTTPStatus.CONFLICT,
            {
                "error": "UpdateConflict",
                "description": "Safe Update prevented the update due to outdated ticket data."
                " Please fetch the latest ticket data and try again.",
            },
        )
