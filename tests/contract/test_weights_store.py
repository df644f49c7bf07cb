"""What triage learned, in DynamoDB: kept by language, read seldom, gone on demand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from factories import NOW
from fakes.clock import FakeClock
from gehoor.aws.items import key, number
from gehoor.aws.weights import CachedWeights, WeightsStore
from gehoor.domain.judgement import Intent
from gehoor.domain.learned import BUCKETS, LARGEST_WEIGHT, Weights
from gehoor.errors import ContractBroken
from moto_stack import Stack, moto_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

ROW = tuple(number * 7_919 % (2 * LARGEST_WEIGHT + 1) - LARGEST_WEIGHT for number in range(BUCKETS))
LARGEST = Weights("nl", tuple(Intent), (ROW,) * len(Intent), 0.01, 500)
OLDEST = timedelta(minutes=10)


@pytest.fixture
def stack() -> Iterator[Stack]:
    with moto_stack() as made:
        yield made


@pytest.fixture
def store(stack: Stack) -> WeightsStore:
    return WeightsStore(stack.dynamodb, stack.state)


def test_weights_come_back_as_they_were_each_language_its_own(store: WeightsStore) -> None:
    store.put(LARGEST)
    assert store.get("nl") == LARGEST
    assert store.get("en") is None


def test_what_was_removed_is_gone(store: WeightsStore) -> None:
    store.put(LARGEST)
    store.remove("nl")
    assert store.get("nl") is None


def test_what_a_newer_gehoor_stored_is_not_read(store: WeightsStore, stack: Stack) -> None:
    item = {**key("triage", "weights#nl"), "schema_version": number(2)}
    stack.dynamodb.put_item(TableName=stack.state, Item=item)
    with pytest.raises(ContractBroken, match="gehoor triage train"):
        store.get("nl")


def test_weights_are_read_again_when_they_may_have_changed(store: WeightsStore) -> None:
    # Given a worker that found none
    clock = FakeClock(NOW)
    held = CachedWeights(store, clock, OLDEST)
    assert held("nl") is None

    # When some are stored / Then the worker has them in time, and not before
    store.put(LARGEST)
    assert held("nl") is None
    clock.advance(seconds=OLDEST.total_seconds())
    assert held("nl") == LARGEST
