"""What every budget must do: in memory and in DynamoDB."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from factories import NOW
from fakes.budget import FakeBudget
from fakes.clock import FakeClock, FakeMetrics
from gehoor.aws.budgets import DynamoBudget
from gehoor.domain.budget import Lane, Limit, burst, interval, room
from gehoor.errors import RateLimited
from moto_stack import moto_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gehoor.ports.limits import Budget

LIMIT = Limit("desk", 60, timedelta(minutes=1))
STEP = interval(LIMIT)
A_MOMENT = timedelta.resolution
SOON = NOW + timedelta(seconds=30)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["memory", "dynamodb"])
def budget(request: pytest.FixtureRequest, clock: FakeClock) -> Iterator[Budget]:
    if request.param == "memory":
        yield FakeBudget(clock)
        return
    with moto_stack() as stack:
        yield DynamoBudget(stack.dynamodb, stack.state, clock, FakeMetrics(), "Spent")


def admitted(budget: Budget, lane: Lane = Lane.URGENT, limit: Limit = LIMIT) -> int:
    """How many calls go through now, one after the other."""
    for number in range(limit.calls + 1):
        if refusal(budget, lane, limit) is not None:
            return number
    raise AssertionError("more than the limit at one moment")


def refusal(
    budget: Budget, lane: Lane = Lane.URGENT, limit: Limit = LIMIT, calls: int = 1
) -> datetime | None:
    """When to come again, None when the call went through."""
    try:
        budget.take(limit, lane, calls)
    except RateLimited as error:
        return error.retry_at or datetime.max
    return None


def test_a_burst_goes_through_and_then_a_call_an_interval(budget: Budget, clock: FakeClock) -> None:
    # Given a burst that is used up
    assert admitted(budget) == burst(LIMIT)
    # When one interval has passed
    clock.now += STEP
    # Then there is one call more
    assert admitted(budget) == 1


def test_a_refused_call_is_told_when_it_will_be_admitted(budget: Budget, clock: FakeClock) -> None:
    # Given a budget that is spent
    admitted(budget)
    retry_at = refusal(budget)
    assert retry_at == NOW + STEP
    # When somebody comes a moment before that time, and at it
    clock.now = retry_at - A_MOMENT
    assert refusal(budget) == retry_at
    clock.now = retry_at
    # Then the second one is admitted
    assert refusal(budget) is None


def test_each_lane_leaves_a_reserve_for_those_before_it(budget: Budget) -> None:
    # When each lane takes all it can, the least urgent first
    taken = [admitted(budget, lane) for lane in (Lane.SPARE, Lane.NORMAL, Lane.URGENT)]
    # Then each finds what only it and those before it may have
    spare, normal, urgent = (room(LIMIT, lane) for lane in (Lane.SPARE, Lane.NORMAL, Lane.URGENT))
    assert taken == [spare, normal - spare, urgent - normal]
    assert min(taken) > 0


def test_a_lane_is_told_its_own_time(budget: Budget) -> None:
    # Given a burst that the urgent have used up
    admitted(budget)
    # Then the others are told how long it takes to fill the reserve again
    for lane in Lane:
        missing = burst(LIMIT) - room(LIMIT, lane)
        assert refusal(budget, lane) == NOW + (missing + 1) * STEP


def test_several_calls_are_taken_together_or_not_at_all(budget: Budget) -> None:
    assert refusal(budget, calls=burst(LIMIT) - 1) is None
    assert refusal(budget, calls=2) == NOW + STEP
    assert refusal(budget, calls=1) is None


def test_more_calls_than_a_lane_ever_has_are_a_mistake(budget: Budget) -> None:
    with pytest.raises(ValueError, match="desk"):
        budget.take(LIMIT, Lane.NORMAL, room(LIMIT, Lane.NORMAL) + 1)


def test_limits_of_other_names_are_others(budget: Budget) -> None:
    admitted(budget)
    assert admitted(budget, limit=Limit("other", 60, LIMIT.per)) == burst(LIMIT)


def test_silence_fills_a_burst_and_no_more(budget: Budget, clock: FakeClock) -> None:
    # Given a budget that is spent, and then silence
    admitted(budget)
    clock.advance(days=3)
    # Then there is a burst again
    assert admitted(budget) == burst(LIMIT)


def flood(budget: Budget, clock: FakeClock, until: datetime) -> int:
    """How many calls go through until then when everybody tries all the time."""
    count = 0
    while clock() < until:
        retry_at = refusal(budget)
        count += retry_at is None
        clock.now = clock() if retry_at is None else retry_at
    return count


def test_a_flood_gets_no_more_than_the_limit(budget: Budget, clock: FakeClock) -> None:
    count = flood(budget, clock, NOW + LIMIT.per)
    assert LIMIT.calls * 0.8 < count <= LIMIT.calls


@pytest.mark.parametrize("left", [0, 1, 7, 20])
def test_what_the_other_side_says_is_left_is_all_there_is(
    budget: Budget, clock: FakeClock, left: int
) -> None:
    # Given a budget of which others have spent much
    refusal(budget)
    budget.correct(LIMIT, left, SOON)
    # When everybody tries all the time
    # Then no more goes through before its window ends
    assert flood(budget, clock, SOON) <= left
    # And all goes on after it
    clock.now = SOON
    assert flood(budget, clock, SOON + LIMIT.per) > LIMIT.calls / 2


def test_what_is_left_is_there_when_it_is_asked_for(budget: Budget, clock: FakeClock) -> None:
    budget.correct(LIMIT, 7, SOON)
    clock.now = SOON
    assert admitted(budget) == 7


@pytest.mark.parametrize(("left", "until"), [(60, SOON), (0, NOW), (0, NOW - STEP), (10**30, SOON)])
def test_a_correction_that_leaves_enough_or_is_over_changes_nothing(
    budget: Budget, left: int, until: datetime
) -> None:
    budget.correct(LIMIT, left, until)
    assert admitted(budget) == burst(LIMIT)


def test_a_correction_never_gives_anything_back(budget: Budget, clock: FakeClock) -> None:
    # Given a correction
    budget.correct(LIMIT, 2, SOON)
    # When a later one says that more is left
    budget.correct(LIMIT, 20, SOON)
    # Then the first one counts
    assert flood(budget, clock, SOON) <= 2


def test_a_closed_limit_takes_nothing_until_it_opens(budget: Budget, clock: FakeClock) -> None:
    # Given a limit that is closed
    refusal(budget)
    budget.close(LIMIT, SOON)
    # Then all lanes are told when it opens
    assert [refusal(budget, lane) for lane in Lane] == [SOON] * 3
    clock.now = SOON - A_MOMENT
    assert refusal(budget) == SOON
    # And it does
    clock.now = SOON
    assert admitted(budget) == burst(LIMIT)


def test_a_closure_is_never_shortened(budget: Budget) -> None:
    budget.close(LIMIT, SOON)
    for earlier in (SOON - STEP, NOW, NOW - STEP):
        budget.close(LIMIT, earlier)
    assert refusal(budget) == SOON
