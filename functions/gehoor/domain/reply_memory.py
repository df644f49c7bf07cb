"""What is kept of an answer that went out: enough to tell a copy, nothing that can be read."""

from datetime import datetime, timedelta

from gehoor.domain.frozen import frozen

COPIES_WITHIN = timedelta(hours=24)
APOLOGIES_WITHIN = timedelta(days=30)
RECENT_AT_MOST = 200
"""More answers a brand gives in a day are not all compared: reading them would cost more."""


@frozen
class EarlierReply:
    """An answer: its imprint, whom it was to, by a digest, and where agents find it."""

    imprint: str
    person: str
    case_id: str
    ticket_id: str
    at: datetime


@frozen
class Apology:
    """That an answer apologised, and in which case."""

    case_id: str
    at: datetime
