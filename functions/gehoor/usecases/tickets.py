"""Keeping cases in line with their tickets, whatever agents do with those.

Nothing here believes an event: the ticket is read as it is now. So it does not matter in which
order events come, how often, or whether one comes at all before something else asks.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from gehoor.domain.case import Case, case_id_from
from gehoor.domain.mention import Visibility
from gehoor.domain.outcome import outcome_in
from gehoor.domain.ticket import Ticket
from gehoor.errors import Gone, Unavailable
from gehoor.ports.helpdesk import Helpdesk
from gehoor.ports.stores import CaseStore

MOST_RACES = 5
MOST_MERGES = 10


def follow_ticket(
    ticket_id: str,
    cases: CaseStore,
    helpdesk: Helpdesk,
    *,
    into: str | None = None,
    case_id: str | None = None,
    hear: Callable[[Ticket], None] | None = None,
) -> str | None:
    """Let the ticket's cases follow it: where it goes on, and whether it is open.

    `into` is where it goes on, should it be merged; without it the helpdesk is asked. `case_id` is
    whose ticket it was, should it be deleted. `hear` gets the ticket for what else it tells.
    Returns the ticket where the cases are now, None for one that has none. Unavailable while other
    workers store the same cases.
    """
    for _ in range(MOST_MERGES):
        ticket = _read(ticket_id, helpdesk)
        own = case_id_from(ticket.external_id) if ticket else case_id
        found = {*cases.in_ticket(ticket_id), *([own] if own else [])}
        if not found:
            return None
        if ticket and hear:
            hear(ticket)
        goes_on_in = _goes_on_in(ticket, into, helpdesk) if ticket else None
        if ticket is None or goes_on_in is None:
            for name in found:
                _follow_status(name, ticket_id, ticket, cases, helpdesk)
            return ticket_id
        _move(found, ticket, goes_on_in, cases)
        ticket_id, into, case_id = goes_on_in, None, None
    message = f"ticket {ticket_id} was merged more than {MOST_MERGES} times"
    raise Unavailable(message)


def _read(ticket_id: str, helpdesk: Helpdesk) -> Ticket | None:
    try:
        return helpdesk.read_ticket(ticket_id)
    except Gone:
        return None


def _goes_on_in(ticket: Ticket, into: str | None, helpdesk: Helpdesk) -> str | None:
    if not ticket.merged:
        return None
    try:
        return into or helpdesk.merged_into(ticket.ticket_id)
    except Gone:
        return None


def _follow_status(
    case_id: str, ticket_id: str, ticket: Ticket | None, cases: CaseStore, helpdesk: Helpdesk
) -> None:
    """Note whether the case is open; after each note the ticket is read again.

    So a worker that read it before another one can leave nothing old behind.
    """
    for _ in range(MOST_RACES):
        case = cases.get(case_id)
        is_open = ticket is not None and ticket.is_open
        if case is None or case.ticket_id != ticket_id or case.is_open == is_open:
            return
        cases.put(_followed(case, ticket))
        ticket = _read(ticket_id, helpdesk)
    raise _busy(case_id)


def _followed(case: Case, ticket: Ticket | None) -> Case:
    """The case with its ticket's status, and with how it ended where agents solved it."""
    if ticket is None or ticket.is_open:
        return replace(case, is_open=ticket is not None)
    in_private = case.address.visibility is Visibility.DIRECT
    outcome = outcome_in(dict(ticket.fields), ticket.updated_at, in_private)
    return replace(case, is_open=False, outcome=outcome)


def _move(found: Iterable[str], ticket: Ticket, into: str, cases: CaseStore) -> None:
    """Note who lives in the other ticket now, and then with each case that it lives there.

    In this order, because a case too many in a ticket harms nothing that the case itself denies.
    """
    cases.merge(found, into, ticket.updated_at)
    for case_id in found:
        _move_case(case_id, ticket.ticket_id, into, cases)


def _move_case(case_id: str, ticket_id: str, into: str, cases: CaseStore) -> None:
    for _ in range(MOST_RACES):
        case = cases.get(case_id)
        if case is None:
            message = f"ticket {ticket_id} was merged, and its case is not stored yet"
            raise Unavailable(message)
        if case.ticket_id != ticket_id or cases.put(case.moved_to(into)):
            return
    raise _busy(case_id)


def _busy(case_id: str) -> Unavailable:
    return Unavailable(f"case {case_id} is being stored by other workers")
