"""Is a source alive? An expired token, a failing network and a strange silence differ."""

from datetime import datetime, timedelta
from enum import StrEnum

from gehoor.domain.source import SourceState

MISSED_POLLS = 3
LEAST_PATIENCE = timedelta(minutes=10)
LEAST_PATIENCE_WITH_ERRORS = timedelta(minutes=15)
TIME_TO_RENEW = timedelta(days=3)
"""Longer than a weekend, and shorter than the shortest life of a credential that ends: a week."""


class Health(StrEnum):
    """What a source's clock says, worst first."""

    AUTH_EXPIRED = "auth_expired"
    FROZEN = "frozen"
    FAILING = "failing"
    STALE = "stale"
    OUT_OF_QUOTA = "out_of_quota"
    SILENT = "silent"
    NEW = "new"
    FRESH = "fresh"


_OF_ERROR = {"AuthExpired": Health.AUTH_EXPIRED, "FrozenCursor": Health.FROZEN}
"""By the class of the error, with which the kept error begins."""


def health_of(state: SourceState, every: timedelta, silence: timedelta, now: datetime) -> Health:
    """Judge a source polled each `every`, that should bring something new each `silence`.

    AUTH_EXPIRED needs a person at once. FAILING: MISSED_POLLS in a row ended in an error, or none
    succeeded for as long; networks fail now and then, and one bad answer should wake nobody.
    FROZEN: the network has more, but its answers do not lead on to it. STALE: no poll succeeded
    since it was due, and none failed either, so dispatch is stuck or the poller dies. OUT_OF_QUOTA:
    it rests until what may be spent on it begins anew. SILENT: polls succeed and bring nothing for
    longer than this source is known to be quiet, so look whether its search or account is still
    right. NEW: not polled yet.
    """
    told = _OF_ERROR.get(state.error.partition(":")[0])
    if told is not None:
        return told
    patience = max(every * MISSED_POLLS, LEAST_PATIENCE)
    if _rests(state, patience, now):
        return Health.OUT_OF_QUOTA
    if state.error and _keeps_failing(state, every, now):
        return Health.FAILING
    if not state.error and now - _waiting_since(state) > patience:
        return Health.STALE
    if state.last_success_at is None:
        return Health.NEW
    heard = _latest(state.last_new_at, state.watched_since) or state.last_success_at
    return Health.SILENT if now - heard > silence else Health.FRESH


def ends_soon(state: SourceState, now: datetime) -> bool:
    """Whether a person should renew the source's credential now, before it ends."""
    ends_at = state.credential_ends_at
    return ends_at is not None and ends_at - now < TIME_TO_RENEW


def _rests(state: SourceState, patience: timedelta, now: datetime) -> bool:
    ends = state.quiet_until
    return state.error.startswith("QuotaSpent:") and ends is not None and now <= ends + patience


def _keeps_failing(state: SourceState, every: timedelta, now: datetime) -> bool:
    patience = max(every * MISSED_POLLS, LEAST_PATIENCE_WITH_ERRORS)
    well = _latest(state.last_success_at, state.watched_since)
    return state.failures >= MISSED_POLLS or well is None or now - well > patience


def _waiting_since(state: SourceState) -> datetime:
    """Since when a poll is due. Not `next_due_at`: dispatch moves it, whatever the poller does."""
    known = _latest(state.last_success_at, state.quiet_until, state.watched_since)
    return known or state.next_due_at


def _latest(*times: datetime | None) -> datetime | None:
    return max((at for at in times if at is not None), default=None)
