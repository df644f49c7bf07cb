"""Several workers and one limit: blocks, frozen workers, lost races, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories import NOW
from fakes.clock import FakeClock, FakeMetrics
from gehoor.aws.budgets import KEPT, REMEMBERED, WRITES, DynamoBudget
from gehoor.aws.items import SCHEMA_VERSION
from gehoor.domain.budget import (
    EPOCH,
    HOLD,
    Lane,
    Limit,
    at_a_time,
    burst,
    interval,
    room,
)
from gehoor.errors import RateLimited, Unavailable
from moto_stack import Stack, moto_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = Limit("desk", 60, timedelta(minutes=1), block=8)
EXACT = Limit("ticket", 24, timedelta(minutes=10))
STEP = interval(LIMIT)
A_MOMENT = timedelta.resolution
SOON = NOW + timedelta(seconds=30)
WORKERS = 3


@dataclass
class Office:
    """Workers on one table and clock; `writes` counts what goes to the table."""

    stack: Stack
    clock: FakeClock
    metrics: FakeMetrics
    writes: int = 0

    def worker(self) -> DynamoBudget:
        state = (self.stack.dynamodb, self.stack.state)
        return DynamoBudget(*state, self.clock, self.metrics, "Spent")

    def on_write(self, **_: Any) -> None:
        self.writes += 1

    def item(self, limit: Limit = LIMIT) -> dict[str, Any]:
        key = {"entity": {"S": f"budget#{limit.name}"}, "part": {"S": "budget"}}
        answer = self.stack.dynamodb.get_item(TableName=self.stack.state, Key=key)
        return dict(answer.get("Item", {}))


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with moto_stack() as made:
        yield made


@pytest.fixture
def office(stack: Stack) -> Iterator[Office]:
    made = Office(stack, FakeClock(), FakeMetrics())
    for item in stack.dynamodb.scan(TableName=stack.state)["Items"]:
        key = {name: item[name] for name in ("entity", "part")}
        stack.dynamodb.delete_item(TableName=stack.state, Key=key)
    events = stack.dynamodb.meta.events
    events.register("before-call.dynamodb.UpdateItem", made.on_write)
    yield made
    events.unregister("before-call.dynamodb.UpdateItem", made.on_write)


def admitted(
    worker: DynamoBudget, lane: Lane = Lane.URGENT, limit: Limit = LIMIT, most: int = 100
) -> int:
    """How many calls go through now, up to `most`."""
    for number in range(most):
        try:
            worker.take(limit, lane)
        except RateLimited:
            return number
    return most


def test_a_block_of_calls_costs_one_write(office: Office) -> None:
    assert admitted(office.worker(), most=LIMIT.block) == LIMIT.block
    assert office.writes == 1


def test_a_limit_without_blocks_is_taken_exactly(office: Office) -> None:
    admitted(office.worker(), limit=EXACT, most=5)
    assert office.writes == 5
    assert _arrival(office, EXACT) == NOW + 5 * interval(EXACT)


def test_what_is_refused_costs_nothing_more(office: Office) -> None:
    # Given a worker that was refused
    worker = office.worker()
    admitted(worker)
    before = office.writes
    # When it tries again before its time
    for _ in range(5):
        assert admitted(worker) == 0
    # Then it knows without asking, and what was refused is counted
    assert office.writes == before
    assert office.metrics.counts["Spent"] == 6


def test_a_worker_that_knows_nothing_needs_two_writes_at_most(office: Office) -> None:
    # Given a limit that is nearly spent
    admitted(office.worker(), most=burst(LIMIT) - LIMIT.block)
    for found in (1, 0):
        # When a new worker comes
        office.writes = 0
        assert admitted(office.worker(), most=1) == found
        # Then it has its block, or its refusal, after two
        assert office.writes <= WRITES


def test_a_worker_takes_a_whole_block_or_nothing(office: Office) -> None:
    # Given a limit in which only a part of a block is left
    office.worker().take(LIMIT, Lane.URGENT, burst(LIMIT) - LIMIT.block + 1)
    worker = office.worker()
    # When a worker wants one call
    with pytest.raises(RateLimited) as refused:
        worker.take(LIMIT, Lane.URGENT)
    # Then it is told when its block is there, so that it can end what it begins
    assert refused.value.retry_at == NOW + STEP
    office.clock.now = refused.value.retry_at
    assert admitted(worker) == LIMIT.block


def test_a_frozen_worker_wakes_up_with_nothing(office: Office) -> None:
    # Given a worker with the rest of a block
    worker = office.worker()
    worker.take(LIMIT, Lane.URGENT)
    # When it is frozen as long as calls are held, and a moment longer
    for wait, writes in ((HOLD, 1), (A_MOMENT, 2)):
        office.clock.now += wait
        worker.take(LIMIT, Lane.URGENT)
        # Then it has to take a new block
        assert office.writes == writes


def test_calls_that_a_clock_set_back_finds_in_its_future_are_worth_nothing(office: Office) -> None:
    worker = office.worker()
    worker.take(LIMIT, Lane.URGENT)
    office.clock.now -= A_MOMENT
    assert admitted(worker) == 0


def test_a_call_that_was_counted_too_slowly_does_not_go_out(office: Office) -> None:
    # Given an AWS that takes longer than a call is held
    def slow(**_: Any) -> None:
        office.clock.now += HOLD + A_MOMENT

    office.stack.dynamodb.meta.events.register("before-call.dynamodb.UpdateItem", slow)
    # When a worker wants a call
    try:
        with pytest.raises(Unavailable, match="nothing was sent") as late:
            office.worker().take(LIMIT, Lane.NORMAL)
    finally:
        office.stack.dynamodb.meta.events.unregister("before-call.dynamodb.UpdateItem", slow)
    # Then it may come again at once
    assert late.value.retry_at == office.clock()


def test_calls_of_one_lane_are_not_used_in_another(office: Office) -> None:
    # Given a worker with urgent calls in hand, and nothing left for others
    worker = office.worker()
    worker.take(LIMIT, Lane.URGENT)
    # Then only what is urgent uses them
    assert admitted(worker, Lane.NORMAL) == 0
    before = office.writes
    assert admitted(worker, most=LIMIT.block - 1) == LIMIT.block - 1
    assert office.writes == before


def test_of_two_workers_that_find_a_limit_idle_both_get_their_block(office: Office) -> None:
    # Given a worker that another one overtakes between its look and its write
    first, second = office.worker(), office.worker()
    overtaken: list[int] = []

    def overtake(**_: Any) -> None:
        if not overtaken:
            overtaken.append(1)
            second.take(LIMIT, Lane.URGENT)

    events = office.stack.dynamodb.meta.events
    events.register("before-parameter-build.dynamodb.UpdateItem", overtake)
    # When it takes
    try:
        first.take(LIMIT, Lane.URGENT)
    finally:
        events.unregister("before-parameter-build.dynamodb.UpdateItem", overtake)
    # Then both are counted
    assert _arrival(office) == NOW + 2 * LIMIT.block * STEP


def test_a_worker_that_closes_a_limit_uses_nothing_of_it_any_more(office: Office) -> None:
    # Given two workers with calls in hand
    one, other = office.worker(), office.worker()
    one.take(LIMIT, Lane.URGENT)
    other.take(LIMIT, Lane.URGENT)
    # When one is told that the limit is closed
    one.close(LIMIT, SOON)
    # Then it sends nothing, and the other one what it took before, for as long as that is held
    assert admitted(one) == 0
    office.clock.now += HOLD
    assert admitted(other, most=1) == 1
    office.clock.now += A_MOMENT
    assert admitted(other) == 0
    assert admitted(office.worker()) == 0


def test_what_a_worker_holds_counts_into_what_is_left(office: Office) -> None:
    # Given workers with seven calls in hand
    for left in (3, 7, 9):
        office.clock.advance(hours=1)
        worker = office.worker()
        worker.take(LIMIT, Lane.URGENT)
        # When fewer, as many or more are left
        window_end = office.clock() + HOLD
        worker.correct(LIMIT, left, window_end)
        # Then it sends no more than that
        found = 0
        while office.clock() < window_end:
            found += admitted(worker)
            office.clock.now += STEP
        assert found <= left
        assert found == (0 if left < 7 else 7)


def test_a_correction_that_says_nothing_new_costs_nothing(office: Office) -> None:
    # Given a worker that has told what is left
    worker = office.worker()
    worker.take(LIMIT, Lane.URGENT)
    worker.correct(LIMIT, 12, SOON)
    worker.close(LIMIT, SOON)
    before = office.writes
    # When it hears the same, or of more
    worker.correct(LIMIT, 12, SOON)
    worker.correct(LIMIT, 50, SOON)
    worker.close(LIMIT, SOON - STEP)
    # Then nothing is written
    assert office.writes == before == 3


def test_a_correction_lets_everybody_else_wait_too(office: Office) -> None:
    office.worker().correct(LIMIT, 0, SOON)
    assert admitted(office.worker()) == 0
    office.worker().close(EXACT, SOON)
    assert admitted(office.worker(), limit=EXACT) == 0


def test_the_item_ends_by_itself_and_all_begins_anew(office: Office) -> None:
    # Given a limit that was spent
    worker = office.worker()
    admitted(worker)
    item = office.item()
    assert item["expires_at"] == {"N": str(int((NOW + KEPT).timestamp()))}
    assert item["schema"] == {"N": str(SCHEMA_VERSION)}
    # When the table has removed the item
    office.stack.dynamodb.delete_item(
        TableName=office.stack.state, Key={name: item[name] for name in ("entity", "part")}
    )
    office.clock.now += LIMIT.block * STEP
    # Then the worker goes on
    assert admitted(worker, most=1) == 1


def test_limits_that_are_over_are_forgotten(office: Office) -> None:
    # Given a worker that has seen very many limits, one of them closed
    worker = office.worker()
    worker.close(LIMIT, SOON)
    for number in range(REMEMBERED + 2):
        worker._remember(f"ticket:{number}", {})
    # Then it still knows what is not over
    assert len(worker._seen) < REMEMBERED
    office.writes = 0
    assert admitted(worker) == 0
    assert office.writes == 0


def _arrival(office: Office, limit: Limit = LIMIT) -> datetime:
    return EPOCH + int(office.item(limit)["arrival"]["N"]) * A_MOMENT


# Any schedule of several workers.

names = count()
WAITS = (timedelta(), A_MOMENT, timedelta(milliseconds=300), HOLD, HOLD + A_MOMENT)
waits = st.sampled_from(WAITS) | st.timedeltas(timedelta(), timedelta(seconds=40))
workers = st.integers(0, WORKERS - 1)
takes = st.tuples(st.just("take"), workers, st.sampled_from(Lane), st.integers(1, 12))
corrections = st.tuples(st.just("correct"), workers, st.integers(0, 60), waits)
closures = st.tuples(st.just("close"), workers, st.just(0), waits)
steps = st.tuples(waits, st.one_of(takes, takes, takes, corrections, closures))
shapes = st.sampled_from(
    [(60, 60, 8), (60, 60, 1), (20, 60, 8), (24, 600, 1), (5, 10, 4), (1, 10, 1), (300, 60, 8)]
)


@dataclass
class Log:
    """Who sent a call when, and who told what after how many of them."""

    sent: list[tuple[datetime, int]]
    told: list[tuple[int, datetime, int, int, datetime]]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(shapes, st.lists(steps, min_size=5, max_size=60))
def test_in_any_schedule_no_stretch_of_time_holds_more_calls_than_the_limit(
    office: Office, shape: tuple[int, int, int], schedule: list[Any]
) -> None:
    # Given several workers, each with what it has in hand
    calls, seconds, block = shape
    limit = Limit(f"desk-{next(names)}", calls, timedelta(seconds=seconds), block)
    log = _run(office, limit, schedule)
    # Then no stretch holds more than the limit
    times = [at for at, _ in log.sent]
    for number, at in enumerate(times):
        within = [later for later in times[number:] if later <= at + limit.per]
        assert len(within) <= limit.calls
    # And what is told as left is all that goes out, but for what others had in hand
    for before, told_at, left, teller, until in log.told:
        ones = [worker for at, worker in log.sent[before:] if at < until]
        in_hand = (limit.block - 1) * len(Lane) * (WORKERS - 1)
        assert len(ones) <= left + in_hand
        late = [at for at, _ in log.sent if told_at + HOLD < at < until]
        assert len(late) <= left
        if not left:
            assert teller not in ones
    # And after silence there is a call for everybody
    office.clock.now = max([office.clock(), *(end for *_, end in log.told)])
    office.clock.now += burst(limit) * interval(limit) * 2
    for lane in Lane:
        office.clock.now += burst(limit) * interval(limit)
        office.worker().take(limit, lane)


def _run(office: Office, limit: Limit, schedule: list[Any]) -> Log:
    office.clock.now = NOW
    budgets = [office.worker() for _ in range(WORKERS)]
    log = Log([], [])
    for wait, (what, worker, detail, more) in schedule:
        office.clock.now += wait
        now, office.writes = office.clock(), 0
        if what == "take":
            found = admitted(budgets[worker], detail, limit, more)
            log.sent += [(now, worker)] * found
            assert office.writes <= WRITES * (found + 1)
        elif what == "correct":
            budgets[worker].correct(limit, detail, now + more)
            log.told.append((len(log.sent), now, detail, worker, now + more))
        else:
            budgets[worker].close(limit, now + more)
            log.told.append((len(log.sent), now, 0, worker, now + more))
    return log


def test_the_urgent_find_their_block_while_everybody_else_takes_all_they_can(
    office: Office,
) -> None:
    # Given workers that spend all they may in the normal lane, all the time
    others = [office.worker() for _ in range(WORKERS)]
    urgent = office.worker()
    need, waited = 20, timedelta()
    for _ in range(40):
        office.clock.now += STEP / 2
        for other in others:
            admitted(other, Lane.NORMAL)
    assert room(LIMIT, Lane.NORMAL) >= at_a_time(LIMIT, Lane.NORMAL)
    # When something urgent needs many calls
    for _ in range(need):
        retry_at: datetime | None = office.clock()
        while retry_at is not None:
            waited += retry_at - office.clock()
            office.clock.now = retry_at
            for other in others:
                admitted(other, Lane.NORMAL)
            retry_at = _refused(urgent)
    # Then it waits an interval for each at most, in whole blocks
    assert waited <= (need + LIMIT.block) * STEP


def _refused(worker: DynamoBudget) -> datetime | None:
    try:
        worker.take(LIMIT, Lane.URGENT)
    except RateLimited as error:
        return error.retry_at
    return None
