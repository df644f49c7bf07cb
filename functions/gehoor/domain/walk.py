"""Reading lists on without a loss, whatever comes while they are read: the rules, without calls.

A list is read from its newest entry down to what is known. What one page does not reach becomes a
range, and ranges are read on later, the newest first. Networks list some entries late, below newer
ones: so the floor stays OVERLAP behind the newest entry, and all above it is read once more when
OVERLAP has passed; till then a range ends at entries that were known when it was left. The floor
never passes entries of its own time, as many may share one.

Ids are opaque, and no order of theirs is used. Pages are thought to be in order, though not what
is on one: a single entry that is out of place ends no walk.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from gehoor.domain.listing import Entry, Floor, Listing, short_name
from gehoor.domain.place import Gap, Place, Range

OVERLAP = timedelta(minutes=10)
"""How late a network may list an entry."""

MOST_SEEN = 400
MOST_RANGES = 10
MOST_KNOWN = 20
MEETING = 3
"""So many known entries on a page end a range: one alone may be out of place."""


class Step(NamedTuple):
    """What a page brings: entries not given out before, the place then, and what is cut off."""

    unread: tuple[Entry, ...]
    place: Place
    gap: Gap | None


def take_newest(list_name: str, place: Place, listing: Listing, now: datetime) -> Step:
    """Take in the newest page: it ends at what is known, or leaves a range below it."""
    entries = listing.entries
    unread = _unread(entries, place.floor, place.seen)
    touches = _touches(entries, place.floor, place.seen)
    is_end = _is_end(listing, place.floor, unread)
    is_due = _is_reread_due(place, now)
    leaves_rest = not is_end and (not touches or is_due)
    known = () if is_due and _times(entries) else place.seen[:MOST_KNOWN]
    is_whole = is_end or (leaves_rest and not known)
    after = _moved(place, entries, now) if is_whole else _planned(place, entries, now)
    if leaves_rest:
        rest = Range(listing.older, place.floor, known, _oldest(entries))
        after = replace(after, ranges=_bounded((rest, *place.ranges)))
    before = () if is_end and _are_timed(entries) and not after.ranges else place.seen
    seen = _remembered((*_named(entries, after.floor), *before))
    if set(seen) != set(place.seen):
        after = replace(after, seen=seen)
    gap = None if touches else _gap(list_name, place.floor, listing, now)
    return Step(unread, after, gap)


def take_rest(list_name: str, place: Place, listing: Listing, now: datetime) -> Step:
    """Take in the next page of the newest range; the range ends at its floor."""
    entries, (current, *later) = listing.entries, place.ranges
    unread = _unread(entries, current.floor, place.seen)
    is_known = _meets(entries, current)
    is_end = is_known or _is_end(listing, current.floor, unread)
    rest = replace(current, position=listing.older, above=_oldest(entries) or current.above)
    seen = _remembered((*place.seen, *_named(entries, place.floor)))
    after = replace(place, ranges=tuple(later) if is_end else (rest, *later), seen=seen)
    if is_end and not is_known and current.known:
        after = _moved(after, entries, now)
    gap = None if is_known else _gap(list_name, current.floor, listing, now, current.above)
    return Step(unread, after, gap)


def forget_position(place: Place) -> Place:
    """The place once the network forgot a position: all down to the lowest floor is unread again.

    Older positions are as good as forgotten too.
    """
    lowest = place.ranges[-1]
    anew = replace(lowest, position=None, floor=Floor(lowest.floor.at), above=None)
    return replace(place, ranges=(anew,))


def _is_end(listing: Listing, floor: Floor, unread: Sequence[Entry]) -> bool:
    """Whether nothing unread is listed below this page."""
    if listing.older is None or listing.cut_off:
        return True
    times = _times(listing.entries)
    has_news = any(entry.id for entry in unread)
    return bool(times) and (max(times) < floor.at or (not has_news and times[-1] < floor.at))


def _touches(entries: Sequence[Entry], floor: Floor, seen: Sequence[str]) -> bool:
    """Whether the lowest entry that could be unread is known, and so all below it."""
    names = _named(entries, floor)
    return bool(names) and names[-1] in seen


def _meets(entries: Sequence[Entry], current: Range) -> bool:
    """Whether a page reaches what was known when the range was left.

    Entries without times have no floor that would end the range else.
    """
    found = set(current.known).intersection(_named(entries, current.floor))
    enough = min(len(current.known), MEETING) if _times(entries) else 1
    return bool(found) and len(found) >= enough


def _is_reread_due(place: Place, now: datetime) -> bool:
    return place.reread_at is not None and now >= place.reread_at and not place.ranges


def _moved(place: Place, entries: Sequence[Entry], now: datetime) -> Place:
    """The place when all down to its floor is read from `now` on, or left as a range."""
    newest_at = _newest(place, entries, now)
    if newest_at is None:
        return place
    is_reread = place.reread_at is not None and now >= place.reread_at
    settled = place.newest_at if is_reread and place.newest_at else place.floor.at
    at = max(place.floor.at, settled, newest_at - OVERLAP)
    planned = place.reread_at if newest_at == place.newest_at and not is_reread else None
    return replace(
        place,
        floor=Floor(at, _id_below(entries, at) or place.floor.id),
        newest_at=newest_at,
        reread_at=None if at >= newest_at else planned or now + OVERLAP,
    )


def _planned(place: Place, entries: Sequence[Entry], now: datetime) -> Place:
    """The place when reading stopped at a known entry: late ones may come below it."""
    newest_at = _newest(place, entries, now)
    if place.reread_at is not None or newest_at == place.newest_at:
        return place
    return replace(place, newest_at=newest_at, reread_at=now + OVERLAP)


def _newest(place: Place, entries: Sequence[Entry], now: datetime) -> datetime | None:
    """The latest time listed; one that is still to come must not hide what comes before it."""
    times = [at for at in _times(entries) if at <= now]
    return max([*times, place.newest_at] if place.newest_at else times, default=None)


def _id_below(entries: Sequence[Entry], at: datetime) -> str:
    """The highest entry of which nothing listed at or after `at` is below, "" when there is none.

    Entries listed at `at` may be as many as they like, and a network answers none below this id.
    """
    found = ""
    for entry in reversed(entries):
        if entry.at is None or entry.at >= at:
            break
        found = entry.id or found
    return found


def _unread(entries: Iterable[Entry], floor: Floor, seen: Sequence[str]) -> tuple[Entry, ...]:
    known = set(seen)
    return tuple(entry for entry in _above(entries, floor) if short_name(entry.id) not in known)


def _named(entries: Iterable[Entry], floor: Floor) -> list[str]:
    """The short names of entries that are not below a floor."""
    return [short_name(entry.id) for entry in _above(entries, floor) if entry.id]


def _above(entries: Iterable[Entry], floor: Floor) -> Iterable[Entry]:
    return (entry for entry in entries if entry.at is None or entry.at >= floor.at)


def _remembered(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))[:MOST_SEEN]


def _are_timed(entries: Sequence[Entry]) -> bool:
    """Whether the floor alone tells what is old, so that names below it can be forgotten."""
    return bool(entries) and all(entry.at is not None or not entry.id for entry in entries)


def _times(entries: Iterable[Entry]) -> list[datetime]:
    return [entry.at for entry in entries if entry.at is not None]


def _oldest(entries: Iterable[Entry]) -> datetime | None:
    return min(_times(entries), default=None)


def _bounded(ranges: tuple[Range, ...]) -> tuple[Range, ...]:
    """No more than MOST_RANGES: the two oldest become one, and what is between is read twice."""
    if len(ranges) <= MOST_RANGES:
        return ranges
    *newer, upper, lowest = ranges
    return (*newer, replace(lowest, position=upper.position, above=upper.above))


def _gap(
    list_name: str, floor: Floor, listing: Listing, now: datetime, above: datetime | None = None
) -> Gap | None:
    since = max(floor.at, listing.cut_off_since or floor.at)
    until = _oldest(listing.entries) or above or now
    if not listing.cut_off or until < since:
        return None
    return Gap(list_name, since, until, now)
