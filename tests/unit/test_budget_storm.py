"""A storm of mentions on a small budget: all are delivered, in time, and none is a dead letter."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import TYPE_CHECKING

import pytest

from fakes.clock import FakeClock, FakeMetrics
from fakes.world import MOST_RECEIPTS
from gehoor import bootstrap, entry
from gehoor.aws.budgets import DynamoBudget
from gehoor.domain.budget import Lane, Limit
from gehoor.errors import RateLimited
from gehoor_ops.embedded import template
from moto_stack import moto_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

MENTIONS = 150
REQUESTS = 5
REQUESTS_AFTER_A_FAILURE = 8
READING = timedelta(milliseconds=50)
REQUEST = timedelta(milliseconds=300)
LIMIT = Limit("desk", 60, timedelta(minutes=1), block=8)


@dataclass
class Storm:
    """Mentions that wait in a queue, and workers that each do one at a time, on one clock."""

    clock: FakeClock
    waiting: list[tuple[datetime, int, int]] = field(default_factory=list)
    requests: list[datetime] = field(default_factory=list)
    receipts: dict[int, int] = field(default_factory=dict)

    def run(self, workers: list[DynamoBudget]) -> None:
        """Until every mention is delivered."""
        order = count()
        for mention in range(MENTIONS):
            heappush(self.waiting, (self.clock(), mention, 1))
        turns = [(self.clock(), next(order), self._work(worker)) for worker in workers]
        while turns:
            at, _, work = heappop(turns)
            self.clock.now = max(self.clock(), at)
            took = next(work, None)
            if took is not None:
                heappush(turns, (self.clock() + took, next(order), work))

    def _work(self, worker: DynamoBudget) -> Iterator[timedelta]:
        while self.waiting:
            visible_at, mention, receipt = self.waiting[0]
            if visible_at > self.clock():
                yield visible_at - self.clock()
                continue
            heappop(self.waiting)
            yield from self._deliver(worker, mention, receipt)

    def _deliver(self, worker: DynamoBudget, mention: int, receipt: int) -> Iterator[timedelta]:
        yield READING
        self.receipts[mention] = receipt
        needs = REQUESTS if receipt == 1 else REQUESTS_AFTER_A_FAILURE
        try:
            for _ in range(needs):
                worker.take(LIMIT, Lane.NORMAL)
                self.requests.append(self.clock())
                yield REQUEST
        except RateLimited as error:
            again = self.clock() + entry._delay(error, receipt)
            heappush(self.waiting, (again, mention, receipt + 1))


def test_a_storm_is_delivered_without_dead_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given far more mentions than the budget carries, and as many workers as the template allows
    clock = FakeClock()
    monkeypatch.setattr(bootstrap, "clock", clock)
    monkeypatch.setattr(bootstrap, "jitter", Random(7))
    storm = Storm(clock)
    with moto_stack() as stack:
        workers = [
            DynamoBudget(stack.dynamodb, stack.state, clock, FakeMetrics(), "Spent")
            for _ in range(2)
        ]
        # When they come all at once
        storm.run(workers)
    # Then all are delivered, and nearly every request was of a delivery that came to its end
    assert len(storm.receipts) == MENTIONS
    assert len(storm.requests) <= 1.1 * MENTIONS * REQUESTS_AFTER_A_FAILURE
    # And no mention came so often that it is a dead letter
    assert max(storm.receipts.values()) < MOST_RECEIPTS
    # And no minute held more requests than the limit
    for number, at in enumerate(storm.requests):
        later = storm.requests[number : number + LIMIT.calls + 1]
        assert sum(other <= at + LIMIT.per for other in later) <= LIMIT.calls


@pytest.mark.parametrize("queue", ["DeliveriesQueue", "UrgentDeliveriesQueue", "EventsQueue"])
def test_the_queues_that_wait_for_the_helpdesk_grant_as_many_receipts(queue: str) -> None:
    redrive = template()["Resources"][queue]["Properties"]["RedrivePolicy"]
    assert redrive["maxReceiveCount"] == MOST_RECEIPTS
