"""Budgets: requests a minute for the account, updates in ten minutes for each user and ticket."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

MINUTE = 60.0
TICKET_UPDATES = 30
TICKET_WINDOW = 600.0


@dataclass(frozen=True, slots=True)
class Spent:
    """A budget after one more use; `reset` is in seconds. `allowed` is False when it was empty."""

    total: int
    remaining: int
    reset: int
    allowed: bool


class Windows:
    """Counters that start anew when their window is over; each key has its own window."""

    def __init__(
        self, total: int, seconds: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._total = total
        self._seconds = seconds
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._windows: dict[object, tuple[float, int]] = {}

    def spend(self, key: object = None) -> Spent:
        """Use one from the budget of `key`."""
        with self._lock:
            now = self._monotonic()
            start, used = self._windows.get(key, (now, 0))
            if now - start >= self._seconds:
                start, used = now, 0
            allowed = used < self._total
            used += allowed
            self._windows[key] = (start, used)
            reset = max(1, math.ceil(start + self._seconds - now))
            return Spent(self._total, self._total - used, reset, allowed)

    def clear(self) -> None:
        """Forget what was spent."""
        with self._lock:
            self._windows.clear()


def per_minute(total: int) -> Windows:
    """The account's budget of requests."""
    return Windows(total, MINUTE)


def per_ticket() -> Windows:
    """The budget of updates of one ticket by one user."""
    return Windows(TICKET_UPDATES, TICKET_WINDOW)
