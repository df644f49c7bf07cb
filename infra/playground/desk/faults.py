"""Faults that tests order: the next matching requests fail, before or after their effect."""

import threading
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from playground.desk.errors import Refused

BODIES = {
    HTTPStatus.CONFLICT: {"error": "DatabaseConflict", "description": "Database collision"},
    HTTPStatus.TOO_MANY_REQUESTS: {
        "error": "APIRateLimitExceeded",
        "description": "Number of allowed API requests per minute exceeded",
    },
    HTTPStatus.SERVICE_UNAVAILABLE: {
        "error": "DatabaseDeadlock",
        "description": "Deadlock found when trying to get lock; try restarting transaction",
    },
}


class Match(BaseModel):
    """Which requests a fault hits; `path` may hold `*`. Left out means all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: str = "*"
    path: str = "*"


class Fault(BaseModel):
    """What goes wrong, and how often.

    With `after_effect` the request is carried out and its answer is lost: the connection closes
    without a byte. Without it, nothing is done and `status` is answered.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    count: Annotated[int, Field(ge=1)] = 1
    status: Annotated[int, Field(ge=400, le=599)] = HTTPStatus.SERVICE_UNAVAILABLE
    retry_after: Annotated[int, Field(ge=0)] | None = None
    after_effect: bool = False
    match: Match = Match()


class Faults:
    """The faults still to come, first ordered first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ordered: list[tuple[Fault, int]] = []

    def order(self, fault: Fault) -> None:
        """Let the next matching requests fail."""
        with self._lock:
            self._ordered.append((fault, fault.count))

    def clear(self) -> None:
        """Call all faults off."""
        with self._lock:
            self._ordered.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that hits this request; it counts as used."""
        with self._lock:
            for index, (fault, left) in enumerate(self._ordered):
                if _hits(fault.match, method, path):
                    if left == 1:
                        del self._ordered[index]
                    else:
                        self._ordered[index] = (fault, left - 1)
                    return fault
        return None


def refusal(fault: Fault) -> Refused:
    """The answer of a fault that strikes before the effect."""
    status = HTTPStatus(fault.status)
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    body = BODIES.get(status, {"error": status.phrase, "description": status.description})
    return Refused(status, dict(body), headers)


def _hits(match: Match, method: str, path: str) -> bool:
    return fnmatchcase(method, match.method) and fnmatchcase(path, match.path)
