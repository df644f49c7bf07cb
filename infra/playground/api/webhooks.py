"""Webhooks, their signing secrets and what was sent to them."""

import sqlite3
from http import HTTPStatus

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from playground.api import gate, render
from playground.api.gate import act, body
from playground.api.paging import Order, Query, page
from playground.context import transaction
from playground.desk import webhooks
from playground.desk.errors import not_found, parse
from playground.desk.inputs import WebhookChange, WebhookInput

blueprint = Blueprint("webhooks", __name__, url_prefix="/api/v2/webhooks")
gate.add_to(blueprint)

NEWEST_FIRST = Order("id", descending=True)


@blueprint.post("")
def create() -> ResponseReturnValue:
    """A new webhook with a secret of its own."""
    given = parse(WebhookInput, body("webhook"))
    with transaction() as db:
        row = webhooks.create(db, given, g.user["id"], act().now, webhooks.new_secret())
        return {"webhook": render.webhook(row)}, HTTPStatus.CREATED


@blueprint.get("")
def list_webhooks() -> ResponseReturnValue:
    """All webhooks."""
    with transaction() as db:
        return page(db, "webhooks", Query("webhooks"), Order(), render.webhook)


@blueprint.get("/<webhook_id>")
def show(webhook_id: str) -> ResponseReturnValue:
    """One webhook."""
    with transaction() as db:
        return {"webhook": render.webhook(webhooks.get(db, webhook_id))}


@blueprint.route("/<webhook_id>", methods=["PATCH", "PUT"])
def change(webhook_id: str) -> ResponseReturnValue:
    """Change a webhook; answers nothing. PUT wants all that makes a webhook."""
    sent, whole = body("webhook"), request.method == "PUT"
    given = parse(WebhookInput, sent) if whole else parse(WebhookChange, sent)
    with transaction() as db:
        webhooks.change(db, webhook_id, given, g.user["id"], act().now)
    return "", HTTPStatus.NO_CONTENT


@blueprint.delete("/<webhook_id>")
def delete(webhook_id: str) -> ResponseReturnValue:
    """Remove a webhook and what was waiting for it."""
    with transaction() as db:
        webhooks.delete(db, webhook_id)
    return "", HTTPStatus.NO_CONTENT


@blueprint.get("/<webhook_id>/signing_secret")
def show_secret(webhook_id: str) -> ResponseReturnValue:
    """The secret that signs what is sent."""
    with transaction() as db:
        return _secret(webhooks.get(db, webhook_id))


@blueprint.post("/<webhook_id>/signing_secret")
def reset_secret(webhook_id: str) -> ResponseReturnValue:
    """A new secret; the old one signs no more."""
    with transaction() as db:
        webhooks.set_secret(db, webhook_id, webhooks.new_secret())
        return _secret(webhooks.get(db, webhook_id)), HTTPStatus.CREATED


@blueprint.get("/<webhook_id>/invocations")
def list_invocations(webhook_id: str) -> ResponseReturnValue:
    """What was sent or is waiting, newest first."""
    with transaction() as db:
        webhooks.get(db, webhook_id)
        query = Query("invocations", "webhook_id = ?", (webhook_id,))
        return page(db, "invocations", query, NEWEST_FIRST, render.invocation)


@blueprint.get("/<webhook_id>/invocations/<invocation_id>/attempts")
def list_attempts(webhook_id: str, invocation_id: str) -> ResponseReturnValue:
    """Every attempt to send one event, with headers and payload."""
    with transaction() as db:
        invocation = db.execute(
            "SELECT * FROM invocations WHERE id = ? AND webhook_id = ?",
            (invocation_id, webhook_id),
        ).fetchone()
        if invocation is None:
            raise not_found()
        query = Query("attempts", "invocation_id = ?", (invocation_id,))
        return page(db, "attempts", query, Order(), lambda row: render.attempt(row, invocation))


def _secret(row: sqlite3.Row) -> dict[str, dict[str, str]]:
    return {"signing_secret": {"secret": row["secret"], "algorithm": "SHA256"}}
