"""Sending due sources to the pollers."""

from datetime import timedelta

import pytest

from factories import NOW
from fakes.clock import FakeClock
from fakes.queues import FakeQueues
from fakes.stores import FakeSources
from fakes.tap import Death, Fault, Tap
from gehoor.usecases.dispatch import dispatch_polls

INTERVALS = {"a": timedelta(minutes=1), "b": timedelta(minutes=15)}


@pytest.fixture
def sources() -> FakeSources:
    store = FakeSources()
    for source_id in ("a", "b", "removed"):
        store.add(source_id, NOW)
    return store


def test_each_due_source_is_sent_and_due_again_after_its_interval(sources: FakeSources) -> None:
    # When two of three known sources are configured and due
    queues = FakeQueues()
    sent = dispatch_polls(INTERVALS, sources, queues, FakeClock())
    # Then both are sent, and each waits for its next turn
    assert sent == 2
    assert queues.polls == [{"source_id": "a"}, {"source_id": "b"}]
    assert sources.states["a"].next_due_at == NOW + timedelta(minutes=1)
    assert sources.states["b"].next_due_at == NOW + timedelta(minutes=15)


def test_nothing_due_sends_nothing(sources: FakeSources) -> None:
    queues = FakeQueues()
    assert dispatch_polls(INTERVALS, sources, queues, FakeClock(NOW - timedelta(minutes=1))) == 0
    assert queues.polls == []


def test_a_schedule_that_fires_a_little_early_skips_no_turn(sources: FakeSources) -> None:
    # Given a source of every minute that was sent
    queues = FakeQueues()
    dispatch_polls(INTERVALS, sources, queues, FakeClock())
    # When the next run comes a little less than a minute later
    dispatch_polls(INTERVALS, sources, queues, FakeClock(NOW + timedelta(seconds=59)))
    # Then it is sent again
    assert queues.polls.count({"source_id": "a"}) == 2


def test_a_death_after_sending_skips_no_turn(sources: FakeSources) -> None:
    # Given a dispatcher that dies right after it sent
    queues, tap = FakeQueues(), Tap()
    tap.faults[1] = Fault.DIES_AFTER
    with pytest.raises(Death):
        dispatch_polls(INTERVALS, tap.wrap("s", sources), tap.wrap("q", queues), FakeClock())
    # When the next one comes a minute later
    dispatch_polls(INTERVALS, sources, queues, FakeClock(NOW + timedelta(minutes=1)))
    # Then the sources are sent again
    assert queues.polls == [{"source_id": "a"}, {"source_id": "b"}] * 2
