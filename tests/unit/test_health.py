"""Telling a dead token, a failing network, a stuck poller and a strange silence apart."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import NOW
from gehoor.domain.health import Health, health_of
from gehoor.domain.source import SourceState

EVERY, SILENCE = timedelta(minutes=5), timedelta(days=7)
MINUTE = timedelta(minutes=1)


def state(**changes: object) -> SourceState:
    known: dict[str, object] = {
        "next_due_at": NOW + EVERY,
        "last_success_at": NOW,
        "last_new_at": NOW,
        "watched_since": NOW - 10 * SILENCE,
    }
    return SourceState("masto", {}, **{**known, **changes})  # type: ignore[arg-type]  # chosen by name


def out_of_quota() -> SourceState:
    """Until six hours from now."""
    ends = NOW + timedelta(hours=6)
    return state(error="QuotaSpent: units are spent", failures=4, quiet_until=ends)


@pytest.mark.parametrize(
    ("found", "after", "health"),
    [
        (state(), MINUTE, Health.FRESH),
        (state(last_success_at=None, watched_since=NOW), MINUTE, Health.NEW),
        (state(last_success_at=None, watched_since=NOW), 16 * MINUTE, Health.STALE),
        (state(), 16 * MINUTE, Health.STALE),
        (state(), 15 * MINUTE, Health.FRESH),
        (state(error="AuthExpired: dead"), MINUTE, Health.AUTH_EXPIRED),
        (state(error="FrozenCursor: stuck"), MINUTE, Health.FROZEN),
        (state(error="Unavailable: AuthExpired is said", failures=3), MINUTE, Health.FAILING),
        (state(error="Unavailable: down", failures=2), MINUTE, Health.FRESH),
        (state(error="Unavailable: down", failures=2), 15 * MINUTE, Health.FRESH),
        (state(error="Unavailable: down", failures=2), 16 * MINUTE, Health.FAILING),
        (state(error="Unavailable: down", failures=2, last_new_at=None), MINUTE, Health.SILENT),
        (
            state(error="Gone: no", failures=1, last_success_at=None, watched_since=NOW),
            MINUTE,
            Health.NEW,
        ),
        (state(last_new_at=NOW - SILENCE), MINUTE, Health.SILENT),
        (state(last_new_at=None), MINUTE, Health.SILENT),
        (state(last_new_at=None, watched_since=NOW - SILENCE + 2 * MINUTE), MINUTE, Health.FRESH),
        (state(last_new_at=NOW - 9 * SILENCE, watched_since=NOW), MINUTE, Health.FRESH),
        (state(quiet_until=NOW + timedelta(hours=6)), timedelta(hours=5), Health.FRESH),
        (state(quiet_until=NOW + timedelta(hours=6)), timedelta(hours=7), Health.STALE),
        (state(watched_since=None, last_new_at=None), MINUTE, Health.FRESH),
        (out_of_quota(), timedelta(hours=5), Health.OUT_OF_QUOTA),
        (out_of_quota(), timedelta(hours=6, minutes=15), Health.OUT_OF_QUOTA),
        (out_of_quota(), timedelta(hours=6, minutes=16), Health.FAILING),
        (state(error="QuotaSpent: spent", quiet_until=None), 16 * MINUTE, Health.FAILING),
    ],
)
def test_each_state_has_its_name(found: SourceState, after: timedelta, health: Health) -> None:
    assert health_of(found, EVERY, SILENCE, NOW + after) is health


def test_a_poller_that_always_dies_is_not_hidden_by_dispatch() -> None:
    # Given a source that dispatch sends each turn, and whose poller never comes to an end
    later = NOW + timedelta(hours=1)
    dispatched = state(next_due_at=later + EVERY)
    # Then it is stale
    assert health_of(dispatched, EVERY, SILENCE, later) is Health.STALE


@given(
    every=st.timedeltas(timedelta(minutes=1), timedelta(days=1)),
    silence=st.timedeltas(timedelta(days=4), timedelta(days=90)),
    age=st.timedeltas(timedelta(0), timedelta(days=400)),
    error=st.sampled_from(["", "AuthExpired: a", "FrozenCursor: a", "Gone: a", "Interrupted: a"]),
)
def test_any_clock_tells_errors_apart_and_never_calls_an_old_source_fresh(
    every: timedelta, silence: timedelta, age: timedelta, error: str
) -> None:
    # Given a source that was read well some time ago, and perhaps failed since
    found = state(error=error, failures=3 if error else 0, next_due_at=NOW + age)
    # When it is judged
    health = health_of(found, every, silence, NOW + age)
    # Then an error shows as what it is
    expected = {
        "AuthExpired: a": Health.AUTH_EXPIRED,
        "FrozenCursor: a": Health.FROZEN,
        "Gone: a": Health.FAILING,
        "Interrupted: a": Health.FAILING,
    }
    if error:
        assert health is expected[error]
    # And without one, its age alone decides
    else:
        patience = max(3 * every, timedelta(minutes=10))
        assert health is (Health.STALE if age > patience else Health.FRESH)
