"""Workers that spend one quota, in any interleaving of their calls to the table."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import chain, count, cycle
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories import NOW
from fakes.turns import Turn
from gehoor.aws.quotas import DynamoQuota
from gehoor.errors import QuotaSpent
from moto_stack import Stack, moto_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

UNTIL = NOW + timedelta(hours=9)
WORKERS = 3
_names = (f"quota {n}" for n in count())


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with moto_stack() as made:
        yield made


class Spending:
    """Workers at one quota: each takes amounts, and gives back what was left over of each."""

    def __init__(self, stack: Stack, cap: int, plans: list[list[tuple[int, int]]]) -> None:
        self._stack = stack
        self._name = next(_names)
        self._cap = cap
        self.spent = 0
        self.turns = [Turn(partial(self._work, plan)) for plan in plans]

    def in_order(self, order: list[int]) -> Iterator[Turn]:
        """Each next turn, until all are over."""
        wanted = (self.turns[number] for number in order)
        for turn in chain(wanted, cycle(self.turns)):
            if not turn.is_over:
                yield turn
            elif all(one.is_over for one in self.turns):
                return

    def used(self) -> int:
        return DynamoQuota(self._stack.dynamodb, self._stack.state).used(self._name, UNTIL)

    def _work(self, plan: list[tuple[int, int]], turn: Turn) -> None:
        quota = DynamoQuota(turn.wrap("dynamodb", self._stack.dynamodb), self._stack.state)
        for amount, left_over in plan:
            try:
                quota.take(self._name, amount, self._cap, UNTIL)
            except QuotaSpent:
                continue
            self.spent += amount
            quota.refund(self._name, min(amount, left_over), UNTIL)
            self.spent -= min(amount, left_over)


plan = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60)), max_size=4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    cap=st.integers(0, 100),
    plans=st.lists(plan, min_size=WORKERS, max_size=WORKERS),
    order=st.lists(st.integers(0, WORKERS - 1), max_size=40),
)
def test_takers_together_never_exceed_the_cap(
    stack: Stack, cap: int, plans: list[list[tuple[int, int]]], order: list[int]
) -> None:
    # When workers take and refund, each call to the table at any time
    spending = Spending(stack, cap, plans)
    try:
        for turn in spending.in_order(order):
            turn.step()
            # Then what is used fits the cap at every moment
            assert spending.used() <= cap
    finally:
        for turn in spending.turns:
            turn.die()
    # And it is what was really spent
    assert [turn.error for turn in spending.turns] == [None] * WORKERS
    assert spending.used() == spending.spent
