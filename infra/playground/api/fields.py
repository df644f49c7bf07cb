"""Ticket fields and user fields, enough to set a helpdesk up and to know the ids."""

from http import HTTPStatus

from flask import Blueprint
from flask.typing import ResponseReturnValue

from playground.api import gate, render
from playground.api.gate import act, body
from playground.api.paging import Order, Query, page
from playground.context import transaction
from playground.desk import fields
from playground.desk.errors import parse
from playground.desk.inputs import FieldInput

blueprint = Blueprint("fields", __name__, url_prefix="/api/v2")
gate.add_to(blueprint)


@blueprint.get("/<any(ticket, user):kind>_fields")
def list_fields(kind: str) -> ResponseReturnValue:
    """All fields of tickets or of users."""
    with transaction() as db:
        query = Query("fields", "kind = ?", (kind,))
        return page(db, f"{kind}_fields", query, Order(), render.field)


@blueprint.post("/<any(ticket, user):kind>_fields")
def create(kind: str) -> ResponseReturnValue:
    """A new field."""
    given = parse(FieldInput, body(f"{kind}_field"))
    with transaction() as db:
        field = render.field(fields.create(db, kind, given, act().now))
    return {f"{kind}_field": field}, HTTPStatus.CREATED, {"Location": field["url"]}


@blueprint.get("/<any(ticket, user):kind>_fields/<int:field_id>")
def show(kind: str, field_id: int) -> ResponseReturnValue:
    """One field."""
    with transaction() as db:
        return {f"{kind}_field": render.field(fields.get(db, kind, field_id))}
