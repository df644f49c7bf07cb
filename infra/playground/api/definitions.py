"""Ticket fields, user fields, ticket forms, views, triggers and macros: what sets a helpdesk up."""

from http import HTTPStatus

from flask import Blueprint
from flask.typing import ResponseReturnValue

from playground.api import gate
from playground.api.gate import act, body
from playground.api.paging import Order, Query, page
from playground.api.render_definitions import RENDERED
from playground.context import transaction
from playground.desk import definitions

blueprint = Blueprint("definitions", __name__, url_prefix="/api/v2")
gate.add_to(blueprint)

KIND = "/<any(ticket_field, user_field, ticket_form, view, trigger, macro):kind>s"


@blueprint.get(KIND)
def list_definitions(kind: str) -> ResponseReturnValue:
    """All definitions of a kind, inactive ones too."""
    with transaction() as db:
        query = Query("definitions", "kind = ?", (kind,))
        return page(db, f"{kind}s", query, Order(), RENDERED[kind])


@blueprint.post(KIND)
def create(kind: str) -> ResponseReturnValue:
    """A new definition."""
    sent = body(kind)
    with transaction() as db:
        shown = RENDERED[kind](definitions.create(db, kind, sent, act().now))
    return {kind: shown}, HTTPStatus.CREATED, {"Location": shown["url"]}


@blueprint.get(f"{KIND}/<int:definition_id>")
def show(kind: str, definition_id: int) -> ResponseReturnValue:
    """One definition."""
    with transaction() as db:
        return {kind: RENDERED[kind](definitions.get(db, kind, definition_id))}


@blueprint.put(f"{KIND}/<int:definition_id>")
def change(kind: str, definition_id: int) -> ResponseReturnValue:
    """Change what was sent of a definition."""
    sent = body(kind)
    with transaction() as db:
        changed = definitions.change(db, kind, definition_id, sent, act().now)
        return {kind: RENDERED[kind](changed)}


@blueprint.delete(f"{KIND}/<int:definition_id>")
def delete(kind: str, definition_id: int) -> ResponseReturnValue:
    """Remove a definition."""
    with transaction() as db:
        definitions.delete(db, kind, definition_id)
    return "", HTTPStatus.NO_CONTENT
