"""Delivering what a queue hands over at once: far fewer calls when much is waiting.

New cases are opened together, posts of one author become one comment. What cannot be done
together is done one by one, so that a bad mention harms only itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from gehoor.domain.record import MentionRecord
from gehoor.errors import GehoorError, Gone, RateLimited, Rejected, Unavailable
from gehoor.ports.helpdesk import CUSTOMERS_AT_ONCE, Bulk
from gehoor.usecases.authors import WORTH_A_BULK, met_before, recognised
from gehoor.usecases.batch import Batch, OutOfTime
from gehoor.usecases.bulk import open_together
from gehoor.usecases.commenting import store_heard, write_comments
from gehoor.usecases.deliver import (
    all_placed,
    attempt,
    bring,
    conclude,
    note_edit,
    pending,
    read_record,
)
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.newcomers import newcomers_among, placed_in_turn
from gehoor.usecases.once import LEASE
from gehoor.usecases.opening import ticket_promise
from gehoor.usecases.placing import Met, Placing

TO_HAND_OVER = timedelta(seconds=10)
"""What is kept of a batch's time for opening together those whose customers are known by then."""

WORTH_BEGINNING = 2
"""So many promises are begun together; a single one is begun when its turn comes."""

MOST_IN_A_COMMENT = 10
MOST_PICTURES = 4
"""Each is a call of its own before the comment, and all of them again when one finds the limit
spent."""


def deliver_mentions(
    mention_ids: Iterable[str], ports: DeliverPorts, deadline: datetime
) -> Mapping[str, Exception]:
    """Bring stored mentions into the helpdesk; returns those that must come again, with why."""
    batch = Batch(ports, deadline)
    records = _pending_records(list(dict.fromkeys(mention_ids)), batch)
    for record in records:
        if record.ticket_id:
            attempt(record.mention_id, partial(note_edit, record, ports), batch)
    records = [record for record in records if not record.ticket_id]
    bulk = ports.helpdesk.bulk
    met = met_before(records, ports)
    if bulk is None or len(records) < WORTH_A_BULK:
        _bring_all(all_placed(records, met, batch), batch)
    else:
        _deliver_together(records, met, bulk, batch)
    return batch.failures


def _deliver_together(records: Sequence[MentionRecord], met: Met, bulk: Bulk, batch: Batch) -> None:
    placings = _place_all(records, met, bulk, batch)
    new = [placing for placing in placings if not placing.is_reply]
    rest = [placing for placing in placings if placing.is_reply]
    if len(new) >= WORTH_A_BULK:
        rest = [*_opened_together(new, bulk, batch), *rest]
    elif any(isinstance(e, RateLimited | OutOfTime) for e in batch.failures.values()):
        _send_back([placing.record_id for placing in new], batch)
    else:
        rest = placings
    _bring_all(rest, batch)


def _opened_together(new: Sequence[Placing], bulk: Bulk, batch: Batch) -> Sequence[Placing]:
    """What is left over when the helpdesk was handed the new cases."""
    with batch.asking(*(placing.record_id for placing in new)):
        return batch.patiently(lambda: open_together(new, bulk, batch.ports))
    return ()


def _send_back(record_ids: Sequence[str], batch: Batch) -> None:
    """Few because the limit held others up: these come with them, single calls would cost more."""
    message = "the helpdesk's limit is spent for longer than the batch may wait"
    error = Unavailable(message, batch.ports.clock())
    batch.failures.update(dict.fromkeys(record_ids, error))


def _place_all(
    records: Sequence[MentionRecord], met: Met, bulk: Bulk, batch: Batch
) -> list[Placing]:
    """Place the mentions, as many as there is time for: each new customer costs a call.

    No CRM is asked while many wait; who it knows is seen when the notes are written.
    """
    in_time = replace(
        batch, ports=replace(batch.ports, crm=None), deadline=batch.deadline - TO_HAND_OVER
    )
    newcomers = newcomers_among(records, met)
    with batch.asking(*(record.mention_id for record in records)):
        strangers = [
            record
            for record in records
            if record.mention and met.get(record.mention.author.identity) is None
        ]
        for start in range(0, len(strangers), CUSTOMERS_AT_ONCE):
            asked = strangers[start : start + CUSTOMERS_AT_ONCE]
            met |= in_time.patiently(partial(recognised, asked, bulk))
    return placed_in_turn(records, newcomers, met, in_time)


