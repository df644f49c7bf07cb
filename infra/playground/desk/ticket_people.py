"""The people of a ticket: who acts on it, who asked, who speaks; and the problem it names."""

import sqlite3
from dataclasses import dataclass

from playground.desk import groups, users
from playground.desk.errors import invalid
from playground.desk.inputs import TicketInput, UserInput


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, when and where. `client` names the program for the audit."""

    user: sqlite3.Row
    now: str
    via: str = "api"
    client: str = ""


def requester_of(db: sqlite3.Connection, act: Act, given: TicketInput) -> int:
    """Whose ticket it is: the user named, the person described, or who sends it."""
    return new_requester_of(db, act, given) or int(act.user["id"])


def new_requester_of(db: sqlite3.Connection, act: Act, given: TicketInput) -> int | None:
    """The user named or the person described, None when there is neither."""
    if given.requester_id is not None:
        return given.requester_id
    if given.requester is None:
        return None
    person = UserInput(name=given.requester.name, email=given.requester.email)
    user, _ = users.create_or_update(db, person, act.now)
    return int(user["id"])


def check(db: sqlite3.Connection, given: TicketInput) -> None:
    """Refuse with 422 who or which group does not exist, and who is assigned and no agent.

    Likewise when the ticket named as the problem is none.
    """
    groups.refuse_unknown(db, given.group_id)
    author_id = given.comment.author_id if given.comment else None
    named = {
        "requester_id": given.requester_id,
        "submitter_id": given.submitter_id,
        "author_id": author_id,
    }
    for field, user_id in named.items():
        if user_id is not None and not _is_known(db, user_id):
            label = field.removesuffix("_id").capitalize()
            raise invalid(field, "InvalidValue", f"{label}: {user_id} is not a user")
    if given.assignee_id is not None:
        assignee = users.find(db, given.assignee_id)
        if assignee is None or not users.is_staff(assignee) or assignee["suspended"]:
            raise invalid("assignee_id", "InvalidValue", "Assignee: is not an agent")
    if given.problem_id is not None and not _is_problem(db, given.problem_id):
        raise invalid("problem_id", "InvalidValue", "Problem: is not a problem ticket")


def _is_problem(db: sqlite3.Connection, ticket_id: int) -> bool:
    named = db.execute("SELECT type FROM live_tickets WHERE id = ?", (ticket_id,)).fetchone()
    return named is not None and named["type"] == "problem"


def _is_known(db: sqlite3.Connection, user_id: int) -> bool:
    user = users.find(db, user_id)
    return user is not None and bool(user["active"])
