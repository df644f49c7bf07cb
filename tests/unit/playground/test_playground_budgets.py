from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from playground.desk.ratelimit import PerMinute, Windows, budgets


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_an_empty_budget_refuses_until_its_window_is_over() -> None:
    # Given
    clock = Clock()
    windows = Windows(2, 60, clock)
    windows.spend()
    clock.now += 10
    windows.spend()
    # When
    refused = windows.spend()
    clock.now += refused.reset
    allowed = windows.spend()
    # Then
    assert (refused.allowed, refused.remaining, refused.reset) == (False, 0, 50)
    assert (allowed.allowed, allowed.remaining, allowed.reset) == (True, 1, 60)


def test_every_key_has_its_own_budget() -> None:
    # Given
    windows = Windows(1, 60, Clock())
    windows.spend("a")
    # When, then
    assert windows.spend("b").allowed
    assert not windows.spend("a").allowed


def test_a_clock_that_is_set_back_keeps_the_window() -> None:
    # Given
    clock = Clock()
    windows = Windows(1, 60, clock)
    windows.spend()
    # When
    clock.now -= 500
    refused = windows.spend()
    # Then
    assert (refused.allowed, refused.reset) == (False, 60)


@given(st.floats(0, 4e9), st.lists(st.floats(0, 90), min_size=1, max_size=20))
def test_the_reset_never_exceeds_the_window(start: float, waits: list[float]) -> None:
    # Given
    clock = Clock()
    clock.now = start
    windows = Windows(3, 60, clock)
    # When
    resets = []
    for wait in waits:
        clock.now += wait
        resets.append(windows.spend().reset)
    # Then
    assert all(1 <= reset <= 60 for reset in resets)


def test_the_budgets_follow_the_clock_of_the_desk() -> None:
    # Given
    now = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    times = [now]
    limits = PerMinute(requests=1, ticket_lists=1, ticket_updates=1, user_updates=1)
    full = budgets(limits, lambda: times[0])
    full.ticket_updates.spend()
    # When
    times[0] = now + timedelta(seconds=59)
    early = full.ticket_updates.spend()
    times[0] = now + timedelta(seconds=60)
    late = full.ticket_updates.spend()
    # Then
    assert (early.allowed, early.reset, late.allowed) == (False, 1, True)


@given(st.integers(1, 20), st.lists(st.floats(0, 90), max_size=60))
def test_no_window_allows_more_than_its_total(total: int, waits: list[float]) -> None:
    # Given
    clock = Clock()
    windows = Windows(total, 60, clock)
    allowed: list[float] = []
    # When
    for wait in waits:
        clock.now += wait
        if windows.spend().allowed:
            allowed.append(clock.now)
    # Then: a fixed window lets through at most twice the total in any 60 seconds
    for start in allowed:
        assert sum(start <= moment < start + 60 for moment in allowed) <= 2 * total
