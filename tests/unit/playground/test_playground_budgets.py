from hypothesis import given
from hypothesis import strategies as st

from playground.desk.ratelimit import Windows


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
