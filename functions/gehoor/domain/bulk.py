"""Many tickets opened in one go, by a job that the helpdesk does in its own time."""

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
class BulkOpening:
    """What was handed to the helpdesk together. `job_id` is "" until the helpdesk named its job."""

    key: str
    openings: tuple[Opening, ...]
    begun_at: datetime
    job_id: str = ""


@frozen
class Job:
    """How far the helpdesk is: the ids of the tickets that exist, by their place in the bulk.

    Once it is over, a place without a ticket is one that the helpdesk did not open.
    """

    is_over: bool
    ticket_ids: Mapping[int, str]
