"""Tickets, their comments, audits and tags."""

import json
import sqlite3
from http import HTTPStatus
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from playground.api import gate, limits, render
from playground.api.gate import act, body
from playground.api.paging import Query, order, page
from playground.context import playground, transaction
from playground.desk import comment_privacy, deleted_tickets, idempotency, tickets, users
from playground.desk.errors import parse, too_many_values
from playground.desk.idempotency import Answer
from playground.desk.inputs import TicketInput
from playground.desk.jobs import MAX_ITEMS

blueprint = Blueprint("tickets", __name__, url_prefix="/api/v2/tickets")
gate.add_to(blueprint)

ORDERS = ("created_at", "updated_at", "status")


def render_ticket(db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    """A ticket with the ids of its follow-ups, and whether others name it as their problem."""
    rows = db.execute("SELECT id FROM live_tickets WHERE followup_of = ? ORDER BY id", (row["id"],))
    incident = db.execute(
        "SELECT 1 FROM live_tickets WHERE problem_id = ?", (row["id"],)
    ).fetchone()
    return render.ticket(row, [followup["id"] for followup in rows], incident is not None)


def ticket_page(db: sqlite3.Connection, query: Query) -> dict[str, Any]:
    """One page of tickets; `include=users` adds their people."""
    found = page(db, "tickets", query, order(ORDERS), lambda row: render_ticket(db, row))
    return found | _people(db, found["tickets"])


def _people(db: sqlite3.Connection, shown: list[dict[str, Any]]) -> dict[str, Any]:
    """Who the tickets name, where the caller asks for that."""
    if "users" not in request.args.get("include", "").split(","):
        return {}
    roles = ("requester_id", "submitter_id", "assignee_id")
    named = {ticket[role] for ticket in shown for role in roles} - {None}
    return {"users": [render.user(users.get(db, user_id)) for user_id in sorted(named)]}


@blueprint.get("")
def list_tickets() -> ResponseReturnValue:
    """All tickets, or those of one external id: it is not unique."""
    limits.spend(playground().budgets.ticket_lists, name="tickets-index")
    query = Query("live_tickets")
    if "external_id" in request.args:
        query = Query("live_tickets", "external_id = ?", (request.args["external_id"],))
    with transaction() as db:
        return ticket_page(db, query)


@blueprint.post("")
def create() -> ResponseReturnValue:
    """A new ticket; with an Idempotency-Key the same key answers the same again."""
    sent = request.get_json(force=True, silent=True)
    key = request.headers.get("Idempotency-Key")
    now = playground().clock()
    with transaction() as db:
        known = idempotency.recall(db, key, sent, now) if key is not None else None
        answer = known or _create(db)
        if key is not None and known is None:
            idempotency.remember(db, key, sent, answer, now)
    headers = {"Location": answer.location or ""}
    if key is not None:
        headers["x-idempotency-lookup"] = "hit" if known else "miss"
    return answer.body, answer.status, headers


@blueprint.get("/show_many")
def show_many() -> ResponseReturnValue:
    """Tickets by ids, at most 100."""
    ids = [part for part in request.args.get("ids", "").split(",") if part]
    if len(ids) > MAX_ITEMS:
        raise too_many_values("ids")
    with transaction() as db:
        return ticket_page(db, Query("live_tickets", f"id IN ({', '.join('?' * len(ids))})", ids))


@blueprint.get("/<int:ticket_id>")
def show(ticket_id: int) -> ResponseReturnValue:
    """One ticket; `include=users` adds its people."""
    with transaction() as db:
        ticket = render_ticket(db, tickets.get(db, ticket_id))
        return {"ticket": ticket, **_people(db, [ticket])}


@blueprint.put("/<int:ticket_id>")
def update(ticket_id: int) -> ResponseReturnValue:
    """Change a ticket and add a comment, in one audit."""
    given = _one_ticket()
    limits.spend_ticket_update(ticket_id)
    with transaction() as db:
        row, audit = tickets.update(db, act(), ticket_id, given)
        return {"ticket": render_ticket(db, row), "audit": render.audit(audit)}


@blueprint.delete("/<int:ticket_id>")
def delete(ticket_id: int) -> ResponseReturnValue:
    """Delete a ticket; it can be restored."""
    with transaction() as db:
        deleted_tickets.delete(db, act(), ticket_id)
    return "", HTTPStatus.NO_CONTENT


@blueprint.get("/<int:ticket_id>/comments")
def list_comments(ticket_id: int) -> ResponseReturnValue:
    """A ticket's comments, oldest first unless `sort=-created_at`; `include=users` adds authors."""
    with transaction() as db:
        tickets.get(db, ticket_id)
        query = Query("comments", "ticket_id = ?", (ticket_id,))
        found = page(db, "comments", query, order(("created_at",)), render.comment)
        if "users" in request.args.get("include", "").split(","):
            authors = sorted({comment["author_id"] for comment in found["comments"]})
            found["users"] = [render.user(users.get(db, author_id)) for author_id in authors]
        return found


@blueprint.put("/<int:ticket_id>/comments/<int:comment_id>/make_private")
def make_private(ticket_id: int, comment_id: int) -> ResponseReturnValue:
    """Turn a public comment into an internal note."""
    with transaction() as db:
        comment_privacy.make_private(db, act(), ticket_id, comment_id)
    return {}


@blueprint.get("/<int:ticket_id>/audits")
def list_audits(ticket_id: int) -> ResponseReturnValue:
    """A ticket's audits."""
    with transaction() as db:
        tickets.get(db, ticket_id)
        query = Query("audits", "ticket_id = ?", (ticket_id,))
        return page(db, "audits", query, order(("created_at",)), render.audit)


@blueprint.get("/<int:ticket_id>/tags")
def list_tags(ticket_id: int) -> ResponseReturnValue:
    """A ticket's tags."""
    with transaction() as db:
        return {"tags": json.loads(tickets.get(db, ticket_id)["tags"])}


@blueprint.route("/<int:ticket_id>/tags", methods=["POST", "PUT", "DELETE"])
def change_tags(ticket_id: int) -> ResponseReturnValue:
    """POST sets the tags, PUT adds to them, DELETE takes away."""
    field = {"POST": "tags", "PUT": "additional_tags", "DELETE": "remove_tags"}[request.method]
    sent = request.get_json(force=True, silent=True)
    sent = sent if isinstance(sent, dict) else {}
    guards = {k: v for k, v in sent.items() if k in ("safe_update", "updated_stamp")}
    given = parse(TicketInput, {**guards, field: sent.get("tags")})
    limits.spend_ticket_update(ticket_id)
    with transaction() as db:
        row, _ = tickets.update(db, act(), ticket_id, given)
        status = HTTPStatus.CREATED if request.method == "POST" else HTTPStatus.OK
        return {"tags": json.loads(row["tags"])}, status


def _create(db: sqlite3.Connection) -> Answer:
    row, audit = tickets.create(db, act(), _one_ticket())
    ticket = render_ticket(db, row)
    answer = {"ticket": ticket, "audit": render.audit(audit)}
    return Answer(HTTPStatus.CREATED, answer, ticket["url"])


def _one_ticket() -> TicketInput:
    """What was sent to make or change one ticket: its tags are those sent as `tags`, or as before.

    `additional_tags` and `remove_tags` are documented for many tickets at once, and here without
    effect: https://developer.zendesk.com/documentation/ticketing/managing-tickets/adding-tags-to-tickets-without-overwriting-existing-tags/
    """
    given = parse(TicketInput, body("ticket"))
    return given.model_copy(update={"additional_tags": [], "remove_tags": []})
