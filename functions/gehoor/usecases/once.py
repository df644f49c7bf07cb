"""Doing something exactly once, though workers die and answers get lost."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from gehoor.errors import GehoorError, Unavailable, UnknownOutcome
from gehoor.ports.ledger import Begin, Ledger, Promise
from gehoor.ports.surroundings import Clock

LEASE = timedelta(minutes=2)
"""Longer than any function runs, so that two workers never act at the same time."""

OURS = Promise(Begin.NEW, {}, None)

Result = dict[str, str]
T = TypeVar("T")


def once(
    ledger: Ledger,
    key: str,
    clock: Clock,
    act: Callable[[], Result],
    look: Callable[[], Result | None],
) -> Result:
    """Make `act` happen once for `key`, and return what it returned that one time.

    `look` asks the other side whether an earlier `act`, whose end nobody saw, had its effect.
    Unavailable when another worker is at it: come back at `retry_at`. Errors of `act` and `look`
    pass through; after UnknownOutcome the lease stays, so that a request that is still under way
    lands before anybody looks.

    After any other error the next one looks too: `act` may have written before it failed, and
    `look` must not take something older for its effect.
    """
    return once_together(ledger, [key], clock, lambda _: act(), lambda _: look())[key]


def once_together(
    ledger: Ledger,
    keys: Sequence[str],
    clock: Clock,
    act: Callable[[Sequence[str]], Result],
    look: Callable[[str], Result | None],
) -> dict[str, Result]:
    """Make one `act` happen once for all of `keys` that nobody did yet, as `once` does for one.

    `act` gets the keys it is to do, in order, and its result counts for each of them.
    """
    results: dict[str, Result] = {}
    begun: list[str] = []
    try:
        for key in keys:
            found = _known(ledger, key, clock, look, begun)
            if found is not None:
                results[key] = found
        left = [key for key in begun if key not in results]
        result = act(left) if left else {}
    except UnknownOutcome:
        raise
    except GehoorError:
        for key in begun:
            ledger.release(key)
        raise
    for key in begun:
        ledger.finish(key, results.setdefault(key, result), clock())
    return results


def once_kept(
    ledger: Ledger,
    key: str,
    clock: Clock,
    act: Callable[[], Result],
    look: Callable[[], Result | None],
    keep: Callable[[Result], T],
    kept: Callable[[], T | None],
    *,
    is_ours: bool = False,
) -> T:
    """As `once`, where what came of `act` is kept outside the ledger, which saves its last write.

    `keep` stores what `act` or `look` returned, `kept` reads what another worker stored, None
    before. The promise stays begun for ever: whoever comes later finds what is kept. It `is_ours`
    when this run of the worker began it before, as one of many.
    """
    promise = OURS if is_ours else ledger.begin(key, clock(), LEASE)
    found = None if promise.begin is Begin.NEW else kept()
    if found is not None:
        return found
    if promise.begin is Begin.DONE:
        return keep(promise.result)
    if promise.begin is Begin.BUSY:
        raise _busy(key, promise)
    try:
        before = look() if promise.begin is Begin.UNKNOWN else None
        return keep(act() if before is None else before)
    except UnknownOutcome:
        raise
    except GehoorError:
        ledger.release(key)
        raise


def _known(
    ledger: Ledger,
    key: str,
    clock: Clock,
    look: Callable[[str], Result | None],
    begun: list[str],
) -> Result | None:
    """What came of `key` before, None when it is to be done; `begun` gets what is ours now."""
    promise = ledger.begin(key, clock(), LEASE)
    if promise.begin is Begin.DONE:
        return promise.result
    if promise.begin is Begin.BUSY:
        raise _busy(key, promise)
    begun.append(key)
    return look(key) if promise.begin is Begin.UNKNOWN else None


def _busy(key: str, promise: Promise) -> Unavailable:
    return Unavailable(f"{key}: another worker is at it", promise.free_at)
