"""The algorithm of shared limits: what a burst, an interval and a lane's room must be."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import NOW
from fakes.budget import FakeBudget
from fakes.clock import FakeClock
from gehoor.domain.budget import (
    HOLD,
    Lane,
    Limit,
    Spent,
    after,
    at_a_time,
    burst,
    corrected,
    free_at,
    interval,
    room,
)
from gehoor.errors import RateLimited

limits = st.builds(
    Limit,
    st.just("desk"),
    st.integers(1, 3000),
    st.timedeltas(timedelta(seconds=10), timedelta(hours=1)),
    st.integers(1, 12),
)
lanes = st.sampled_from(Lane)


@given(limits)
def test_a_burst_and_what_comes_after_it_fit_into_every_stretch(limit: Limit) -> None:
    # A stretch begins with a full burst at worst, and holds what was admitted up to HOLD before it
    assert burst(limit) + (limit.per + HOLD) // interval(limit) <= limit.calls


@given(limits)
def test_every_lane_has_room_for_its_block_and_leaves_a_reserve(limit: Limit) -> None:
    spare, normal, urgent = (room(limit, lane) for lane in (Lane.SPARE, Lane.NORMAL, Lane.URGENT))
    assert 1 <= spare <= normal <= urgent == burst(limit)
    assert all(1 <= at_a_time(limit, lane) <= room(limit, lane) for lane in Lane)
    if burst(limit) > 1:
        assert spare < urgent
        assert at_a_time(limit, Lane.URGENT) <= urgent - normal


@pytest.mark.parametrize(
    ("calls", "block", "found"),
    [(1, 1, 1), (4, 1, 2), (24, 1, 12), (100, 1, 20), (20, 8, 16), (400, 8, 80), (2500, 8, 500)],
)
def test_small_limits_have_larger_bursts(calls: int, block: int, found: int) -> None:
    assert burst(Limit("desk", calls, timedelta(minutes=1), block)) == found


@given(limits, st.lists(st.tuples(lanes, st.timedeltas(timedelta(), timedelta(minutes=2)))))
def test_after_silence_every_lane_is_admitted(
    limit: Limit, before: list[tuple[Lane, timedelta]]
) -> None:
    # Given any past
    spent, now = Spent(), NOW
    for lane, wait in before:
        now += wait
        calls = at_a_time(limit, lane)
        if free_at(spent, limit, lane, calls) <= now:
            spent = after(spent, limit, calls, now)
    # When nobody comes as long as a burst takes to fill
    now += burst(limit) * interval(limit)
    # Then all find their room
    assert all(free_at(spent, limit, lane, room(limit, lane)) <= now for lane in Lane)


@given(
    limits.filter(lambda limit: burst(limit) > 1),
    st.integers(1, 10),
    st.lists(st.integers(0, 5), max_size=40),
)
def test_the_urgent_wait_an_interval_a_call_at_most_however_many_others_come(
    limit: Limit, need: int, waits: list[int]
) -> None:
    # Given others that take all they can, all the time
    spent, now = Spent(), NOW
    for wait in waits:
        now += wait * interval(limit)
        spent = _all_of(Lane.NORMAL, spent, limit, now)
    # When something urgent needs some calls, and the others come first at every moment
    begun = now
    for _ in range(need):
        spent = _all_of(Lane.NORMAL, spent, limit, now)
        now = max(now, free_at(spent, limit, Lane.URGENT, 1))
        spent = after(_all_of(Lane.NORMAL, spent, limit, now), limit, 1, now)
    # Then it has waited an interval for each at most
    assert now - begun <= need * interval(limit)


def _all_of(lane: Lane, spent: Spent, limit: Limit, now: object) -> Spent:
    calls = at_a_time(limit, lane)
    while free_at(spent, limit, lane, calls) <= now:  # type: ignore[operator]
        spent = after(spent, limit, calls, now)  # type: ignore[arg-type]
    return spent


@given(
    limits,
    st.integers(0, 3000),
    st.timedeltas(timedelta(), timedelta(minutes=1)),
    st.lists(st.tuples(lanes, st.timedeltas(timedelta(), timedelta(seconds=20))), max_size=60),
)
def test_no_more_than_is_left_is_admitted_before_the_window_ends(
    limit: Limit, left: int, window: timedelta, calls: list[tuple[Lane, timedelta]]
) -> None:
    # Given a correction
    clock, until = FakeClock(), NOW + window
    budget = FakeBudget(clock)
    budget.spent["desk"] = corrected(Spent(), limit, left, until)
    # When calls come in any order
    count = 0
    for lane, wait in calls:
        clock.now += wait
        try:
            budget.take(limit, lane)
        except RateLimited:
            continue
        count += clock() < until
    # Then what goes through before the end is what is left, at most
    assert count <= left
