"""The Desk page: an agent's inbox over the stand-in helpdesk."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from playground.context import playground, transaction
from playground.desk import inbox, tickets, users
from playground.desk.errors import Refused, parse
from playground.desk.inputs import TicketInput
from playground.desk.ticket_people import Act
from playground.pages import shell

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
shell.protect(blueprint)

SAID = {
    "public": "Public answer sent.",
    "message": "Private answer sent.",
    "as_it_is": "Public answer sent as it is.",
    "note": "Internal note added.",
}
TAGS = {"message": "gehoor_private", "as_it_is": "gehoor_post_anyway"}
"""What the macros set that gehoor brings: to answer privately, and in spite of being held back."""

FIELD = "field_"
"""What the name of a field in the form begins with, before its id."""

STATUSES = ("open", "pending", "hold")


@blueprint.get("")
def show_inbox() -> ResponseReturnValue:
    """The list of tickets, no ticket chosen."""
    return render_template("desk.html", **_inbox(None), ticket=None)


@blueprint.get("/tickets/<int:ticket_id>")
def show_ticket(ticket_id: int) -> ResponseReturnValue:
    """The list and one ticket."""
    view = _ticket(ticket_id)
    return render_template("desk.html", **_inbox(ticket_id), **view, statuses=STATUSES)


@blueprint.get("/parts/inbox")
def inbox_part() -> ResponseReturnValue:
    """The list as it is now."""
    chosen = request.args.get("chosen", type=int)
    return shell.part("parts/inbox.html", **_inbox(chosen))


@blueprint.get("/parts/tickets/<int:ticket_id>")
def ticket_part(ticket_id: int) -> ResponseReturnValue:
    """The ticket as it is now, without the answer box."""
    return shell.part("parts/ticket.html", **_ticket(ticket_id))


@blueprint.get("/parts/tickets/<int:ticket_id>/customer")
def customer_part(ticket_id: int) -> ResponseReturnValue:
    """The ticket's customer as they are known now."""
    return shell.part("parts/customer.html", **_ticket(ticket_id))


@blueprint.post("/tickets/<int:ticket_id>")
def answer(ticket_id: int) -> ResponseReturnValue:
    """Write an answer or a note, change the status, add tags, choose in fields, or all of it."""
    try:
        said = _submit(ticket_id)
    except Refused as refused:
        reason = _reason(refused)
        if shell.wants_json():
            return {"error": reason}, refused.status
        return render_template("refused.html", reason=reason), refused.status
    if shell.wants_json():
        return {"said": said}
    return redirect(url_for("desk.show_ticket", ticket_id=ticket_id), HTTPStatus.SEE_OTHER)


def _submit(ticket_id: int) -> str:
    place = playground()
    text, kind = request.form.get("text", "").strip(), request.form.get("kind", "public")
    change: dict[str, Any] = {}
    status = "solved" if "solve" in request.form else request.form.get("status")
    if status:
        change["status"] = status
    tags = request.form.get("tags", "").split()
    if text:
        change |= _comment(text, kind)
    if tags:
        change["additional_tags"] = [*change.get("additional_tags", []), *tags]
    fields = _chosen()
    if fields:
        change["custom_fields"] = fields
    if kind not in SAID or not change:
        abort(HTTPStatus.BAD_REQUEST)
    given = parse(TicketInput, change)
    with transaction() as db:
        agent = users.by_email(db, place.settings.agent.email)
        if agent is None:
            abort(HTTPStatus.SERVICE_UNAVAILABLE)
        tickets.update(db, Act(agent, place.now(), via="web", client="Desk"), ticket_id, given)
        tickets.mark_seen(db, ticket_id)
    place.worker.wake()
    if text:
        return SAID[kind]
    return f"Ticket is now {change['status']}." if status else "Ticket changed."


def _chosen() -> list[dict[str, Any]]:
    """The fields of the form that agents choose in; an empty one is emptied in the ticket."""
    return [
        {"id": int(name.removeprefix(FIELD)), "value": value or None}
        for name, value in request.form.items()
        if name.startswith(FIELD) and name.removeprefix(FIELD).isdecimal()
    ]


def _comment(text: str, kind: str) -> dict[str, Any]:
    """A comment of this kind; a tag tells gehoor how an answer is to go out."""
    comment = {"comment": {"body": text, "public": kind != "note"}}
    if kind == "note":
        return comment
    others = [tag for name, tag in TAGS.items() if name != kind]
    own = {"additional_tags": [TAGS[kind]]} if kind in TAGS else {}
    return {**comment, **own, "remove_tags": others}


def _inbox(chosen: int | None) -> dict[str, Any]:
    view = request.args.get("view", "unsolved")
    if view not in inbox.VIEWS:
        view = "unsolved"
    with transaction() as db:
        return {
            "agent": playground().settings.agent,
            "chosen": chosen,
            "view": view,
            "counts": inbox.counts(db),
            "rows": inbox.rows(db, view),
        }


def _ticket(ticket_id: int) -> dict[str, Any]:
    with transaction() as db:
        if tickets.find(db, ticket_id) is None:
            abort(HTTPStatus.NOT_FOUND)
        tickets.mark_seen(db, ticket_id)
        return inbox.ticket(db, ticket_id)


def _reason(refused: Refused) -> str:
    faults = [fault for faults in refused.body.get("details", {}).values() for fault in faults]
    return "; ".join(fault["description"] for fault in faults) or str(refused.body["error"])
