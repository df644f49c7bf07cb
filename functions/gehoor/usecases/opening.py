"""Opening the ticket of a new case, with its customer and the note about what went before."""

from dataclasses import replace

from gehoor.domain.capabilities import Capabilities
from gehoor.domain.case import Case, address_of, external_id_of
from gehoor.domain.compose import ticket_draft
from gehoor.domain.history_note import Background, history_marker, history_note
from gehoor.domain.mention import Mention
from gehoor.domain.ticket import Customer, CustomerProfile, History
from gehoor.errors import ContractBroken, GehoorError, Gone, NotAllowed, Rejected
from gehoor.usecases.crm_look import look_in_crm
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
        return _new_customer(placing, ports).customer_id
    return None


def _open_ticket(placing: Placing, case_id: str, ports: DeliverPorts) -> Result:
    customer, history = _customer(placing, ports)
    draft = ticket_draft(placing.mention, placing.judgement, case_id, customer.customer_id)
    opened = ports.helpdesk.open_ticket(draft)
    _write_note(placing, case_id, opened.ticket_id, customer, history, ports)
    return _result(opened.ticket_id, placing.mention.mention_id, customer.customer_id)


def _find_ticket(placing: Placing, case_id: str, ports: DeliverPorts) -> Result | None:
    """The ticket an earlier worker may have left, with its note, which it may not have."""
    found = ports.helpdesk.find_ticket(external_id_of(case_id))
    if found is None:
        return None
    customer, history = _customer(placing, ports)
    if ports.helpdesk.find_comment(found.ticket_id, history_marker(case_id)) is None:
        _write_note(placing, case_id, found.ticket_id, customer, history, ports)
    return _result(found.ticket_id, found.marker, customer.customer_id)


def _result(ticket_id: str, opened_by: str, customer_id: str) -> Result:
    return {"ticket_id": ticket_id, "opened_by": opened_by, "customer_id": customer_id}


def _customer(placing: Placing, ports: DeliverPorts) -> tuple[Customer, History | None]:
    """The linked customer with what the helpdesk knows; a new one when the linked one is gone."""
    known = ports.identities.customer_of(placing.mention.author)
    if known is not None:
        try:
            return Customer(known), _history(known, ports)
        except Gone:
            known = None
    customer = _new_customer(placing, ports)
    return customer, _history(customer.customer_id, ports)


def _new_customer(placing: Placing, ports: DeliverPorts) -> Customer:
    customer = ports.helpdesk.upsert_customer(_profile(placing))
    ports.identities.link(placing.mention.author, customer.customer_id, ports.clock())
    return customer


def _profile(placing: Placing) -> CustomerProfile:
    return CustomerProfile(placing.mention.author, placing.judgement.language)


def _history(customer_id: str, ports: DeliverPorts) -> History | None:
    """None when the helpdesk cannot tell: a ticket without history is better than none."""
    try:
        return ports.helpdesk.history(customer_id)
    except (Rejected, NotAllowed, ContractBroken):
        return None


def _write_note(
    placing: Placing,
    case_id: str,
    ticket_id: str,
    customer: Customer,
    history: History | None,
    ports: DeliverPorts,
) -> None:
    """Write what went before; the ticket goes on without a note that the helpdesk refuses.

    The ticket is open by now: network and CRM are asked while nobody waits for them.
    """
    capabilities, room = _abilities(placing.mention, ports)
    known = Background(
        customer=customer,
        history=_without(history, ticket_id),
        earlier=placing.thread.earlier,
        capabilities=capabilities,
        room=room,
        crm=look_in_crm(_profile(placing), ports.crm, ports.metrics),
    )
    note = history_note(case_id, placing.mention, placing.judgement, known)
    try:
        ports.helpdesk.add_comment(ticket_id, note)
    except (Rejected, ContractBroken):
        ports.metrics.count("NotesRefused")


def _without(history: History | None, ticket_id: str) -> History | None:
    if history is None:
        return None
    return replace(
        history,
        tickets=tuple(ticket for ticket in history.tickets if ticket.ticket_id != ticket_id),
        answers=tuple(answer for answer in history.answers if answer.ticket_id != ticket_id),
    )


def _abilities(mention: Mention, ports: DeliverPorts) -> tuple[Capabilities | None, int | None]:
    """What can be done on the network, and the length an answer may have.

    None when the network could not be asked; None for the length where it sets no limit.
    """
    try:
        network = ports.networks(mention.source_id)
        capabilities = network.capabilities()
        if not capabilities.reply:
            return capabilities, None
        empty = network.measure(address_of(mention), "")
    except GehoorError:
        return None, None
    return capabilities, None if empty.limit is None else max(0, empty.limit - empty.length)
