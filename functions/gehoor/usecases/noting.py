"""The internal note of a new case: who the customer is, and what the agent can do."""

from dataclasses import replace

from gehoor.domain.capabilities import Capabilities
from gehoor.domain.compose import history_note
from gehoor.domain.ticket import History
from gehoor.errors import ContractBroken, GehoorError, Gone, NotAllowed, Rejected
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.placing import Placing


def write_history_note(
    placing: Placing, case_id: str, ticket_id: str, customer_id: str, ports: DeliverPorts
) -> None:
    """Write what went before; the ticket goes on without a note that the helpdesk refuses."""
    note = history_note(
        case_id,
        placing.mention,
        placing.judgement,
        _history(customer_id, ticket_id, ports),
        placing.thread.earlier,
        _capabilities(placing.mention.source_id, ports),
    )
    try:
        ports.helpdesk.add_comment(ticket_id, note)
    except (Rejected, ContractBroken):
        ports.metrics.count("NotesRefused")


def _history(customer_id: str, ticket_id: str, ports: DeliverPorts) -> History | None:
    """The history without the ticket itself; None when the helpdesk cannot tell.

    A ticket without history is better than none.
    """
    try:
        history = ports.helpdesk.history(customer_id)
    except (Rejected, NotAllowed, ContractBroken, Gone):
        return None
    others = tuple(ticket for ticket in history.tickets if ticket.ticket_id != ticket_id)
    return replace(history, tickets=others)


def _capabilities(source_id: str, ports: DeliverPorts) -> Capabilities | None:
    """None when the network could not be asked."""
    try:
        return ports.networks(source_id).capabilities()
    except GehoorError:
        return None
