"""Threads that take turns at their calls to ports, so that a test chooses the interleaving."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fakes.tap import Death
from gehoor.errors import Unavailable, UnknownOutcome

if TYPE_CHECKING:
    from collections.abc import Callable

UNKNOWN_WHEN_LOST = frozenset({"zendesk.ask"})


class Turn:
    """A process of its own, which stops before each call until it is let on.

    `step` lets it run to its next call or its end. `die` ends it where it stands. `lose_next` and
    `fail_next` let its next call's answer be lost after the effect, or fail without one.
    `waits_for` is the call it stands before.
    """

    def __init__(self, work: Callable[[Turn], None]) -> None:
        self._go, self._stopped = threading.Semaphore(0), threading.Semaphore(0)
        self._is_dying = False
        self.is_over = False
        self.waits_for = ""
        self.lose_next = False
        self.fail_next = False
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(work,))
        self._thread.start()
        self._stopped.acquire()

    def step(self) -> None:
        if not self.is_over:
            self._go.release()
            self._stopped.acquire()

    def die(self) -> None:
        self._is_dying = True
        self.step()
        self._thread.join()

    def wrap(self, name: str, port: Any) -> Any:
        """The port, with every call waiting for its turn."""
        return _Waiting(self, name, port)

    def call(self, name: str, method: Callable[..., Any], *args: Any, **named: Any) -> Any:
        self.waits_for = name
        self._pause()
        if self.fail_next:
            self.fail_next = False
            message = f"{name}: refused by the test"
            raise Unavailable(message)
        result = method(*args, **named)
        if self.lose_next:
            self.lose_next = False
            message = f"{name}: its answer is lost"
            raise UnknownOutcome(message) if name in UNKNOWN_WHEN_LOST else Unavailable(message)
        return result

    def _pause(self) -> None:
        self._stopped.release()
        self._go.acquire()
        if self._is_dying:
            raise Death

    def _run(self, work: Callable[[Turn], None]) -> None:
        try:
            with suppress(Death):
                self._pause()
                work(self)
        except BaseException as error:  # noqa: BLE001  handed to the test's own thread
            self.error = error
        self.is_over = True
        self._stopped.release()


class _Waiting:
    def __init__(self, turn: Turn, name: str, port: object) -> None:
        self._turn = turn
        self._name = name
        self._port = port

    def __getattr__(self, method: str) -> Callable[..., Any]:
        function = getattr(self._port, method)
        name = f"{self._name}.{method}"
        return lambda *args, **named: self._turn.call(name, function, *args, **named)
