"""Hearing a storm: who complains about a brand, hour by hour, and which of it is one thing."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from gehoor.domain.clusters import (
    Alike,
    Said,
    authors_by_hour,
    clusters_of,
    common_phrases,
    comparable,
)
from gehoor.domain.curve import Hour
from gehoor.domain.frozen import frozen
from gehoor.domain.incident import Incident
from gehoor.domain.mention import digest
from gehoor.domain.personal_data import masked
from gehoor.domain.record import MentionRecord
from gehoor.domain.spike import (
    FEWEST,
    FEWEST_HOURS,
    HOUR,
    LEAST_NORMAL,
    Spike,
    Watch,
    are_enough,
    follow,
    hour_of,
    hours_of_spike,
    is_new_spike,
    is_spike_while_learning,
    normal_of,
)
from gehoor.domain.text import shorten

FRESH = timedelta(hours=2)
"""What was posted longer ago when it was heard counts for no hour: a new source brings days."""

WINDOW_HOURS = 3
MOST_HEARD = 1_000
"""Authors that are told apart within an hour. The alarm was raised long before."""

LONGEST_READ = 1_000
"""Characters of a post that are read: more than are compared, so that no number is cut in two."""

LONGEST_PHRASE_SHOWN = 80
MOST_SEEDS = 10
MOST_AT_ONCE = 3
"""Incidents that one look may open: more would be noise of the measure."""


@frozen
class BrandWatch:
    """The hourly counts of those who complain about a brand; `heard` did so in the running hour.

    `heard_before` did in the hours before that, the newest first. They are told apart by digests,
    and nobody else is kept: an author counts once in FEWEST_HOURS, whatever they write, or one who
    writes again and again would be a storm where few others complain.
    """

    stream: Watch
    heard: tuple[str, ...] = ()
    heard_before: tuple[tuple[str, ...], ...] = ()

    @property
    def is_busy(self) -> bool:
        """Whether the last hours have enough complaints for a storm to be among them."""
        return are_enough(self.stream.counts)

    def heard_by_hour(self) -> dict[datetime, set[str]]:
        """Who was counted in each of the last hours."""
        heard = (self.heard, *self.heard_before)
        return {self.stream.running - HOUR * ago: set(names) for ago, names in enumerate(heard)}


def complaint_in(record: MentionRecord) -> Said | None:
    """What a stored mention complains about; None for anything else, and for old news."""
    mention, judgement = record.mention, record.judgement
    if mention is None or judgement is None or record.deleted_at is not None:
        return None
    if not judgement.treat_as_complaint or record.seen_at - mention.posted_at > FRESH:
        return None
    author = digest(mention.author.identity)[:12]
    return Said(record.mention_id, author, record.seen_at, masked(mention.text[:LONGEST_READ]))


def hear(
    before: BrandWatch, posts: Iterable[Said], now: datetime
) -> tuple[BrandWatch, Spike | None]:
    """The brand's counts with more complaints heard until `now`, and the spike they make."""
    running, heard = before.stream.running, before.heard_by_hour()
    more: dict[datetime, int] = {}
    said: dict[datetime, set[str]] = {}
    for post in posts:
        said.setdefault(hour_of(post.at), set()).add(post.author)
    for hour in sorted(hour for hour in said if hour >= running):
        known = set[str]().union(*(heard.get(each, ()) for each in _last_hours(hour)))
        room = MOST_HEARD - len(heard.setdefault(hour, set()))
        new = sorted(said[hour] - known)[:room]
        heard[hour].update(new)
        more[hour] = len(new)
    stream, spike = follow(before.stream, more, now)
    kept, *earlier = (tuple(sorted(heard.get(each, ()))) for each in _last_hours(stream.running))
    return BrandWatch(stream, kept, tuple(earlier)), spike


def _last_hours(hour: datetime) -> list[datetime]:
    """The hours in which an author counts once, the newest first."""
    return [hour - HOUR * ago for ago in range(FEWEST_HOURS)]


