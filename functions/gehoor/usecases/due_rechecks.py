"""Which posts to look at again: those that have just come to one of a few ages.

Ages are told by when a mention was first seen, so that nothing is noted with any mention for it.
One bookmark says up to when all looks that were due are sent.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice

from gehoor.domain.frozen import frozen
from gehoor.domain.record import BEFORE_ALL
from gehoor.domain.refresh import refresh_ages
from gehoor.ports.mentions import Arrivals, MentionStore
from gehoor.ports.queues import Queues
from gehoor.ports.stores import Bookmarks
from gehoor.ports.surroundings import Clock

NAME = "rechecks"
LEASE = timedelta(minutes=2)
"""Longer than a sweep runs."""

MOST = 500
"""Looks sent in one run: 50 calls to a queue. What is left comes first in the next one."""

AT_ONCE = 100
Due = tuple[datetime, str]


@frozen
class DueRecheckPorts:
    """What finding due looks needs; `ages` are those at which every post is looked at.

    `refresh_within` are networks whose posts are looked at again and again, at least so often.
    """

    ages: tuple[timedelta, ...]
    refresh_within: Mapping[str, timedelta]
    arrivals: Arrivals
    mentions: MentionStore
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
    if not ports.ages and not ports.refresh_within:
        return 0
    place = ports.bookmarks.take(NAME, ports.owner, now, now + LEASE)
    if place is None:
        return 0
    looks = [_due(age, place, now, ports) for age in ports.ages]
    due = list(islice(merge(*looks, *_refreshes(place, now, ports)), MOST))
    ports.queues.send_rechecks(dict.fromkeys(mention_id for _, mention_id in due))
    ports.bookmarks.move(NAME, ports.owner, due[-1][0] if len(due) == MOST else max(place, now))
    ports.bookmarks.release(NAME, ports.owner)
    return len(due)


def _refreshes(since: datetime, until: datetime, ports: DueRecheckPorts) -> Iterator[Iterator[Due]]:
    for network, within in ports.refresh_within.items():
        for age in refresh_ages(within, until - BEFORE_ALL):
            yield _of_network(network, _due(age, since, until, ports), ports)


def _of_network(network: str, due: Iterator[Due], ports: DueRecheckPorts) -> Iterator[Due]:
    """Those whose posts are on a network; what cannot be read is left out."""
    while batch := list(islice(due, AT_ONCE)):
        records = ports.mentions.get_many([mention_id for _, mention_id in batch])
        for at, mention_id in batch:
            record = records.get(mention_id)
            if record and record.mention and record.mention.network == network:
                yield at, mention_id


def _due(age: timedelta, since: datetime, until: datetime, ports: DueRecheckPorts) -> Iterator[Due]:
    """When each post comes to this age, in order, from `since` to before `until`."""
    for seen_at, mention_id in ports.arrivals.between(since - age, until - age):
        yield seen_at + age, mention_id
