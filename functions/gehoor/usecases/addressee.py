"""Whom an agent's comment answers: several cases may live in one ticket once tickets are merged."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import reduce
from typing import NamedTuple

from gehoor.domain.case import Case, case_id_from
from gehoor.domain.incident import incident_id_from
from gehoor.domain.mention import Visibility
from gehoor.domain.ticket import LONG_AGO, Comment
from gehoor.errors import Gone, Permanent, Unavailable
from gehoor.ports.helpdesk import Helpdesk
from gehoor.ports.ledger import Ledger
from gehoor.ports.stores import CaseStore
from gehoor.ports.surroundings import Clock


class AuthorForgotten(Permanent):
    """The author of the case is not known any more: nobody can tell where an answer goes."""

    def __init__(self) -> None:
        super().__init__("the author of this ticket is not known any more")


class InTicket(NamedTuple):
    """The cases of a ticket by their ids, and since when each is there, or its incident.

    Neither for a ticket that is not gehoor's or no longer there.
    """

    cases: Mapping[str, datetime]
    incident_id: str | None = None


def cases_in(ticket_id: str, cases: CaseStore, helpdesk: Helpdesk) -> InTicket:
    """Whose a ticket is."""
    try:
        external_id = helpdesk.read_ticket(ticket_id).external_id
    except Gone:
        return InTicket({})
    incident_id = incident_id_from(external_id)
    if incident_id is not None:
        return InTicket({}, incident_id)
    own = case_id_from(external_id)
    return InTicket({**cases.in_ticket(ticket_id), **({own: LONG_AGO} if own else {})})


def answered_case(
    ticket_id: str,
    comment: Comment,
    found: Mapping[str, datetime],
    cases: CaseStore,
    ledger: Ledger,
    clock: Clock,
) -> Case | None:
    """The case that the comment answers: of those there when it was written, who spoke last.

    None when none was there yet, AuthorForgotten when gehoor knows them no more. Its address is as
    narrow as the narrowest of all in the ticket, because nobody can tell which part of the
    conversation an answer takes up. Every attempt comes to the same case, whoever speaks meanwhile.
    Unavailable while a case is not stored yet.
    """
    known = {case_id: _stored(case_id, ticket_id, cases) for case_id in found}
    stored = [case for case in known.values() if isinstance(case, Case)]
    there = [case for case in stored if found[case.case_id] <= comment.created_at]
    if not there:
        if len(stored) < len(known):
            raise AuthorForgotten
        return None
    chosen = max(there, key=lambda case: (case.answers_at, case.case_id))
    if len(known) == 1:
        return chosen
    name = f"answered:{ticket_id}:{comment.comment_id}"
    if not ledger.claim(name, chosen.case_id, clock()):
        first = known.get(ledger.owner(name) or "")
        if not isinstance(first, Case):
            raise AuthorForgotten
        chosen = first
    audiences = (
        case.address.visibility if isinstance(case, Case) else case for case in known.values()
    )
    address = replace(chosen.address, visibility=reduce(Visibility.narrowed, audiences))
    return replace(chosen, address=address)


def _stored(case_id: str, ticket_id: str, cases: CaseStore) -> Case | Visibility:
    """The case; of one whose author was forgotten only who could read it."""
    case = cases.get(case_id) or cases.audience_left(case_id)
    if case is None:
        message = f"ticket {ticket_id}: its case is not stored yet"
        raise Unavailable(message)
    return case
