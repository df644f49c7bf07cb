"""Sending due sources to the pollers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from factories import NOW
from fakes.clock import FakeClock
from fakes.queues import FakeQueues
from fakes.stores import FakeSources
from fakes.tap import Death, Fault, Tap
from gehoor.usecases.dispatch import LIMIT, dispatch_polls

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
    # Then both are sent
    assert sent == 2
    assert queues.polls == [{"source_id": "a"}, {"source_id": "b"}]
    # And one is due in the next run, while the other waits for its turn
    assert list(sources.due(NOW + timedelta(minutes=1), 9)) == ["a", "removed"]
    assert sources.states["b"].next_due_at == NOW + timedelta(minutes=15)


def test_the_turn_of_what_is_due_in_every_run_is_not_written(sources: FakeSources) -> None:
    dispatch_polls(INTERVALS, sources, FakeQueues(), FakeClock())
    assert sources.states["a"].next_due_at == NOW


def test_a_source_that_waits_is_left_alone_until_then(sources: FakeSources) -> None:
    # Given a source of every minute that its network asked to leave alone
    queues = FakeQueues()
    sources.states["a"] = replace(sources.states["a"], next_due_at=NOW + timedelta(hours=1))
    # When runs come before that time and at it
    dispatch_polls(INTERVALS, sources, queues, FakeClock(NOW + timedelta(minutes=30)))
    assert {"source_id": "a"} not in queues.polls
    dispatch_polls(INTERVALS, sources, queues, FakeClock(NOW + timedelta(hours=1)))
    # Then it is sent at its time
    assert queues.polls.count({"source_id": "a"}) == 1


def test_more_sources_than_a_run_takes_all_have_their_turns() -> None:
    # Given more sources of every minute than a run takes
    sources, queues = FakeSources(), FakeQueues()
    names = [f"source{number}" for number in range(LIMIT + 5)]
    for name in names:
        sources.add(name, NOW)
    # When two runs come
    intervals = dict.fromkeys(names, timedelta(minutes=1))
    for minute in range(2):
        dispatch_polls(intervals, sources, queues, FakeClock(NOW + timedelta(minutes=minute)))
    # Then none of them waits for a third one
    assert {message["source_id"] for message in queues.polls} == set(names)


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
