"""What every count of quotas must do: in memory and in DynamoDB."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from factories import NOW
from fakes.quota import FakeQuota
from gehoor.aws.quotas import KEPT, DynamoQuota
from gehoor.errors import QuotaSpent
from gehoor.ports.limits import Quota
from moto_stack import Stack, moto_stack

UNITS = "youtube units"
MIDNIGHT = NOW + timedelta(hours=9)


@pytest.fixture
def stack() -> Iterator[Stack]:
    with moto_stack() as made:
        yield made


@pytest.fixture(params=["memory", "dynamodb"])
def quota(request: pytest.FixtureRequest) -> Quota:
    if request.param == "memory":
        return FakeQuota()
    stack: Stack = request.getfixturevalue("stack")
    return DynamoQuota(stack.dynamodb, stack.state)


def test_a_window_that_nobody_used_is_unspent(quota: Quota) -> None:
    assert quota.used(UNITS, MIDNIGHT) == 0


def test_what_is_taken_is_counted_up_to_the_cap(quota: Quota) -> None:
    quota.take(UNITS, 50, 100, MIDNIGHT)
    quota.take(UNITS, 50, 100, MIDNIGHT)
    assert quota.used(UNITS, MIDNIGHT) == 100


def test_what_does_not_fit_spends_nothing_and_says_when_to_come_again(quota: Quota) -> None:
    quota.take(UNITS, 51, 100, MIDNIGHT)
    with pytest.raises(QuotaSpent, match=UNITS) as refused:
        quota.take(UNITS, 50, 100, MIDNIGHT)
    assert refused.value.retry_at == MIDNIGHT
    # And what is smaller still fits
    quota.take(UNITS, 49, 100, MIDNIGHT)
    assert quota.used(UNITS, MIDNIGHT) == 100


@pytest.mark.parametrize("cap", [0, 99])
def test_more_than_the_whole_cap_never_fits(quota: Quota, cap: int) -> None:
    with pytest.raises(QuotaSpent):
        quota.take(UNITS, 100, cap, MIDNIGHT)
    assert quota.used(UNITS, MIDNIGHT) == 0


def test_a_new_window_and_another_name_begin_unspent(quota: Quota) -> None:
    quota.take(UNITS, 100, 100, MIDNIGHT)
    quota.take(UNITS, 100, 100, MIDNIGHT + timedelta(days=1))
    quota.take("youtube searches", 100, 100, MIDNIGHT)
    assert quota.used(UNITS, MIDNIGHT) == 100


def test_a_cap_that_was_lowered_counts_at_once(quota: Quota) -> None:
    quota.take(UNITS, 80, 100, MIDNIGHT)
    with pytest.raises(QuotaSpent):
        quota.take(UNITS, 1, 50, MIDNIGHT)


def test_what_is_refunded_can_be_spent_again(quota: Quota) -> None:
    quota.take(UNITS, 100, 100, MIDNIGHT)
    quota.refund(UNITS, 95, MIDNIGHT)
    assert quota.used(UNITS, MIDNIGHT) == 5
    quota.take(UNITS, 95, 100, MIDNIGHT)


def test_a_refund_of_a_window_that_nobody_knows_makes_none(quota: Quota) -> None:
    quota.refund(UNITS, 95, MIDNIGHT)
    assert quota.used(UNITS, MIDNIGHT) == 0


def test_taking_is_one_write_and_the_window_ends_by_itself(stack: Stack) -> None:
    # Given a count whose calls are counted
    calls: Counter[str] = Counter()

    def watch(model: Any, **_: Any) -> None:
        calls[model.name] += 1

    stack.dynamodb.meta.events.register("before-parameter-build.dynamodb", watch)
    # When something is taken, and then refused
    quota = DynamoQuota(stack.dynamodb, stack.state)
    quota.take(UNITS, 100, 100, MIDNIGHT)
    with pytest.raises(QuotaSpent):
        quota.take(UNITS, 1, 100, MIDNIGHT)
    # Then each was one write, of one item that DynamoDB removes some days after the window
    assert calls == {"UpdateItem": 2}
    [item] = stack.dynamodb.scan(TableName=stack.state)["Items"]
    assert item["expires_at"]["N"] == str(int((MIDNIGHT + KEPT).timestamp()))
