"""Groups of agents."""

from http import HTTPStatus

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from playground.api import gate, render
from playground.api.gate import act, body
from playground.api.paging import Order, Query, page
from playground.context import transaction
from playground.desk import groups
from playground.desk.errors import parse
from playground.desk.inputs import GroupInput

blueprint = Blueprint("groups", __name__, url_prefix="/api/v2/groups")
gate.add_to(blueprint)


@blueprint.get("")
def list_groups() -> ResponseReturnValue:
    """All groups; those that were deleted too unless `exclude_deleted` is true."""
    only_live = request.args.get("exclude_deleted") == "true"
    query = Query("groups", "NOT deleted" if only_live else "1")
    with transaction() as db:
        return page(db, "groups", query, Order(), render.group)


@blueprint.post("")
def create() -> ResponseReturnValue:
    """A new group."""
    with transaction() as db:
        group = render.group(groups.create(db, parse(GroupInput, body("group")), act().now))
    return {"group": group}, HTTPStatus.CREATED, {"Location": group["url"]}


@blueprint.get("/<int:group_id>")
def show(group_id: int) -> ResponseReturnValue:
    """One group."""
    with transaction() as db:
        return {"group": render.group(groups.get(db, group_id))}


@blueprint.delete("/<int:group_id>")
def delete(group_id: int) -> ResponseReturnValue:
    """Delete a group; its tickets keep its id."""
    with transaction() as db:
        groups.delete(db, group_id, act().now)
    return "", HTTPStatus.NO_CONTENT
