"""Spending from the budgets of single kinds of requests, as their headers tell it."""

from http import HTTPStatus

from flask import g

from playground.context import playground
from playground.desk.errors import Refused
from playground.desk.faults import BODIES
from playground.desk.ratelimit import Spent, Windows

HEADER = "zendesk-ratelimit-"


def spend(budget: Windows, key: object = None, name: str = "", description: str = "") -> None:
    """Use one from the budget; 429 with Retry-After when it is empty.

    With a `name` the answer tells what is left in a header of its own, in the recorded form.
    """
    spent = budget.spend(key)
    if name:
        left = f"total={spent.total}; remaining={spent.remaining}; resets={spent.reset}"
        headers().setdefault(HEADER + name, left)
    if not spent.allowed:
        raise too_many_requests(spent, description)


def spend_ticket_update(ticket_id: int) -> None:
    """Count a change of the ticket, for the account and for this user and ticket."""
    budgets = playground().budgets
    spend(budgets.updates_of_ticket, (g.user["id"], ticket_id), "per-ticket-updates")
    spend(budgets.ticket_updates)


def too_many_requests(spent: Spent, description: str = "") -> Refused:
    """The refusal of an empty budget."""
    status = HTTPStatus.TOO_MANY_REQUESTS
    body = dict(BODIES[status])
    if description:
        body["description"] = description
    return Refused(status, body, {"Retry-After": str(spent.reset)})


def headers() -> dict[str, str]:
    """What this request's answer tells of single budgets."""
    told: dict[str, str] = g.setdefault("limit_headers", {})
    return told
