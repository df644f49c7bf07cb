"""What a check of a connection found, for whoever operates it."""

from enum import StrEnum

from gehoor.domain.frozen import frozen


class State(StrEnum):
    """How much a finding matters, the worst first."""

    FAILURE = "failure"
    WARNING = "warning"
    OK = "ok"


@frozen
class Finding:
    """One thing that was looked at; `next_step` is "" when there is nothing to do."""

    subject: str
    state: State
    detail: str
    next_step: str = ""
