"""Outside limits: how many calls an API takes in a time, and who may spend them first.

The generic cell rate algorithm: every call moves the limit's `arrival` on by one interval, and a
call is admitted while `arrival` is no more than a burst ahead of the time. Burst and interval are
chosen so that no stretch of the limit's time, however it lies, holds more calls than the limit.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from gehoor.domain.frozen import frozen

HOLD = timedelta(seconds=5)
"""How long after it was admitted a call may go out. It counts into the interval: calls admitted in
one stretch may all go out in the next."""

BURST_SHARE = 5
SMALL_BURST = 16
"""A burst is a fifth of the calls: a smaller one makes the pace after it faster, a larger one takes
more of what is urgent through a storm's first seconds. A small limit has up to half of it, and to
this: what it limits (updates of one ticket) comes in bursts."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Lane(StrEnum):
    """Whose calls they are. A lane leaves a reserve for those named before it."""

    URGENT = "urgent"
    NORMAL = "normal"
    SPARE = "spare"


@frozen
class Limit:
    """At most `calls` in any stretch of `per`; `name` tells whose, over all workers.

    A worker takes `block` calls at a time, or none: a piece of work that needs several then ends
    with those it began with, instead of spending some in vain. What it does not use within HOLD is
    lost, so a small limit has a block of one.
    """

    name: str
    calls: int
    per: timedelta
    block: int = 1


@frozen
class Spent:
    """How far a limit is spent. Both times only ever grow."""

    arrival: datetime = EPOCH
    closed_until: datetime = EPOCH


def burst(limit: Limit) -> int:
    """How many calls may come at once."""
    small = min(limit.calls // 2, SMALL_BURST)
    return max(1, limit.calls // BURST_SHARE, small, min(limit.calls, 2 * limit.block))


def interval(limit: Limit) -> timedelta:
    """What a call moves `arrival` on by: a little more than its share of the time."""
    shares = limit.calls - burst(limit) + 1
    return (limit.per + HOLD) // shares + timedelta.resolution


def room(limit: Limit, lane: Lane) -> int:
    """How much of the burst a lane may use. A limit of fewer than four calls has no reserve.

    Two thirds are kept for what is urgent, as long as a block still finds its place in the rest.
    """
    most = burst(limit)
    match lane:
        case Lane.URGENT:
            return most
        case Lane.NORMAL:
            return max(most - most * 2 // 3, min(limit.block, most - most // 2))
        case Lane.SPARE:
            return max(1, most // 4)


def at_a_time(limit: Limit, lane: Lane) -> int:
    """The block a lane takes: never more than what the urgent lane finds in its reserve."""
    return max(1, min(limit.block, room(limit, lane), burst(limit) // 2))


def slack(limit: Limit, lane: Lane, calls: int) -> timedelta:
    """How far `arrival` may be ahead of the time when the lane spends `calls` at once.

    ValueError for more than the lane's room, which would never be admitted.
    """
    spare = room(limit, lane) - calls
    if spare < 0:
        message = f"{limit.name}: {calls} calls at once are more than the lane {lane} ever has"
        raise ValueError(message)
    return spare * interval(limit)


def free_at(spent: Spent, limit: Limit, lane: Lane, calls: int) -> datetime:
    """When the lane may spend `calls` at once; now or earlier means that it may."""
    return max(spent.closed_until, spent.arrival - slack(limit, lane, calls))


def after(spent: Spent, limit: Limit, calls: int, now: datetime) -> Spent:
    """What is spent after `calls` that were admitted at `now`."""
    return replace(spent, arrival=max(spent.arrival, now) + calls * interval(limit))


def corrected(spent: Spent, limit: Limit, left: int, until: datetime) -> Spent:
    """What is spent when no lane may have more than `left` calls before `until`.

    The least that keeps this: at `until`, the burst holds `left` calls if none was spent.
    """
    missing = burst(limit) - min(max(left, 0), limit.calls)
    return replace(spent, arrival=max(spent.arrival, until + missing * interval(limit)))


def closed(spent: Spent, until: datetime) -> Spent:
    """What is spent when nothing is admitted before `until`."""
    return replace(spent, closed_until=max(spent.closed_until, until))
