"""Opening many tickets together, so that a storm does not outrun the helpdesk's limit.

The tickets are made by a job of the helpdesk. Until that is over the mentions stay pending, and
each case's promise in the ledger stays begun. Nobody repeats a promise while the helpdesk is at
work on any job: see `opening`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from gehoor.domain.bulk import BulkNote, BulkWork, Opening
from gehoor.domain.case import Case
from gehoor.domain.compose import ticket_draft
from gehoor.domain.mention import digest
from gehoor.domain.record import Delivered, MentionRecord
from gehoor.domain.ticket import TicketDraft
from gehoor.ports.helpdesk import Bulk
from gehoor.ports.queues import Delivery
from gehoor.usecases.bulk_work import done_by_job, hand_over
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.notes_together import Wanted, follow_notes, want_notes
from gehoor.usecases.once import LEASE
from gehoor.usecases.opening import case_from, due_field, opening_result, ticket_promise
from gehoor.usecases.placing import Placing

READ_AT_ONCE = 100
"""What the store of mentions is asked for at most."""


def open_together(placings: Sequence[Placing], bulk: Bulk, ports: DeliverPorts) -> list[Placing]:
    """Hand the tickets of new cases to the helpdesk as one job; returns the placings left over.

    Left over is what somebody else began, or the whole when the helpdesk refuses it as a whole:
    those go one by one. Other errors of the helpdesk pass through when nothing was handed over.
    """
    begun, left = _begun(placings, ports)
    if not begun:
        return left
    work = _bulk_of(begun, ports)
    promises = [ticket_promise(opening.case_id) for opening in work.openings]
    drafts = [_draft(placing, ports) for placing in begun]
    if not hand_over(work, promises, lambda: bulk.open_tickets(drafts), ports):
        return list(placings)
    return left


def follow_bulk(key: str, ports: DeliverPorts) -> Wanted | None:
    """Account for every ticket, or note, of a bulk whose job is over; returns what notes it wants.

    Unavailable while it is not, with the time to look again. What was not opened goes one by one,
    so that the helpdesk's reason comes to the mention it is about. Notes can wait: they are left to
    the caller, for their list is an outbox entry.
    """
    work, bulk = ports.bulks.get(key), ports.helpdesk.bulk
    if work is None or bulk is None:
        return None
    if work.wanted:
        return Wanted(work)
    if work.notes:
        follow_notes(work, bulk, ports)
        return None
    opened = done_by_job(work, bulk, bulk.is_at_work, ports)
    not_opened = [item for place, item in enumerate(work.openings) if place not in opened]
    wanted = _settle(work, opened, ports)
    _give_back(not_opened, ports)
    ports.bulks.close(key)
    return wanted


def _begun(placings: Sequence[Placing], ports: DeliverPorts) -> tuple[list[Placing], list[Placing]]:
    """Those whose cases' promises are begun now, and those left as they were."""
    named = {ticket_promise(placing.case_id): placing for placing in placings}
    begun = [named[name] for name in ports.ledger.begin_new(list(named), ports.clock(), LEASE)]
    taken = {placing.record_id for placing in begun}
    return begun, [placing for placing in placings if placing.record_id not in taken]


def _bulk_of(begun: Sequence[Placing], ports: DeliverPorts) -> BulkWork:
    now = ports.clock()
    openings = tuple(Opening(p.record_id, p.case_id, p.identity.customer_id, p.edit) for p in begun)
    key = digest(now.isoformat(), *(opening.case_id for opening in openings))
    return BulkWork(key, openings, now)


def _draft(placing: Placing, ports: DeliverPorts) -> TicketDraft:
    return ticket_draft(
        placing.mention,
        placing.judgement,
        placing.case_id,
        placing.identity.customer_id,
        due=due_field(placing, ports),
        rules=ports.rules,
    )


def _settle(handed: BulkWork, opened: Mapping[int, str], ports: DeliverPorts) -> Wanted | None:
    """Note everywhere that the tickets are open, and last that their mentions are delivered.

    What dies before leaves those pending and the bulk open: it is settled again.
    """
    tickets = {handed.openings[place]: ticket_id for place, ticket_id in opened.items()}
    records = _records([opening.record_id for opening in tickets], ports)
    now = ports.clock()
    cases = {
        opening: case
        for opening, ticket_id in tickets.items()
        if (case := _opened_case(opening, ticket_id, records[opening.record_id], now, ports))
    }
    delivered = [
        Delivered(opening.record_id, opening.case_id, case.ticket_id, opening.edited_at)
        for opening, case in cases.items()
    ]
    ports.cases.open_many(list(cases.values()))
    if not delivered:
        return None
    notes = [BulkNote(one.case_id, one.ticket_id, one.mention_id) for one in delivered]
    wanted = want_notes(notes, handed.key, ports)
    ports.mentions.delivered_many(delivered, now)
    ports.metrics.count("MentionsDelivered", len(delivered))
    return Wanted(wanted, records, list(cases.values()))


def _records(record_ids: Sequence[str], ports: DeliverPorts) -> Mapping[str, MentionRecord | None]:
    """The mentions of a bulk, few calls for all; one that cannot be read says so."""
    found: dict[str, MentionRecord | None] = {}
    for start in range(0, len(record_ids), READ_AT_ONCE):
        names = record_ids[start : start + READ_AT_ONCE]
        known = ports.mentions.get_many(names)
        found |= {n: known[n] if n in known else ports.mentions.get(n) for n in names}
    return found


def _opened_case(
    opening: Opening,
    ticket_id: str,
    record: MentionRecord | None,
    now: datetime,
    ports: DeliverPorts,
) -> Case | None:
    """The case whose ticket is open; None when its mention is not stored any more."""
    if record is None or record.mention is None or record.judgement is None:
        return None
    result = opening_result(ticket_id, record.mention.mention_id, opening.customer_id)
    clock = ports.desk.first_answer(record.judgement, record.seen_at)
    return case_from(record.mention, opening.case_id, result, now, clock)


def _give_back(openings: Sequence[Opening], ports: DeliverPorts) -> None:
    for opening in openings:
        ports.ledger.release(ticket_promise(opening.case_id))
    if openings:
        ports.queues.send_deliveries([_delivery(opening, ports) for opening in openings])


def _delivery(opening: Opening, ports: DeliverPorts) -> Delivery:
    record = ports.mentions.get(opening.record_id)
    urgent = record is not None and record.is_urgent
    return Delivery(opening.record_id, urgent, group=opening.case_id)
