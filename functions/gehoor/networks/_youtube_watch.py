"""Which comment threads are watched for new replies.

A new reply does not move its thread up the list, and the list holds only some replies of each. So
the threads that were active lately are remembered with a mark of what their replies were, and
looked up again by their ids; those whose mark differs have something new.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from pydantic import AwareDatetime, BaseModel, ValidationError

from gehoor.domain.frozen import frozen
from gehoor.domain.listing import Memory
from gehoor.errors import ContractBroken
from gehoor.networks._youtube_threads import FoundThread, latest, written_at

RECHECKED = 50
"""Threads looked up each time: so many of the most active, and as many of the others in turn."""

LATE = timedelta(minutes=10)
"""How much later than another a reply may show up that was written before it."""


class Watched(NamedTuple):
    """What is known of a thread: its replies are given out up to here. `mark` is "" for none."""

    id: str
    total: int
    active_at: datetime
    mark: str


class Bounds(NamedTuple):
    """How many threads are watched at most, and how long after something was written in them."""

    most: int
    within: timedelta


@frozen
class Watch:
    """The threads that are watched, in the order in which they are looked up in turn.

    Replies from before `since` are none of gehoor's. `forgotten` counts threads that had to make
    room before their time, since that was last told, and `forgotten_since` is from when on their
    replies may be unread; the last look did nothing but tell where `has_just_told`.
    """

    since: datetime
    threads: Mapping[str, Watched] = field(default_factory=dict)
    forgotten: int = 0
    forgotten_since: datetime | None = None
    has_just_told: bool = False

    def memory(self) -> Memory:
        """The watch as it is kept."""
        return {
            "since": self.since.isoformat(),
            "threads": [
                [one.id, one.total, int(one.active_at.timestamp()), one.mark]
                for one in self.threads.values()
            ],
            "forgotten": self.forgotten,
            "forgotten_since": self.forgotten_since and self.forgotten_since.isoformat(),
            "has_just_told": self.has_just_told,
        }

    def noticed(self, found: Iterable[FoundThread], floor: datetime) -> "Watch":
        """With threads that are new to it. Of those from `floor` on, the replies are given out."""
        threads = dict(self.threads)
        for thread in found:
            began_at, active_at = thread.began_at, thread.active_at
            if thread.id in threads or began_at is None or active_at is None:
                continue
            is_given_out = thread.is_whole and began_at >= floor
            mark = thread.mark if is_given_out else ""
            threads[thread.id] = Watched(thread.id, thread.total, active_at, mark)
        return replace(self, threads=threads)

    def bounded(self, bounds: Bounds, now: datetime) -> "Watch":
        """Without those that were not active for long, nor more than fit."""
        active = {
            name: one for name, one in self.threads.items() if one.active_at >= now - bounds.within
        }
        kept = set(_most_active(active.values(), bounds.most))
        threads = {name: one for name, one in active.items() if name in kept}
        dropped = [one for name, one in active.items() if name not in kept]
        unread = [one.active_at - LATE if one.mark else self.since for one in dropped]
        known = [self.forgotten_since] if self.forgotten_since else []
        return replace(
            self,
            threads=threads,
            forgotten=self.forgotten + len(dropped),
            forgotten_since=min([*known, *unread], default=None),
        )

    def due(self) -> Sequence[str]:
        """The threads to look up now."""
        hot = _most_active(self.threads.values(), RECHECKED)
        others = [name for name in self.threads if name not in set(hot)]
        return [*hot, *others[:RECHECKED]]

    def looked_up(self, names: Iterable[str]) -> "Watch":
        """With these at the end of the turn."""
        threads = dict(self.threads)
        for name in names:
            threads[name] = threads.pop(name)
        return replace(self, threads=threads, has_just_told=False)

    def read(self, thread: FoundThread, replies: Sequence[Any]) -> "Watch":
        """With every reply of a thread given out."""
        known = self.threads[thread.id]
        active_at = max(latest(replies) or known.active_at, known.active_at)
        now_known = Watched(thread.id, thread.total, active_at, thread.mark)
        return replace(self, threads={**self.threads, thread.id: now_known})

    def told(self) -> "Watch":
        """With nothing forgotten that was not told."""
        return replace(self, forgotten=0, forgotten_since=None, has_just_told=True)


def _most_active(threads: Iterable[Watched], most: int) -> list[str]:
    ordered = sorted(threads, key=lambda one: one.active_at, reverse=True)
    return [one.id for one in ordered[:most]]


def fresh(replies: Sequence[Any], known: Watched, total: int) -> list[Any]:
    """The replies that may not have been given out yet; some may have.

    Those written lately, as long as they explain the new total. When they do not, one from before
    came to light, as after a moderator's approval: then it may be any.
    """
    newer = [one for one in replies if is_from(one, known.active_at + timedelta(seconds=1))]
    if not known.mark or len(newer) < total - known.total:
        return list(replies)
    return [one for one in replies if is_from(one, known.active_at - LATE)]


def is_from(comment: Any, since: datetime) -> bool:
    """Whether a comment was written at `since` or later; one that does not say may have been."""
    at = written_at(comment)
    return at is None or at >= since


class _Kept(BaseModel):
    since: AwareDatetime
    threads: list[tuple[str, int, int, str]]
    forgotten: int
    forgotten_since: AwareDatetime | None = None
    has_just_told: bool = False


def watch_of(memory: Memory, since: datetime) -> Watch:
    """The watch as it was kept; a new one, that begins at `since`, when nothing was.

    ContractBroken when what was kept cannot be read.
    """
    if not memory:
        return Watch(since)
    try:
        kept = _Kept.model_validate(memory)
    except ValidationError as exc:
        message = "youtube: what the source remembers of threads cannot be read; reset the source"
        raise ContractBroken(message) from exc
    threads = {
        name: Watched(name, total, datetime.fromtimestamp(at, UTC), mark)
        for name, total, at, mark in kept.threads
    }
    told = (kept.forgotten, kept.forgotten_since, kept.has_just_told)
    return Watch(kept.since, threads, *told)