def _bring_all(placings: Sequence[Placing], batch: Batch) -> None:
    """One by one, but what one author adds to one case as one comment.

    Not where nothing can be found again: there a repeat is known by saying the very same. Who wrote
    least comes first, for those who write without end may have to wait for their ticket's limit.
    """
    by_case: dict[str, list[Placing]] = defaultdict(list)
    for placing in placings:
        joins = placing.is_reply and batch.ports.helpdesk.bulk is not None
        by_case[placing.case_id if joins else placing.record_id].append(placing)
    begun = _begun(placings, batch)
    for group in sorted(by_case.values(), key=len):
        if len(group) > 1:
            group.sort(key=lambda placing: placing.mention.posted_at)
            _bring_group(group, batch)
        else:
            _bring_one(group[0], batch, begun)
    with batch.keeping():
        for case_id in begun:
            batch.ports.ledger.withdraw(ticket_promise(case_id))


def _begun(placings: Sequence[Placing], batch: Batch) -> set[str]:
    """The new cases whose tickets' promises are this batch's now, begun in one call.

    Each ends before its lease, as the function does.
    """
    promises = {ticket_promise(p.case_id): p.case_id for p in placings if not p.is_reply}
    if len(promises) < WORTH_BEGINNING:
        return set()
    with suppress(GehoorError):
        ledger, now = batch.ports.ledger, batch.ports.clock()
        return {promises[key] for key in ledger.begin_new(list(promises), now, LEASE)}
    return set()


def _bring_group(group: Sequence[Placing], batch: Batch) -> None:
    for part in _comments_of(group):
        with batch.asking(*(placing.record_id for placing in part)):
            if not batch.patiently(partial(_are_one_comment, part, batch.ports)):
                for placing in part:
                    _bring_one(placing, batch, set())


def _comments_of(group: Sequence[Placing]) -> Iterator[Sequence[Placing]]:
    """The posts that go into one comment each, as many as it takes at once."""
    part: list[Placing] = []
    for placing in group:
        pictures = sum(len(each.mention.images) for each in (*part, placing))
        if part and (len(part) == MOST_IN_A_COMMENT or pictures > MOST_PICTURES):
            yield part
            part = []
        part.append(placing)
    yield part


def _are_one_comment(part: Sequence[Placing], ports: DeliverPorts) -> bool:
    """Write the posts as one comment; False when each is to go its own way."""
    known = ports.cases.get(part[0].case_id)
    if known is None:
        return False
    case = store_heard(known, part, ports)
    try:
        write_comments(part, case, ports)
    except (Gone, Rejected):
        return False
    for placing in part:
        conclude(placing, case, ports)
    return True


def _bring_one(placing: Placing, batch: Batch, begun: set[str]) -> None:
    """Only the first attempt finds the promise as it was begun for it."""

    def work() -> None:
        is_ours = placing.case_id in begun
        begun.discard(placing.case_id)
        bring(placing, batch.ports, is_ours=is_ours)

    attempt(placing.record_id, work, batch)


def _pending_records(mention_ids: Sequence[str], batch: Batch) -> list[MentionRecord]:
    """What is to be delivered, read in one call; what that leaves out is read by itself."""
    ports, found = batch.ports, list[MentionRecord]()
    known: Mapping[str, MentionRecord | None] = {}
    with batch.keeping(*mention_ids):
        batch.check_time()
        known = ports.mentions.get_many(mention_ids)
    for name in mention_ids:
        if name in batch.failures:
            continue
        with batch.keeping(name):
            read = known[name] if name in known else read_record(name, ports)
            record = pending(read, ports)
            found += [record] if record else []
    return found
