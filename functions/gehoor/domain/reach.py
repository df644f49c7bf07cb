"""How far a post goes, how fast, and when the communications contact is told.

Reach travels beside a mention, never in it. What is made of it here is a signal to people who speak
for the company; no ticket, queue or clock is given any of it.
"""

from collections.abc import Iterator
from datetime import timedelta

from gehoor.domain.frozen import frozen

LONGEST_COUNT = 15
"""Digits of a count: more than there are people."""

YOUNGEST = timedelta(minutes=15)
"""A younger post counts as this old: what a few do in its first minutes is no speed."""

FEWEST = 20
"""Below this no count is fast, however young the post is."""

_COUNTS = ("followers", "views", "likes", "reposts", "replies")
_SPREADING = ("reposts", "replies")


@frozen
class Reach:
    """What a network shows of a post and its author, None for what it does not show."""

    followers: int | None = None
    views: int | None = None
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None


@frozen
class ReachThresholds:
    """From which counts on the communications contact is told; None for a count that is not."""

    followers: int | None = None
    views: int | None = None
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    reposts_an_hour: int | None = None
    replies_an_hour: int | None = None


def far_evidence(reach: Reach, thresholds: ReachThresholds) -> str:
    """What of a post's counts is worth telling, in words; "" where all are below the thresholds."""
    return ", ".join(_over(reach, thresholds))


def fast_evidence(reach: Reach, age: timedelta, thresholds: ReachThresholds) -> str:
    """What of a post's speed is worth telling, in words; "" where it spreads slower than that.

    Speed is the average since the post was published, `age` ago: it needs no earlier count.
    """
    return ", ".join(_faster(reach, max(age, YOUNGEST) / timedelta(hours=1), thresholds))


def _over(reach: Reach, thresholds: ReachThresholds) -> Iterator[str]:
    for name in _COUNTS:
        count, limit = getattr(reach, name), getattr(thresholds, name)
        if count is not None and limit is not None and count >= limit:
            yield f"{name} {count:,}"


def _faster(reach: Reach, hours: float, thresholds: ReachThresholds) -> Iterator[str]:
    for name in _SPREADING:
        count, limit = getattr(reach, name), getattr(thresholds, f"{name}_an_hour")
        if count is None or limit is None or count < FEWEST:
            continue
        if count >= limit * hours:
            yield f"{name} {count:,} ({round(count / hours):,} an hour)"


def count_of(value: object) -> int | None:
    """A count as a network sends it, some as text; None for what is no count."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_COUNT else None
