"""What a check of a connection found, for whoever operates it."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How much a finding matters, the worst first."""

    FAILURE = "failure"
    WARNING = "warning"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `next_step` is "" when there is nothing to do."""

    subject: str
    state: State
    detail: str
    next_step: str = ""
