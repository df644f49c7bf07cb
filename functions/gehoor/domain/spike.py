"""When more complain than usual: a negative-binomial CUSUM over hourly counts.

How many complain in an hour comes in clumps, so the counts are taken to be negative-binomial around
what is normal for that hour of the week. Each hour adds the log-likelihood ratio of RISE times that
normal to a score that never falls below zero; above ALARM there is a spike. What these thresholds
find, and what they call a spike that is none, tests/desk/spikes.py simulates.

A spike needs FEWEST complaints, in the last FEWEST_HOURS together: where half a complaint an hour
is usual, six times as many are three an hour, and to ask for three in one of them overlooks every
third burst for two hours. Where less than QUIET an hour is usual, QUIET_ALARM does instead of
ALARM: of such streams it finds more bursts sooner and still calls few storms that are none, which
at two an hour it does not. While learning, ALARM counts everywhere.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import log

from gehoor.domain.frozen import frozen

HOUR = timedelta(hours=1)
DAY_HOURS = 24
DAYS = 7
WEEK_HOURS = DAYS * DAY_HOURS
RISE = 2.5
ALARM = 6.0
QUIET, QUIET_ALARM = 1.0, 5.0
FEWEST, FEWEST_HOURS = 3, 3
"""No alarm for fewer in so many hours, however quiet it is usually."""

LEARNING = 4 * WEEK_HOURS
KEPT = 8 * WEEK_HOURS
"""The newest hours count: what is normal changes."""

LEARNING_FEWEST = 5
LEARNING_RISE = 3.0
"""While there are too few weeks to tell one hour from another, a spike is so many in an hour, and
so many times what is normal."""

KNOWN_AT_LEAST = 2 * DAY_HOURS
"""Hours before anything is called normal: a whole day is among them."""

ONE_STORM = 6 * HOUR
"""Alarms closer together are about the same storm; until then the hours are no guide to others."""

CLUMPIEST, STEADIEST = 1.0, 20.0
"""Bounds of the dispersion k: the variance is mean + mean² / k."""

LEAST_NORMAL = 0.1
"""Of an hour in which nobody ever complained, somebody may all the same."""

RHYTHM = 40
"""How many weeks of an hour of the week weigh as much as the rhythm of its day and its week."""

_DAY_TRUST, _WEEK_TRUST = 4, 8


@frozen
class Watch:
    """Hourly counts of one stream from the hour `since` on, the last of them the running one.

    `score` is the CUSUM before the running hour, `alarmed_at` the hour of the latest alarm, and
    `unusual` are the places of hours that no baseline may count.
    """

    since: datetime
    counts: tuple[int, ...] = (0,)
    score: float = 0.0
    alarmed_at: datetime | None = None
    unusual: frozenset[int] = frozenset()

    @property
    def running(self) -> datetime:
        """The hour that is not over yet."""
        return self.since + HOUR * (len(self.counts) - 1)

    @property
    def is_learning(self) -> bool:
        """Whether there are too few weeks to tell one hour of the week from another."""
        return len(self.counts) <= LEARNING

    def recent(self, hours: int) -> Iterator[tuple[datetime, int]]:
        """The newest hours with their counts, oldest first."""
        start = max(0, len(self.counts) - hours)
        for place in range(start, len(self.counts)):
            yield self.since + HOUR * place, self.counts[place]


@frozen
class Spike:
    """That more complain than usual: how many until the end of `hour`, and how many are normal.

    Both are of one hour, or of the last `hours` where the newest alone has too few to speak of.
    """

    hour: datetime
    count: int
    normal: float
    hours: int = 1


@frozen
class Normal:
    """What is usual: the mean of each hour of the week (UTC, Monday first), and the dispersion."""

    means: tuple[float, ...]
    dispersion: float

    def of(self, hour: datetime) -> float:
        """The mean of this hour."""
        return self.means[hour_of_week(hour)]

    @property
    def alarm(self) -> float:
        """The score above which there is a spike."""
        return QUIET_ALARM if sum(self.means) / len(self.means) < QUIET else ALARM


def hour_of(moment: datetime) -> datetime:
    """The hour in which it lies, in UTC."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def hour_of_week(hour: datetime) -> int:
    """0 is Monday's first hour. Always UTC: a clock put back moves the rhythm by an hour."""
    return hour.weekday() * DAY_HOURS + hour.hour


def follow(watch: Watch, more: Mapping[datetime, int], now: datetime) -> tuple[Watch, Spike | None]:
    """The stream after `more` were counted, by hour, and after the time that passed.

    A spike only when it is no part of the storm that the latest alarm was about. What is counted
    for an hour that is over already is left out.
    """
    last, spike = hour_of(now), None
    while True:
        watch = _with(watch, more.get(watch.running, 0))
        watch, found = _judged(watch)
        spike = spike or found
        if watch.running >= last:
            return _trimmed(watch), spike
        watch = _next_hour(watch)


def normal_of(watch: Watch) -> Normal:
    """What is usual, from the whole days before the running hour, without unusual hours."""
    whole = len(watch.counts) - 1 - watch.running.hour
    start = max(0, whole - KEPT)
    left_out = frozenset(place - start for place in watch.unusual if start <= place < whole)
    first = hour_of_week(watch.since + HOUR * start)
    return _normal(watch.counts[start : max(whole, 0)], left_out, first)


def is_new_spike(counts: Sequence[int], dispersion: float) -> bool:
    """Whether what nobody said before is said by too many now: its last hours, oldest first.

    Judged as any stream whose hours were all empty so far.
    """
    score = 0.0
    for count in counts:
        score = after_hour(score, count, LEAST_NORMAL, dispersion)
    return score > ALARM and are_enough(counts)


