"""Reading a Mastodon list (notifications, a timeline) on from where it was left, without a gap.

Lists come newest first, in pages. Ids are opaque: the order is the order of the list, never that of
the ids. `min_id` asks for the oldest page above an id, which is how to read on; some servers
answer it with the newest page, as if it were `since_id`, and then the gap below is walked down
with `max_id`. A walk may take many calls; each call reads one page, at most two.

Servers list some items late, below newer ones. So the mark stays `OVERLAP` behind the newest item,
what lies above it is read again every time, and `seen` says what of it was given out already.
Sources: https://docs.joinmastodon.org/api/guidelines/#pagination
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict

from gehoor.errors import ContractBroken, Permanent

OVERLAP = timedelta(minutes=2)
MOST_SEEN = 200
SHORTEST_FULL_PAGE = 15
"""A shorter page is the last one: no server's own page size is below this."""


class BoundRefused(Permanent):
    """The server does not know the id that a page was asked from."""


class Item(NamedTuple):
    """One item of a list; `id` is "" and `at` None when the item does not say."""

    id: str
    at: datetime | None
    raw: Any


Fetch = Callable[[Mapping[str, str]], Sequence[Item]]
"""A page, newest first, within the bounds `min_id`, `since_id`, `max_id` (all exclusive).

BoundRefused when the server does not take a bound.
"""


class _Json(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Walk(_Json):
    """A walk down from the newest item. `mark` and `seen` are the place's once the walk is done."""

    down: str
    newest_at: AwareDatetime | None = None
    mark: str | None = None
    mark_at: AwareDatetime | None = None
    seen: tuple[str, ...] = ()


class Place(_Json):
    """Where reading goes on.

    Everything up to `mark` was given out, and of what is above it `seen`, oldest first. `position`
    is where a walk up goes on, `walk` one down. Without a usable mark a walk down ends at `since`.
    """

    since: AwareDatetime
    mark: str | None = None
    seen: tuple[str, ...] = ()
    position: str | None = None
    walk: Walk | None = None


class Step(NamedTuple):
    """Items not given out before, where to go on, and whether there may be more right now."""

    items: Sequence[Item]
    place: Place
    more: bool


def read_on(place: Place, fetch: Fetch) -> Step:
    """Read one more page. ContractBroken when the server repeats a page."""
    if place.walk:
        return _walk_down(place, place.walk, fetch)
    if place.mark is None:
        return _go_down(place, None, fetch({}))
    try:
        return _walk_up(place, place.position or place.mark, fetch)
    except BoundRefused:
        without_mark = place.model_copy(update={"mark": None, "position": None})
        return _go_down(without_mark, None, fetch({}))


def _walk_up(place: Place, bound: str, fetch: Fetch) -> Step:
    page = fetch({"min_id": bound})
    items = _above(page, bound)
    oldest = next((item.id for item in reversed(items) if item.id), None)
    if len(items) < SHORTEST_FULL_PAGE or oldest is None:
        return _absorb(place, items)
    gap = _above(fetch({"since_id": bound, "max_id": oldest}), bound)
    if gap:
        return _go_down(
            place, None, [*items, *_new_in(gap, {item.id for item in items if item.id})]
        )
    return _absorb(place, items)


def _absorb(place: Place, items: Sequence[Item]) -> Step:
    """Take in a page that directly follows the position, or else the mark.

    Only a page read from the mark moves it: what a walk read earlier may have got late items since.
    """
    ids = [item.id for item in reversed(items) if item.id]
    known = list(place.seen)
    split = known.index(place.position) + 1 if place.position in known else 0
    full = len(items) >= SHORTEST_FULL_PAGE
    later = [known_id for known_id in known[split:] if full and known_id not in ids]
    order = [*known[:split], *ids, *later]
    settled = (item for item in items if _is_settled(item, items[0].at))
    mark = None if place.position else next(settled, None)
    kept = order[order.index(mark.id) + 1 :] if mark else order
    last_id = mark.id if mark else place.mark
    if len(kept) > MOST_SEEN:
        last_id, kept = kept[-MOST_SEEN - 1], kept[-MOST_SEEN:]
    return Step(
        [item for item in items if item.id not in place.seen],
        Place(
            since=mark.at - OVERLAP if mark and mark.at else place.since,
            mark=last_id,
            seen=tuple(kept),
            position=ids[-1] if full and ids else None,
        ),
        more=full and bool(ids),
    )


def _is_settled(item: Item, newest_at: datetime | None) -> bool:
    """Whether nothing is expected any more to be listed below this item."""
    return bool(item.id and item.at and newest_at and item.at <= newest_at - OVERLAP)


def _walk_down(place: Place, walk: Walk, fetch: Fetch) -> Step:
    bounds = {"max_id": walk.down} | ({"since_id": place.mark} if place.mark else {})
    try:
        page = fetch(bounds)
    except BoundRefused:
        return Step((), place.model_copy(update={"walk": None}), more=False)
    ids = [item.id for item in page]
    if walk.down in ids[1:] or not set(walk.seen).isdisjoint(ids):
        message = "the server gives the same page again and again; it ignores max_id"
        raise ContractBroken(message)
    return _go_down(place, walk, page[1:] if walk.down in ids else page)


def _go_down(place: Place, walk: Walk | None, page: Sequence[Item]) -> Step:
    """Take in a page of a walk down; `walk` is None for its first page."""
    items = _above(page, place.mark)
    with_id = [item for item in items if item.id]
    new = [item for item in items if item.id not in place.seen and not _is_too_old(place, item)]
    reached = len(items) < len(page) or (bool(items) and _is_too_old(place, items[-1]))
    walked = _walked(walk, with_id)
    if walked is None or not with_id or reached:
        return Step(new, _arrived(place, walked), more=False)
    return Step(new, place.model_copy(update={"walk": walked, "position": None}), more=True)


def _walked(walk: Walk | None, items: Sequence[Item]) -> Walk | None:
    """The walk after some more items: its mark is the first that is settled, or one too many."""
    if not items:
        return walk
    walk = walk or Walk(down="", newest_at=items[0].at)
    seen = list(walk.seen)
    mark, mark_at = walk.mark, walk.mark_at
    for item in items:
        if mark is None and (_is_settled(item, walk.newest_at) or len(seen) >= MOST_SEEN):
            mark, mark_at = item.id, item.at
        elif mark is None:
            seen.append(item.id)
    return Walk(
        down=items[-1].id, newest_at=walk.newest_at, mark=mark, mark_at=mark_at, seen=tuple(seen)
    )


def _arrived(place: Place, walk: Walk | None) -> Place:
    """The place after a walk down; `walk` is None when the list was empty."""
    if walk is None:
        return place.model_copy(update={"position": None})
    return Place(
        since=walk.mark_at - OVERLAP if walk.mark_at else place.since,
        mark=walk.mark or place.mark,
        seen=tuple(reversed(walk.seen)),
    )


def _is_too_old(place: Place, item: Item) -> bool:
    return place.mark is None and item.at is not None and item.at < place.since


def _above(page: Sequence[Item], bound: str | None) -> Sequence[Item]:
    """The part of a page above an id, for servers that do not keep to the bound."""
    ids = [item.id for item in page]
    return page[: ids.index(bound)] if bound in ids else page


def _new_in(items: Sequence[Item], known: set[str]) -> list[Item]:
    return [item for item in items if item.id not in known]
