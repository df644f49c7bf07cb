"""Hearing storms: who complained since the last sweep is counted, and what is too much is told.

Nothing is noted with any mention for it: they are found by when they were first seen.
"""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from gehoor.domain.clusters import Alike, Said, belong
from gehoor.domain.frozen import frozen
from gehoor.domain.incident import Incident, Joined
from gehoor.domain.spike import HOUR, Spike
from gehoor.domain.storm import (
    WINDOW_HOURS,
    authors_in,
    complaint_in,
    fresh_watch,
    hear,
    new_incidents,
    without,
)
from gehoor.ports.helpdesk import Helpdesk
from gehoor.ports.incidents import IncidentStore
from gehoor.ports.ledger import Ledger
from gehoor.ports.mentions import Arrivals, MentionStore
from gehoor.ports.notices import Notices
from gehoor.ports.queues import Queues
from gehoor.ports.stores import Bookmarks
from gehoor.ports.storms import BrandWatches
from gehoor.ports.surroundings import Clock, Metrics
from gehoor.usecases.membership import AT_ONCE, records_of

NAME = "storms"
LEASE = timedelta(minutes=2)
"""Longer than a sweep runs."""

MOST = 500
"""Mentions counted in one run. What is left is counted in the next one."""

MOST_COMPARED = 500
"""Complaints of the last hours that new ones are compared with, the newest of them."""

MOST_LOOKED_AT = 2_000
"""Mentions that are looked through for these: there may be far more praise than complaints."""

VAGUE_FOR = timedelta(days=1)
NEWEST_INCIDENTS = 100
"""Looked through for those that are open. Each of many brands may open several at once."""

IDLE = timedelta(hours=1)
"""So long the bookmark may stay behind while nothing comes: moving it is a write."""


@frozen
class StormPorts:
    """What hearing storms needs. The helpdesk is connected when its turn comes: that may fail."""

    arrivals: Arrivals
    mentions: MentionStore
    bookmarks: Bookmarks
    watches: BrandWatches
    incidents: IncidentStore
    alike: Alike
    helpdesk: Callable[[], Helpdesk]
    ledger: Ledger
    queues: Queues
    notices: Sequence[Notices]
    clock: Clock
    metrics: Metrics
    owner: str


class Counted(NamedTuple):
    """How far mentions were read, and the complaints among them by brand."""

    until: datetime
    complaints: dict[str, list[Said]]


def count_complaints(ports: StormPorts) -> int:
    """Count who complained since the last run, and open incidents; returns how many it opened.

    The bookmark moves when all is stored. Who dies before counts again, which changes nothing: an
    author counts once an hour, and what belongs to an open incident opens no other one. The first
    run ever starts now.
    """
    now = ports.clock()
    place = ports.bookmarks.take(NAME, ports.owner, now, now + LEASE)
    if place is None:
        return 0
    counted = _read_on(place, now, ports)
    opened = 0
    open_ones = _open_incidents(ports) if counted.complaints else []
    for brand, posts in counted.complaints.items():
        own = [incident for incident in open_ones if incident.brand == brand]
        opened += _count(brand, posts, own, counted.until, ports)
    if counted.complaints or counted.until < now or now - place > IDLE:
        ports.bookmarks.move(NAME, ports.owner, counted.until)
    ports.bookmarks.release(NAME, ports.owner)
    return opened


def _read_on(place: datetime, now: datetime, ports: StormPorts) -> Counted:
    news = list(islice(ports.arrivals.between(place, now), MOST))
    until = max(place, now)
    if len(news) == MOST:
        # The last one is read again: another may have been seen in the same moment.
        until = max(news[-1][0], place + timedelta.resolution)
    complaints: dict[str, list[Said]] = {}
    for brand, said in _complaints([name for _, name in news], ports):
        complaints.setdefault(brand, []).append(said)
    return Counted(until, complaints)


def _complaints(mention_ids: Sequence[str], ports: StormPorts) -> list[tuple[str, Said]]:
    records = records_of(mention_ids, ports.mentions)
    return [
        (record.mention.brand, said)
        for record in records
        if record.mention is not None and (said := complaint_in(record)) is not None
    ]


def _open_incidents(ports: StormPorts) -> list[Incident]:
    return [each for each in ports.incidents.newest(NEWEST_INCIDENTS) if each.is_open]


def _count(
    brand: str, posts: list[Said], own: Sequence[Incident], until: datetime, ports: StormPorts
) -> int:
    """Count a brand's complaints; what belongs to its open incidents joins them."""
    before = ports.watches.get(brand) or fresh_watch(until)
    watch, spike = hear(before, posts, until)
    seeds = {incident.incident_id: _seeds(incident, ports) for incident in own if incident.seeds}
    free = posts
    for incident_id, texts in seeds.items():
        members = belong(free, texts, ports.alike)
        free = without(free, members)
        _join(incident_id, members, until, ports)
    opened = 0
    if free and (spike or watch.is_busy):
        whole = _window(brand, until, ports)
        window = whole
        for texts in seeds.values():
            window = without(window, belong(window, texts, ports.alike))
        unknown = None if spike and _is_known(spike, whole, window, own) else spike
        new = {post.mention_id for post in free}
        for incident, members in new_incidents(
            brand, watch, unknown, window, new, ports.alike, until
        ):
            opened += _open(incident, members, ports)
    ports.watches.put(brand, watch)
    return opened


def _is_known(
    spike: Spike, posts: Sequence[Said], left: Sequence[Said], own: Sequence[Incident]
) -> bool:
    """Whether open incidents explain a spike: half of it belongs to them, so that few are `left`.

    One about different things explains any for VAGUE_FOR, and no longer: a ticket that nobody
    closed would silence every later alarm of its kind.
    """
    if any(not each.seeds and spike.hour - each.opened_at < VAGUE_FOR for each in own):
        return True
    return 2 * len(authors_in(left, spike)) <= len(authors_in(posts, spike))


def _open(incident: Incident, members: Sequence[Said], ports: StormPorts) -> bool:
    """Store a new incident with who belongs to it; False when an earlier attempt stored it.

    Who belongs to it is stored first: a worker that dies in between leaves nobody out.
    """
    _join(incident.incident_id, members, incident.opened_at, ports)
    if not ports.incidents.put(incident):
        return False
    ports.metrics.count("IncidentsOpened")
    return True


def _join(incident_id: str, members: Sequence[Said], at: datetime, ports: StormPorts) -> None:
    names = tuple(post.mention_id for post in members)
    if names:
        ports.incidents.join(incident_id, Joined(at.isoformat(), names, unlinked=names))


def _seeds(incident: Incident, ports: StormPorts) -> list[str]:
    """What the incident is about, in words that nobody took back."""
    records = records_of(incident.seeds, ports.mentions)
    return [record.mention.text for record in records if record.mention and record.mention.text]


def _window(brand: str, until: datetime, ports: StormPorts) -> list[Said]:
    """The newest complaints about a brand of the last hours."""
    seen = ports.arrivals.between(until - WINDOW_HOURS * HOUR, until)
    names = [name for _, name in deque(seen, maxlen=MOST_LOOKED_AT)]
    found: list[Said] = []
    while names and len(found) < MOST_COMPARED:
        some, names = names[-AT_ONCE:], names[:-AT_ONCE]
        found = [said for about, said in _complaints(some, ports) if about == brand] + found
    return found[-MOST_COMPARED:]
