"""What can go wrong with a call to the outside, at any call that a test chooses."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from gehoor.errors import Unavailable, UnknownOutcome

if TYPE_CHECKING:
    from collections.abc import Callable

WRITES_OUTSIDE = frozenset(
    {
        "helpdesk.open_ticket",
        "helpdesk.add_comment",
        "helpdesk.problems.open_problem",
        "helpdesk.bulk.open_tickets",
        "helpdesk.bulk.write_comments",
        "network.reply",
        "jobs.start",
    },
)
"""Calls to other companies whose answer, once lost, leaves the outcome open."""


class Death(BaseException):
    """The process is gone. No code of the product may catch it."""


class Fault(Enum):
    """What happens at one call."""

    DIES_BEFORE = "the process dies before the call"
    DIES_AFTER = "the process dies after the call had its effect"
    REFUSED = "the other side cannot serve now, without effect"
    LOST = "the call has its effect and its answer is lost"
    REPEATED = "the client repeats the call by itself; only the second answer is seen"


class Tap:
    """Counts the calls of a run and lets chosen ones fail.

    `faults` and `before` choose by the call's number; `errors` lets every call of a name fail,
    `errors_after` once it had its effect.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.faults: dict[int, Fault] = {}
        self.before: dict[int, Callable[[], None]] = {}
        self.errors: dict[str, Exception] = {}
        self.errors_after: dict[str, Exception] = {}
        self.is_dead = False
        self._is_nested = False

    def wrap(self, name: str, port: Any) -> Any:
        """The port, with every method's calls going through this tap."""
        return _Tapped(self, name, port)

    def revive(self) -> None:
        """A new process takes over."""
        self.is_dead = False

    def call(self, name: str, method: Callable[..., Any], *args: Any, **named: Any) -> Any:
        if self.is_dead:
            raise Death
        if self._is_nested:
            return method(*args, **named)
        number = len(self.names)
        self.names.append(name)
        if number in self.before:
            self._nest(self.before[number])
        if name in self.errors:
            raise self.errors[name]
        return self._suffer(self.faults.get(number), name, lambda: method(*args, **named))

    def _nest(self, work: Callable[[], None]) -> None:
        self._is_nested = True
        try:
            work()
        finally:
            self._is_nested = False

    def _suffer(self, fault: Fault | None, name: str, call: Callable[[], Any]) -> Any:
        if fault is Fault.DIES_BEFORE:
            self.is_dead = True
            raise Death
        if fault is Fault.REFUSED:
            message = f"{name}: refused by the test"
            raise Unavailable(message)
        if fault is Fault.REPEATED and name not in WRITES_OUTSIDE:
            call()
        result = call()
        if name in self.errors_after:
            raise self.errors_after[name]
        if fault is Fault.DIES_AFTER:
            self.is_dead = True
            raise Death
        if fault is Fault.LOST:
            message = f"{name}: its answer is lost"
            raise UnknownOutcome(message) if name in WRITES_OUTSIDE else Unavailable(message)
        return result


class _Tapped:
    def __init__(self, tap: Tap, name: str, port: object) -> None:
        self._tap = tap
        self._name = name
        self._port = port

    def __getattr__(self, method: str) -> Any:
        found = getattr(self._port, method)
        if found is None or isinstance(found, bool | str):
            return found
        if not callable(found):
            return self._tap.wrap(f"{self._name}.{method}", found)
        function = cast("Callable[..., Any]", found)

        def tapped(*args: Any, **named: Any) -> Any:
            return self._tap.call(f"{self._name}.{method}", function, *args, **named)

        return tapped
