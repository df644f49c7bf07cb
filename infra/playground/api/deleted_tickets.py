"""Deleted tickets: list, restore, delete for good."""

import sqlite3
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from playground.api import gate, jobs, limits
from playground.api.gate import act
from playground.api.paging import Query, order, page
from playground.context import playground, transaction
from playground.desk import deleted_tickets

blueprint = Blueprint("deleted_tickets", __name__, url_prefix="/api/v2/deleted_tickets")
gate.add_to(blueprint)

ORDERS = ("subject", "deleted_at")


@blueprint.get("")
def list_deleted() -> ResponseReturnValue:
    """All deleted tickets."""
    with transaction() as db:
        return page(db, "deleted_tickets", Query("deleted_tickets"), order(ORDERS), _render)


@blueprint.put("/<int:ticket_id>/restore")
def restore(ticket_id: int) -> ResponseReturnValue:
    """Show a deleted ticket again."""
    with transaction() as db:
        deleted_tickets.restore(db, act(), ticket_id)
    return {}


@blueprint.delete("/<int:ticket_id>")
def erase(ticket_id: int) -> ResponseReturnValue:
    """Delete a deleted ticket for good, in a job."""
    limits.spend(playground().budgets.erasures, name="deleted-tickets-destroy")
    with transaction() as db:
        deleted_tickets.get(db, ticket_id)
        return jobs.start(db, "erase", ticket_id, None)


def _render(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "subject": row["subject"],
        "actor": {"id": row["actor_id"], "name": row["actor_name"]},
        "deleted_at": row["deleted_at"],
        "previous_state": row["previous_state"],
    }
