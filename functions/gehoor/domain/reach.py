"""How far a post goes, and when the communications contact is told.

Reach travels beside a mention, never in it. What is made of it here is a signal to people who speak
for the company; no ticket, queue or clock is given any of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

LONGEST_COUNT = 15
"""Digits of a count: more than there are people."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a network shows of a post and its author, None for what it does not show.

    `is_promoted` says that the network marks the post as paid for.
    """

    followers: int | None = None
    views: int | None = None
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    is_promoted: bool = False


@dataclass(frozen=True, slots=True)
class ReachThresholds:
    """From which counts on the communications contact is told; None for a count that is not."""

    followers: int | None = None
    views: int | None = None
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None


def evidence_of(reach: Reach, thresholds: ReachThresholds) -> str:
    """What of a post's reach is worth telling, in words; "" where it stays below all thresholds."""
    promoted = ["paid promotion"] if reach.is_promoted else []
    return ", ".join((*_over(reach, thresholds), *promoted))


def _over(reach: Reach, thresholds: ReachThresholds) -> Iterator[str]:
    for name in (one.name for one in fields(thresholds)):
        count, limit = getattr(reach, name), getattr(thresholds, name)
        if count is not None and limit is not None and count >= limit:
            yield f"{name} {count:,}"


def count_of(value: object) -> int | None:
    """A count as a network sends it, some as text; None for what is no count."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_COUNT else None
