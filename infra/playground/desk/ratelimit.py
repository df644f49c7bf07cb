"""Budgets: how many requests of a kind fit in a window of time, on the Desk's own clock."""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

MINUTE = 60.0
TICKET_UPDATES = 30
TICKET_WINDOW = 600.0
EXPORTS = 10
ERASURES = 1000


@dataclass(frozen=True, slots=True)
class Spent:
    """A budget after one more use; `reset` is in seconds. `allowed` is False when it was empty."""

    total: int
    remaining: int
    reset: int
    allowed: bool


class Windows:
    """Counters that start anew when their window is over; each key has its own window.

    `clock` counts seconds. A clock that is set back leaves the window as long as it was.
    """

    def __init__(self, total: int, seconds: float, clock: Callable[[], float]) -> None:
        self._total = total
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: dict[object, tuple[float, int]] = {}

    def spend(self, key: object = None) -> Spent:
        """Use one from the budget of `key`; `reset` never exceeds the window."""
        with self._lock:
            now = self._clock()
            start, used = self._windows.get(key, (now, 0))
            passed = max(0.0, now - start)
            if passed >= self._seconds:
                start, used, passed = now, 0, 0.0
            allowed = used < self._total
            used += allowed
            self._windows[key] = (start, used)
            # From the seconds passed, not from two large times: their difference is rounded.
            reset = max(1, math.ceil(self._seconds - passed))
            return Spent(self._total, self._total - used, reset, allowed)

    def clear(self) -> None:
        """Forget what was spent."""
        with self._lock:
            self._windows.clear()


@dataclass(frozen=True, slots=True)
class PerMinute:
    """How many of each kind a minute allows; the numbers depend on the account's plan."""

    requests: int
    ticket_lists: int
    ticket_updates: int
    user_updates: int


@dataclass(frozen=True, slots=True)
class Budgets:
    """Every budget of the account.

    `ticket_lists` is told in recorded headers (100), `ticket_updates` in help article
    8638126078234 (100 for the account; 30 in ten minutes for each user and ticket), `exports` and
    `user_updates` (5 for each record) by third parties. `erasures` is recorded (1000), its window
    of a minute is assumed.
    """

    requests: Windows
    ticket_lists: Windows
    ticket_updates: Windows
    updates_of_ticket: Windows
    user_updates: Windows
    exports: Windows
    erasures: Windows

    def clear(self) -> None:
        """Forget what was spent."""
        for name in self.__slots__:
            getattr(self, name).clear()


def budgets(limits: PerMinute, clock: Callable[[], datetime]) -> Budgets:
    """Full budgets; their windows follow the Desk's clock."""

    def seconds() -> float:
        return clock().timestamp()

    def per_minute(total: int) -> Windows:
        return Windows(total, MINUTE, seconds)

    return Budgets(
        requests=per_minute(limits.requests),
        ticket_lists=per_minute(limits.ticket_lists),
        ticket_updates=per_minute(limits.ticket_updates),
        updates_of_ticket=Windows(TICKET_UPDATES, TICKET_WINDOW, seconds),
        user_updates=per_minute(limits.user_updates),
        exports=per_minute(EXPORTS),
        erasures=per_minute(ERASURES),
    )
