"""Offering a last word in public, when a case that left the public is solved."""

from contextlib import suppress
from dataclasses import dataclass

from gehoor.domain.case import Case, case_id_from
from gehoor.domain.closing import CLOSING_AGREED, began_in_public, closing_marker, closing_note
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.ticket import Ticket
from gehoor.errors import ContractBroken, Gone, Rejected
from gehoor.ports.helpdesk import Helpdesk
from gehoor.ports.ledger import Ledger
from gehoor.ports.mentions import MentionStore
from gehoor.ports.stores import CaseStore
from gehoor.ports.surroundings import Clock, Metrics
from gehoor.usecases.once import Result, once


@dataclass(frozen=True, slots=True)
class ClosingPorts:
    """What offering needs."""

    cases: CaseStore
    mentions: MentionStore
    ledger: Ledger
    helpdesk: Helpdesk
    clock: Clock
    metrics: Metrics


def offer_closing(ticket: Ticket, ports: ClosingPorts) -> None:
    """Write the offer into a solved ticket whose customer agreed to it, once a case.

    Nothing is asked about any other ticket. A note that the helpdesk refuses keeps nothing else.
    """
    if ticket.is_open or CLOSING_AGREED not in ticket.tags:
        return
    case_id = case_id_from(ticket.external_id)
    case = ports.cases.get(case_id) if case_id else None
    opened_by = _began_in_public(case, ports) if case else None
    if case and opened_by:
        with suppress(Gone):
            _note_once(ticket.ticket_id, case, opened_by, ports)


def _began_in_public(case: Case, ports: ClosingPorts) -> Mention | None:
    """The post that opened it, where strangers can still read it and not what came of it."""
    if case.address.visibility is not Visibility.DIRECT:
        return None
    record = ports.mentions.get(case.opened_by)
    if record is None or record.mention is None or record.deleted_at:
        return None
    return record.mention if began_in_public(record.mention) else None


def _note_once(ticket_id: str, case: Case, opened_by: Mention, ports: ClosingPorts) -> None:
    marker, note = closing_marker(case.case_id), closing_note(case.case_id, opened_by)

    def find() -> Result | None:
        comment_id = ports.helpdesk.find_comment(ticket_id, marker)
        return {"comment_id": comment_id} if comment_id else None

    try:
        once(
            ports.ledger,
            f"note:{ticket_id}:{marker}",
            ports.clock,
            act=lambda: {"comment_id": ports.helpdesk.add_comment(ticket_id, note)},
            look=find,
        )
    except (Rejected, ContractBroken):
        ports.metrics.count("NotesRefused")
