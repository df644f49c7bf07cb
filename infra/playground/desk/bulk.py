"""The work that jobs do, by name; each takes what the job's request sent, as JSON.

What a job says of its items: recorded for making, changing and deleting for good (2023 and 2024),
for the others assumed to be that of a change; the names of the last two kinds of job are assumed.
What it says of a refused item is documented in its keys, not recorded.
"""

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from playground.desk import deleted_tickets, status, ticket_merge, tickets
from playground.desk.errors import Refused, invalid, parse
from playground.desk.events import ACCOUNT_ID
from playground.desk.inputs import MAX_ID, TicketInput
from playground.desk.ticket_merge import MergeInput
from playground.desk.ticket_people import Act

Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work: the type the job shows, its message under way, and what is done."""

    job_type: str
    under_way: str
    do: Callable[[sqlite3.Connection, Act, Any], Any]


def each(
    db: sqlite3.Connection, items: Sequence[Any], work: Callable[[int, Any], Result]
) -> list[Result]:
    """Do `work` for every index and item; a refused one leaves the others alone."""
    return [_one(db, index, item, work) for index, item in enumerate(items)]


def updated(ticket_id: int) -> Result:
    """What a job says of a changed ticket."""
    return {"id": ticket_id, "action": "update", "status": "Updated", "success": True}


def ticket_id_of(value: object) -> int:
    """The id in a list of ids; 422 when it is none."""
    text = str(value)
    if not text.isdecimal() or not 0 < int(text) <= MAX_ID:
        raise invalid("id", "InvalidValue", "Id: is not a ticket id")
    return int(text)


def _create(db: sqlite3.Connection, act: Act, drafts: list[Any]) -> list[Result]:
    def create(index: int, draft: object) -> Result:
        row, _ = tickets.create(db, act, parse(TicketInput, draft))
        return {"index": index, "id": row["id"], "account_id": ACCOUNT_ID}

    return each(db, drafts, create)


def _update(db: sqlite3.Connection, act: Act, changes: list[list[Any]]) -> list[Result]:
    def update(_index: int, item: Sequence[Any]) -> Result:
        ticket_id, change = item
        row, _ = tickets.update(db, act, ticket_id_of(ticket_id), parse(TicketInput, change))
        return updated(row["id"])

    return each(db, changes, update)


def _delete(db: sqlite3.Connection, act: Act, ticket_ids: list[Any]) -> list[Result]:
    def delete(_index: int, ticket_id: object) -> Result:
        found = ticket_id_of(ticket_id)
        deleted_tickets.delete(db, act, found)
        return updated(found)

    return each(db, ticket_ids, delete)


def _erase(db: sqlite3.Connection, act: Act, ticket_id: int) -> Result:
    deleted_tickets.erase(db, act, ticket_id)
    return {"success": True}


def _merge(db: sqlite3.Connection, act: Act, asked: dict[str, Any]) -> list[Result]:
    """Merge what can be merged; the whole fails when the ticket to go on is closed or gone."""
    target_id, given = asked["target_id"], parse(MergeInput, asked["merge"])
    status.refuse_closed(tickets.get(db, target_id))

    def merge(_index: int, source_id: int) -> Result:
        ticket_merge.merge_into(db, act, given, source_id, target_id)
        return updated(source_id)

    results = each(db, given.ids, merge)
    if any("id" in result for result in results):
        ticket_merge.tell_target(db, act, given, target_id)
    return results


WORK = {
    "create": Work("Bulk Create Ticket", "Creating ticket", _create),
    "update": Work("Bulk Update Ticket", "Updating ticket", _update),
    "delete": Work("Bulk Update Ticket", "Deleting ticket", _delete),
    "erase": Work("Delete Ticket Permanently", "Deleting ticket", _erase),
    "merge": Work("Merge Tickets", "Merging ticket", _merge),
}


def _one(
    db: sqlite3.Connection, index: int, item: Any, work: Callable[[int, Any], Result]
) -> Result:
    db.execute("SAVEPOINT item")
    try:
        result = work(index, item)
    except Refused as refused:
        db.execute("ROLLBACK TO item")
        details = refused.body.get("details") or refused.body.get("description")
        result = {"index": index, "error": refused.body["error"], "details": json.dumps(details)}
    except UnicodeEncodeError:
        # Half a character, which JSON can carry and the database cannot.
        db.execute("ROLLBACK TO item")
        result = {"index": index, "error": "RecordInvalid", "details": "Text is not Unicode"}
    db.execute("RELEASE item")
    return result
