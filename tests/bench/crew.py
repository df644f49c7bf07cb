"""Workers on a clock that is set forward: hours of waiting in seconds, in an order that repeats."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

from fakes.clock import FakeClock


class Over(BaseException):
    """All is done: a worker stops where it waits."""


class Crew:
    """Workers that take turns, each a thread; time passes only while all of them wait."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self._waiting: list[tuple[datetime, int, threading.Semaphore]] = []
        self._stopped = threading.Semaphore(0)
        self._turns = count()
        self._is_over = False
        self._faults: list[BaseException] = []

    def run(self, works: Sequence[Callable[[], None]], is_over: Callable[[], bool]) -> None:
        """Let them work until it is over, and then end them."""
        self._is_over = False
        threads = [threading.Thread(target=self._live, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
            self._stopped.acquire()
        while self._waiting:
            at, _, go = heappop(self._waiting)
            self._is_over = self._is_over or bool(self._faults) or is_over()
            self.clock.now = self.clock.now if self._is_over else max(self.clock.now, at)
            go.release()
            self._stopped.acquire()
        for thread in threads:
            thread.join()
        if self._faults:
            raise self._faults[0]

    def wait(self, until: datetime) -> None:
        """Fits `ports.Wait`, for the worker that calls it."""
        go = threading.Semaphore(0)
        heappush(self._waiting, (until, next(self._turns), go))
        self._stopped.release()
        go.acquire()
        if self._is_over:
            raise Over

    def _live(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Over:
            pass
        except BaseException as fault:  # noqa: BLE001  raised where the crew was started
            self._faults.append(fault)
        self._stopped.release()
