"""Is a source alive? An expired token, a failing network and a strange silence differ."""

from datetime import datetime, timedelta
from enum import StrEnum

from gehoor.domain.source import SourceState

MISSED_POLLS = 3
LEAST_PATIENCE = timedelta(minutes=10)


class Health(StrEnum):
    """What a source's clock says, worst first."""

    AUTH_EXPIRED = "auth_expired"
    FAILING = "failing"
    STALE = "stale"
    SILENT = "silent"
    NEW = "new"
    FRESH = "fresh"


def health_of(state: SourceState, every: timedelta, silence: timedelta, now: datetime) -> Health:
    """Judge a source polled each `every`, that should bring something new each `silence`.

    FAILING: the last poll ended in an error. STALE: nobody polled it when it was due, so dispatch
    or the poller is stuck. SILENT: polls succeed and bring nothing for longer than this source is
    known to be quiet, so look whether its search or account is still right. NEW: not polled yet.
    """
    if state.error.startswith("AuthExpired"):
        return Health.AUTH_EXPIRED
    if state.error:
        return Health.FAILING
    patience = max(every * MISSED_POLLS, LEAST_PATIENCE)
    if now - state.next_due_at > patience:
        return Health.STALE
    if state.last_success_at is None:
        return Health.NEW
    if now - (state.last_new_at or state.last_success_at) > silence:
        return Health.SILENT
    return Health.FRESH
