"""Much for the helpdesk in one go, by a job that it does in its own time."""

from collections.abc import Mapping
from datetime import datetime

from gehoor.domain.frozen import frozen


@frozen
class Opening:
    """One ticket of a bulk: the record whose mention opens it, its case, and its customer.

    `edited_at` is that of the words which the ticket is opened with.
    """

    record_id: str
    case_id: str
    customer_id: str
    edited_at: datetime | None = None


@frozen
class BulkNote:
    """One note of a bulk: the case and its ticket, and the record whose mention opened it."""

    case_id: str
    ticket_id: str
    record_id: str


@frozen
class BulkWork:
    """What was handed to the helpdesk together: tickets to open, or notes to write.

    `job_id` is "" until the helpdesk named its job. Or notes that are `wanted`, and not handed over
    yet.
    """

    key: str
    openings: tuple[Opening, ...]
    begun_at: datetime
    job_id: str = ""
    notes: tuple[BulkNote, ...] = ()
    wanted: tuple[BulkNote, ...] = ()


@frozen
class Job:
    """How far the helpdesk is: the ids of the tickets it opened or changed, by place in the bulk.

    Once it is over, a place without a ticket is one where the helpdesk did nothing.
    """

    is_over: bool
    ticket_ids: Mapping[int, str]
