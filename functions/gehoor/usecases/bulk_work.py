"""Handing many things to the helpdesk as one job, in whose promises no worker meddles meanwhile.

The bulk itself is an outbox entry, so that a death at any moment leaves it to the sweep.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from gehoor.domain.bulk import BulkWork
from gehoor.errors import GehoorError, Gone, RateLimited, Rejected, Unavailable, UnknownOutcome
from gehoor.ports.helpdesk import Bulk
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.once import LEASE

FIRST_LOOK = timedelta(seconds=20)
NEXT_LOOK = timedelta(seconds=15)
WAIT_FOR_ROOM = timedelta(seconds=30)


def hand_over(
    work: BulkWork, promises: Sequence[str], begin: Callable[[], str], ports: DeliverPorts
) -> bool:
    """Have the helpdesk begin its job; False when it refuses the bulk as a whole.

    The promises are begun, and withdrawn where nothing was handed over. Other errors of the
    helpdesk pass through then. Whether it has the job is unknown after a lost answer: a later look
    at the bulk finds out.
    """
    try:
        job_id = _begun_job(work, begin, ports)
    except UnknownOutcome:
        ports.metrics.count("BulksUnknown")
        return True
    except GehoorError as error:
        for name in promises:
            ports.ledger.withdraw(name)
        ports.bulks.close(work.key)
        if isinstance(error, Rejected):
            return False
        raise
    ports.bulks.started(work.key, job_id)
    ports.queues.send_bulk(work.key, FIRST_LOOK)
    return True


def done_by_job(
    work: BulkWork, bulk: Bulk, is_at_work: Callable[[], bool], ports: DeliverPorts
) -> Mapping[int, str]:
    """The tickets for which the job did its work, by their place; none of a job nobody knows.

    Unavailable, with the time to look again, while it is not over; also while nobody knows the job
    and the helpdesk `is_at_work` on any of its kind. What it did all the same is found by looking
    for each thing when it is done singly.
    """
    now = ports.clock()
    under_way = Unavailable(f"bulk {work.key}: the helpdesk may still be at it", now + NEXT_LOOK)
    if not work.job_id:
        if now - work.begun_at < LEASE or is_at_work():
            raise under_way
        return {}
    try:
        job = bulk.read_job(work.job_id)
    except Gone:
        return {}
    if not job.is_over:
        raise under_way
    return job.ticket_ids


def _begun_job(work: BulkWork, begin: Callable[[], str], ports: DeliverPorts) -> str:
    """The helpdesk's job. What it raises but UnknownOutcome says that nothing was begun there."""
    if not ports.bulks.prepare(work):
        message = "many bulks are under way at the helpdesk"
        raise RateLimited(message, ports.clock() + WAIT_FOR_ROOM)
    return begin()