def are_enough(counts: Sequence[int]) -> bool:
    """Whether the last hours have enough complaints for a spike, and the last one any at all."""
    return counts[-1] > 0 and sum(counts[-FEWEST_HOURS:]) >= FEWEST


def hours_of_spike(count: int) -> int:
    """How many hours tell of a spike, by how many complained in the last one."""
    return 1 if count >= FEWEST else FEWEST_HOURS


def after_hour(score: float, count: int, normal: float, dispersion: float) -> float:
    """The score after one more hour."""
    risen = RISE * normal
    per_post = log(risen * (dispersion + normal) / (normal * (dispersion + risen)))
    per_hour = dispersion * log((dispersion + risen) / (dispersion + normal))
    return max(0.0, score + count * per_post - per_hour)


def is_spike_while_learning(count: int, normal: float) -> bool:
    """Whether it is a spike by the fixed floor that counts while there is little to go by."""
    return count >= LEARNING_FEWEST and count >= LEARNING_RISE * normal


def _with(watch: Watch, more: int) -> Watch:
    if not more:
        return watch
    return replace(watch, counts=(*watch.counts[:-1], watch.counts[-1] + more))


def _judged(watch: Watch) -> tuple[Watch, Spike | None]:
    """The stream with its running hour marked when that is unusual, and the spike if it is new."""
    hour = watch.running
    spike = _spike_over(watch)
    alarmed_before = watch.alarmed_at is not None and hour - watch.alarmed_at < ONE_STORM
    if spike:
        watch = replace(watch, alarmed_at=hour)
    if spike or alarmed_before:
        watch = replace(watch, unusual=watch.unusual | {len(watch.counts) - 1})
    return watch, None if alarmed_before else spike


def _spike_over(watch: Watch) -> Spike | None:
    """The spike that the running hour is, None when it is none."""
    if len(watch.counts) <= KNOWN_AT_LEAST or not are_enough(watch.counts):
        return None
    hour, count, normal = watch.running, watch.counts[-1], normal_of(watch)
    mean = normal.of(hour)
    if watch.is_learning and not is_spike_while_learning(count, mean):
        return None
    alarm = ALARM if watch.is_learning else normal.alarm
    if after_hour(watch.score, count, mean, normal.dispersion) <= alarm:
        return None
    hours = hours_of_spike(count)
    usual = sum(normal.of(hour - HOUR * ago) for ago in range(hours))
    return Spike(hour, sum(watch.counts[-hours:]), usual, hours)


def _next_hour(watch: Watch) -> Watch:
    """The running hour is over. An alarm that was raised starts the score anew."""
    score = 0.0
    if len(watch.counts) > KNOWN_AT_LEAST and watch.alarmed_at != watch.running:
        normal = normal_of(watch)
        mean = normal.of(watch.running)
        score = after_hour(watch.score, watch.counts[-1], mean, normal.dispersion)
    return replace(watch, counts=(*watch.counts, 0), score=score)


def _trimmed(watch: Watch) -> Watch:
    """Without the weeks that no baseline reaches any more."""
    weeks = max(0, len(watch.counts) - KEPT - WEEK_HOURS) // WEEK_HOURS
    if not weeks:
        return watch
    gone = weeks * WEEK_HOURS
    return replace(
        watch,
        since=watch.since + HOUR * gone,
        counts=watch.counts[gone:],
        unusual=frozenset(place - gone for place in watch.unusual if place >= gone),
    )


@lru_cache(maxsize=64)
def _normal(counts: tuple[int, ...], left_out: frozenset[int], first: int) -> Normal:
    """The baseline of counts whose first hour is `first` of the week, without some places.

    Each hour of the week has few weeks to tell of it: it is weighed with what the rhythm of the day
    and that of the week make of the level.
    """
    known = [
        ((first + place) % WEEK_HOURS, count)
        for place, count in enumerate(counts)
        if place not in left_out
    ]
    level = max(sum(count for _, count in known) / max(len(known), 1), LEAST_NORMAL)
    by_hour = _means(known, lambda hour: hour % DAY_HOURS, _DAY_TRUST, [level] * DAY_HOURS)
    by_day = _means(known, lambda hour: hour // DAY_HOURS, _WEEK_TRUST, [level] * DAYS)
    smooth = _smoothed(by_hour)
    rhythm = [
        smooth[hour % DAY_HOURS] * by_day[hour // DAY_HOURS] / level for hour in range(WEEK_HOURS)
    ]
    means = _means(known, lambda hour: hour, RHYTHM, rhythm)
    bounded = tuple(max(mean, LEAST_NORMAL) for mean in means)
    return Normal(bounded, _dispersion(known, bounded))


def _means(
    known: Iterable[tuple[int, int]],
    place_of: Callable[[int], int],
    trust: int,
    expected: Sequence[float],
) -> list[float]:
    """The mean count of each place, `expected` weighing as much as `trust` hours."""
    sums = [trust * mean for mean in expected]
    hours = [trust] * len(expected)
    for hour, count in known:
        sums[place_of(hour)] += count
        hours[place_of(hour)] += 1
    return [total / many for total, many in zip(sums, hours, strict=True)]


def _smoothed(means: Sequence[float]) -> list[float]:
    """Each mean with its neighbours, round the clock."""
    after = [*means[1:], means[0]]
    return [(means[n - 1] + 2 * mean + after[n]) / 4 for n, mean in enumerate(means)]


def _dispersion(known: Iterable[tuple[int, int]], means: Sequence[float]) -> float:
    """The dispersion k by moments, within its bounds."""
    squares = excess = 0.0
    for hour, count in known:
        squares += means[hour] ** 2
        excess += (count - means[hour]) ** 2 - means[hour]
    k = squares / excess if excess > 0 else STEADIEST
    return min(STEADIEST, max(CLUMPIEST, k))
