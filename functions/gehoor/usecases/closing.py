"""Offering a last word in public, when a case that left the public is solved."""

from gehoor.domain.case import Case, case_id_from
from gehoor.domain.closing import CLOSING_AGREED, began_in_public, closing_note
from gehoor.domain.frozen import frozen
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.ticket import Ticket
from gehoor.errors import ContractBroken, Gone, Rejected
from gehoor.ports.helpdesk import Helpdesk
from gehoor.ports.ledger import Ledger
from gehoor.ports.mentions import MentionStore
from gehoor.ports.stores import CaseStore
from gehoor.ports.surroundings import Clock, Metrics
from gehoor.usecases.telling import note_once


@frozen
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
        note = closing_note(case.case_id, opened_by)
        try:
            note_once(ticket.ticket_id, note, ports.helpdesk, ports.ledger, ports.clock)
        except (Rejected, ContractBroken):
            ports.metrics.count("NotesRefused")
        except Gone:
            return


def _began_in_public(case: Case, ports: ClosingPorts) -> Mention | None:
    """The post that opened it, where strangers can still read it and not what came of it."""
    if case.address.visibility is not Visibility.DIRECT:
        return None
    record = ports.mentions.get(case.opened_by)
    if record is None or record.mention is None or record.deleted_at:
        return None
    return record.mention if began_in_public(record.mention) else None
