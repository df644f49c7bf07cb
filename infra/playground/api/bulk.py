"""Many tickets in one request: made, changed, deleted and merged in jobs."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from playground.api import gate, jobs
from playground.api.gate import body
from playground.context import transaction
from playground.desk import status, tickets
from playground.desk.errors import invalid, parse, too_many_values
from playground.desk.jobs import MAX_ITEMS
from playground.desk.ticket_merge import MergeInput

blueprint = Blueprint("bulk", __name__, url_prefix="/api/v2/tickets")
gate.add_to(blueprint)


@blueprint.post("/create_many")
def create_many() -> ResponseReturnValue:
    """Up to 100 new tickets in one job."""
    return _job("create", _list("tickets"))


@blueprint.put("/update_many")
def update_many() -> ResponseReturnValue:
    """The same change to the tickets in `ids`, or a change for each ticket in the body."""
    if "ids" in request.args:
        change = body("ticket")
        return _job("update", [(ticket_id, change) for ticket_id in _ids()])
    changes = _list("tickets")
    ids = [change.get("id") if isinstance(change, dict) else None for change in changes]
    return _job("update", list(zip(ids, changes, strict=True)))


@blueprint.delete("/destroy_many")
def destroy_many() -> ResponseReturnValue:
    """Delete the tickets in `ids`; they can be restored."""
    return _job("delete", _ids())


@blueprint.post("/<int:ticket_id>/merge")
def merge(ticket_id: int) -> ResponseReturnValue:
    """Merge the tickets in `ids` into this one."""
    sent = request.get_json(force=True, silent=True)
    given = parse(MergeInput, sent)
    if ticket_id in given.ids:
        raise invalid("ids", "InvalidValue", "Ids: a ticket cannot be merged into itself")
    asked = {"target_id": ticket_id, "merge": given.model_dump()}
    with transaction() as db:
        status.refuse_closed(tickets.get(db, ticket_id))
        return jobs.start(db, "merge", asked, len(given.ids))


def _job(work: str, items: list[Any]) -> ResponseReturnValue:
    if len(items) > MAX_ITEMS:
        raise too_many_values()
    with transaction() as db:
        return jobs.start(db, work, items, len(items))


def _ids() -> list[str]:
    return [part for part in request.args.get("ids", "").split(",") if part]


def _list(name: str) -> list[Any]:
    sent = body(name)
    if not isinstance(sent, list):
        raise invalid(name, "InvalidValue", f"{name.capitalize()}: is not a list")
    return sent
