"""How far a post goes, and when the communications contact is told.

Reach travels beside a mention, never in it. What is made of it here is a signal to people who speak
for the company; no ticket, queue or clock is given any of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from gehoor.domain.compose import network_name
from gehoor.domain.mention import Mention


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


NO_REACH = Reach()


@dataclass(frozen=True, slots=True)
class ReachThresholds:
    """From which counts on the communications contact is told; None for a count that is not."""

    followers: int | None = None
    views: int | None = None
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """What the communications contact is told; it holds no word of the post."""

    subject: str
    text: str
    link: str


def reputation_signal(mention: Mention, reach: Reach, thresholds: ReachThresholds) -> Signal | None:
    """What to tell of a post; None where it stays below every threshold."""
    found = [*_over(reach, thresholds), *(["paid promotion"] if reach.is_promoted else [])]
    if not found:
        return None
    where = network_name(mention.network)
    return Signal(
        subject=f"A post about {mention.brand} on {where} may reach many",
        text=f"{', '.join(found)}. Mention {mention.mention_id}; it is served like any other.",
        link=mention.permalink,
    )


def _over(reach: Reach, thresholds: ReachThresholds) -> Iterator[str]:
    for name in (one.name for one in fields(thresholds)):
        count, limit = getattr(reach, name), getattr(thresholds, name)
        if count is not None and limit is not None and count >= limit:
            yield f"{name} {count:,}"
