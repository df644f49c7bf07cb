"""Words that a network's terms let nobody keep for long without reading them again."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from gehoor.domain.record import MentionRecord

AHEAD = timedelta(days=3)
"""How long before its time is over a post is looked at: so long it can be tried."""

LAST_MOMENT = timedelta(days=1)
"""How long before its time is over nobody tries any more: a look may wait half a day for another
try, and a network's quota for the next day."""


def refresh_ages(within: timedelta, oldest: timedelta) -> Iterator[timedelta]:
    """The ages, up to `oldest`, at which a post is looked at that is to be refreshed `within`."""
    age = within - AHEAD
    while age <= oldest:
        yield age
        age += within - AHEAD


def time_left(record: MentionRecord, within: timedelta, now: datetime) -> timedelta | None:
    """How long a post's words may be kept, None where none are."""
    if record.mention is None or record.mention == record.mention.without_words():
        return None
    return record.fresh_at + within - now