def new_incidents(
    brand: str,
    watch: BrandWatch,
    spike: Spike | None,
    window: Sequence[Said],
    new: Collection[str],
    alike: Alike,
    now: datetime,
) -> list[tuple[Incident, list[Said]]]:
    """The incidents that a look at the newest complaints opens, with who belongs to each.

    `window` are complaints of the last WINDOW_HOURS that belong to no incident yet, `new` the ids
    of those not looked at before. One thing that too many say is an incident. So is a spike of the
    brand that no such thing explains; it is about the largest cluster in it, if there is any.
    """
    found = clusters_of(window, new, alike)
    stormy = [(cluster, spike_in(cluster, watch.stream)) for cluster in found]
    chosen = [(cluster, about) for cluster, about in stormy if about][:MOST_AT_ONCE]
    if not chosen and spike:
        chosen = [(_largest(found, spike), spike)]
    return [
        (_incident(brand, about, cluster, _phrases(cluster or window), now), cluster)
        for cluster, about in chosen
    ]


def spike_in(cluster: Sequence[Said], stream: Watch) -> Spike | None:
    """Whether too many say this one thing now, which nobody said before the window."""
    counts = authors_by_hour(cluster, hour_of)
    last = [counts[stream.running - HOUR * ago] for ago in reversed(range(WINDOW_HOURS))]
    earlier = sum(last[:-1]) / (len(last) - 1)
    if stream.is_learning:
        is_spike = is_spike_while_learning(last[-1], earlier)
    else:
        is_spike = is_new_spike(last, normal_of(stream).dispersion)
    if not is_spike:
        return None
    hours = hours_of_spike(last[-1])
    count = last[-1] if hours == 1 else len({post.author for post in cluster})
    return Spike(stream.running, count, hours * max(earlier, LEAST_NORMAL), hours)


def _largest(found: Sequence[list[Said]], spike: Spike) -> list[Said]:
    """The cluster that makes up half of the spike at least; none where people say many things."""
    for cluster in found:
        if len(authors_in(cluster, spike)) >= max(FEWEST, (spike.count + 1) // 2):
            return cluster
    return []


def authors_in(posts: Iterable[Said], spike: Spike) -> set[str]:
    """Who of them spoke in the hours of a spike."""
    begun, over = spike.hour - HOUR * (spike.hours - 1), spike.hour + HOUR
    return {post.author for post in posts if begun <= post.at < over}


def _phrases(posts: Sequence[Said]) -> tuple[str, ...]:
    phrases = common_phrases([post.text for post in posts])
    return tuple(shorten(phrase, LONGEST_PHRASE_SHOWN) for phrase in phrases)


def without(posts: Iterable[Said], gone: Iterable[Said]) -> list[Said]:
    """Those posts that are not among the others."""
    names = {post.mention_id for post in gone}
    return [post for post in posts if post.mention_id not in names]


def newest_hours(watch: BrandWatch, hours: int) -> list[Hour]:
    """The newest hours of a brand, for its curve."""
    normal = normal_of(watch.stream)
    return [Hour(hour, count, normal.of(hour)) for hour, count in watch.stream.recent(hours)]


def fresh_watch(now: datetime) -> BrandWatch:
    """A brand that nobody watched before."""
    return BrandWatch(Watch(hour_of(now)))


def _incident(
    brand: str, spike: Spike, cluster: Sequence[Said], phrases: tuple[str, ...], now: datetime
) -> Incident:
    """A new incident, named by its hour and what it is about: another attempt names the same."""
    seeds = _seeds(cluster)
    name = f"{spike.hour:%Y%m%dT%H}-{digest(brand, *seeds)[:8]}"
    return Incident(name, brand, now, spike.count, spike.normal, phrases, seeds, hours=spike.hours)


def _seeds(cluster: Sequence[Said]) -> tuple[str, ...]:
    """Posts that say it in different words, the oldest first."""
    by_text: dict[str, str] = {}
    for post in cluster:
        by_text.setdefault(comparable(post.text), post.mention_id)
    return tuple(by_text.values())[:MOST_SEEDS]
