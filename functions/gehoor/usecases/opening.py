"""Opening the ticket of a new case, with its customer and the note about what went before."""

from dataclasses import replace

from gehoor.domain.capabilities import Capabilities
from gehoor.domain.case import Case, address_of, external_id_of
from gehoor.domain.compose import history_marker, history_note, ticket_draft
from gehoor.domain.ticket import CustomerProfile, History
from gehoor.errors import ContractBroken, GehoorError, Gone, NotAllowed, Rejected
from gehoor.usecases.once import Result, once
from gehoor.usecases.placing import DeliverPorts, Placing


def open_case(placing: Placing, case_id: str, ports: DeliverPorts) -> Case:
    """The case with its ticket, opened by this mention or, once only, by another one.

    The case is not stored yet. Rejected when the helpdesk refuses the ticket for good.
    """
    result = once(
        ports.ledger,
        f"ticket:{case_id}",
        ports.clock,
        act=lambda: _open_ticket(placing, case_id, ports),
        look=lambda: _find_ticket(placing, case_id, ports),
    )
    mention = placing.mention
    return Case(
        case_id=case_id,
        brand=mention.brand,
        network=mention.network,
        ticket_id=result["ticket_id"],
        opened_by=result["opened_by"],
        customer_id=result["customer_id"],
        address=address_of(mention),
        answers_at=mention.posted_at,
    )


def renewed_customer(placing: Placing, customer_id: str, ports: DeliverPorts) -> str | None:
    """A new customer when `customer_id` was removed or merged, None when it is still there."""
    try:
        ports.helpdesk.history(customer_id)
    except Gone:
        return _new_customer(placing, ports)
    return None


def _open_ticket(placing: Placing, case_id: str, ports: DeliverPorts) -> Result:
    customer_id, history = _customer(placing, ports)
    draft = ticket_draft(placing.mention, placing.judgement, case_id, customer_id)
    opened = ports.helpdesk.open_ticket(draft)
    _write_note(placing, case_id, opened.ticket_id, history, ports)
    return _result(opened.ticket_id, placing.mention.mention_id, customer_id)


def _find_ticket(placing: Placing, case_id: str, ports: DeliverPorts) -> Result | None:
    """The ticket an earlier worker may have left, with its note, which it may not have."""
    found = ports.helpdesk.find_ticket(external_id_of(case_id))
    if found is None:
        return None
    customer_id, history = _customer(placing, ports)
    if ports.helpdesk.find_comment(found.ticket_id, history_marker(case_id)) is None:
        _write_note(placing, case_id, found.ticket_id, history, ports)
    return _result(found.ticket_id, found.marker, customer_id)


def _result(ticket_id: str, opened_by: str, customer_id: str) -> Result:
    return {"ticket_id": ticket_id, "opened_by": opened_by, "customer_id": customer_id}


def _customer(placing: Placing, ports: DeliverPorts) -> tuple[str, History | None]:
    """The linked customer with what the helpdesk knows; a new one when the linked one is gone."""
    known = ports.identities.customer_of(placing.mention.author)
    if known is not None:
        try:
            return known, _history(known, ports)
        except Gone:
            known = None
    customer_id = _new_customer(placing, ports)
    return customer_id, _history(customer_id, ports)


def _new_customer(placing: Placing, ports: DeliverPorts) -> str:
    author = placing.mention.author
    profile = CustomerProfile(author, placing.judgement.language)
    customer_id = ports.helpdesk.upsert_customer(profile)
    ports.identities.link(author, customer_id, ports.clock())
    return customer_id


def _history(customer_id: str, ports: DeliverPorts) -> History | None:
    """None when the helpdesk cannot tell: a ticket without history is better than none."""
    try:
        return ports.helpdesk.history(customer_id)
    except (Rejected, NotAllowed, ContractBroken):
        return None


def _write_note(
    placing: Placing, case_id: str, ticket_id: str, history: History | None, ports: DeliverPorts
) -> None:
    """Write what went before; the ticket goes on without a note that the helpdesk refuses."""
    note = history_note(
        case_id,
        placing.mention,
        placing.judgement,
        _without(history, ticket_id),
        placing.thread.earlier,
        _capabilities(placing.mention.source_id, ports),
    )
    try:
        ports.helpdesk.add_comment(ticket_id, note)
    except (Rejected, ContractBroken):
        ports.metrics.count("NotesRefused")


def _without(history: History | None, ticket_id: str) -> History | None:
    if history is None:
        return None
    others = tuple(ticket for ticket in history.tickets if ticket.ticket_id != ticket_id)
    return replace(history, tickets=others)


def _capabilities(source_id: str, ports: DeliverPorts) -> Capabilities | None:
    """None when the network could not be asked."""
    try:
        return ports.networks(source_id).capabilities()
    except GehoorError:
        return None
