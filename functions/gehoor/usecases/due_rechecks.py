"""Which posts to look at again: those that have just come to one of a few ages.

Ages are told by when a mention was first seen, so that nothing is noted with any mention for it.
One bookmark says up to when all looks that were due are sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice

from gehoor.ports import Arrivals, Bookmarks, Clock, Queues

NAME = "rechecks"
LEASE = timedelta(minutes=2)
"""Longer than a sweep runs."""

MOST = 500
"""Looks sent in one run: 50 calls to a queue. What is left comes first in the next one."""


@dataclass(frozen=True, slots=True)
class DueRecheckPorts:
    """What finding due looks needs; `ages` are those at which a post is looked at."""

    ages: tuple[timedelta, ...]
    arrivals: Arrivals
    bookmarks: Bookmarks
    queues: Queues
    clock: Clock
    owner: str


def send_due_rechecks(ports: DueRecheckPorts) -> int:
    """Ask for every look that came due since the last run, MOST at a time; returns how many.

    The bookmark moves once they are on their way: who dies before sends them twice, which harms
    nothing. After a full run it stays at the last one sent, because another may be due in the same
    moment. The first run ever starts now.
    """
    now = ports.clock()
    place = ports.bookmarks.take(NAME, ports.owner, now, now + LEASE) if ports.ages else None
    if place is None:
        return 0
    due = list(islice(merge(*(_due(age, place, now, ports) for age in ports.ages)), MOST))
    ports.queues.send_rechecks(dict.fromkeys(mention_id for _, mention_id in due))
    ports.bookmarks.move(NAME, ports.owner, due[-1][0] if len(due) == MOST else max(place, now))
    ports.bookmarks.release(NAME, ports.owner)
    return len(due)


def _due(
    age: timedelta, since: datetime, until: datetime, ports: DueRecheckPorts
) -> Iterator[tuple[datetime, str]]:
    """When each post comes to this age, in order, from `since` to before `until`."""
    for seen_at, mention_id in ports.arrivals.between(since - age, until - age):
        yield seen_at + age, mention_id
