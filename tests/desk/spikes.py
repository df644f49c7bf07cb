"""What the detector of storms finds in simulated streams, and what it calls a storm that is none.

Hourly counts are drawn from a negative-binomial distribution (dispersion k = 3, as clumped as
mentions are) around a mean that follows a rhythm of day and week: half as many at weekends, few at
night. Twenty streams of eight weeks at each mean, the first four of them to learn from; k is not
told to the detector. A burst is eight hours at six times what is normal, clumped likewise, begun at
any hour from 8 to 15. Alarms within six hours are one. Everything is seeded.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import exp, pi, sin
from random import Random
from statistics import median
from typing import TYPE_CHECKING

from bench.figures import Figure
from gehoor.domain.spike import HOUR, LEARNING, WEEK_HOURS, Watch, follow

if TYPE_CHECKING:
    from bench.figures import Figures

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
MEANS = (0.5, 1.0, 2.0, 10.0)
CLUMPED = 3.0
STREAMS = 20
WEEKS = 8
BURSTS = 40
BURST_HOURS = 8
TIMES = 6
SOON = 2
MOST_FALSE = 1.2
NEVER = 99
A_MONTH = 720
LIKELIEST = 30
"""Above this mean a Poisson count is drawn as a rounded normal one."""


def figures() -> Figures:
    """False alarms and delays at each mean."""
    return {name: figure for mean in MEANS for name, figure in figures_at(mean).items()}


def figures_at(mean: float, streams: int = STREAMS, bursts: int = BURSTS) -> Figures:
    """False alarms and delays at one mean."""
    random = Random(int(mean * 10))
    alarms = [hour for _ in range(streams) for hour in alarms_of(stream(mean, random))]
    learning = sum(hour < LEARNING for hour in alarms)
    delays = [delay(mean, random) for _ in range(bursts)]
    missed = sum(hours == NEVER for hours in delays) / bursts
    soon = sum(hours <= SOON for hours in delays) / bursts
    name = f"{mean:g}".replace(".", "_")
    quiet = f"{streams} simulated streams at {mean:g} an hour"
    burst = f"of {bursts} simulated sixfold bursts at {mean:g} an hour"
    return {
        f"false_alarms_{name}": Figure(
            _a_month(len(alarms) - learning, streams), "in 30 days", quiet, MOST_FALSE
        ),
        f"false_alarms_while_learning_{name}": Figure(
            _a_month(learning, streams), "in 30 days", f"{quiet}, their first four weeks"
        ),
        f"bursts_missed_{name}": Figure(round(missed, 3), "", f"share {burst}", 0.0),
        f"median_delay_{name}": Figure(median(delays), "h", f"median {burst}", SOON),
        f"found_within_2h_{name}": Figure(round(soon, 3), "", f"share {burst}"),
    }


def _a_month(alarms: int, streams: int) -> float:
    """Alarms in 30 days: learning takes as long as what comes after it."""
    return round(alarms * A_MONTH / (streams * LEARNING), 2)


def stream(mean: float, random: Random, burst_at: int = -1, weeks: int = WEEKS) -> list[int]:
    """Hourly counts from a Monday on; `burst_at` is the hour in which a burst begins."""
    return [
        draw(mean * _rhythm(hour) * _rise(hour, burst_at), random)
        for hour in range(weeks * WEEK_HOURS)
    ]


def alarms_of(counts: list[int]) -> list[int]:
    """The hours in which the detector raises an alarm."""
    watch, found = Watch(MONDAY), []
    for hour, count in enumerate(counts):
        watch, spike = follow(watch, {MONDAY + hour * HOUR: count}, MONDAY + hour * HOUR)
        found += [hour] if spike else []
    return found


def delay(mean: float, random: Random) -> int:
    """After how many hours a burst in the sixth week is found, NEVER when it is over by then."""
    begins = 5 * WEEK_HOURS + 24 * random.randrange(7) + random.randrange(8, 16)
    counts = stream(mean, random, begins, weeks=7)[: begins + BURST_HOURS]
    return next((hour - begins for hour in alarms_of(counts) if hour >= begins), NEVER)


def draw(mean: float, random: Random) -> int:
    """A negative-binomial count: Poisson around a mean that varies itself."""
    around = random.gammavariate(CLUMPED, mean / CLUMPED)
    if around > LIKELIEST:
        return max(0, round(random.gauss(around, around**0.5)))
    count, left = 0, random.random()
    while left > exp(-around):
        count, left = count + 1, left * random.random()
    return count


def _rise(hour: int, burst_at: int) -> int:
    return TIMES if burst_at <= hour < burst_at + BURST_HOURS and burst_at >= 0 else 1


def _rhythm(hour: int) -> float:
    """Most at three in the afternoon; a week's mean is one."""
    of_day = 1 + 0.8 * sin((hour % 24 - 9) / 24 * 2 * pi)
    weekend = hour // 24 % 7 >= 5
    return of_day * (0.6 if weekend else 1.16)
