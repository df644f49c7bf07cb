"""Opening the ticket of a new case, with the note about what went before."""

from dataclasses import replace
from datetime import datetime

from gehoor.domain.case import Case, address_of, external_id_of
from gehoor.domain.compose import ticket_draft
from gehoor.domain.customer import Identity
from gehoor.domain.first_answer import FirstAnswer
from gehoor.domain.history_note import history_marker
from gehoor.domain.mention import Mention
from gehoor.domain.ticket import OpenedTicket, Ticket
from gehoor.errors import Gone, Rejected, Unavailable
from gehoor.usecases.attaching import upload_images
from gehoor.usecases.commenting import store_heard
from gehoor.usecases.customers import renewed_identity
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.noting import NoteSubject, write_note, write_note_once
from gehoor.usecases.once import Result, once_kept
from gehoor.usecases.placing import Placing


def open_case(
    placing: Placing,
    case_id: str,
    before: Case | None,
    ports: DeliverPorts,
    *,
    is_ours: bool = False,
) -> Case:
    """The case with its ticket, opened by this mention or, once only, by another one, and stored.

    `before` is the case whose ticket takes no more; `is_ours` as in `once_kept`. Rejected when the
    helpdesk refuses the ticket for good.
    """

    def keep(result: Result) -> Case:
        clock = ports.desk.first_answer(placing.judgement, placing.seen_at)
        case = case_from(placing.mention, case_id, result, ports.clock(), clock)
        return store_heard(case, [placing], ports)

    def kept() -> Case | None:
        case = ports.cases.get(case_id)
        return store_heard(case, [placing], ports) if case else None

    return once_kept(
        ports.ledger,
        ticket_promise(case_id),
        ports.clock,
        act=lambda: _open_ticket(placing, case_id, before, ports),
        look=lambda: _find_ticket(placing, case_id, ports),
        keep=keep,
        kept=kept,
        is_ours=is_ours,
    )


def ticket_promise(case_id: str) -> str:
    """What the ledger calls the opening of a case's ticket."""
    return f"ticket:{case_id}"


def case_from(
    mention: Mention, case_id: str, result: Result, now: datetime, clock: FirstAnswer
) -> Case:
    """The case as its opening left it."""
    return Case(
        case_id=case_id,
        brand=mention.brand,
        network=mention.network,
        ticket_id=result["ticket_id"],
        opened_by=result["opened_by"],
        customer_id=result["customer_id"],
        address=address_of(mention),
        answers_at=mention.posted_at,
        opened_at=now,
        clocks=(clock,),
    )


def due_field(placing: Placing, ports: DeliverPorts) -> str:
    """When the first answer is due, for a new ticket's field."""
    clock = ports.desk.first_answer(placing.judgement, placing.seen_at)
    return ports.desk.in_field(clock.due_at)


def opening_result(ticket_id: str, opened_by: str, customer_id: str) -> Result:
    """What came of an opening."""
    return {"ticket_id": ticket_id, "opened_by": opened_by, "customer_id": customer_id}


def _open_ticket(
    placing: Placing, case_id: str, before: Case | None, ports: DeliverPorts
) -> Result:
    follows = _closed_ticket(before, ports)
    opened, placing = _open_for_customer(placing, case_id, follows, ports)
    subject = NoteSubject.of(placing, case_id, opened.ticket_id)
    if opened.not_routed:
        ports.metrics.count("TicketsNotRouted")
    write_note(replace(subject, not_routed=opened.not_routed), ports)
    return _result_of(placing, opened.ticket_id, placing.mention.mention_id)


def _open_for_customer(
    placing: Placing, case_id: str, follows: Ticket | None, ports: DeliverPorts
) -> tuple[OpenedTicket, Placing]:
    """Open the ticket for the customer, who may have been merged or removed since."""
    mention, judgement = placing.mention, placing.judgement
    uploads = upload_images(mention, ports)
    due = due_field(placing, ports)

    def opened_for(identity: Identity) -> OpenedTicket:
        draft = ticket_draft(
            mention,
            judgement,
            case_id,
            identity.customer_id,
            follows.ticket_id if follows else None,
            uploads,
            due,
            ports.rules,
            follows.agent if follows else None,
        )
        return ports.helpdesk.open_ticket(draft)

    try:
        return opened_for(placing.identity), placing
    except Rejected:
        renewed = renewed_identity(placing.identity, mention, judgement, ports)
        if renewed is None:
            raise
    return opened_for(renewed), replace(placing, identity=renewed)


def _find_ticket(placing: Placing, case_id: str, ports: DeliverPorts) -> Result | None:
    """The ticket an earlier worker may have left, with its note, which it may not have.

    While the helpdesk is at work on any bulk, the ticket may be among those still to come.
    """
    bulk = ports.helpdesk.bulk
    if bulk is not None and bulk.is_at_work():
        message = f"case {case_id}: the helpdesk is opening tickets, this one may be among them"
        raise Unavailable(message)
    found = ports.helpdesk.find_ticket(external_id_of(case_id))
    if found is None:
        return None
    if ports.helpdesk.find_comment(found.ticket_id, history_marker(case_id)) is None:
        write_note_once(NoteSubject.of(placing, case_id, found.ticket_id), ports)
    return _result_of(placing, found.ticket_id, found.marker)


def _result_of(placing: Placing, ticket_id: str, opened_by: str) -> Result:
    return opening_result(ticket_id, opened_by, placing.identity.customer_id)


def _closed_ticket(before: Case | None, ports: DeliverPorts) -> Ticket | None:
    """The ticket to follow up: only a closed one can be, one that was deleted cannot."""
    if before is None:
        return None
    try:
        ticket = ports.helpdesk.read_ticket(before.ticket_id)
    except Gone:
        return None
    return ticket if ticket.status == "closed" else None
