"""The lists of X that are read, and one page of them.

Mentions reach back 800 posts, the search 7 days, messages 30 days; what lies beyond is cut off.
Sources: https://docs.x.com/x-api/posts/timelines/integrate, .../posts/search/integrate/paginate,
https://docs.x.com/x-api/direct-messages/lookup/introduction
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from gehoor.domain.listing import Ask, Position
from gehoor.errors import NotAllowed, PositionLost, Rejected
from gehoor.networks import _x_message, _x_post
from gehoor.networks._x_api import Answer, Api, Charge, Params, path_of
from gehoor.networks._x_memory import Remembered
from gehoor.networks._x_money import Purpose
from gehoor.networks._x_names import Named

MENTIONS, SEARCH, MESSAGES = "mentions", "search", "messages"

_NEWEST_START = timedelta(minutes=1)
"""X takes no time to start at that has only just passed."""

_MARGIN = timedelta(minutes=1)
"""Of the days that the search reaches back: the call takes its time."""


class Endpoint(NamedTuple):
    """How a list is asked for, and how far it reaches: over so many items, or so long ago.

    `sizes` are the pages to ask for, from the usual one to the smallest that X takes.
    """

    path: str
    params: Params
    sizes: tuple[int, ...]
    token_name: str
    price: float
    most_items: int | None = None
    reaches: timedelta | None = None
    takes_start: bool = True


class Page(NamedTuple):
    """A page as X sent it; `older` and `cut_off` as `gehoor.domain.listing.Listing` has them."""

    answer: Answer
    older: Position | None
    cut_off: bool
    memory: Remembered


class _Place(NamedTuple):
    """Where a page lies: `above` items were asked for before it, all with the same start."""

    token: str | None
    above: int
    start: str


def mentions(me: Named, api: Api) -> Endpoint:
    """The posts that name the account, or answer it."""
    return Endpoint(
        path_of("2", "users", me.id, "mentions"),
        _x_post.FIELDS,
        (100, 5),
        "pagination_token",
        api.prices.mention_read,
        most_items=800,
    )


def search(query: str, me: Named, api: Api) -> Endpoint:
    """The posts of the last days that the query finds, without reposts and the account's own."""
    own = f" -from:{me.username}" if me.username else ""
    return Endpoint(
        "/2/tweets/search/recent",
        {**_x_post.FIELDS, "query": f"({query}) -is:retweet{own}"},
        (100, 10),
        "next_token",
        api.prices.post_read,
        reaches=timedelta(days=7),
    )


def messages(api: Api) -> Endpoint:
    """The direct messages of the account, its own among them."""
    return Endpoint(
        "/2/dm_events",
        _x_message.FIELDS,
        (20, 1),
        "pagination_token",
        api.prices.message_read,
        reaches=timedelta(days=30),
        takes_start=False,
    )


def read_page(wanted: Endpoint, ask: Ask, memory: Remembered, api: Api, now: datetime) -> Page:
    """Read one page, as large as the day's money allows. PositionLost when X forgot the place."""
    place = _place(wanted, ask, now)
    size = _size(wanted, api.room())
    paid = memory.paid_for(ask.list_name, now)

    def cost(answer: Answer) -> float:
        return len(set(_ids(answer)) - paid) * wanted.price

    charge = Charge(size * wanted.price, cost, Purpose.LIST)
    try:
        answer = api.read(wanted.path, _params(wanted, place, size), ask.list_name, charge)
    except Rejected as error:
        if place.token is None:
            raise
        message = f"X knows the position no more: {error}"
        raise PositionLost(message) from error
    if "meta" not in answer.document:
        message = f"x: {ask.list_name}: X does not show the account; look at it on X"
        raise NotAllowed(message)
    is_end = answer.next_token is None
    is_cut_off = is_end and _is_cut_off(wanted, ask, place.above + size, memory, now)
    memory = memory.having_paid(ask.list_name, _ids(answer), now)
    if is_end and place.token is None:
        memory = memory.having_read_whole(ask.list_name, now)
    return Page(answer, _older(answer, place, size), is_cut_off, memory)


def _place(wanted: Endpoint, ask: Ask, now: datetime) -> _Place:
    kept = ask.position
    if kept is not None:
        return _Place(kept["token"], int(kept["above"]), kept["start"])
    start = min(ask.floor.at, now - _NEWEST_START)
    if wanted.reaches is not None:
        start = max(start, now - wanted.reaches + _MARGIN)
    return _Place(None, 0, f"{start:%Y-%m-%dT%H:%M:%SZ}")


def _size(wanted: Endpoint, room: float) -> int:
    affordable = (size for size in wanted.sizes if size * wanted.price <= room)
    return next(affordable, wanted.sizes[-1])


def _params(wanted: Endpoint, place: _Place, size: int) -> Params:
    params = {**wanted.params, "max_results": str(size)}
    if wanted.takes_start:
        params["start_time"] = place.start
    if place.token:
        params[wanted.token_name] = place.token
    return params


def _older(answer: Answer, place: _Place, size: int) -> Position | None:
    if answer.next_token is None:
        return None
    return {"token": answer.next_token, "above": str(place.above + size), "start": place.start}


def _is_cut_off(wanted: Endpoint, ask: Ask, above: int, memory: Remembered, now: datetime) -> bool:
    """Whether the list ended because X shows no more of it.

    A list that reaches over some days, and was read to its end within them, hides nothing.
    """
    if wanted.most_items is not None and above >= wanted.most_items:
        return True
    if wanted.reaches is None:
        return False
    reached = now - wanted.reaches
    whole_on = memory.whole_on.get(ask.list_name)
    return ask.floor.at < reached and (whole_on is None or whole_on <= reached.date())


def _ids(answer: Answer) -> list[str]:
    return [_id(raw) for raw in answer.items]


def _id(raw: Any) -> str:
    return str(raw.get("id", "")) if isinstance(raw, dict) else ""
