"""Doing something exactly once, though workers die and answers get lost."""

from collections.abc import Callable
from datetime import timedelta

from gehoor.errors import GehoorError, Unavailable, UnknownOutcome
from gehoor.ports import Begin, Clock, Ledger

LEASE = timedelta(minutes=2)
"""Longer than any function runs, so that two workers never act at the same time."""

Result = dict[str, str]


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
    promise = ledger.begin(key, clock(), LEASE)
    if promise.begin is Begin.DONE:
        return promise.result
    if promise.begin is Begin.BUSY:
        message = f"{key}: another worker is at it"
        raise Unavailable(message, promise.free_at)
    try:
        found = look() if promise.begin is Begin.UNKNOWN else None
        result = act() if found is None else found
    except UnknownOutcome:
        raise
    except GehoorError:
        ledger.release(key)
        raise
    ledger.finish(key, result, clock())
    return result
