"""What every store of sources must do: in memory and in DynamoDB."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from factories import NOW
from fakes.stores import FakeSources
from gehoor.aws.sources import Sources
from gehoor.domain.place import Gap
from gehoor.domain.source import SourceState
from gehoor.errors import ContractBroken
from gehoor.ports.sources import PollOutcome, SourceStore
from moto_stack import moto_stack

SOON = NOW + timedelta(minutes=2)
LATER = SOON + timedelta(hours=1)
CURSOR = {"mark": "113", "seen": ["1", "é"], "position": None}


@pytest.fixture(params=["memory", "dynamodb"])
def sources(request: pytest.FixtureRequest) -> Iterator[SourceStore]:
    """A store with the sources `a` and `b`, that came a minute apart."""
    if request.param == "memory":
        fake = FakeSources()
        fake.add("a", NOW)
        fake.add("b", NOW + timedelta(minutes=1))
        yield fake
        return
    with moto_stack() as stack:
        store = Sources(stack.dynamodb, stack.state)
        store.reconcile(["a"], NOW)
        store.reconcile(["a", "b"], NOW + timedelta(minutes=1))
        yield store


def leased(sources: SourceStore, owner: str = "me") -> SourceState:
    state = sources.acquire("a", owner, NOW, SOON)
    assert state is not None
    return state


def test_a_new_source_is_due_at_once_the_longest_waiting_first(sources: SourceStore) -> None:
    assert list(sources.due(NOW, 10)) == ["a"]
    assert list(sources.due(SOON, 10)) == ["a", "b"]
    assert list(sources.due(SOON, 1)) == ["a"]


def test_a_new_source_has_no_past(sources: SourceStore) -> None:
    assert sources.get("a") == SourceState("a", {}, NOW, watched_since=NOW)
    assert sources.get("unknown") is None


def test_a_turn_is_claimed_once(sources: SourceStore) -> None:
    # When two dispatchers claim a source's turn
    first = sources.claim_turn("a", NOW, SOON)
    second = sources.claim_turn("a", NOW, SOON)
    # Then one has it, and the source is due at the next turn
    assert (first, second) == (True, False)
    assert list(sources.due(NOW, 10)) == []
    assert "a" in sources.due(SOON, 10)


def test_a_lease_keeps_others_out_until_it_ends(sources: SourceStore) -> None:
    # Given a worker with the lease
    leased(sources)
    # When others come before and after its end
    # Then only the late one gets it
    assert sources.acquire("a", "other", NOW, SOON) is None
    late = SOON + timedelta(seconds=1)
    assert sources.acquire("a", "other", late, late + timedelta(minutes=2)) is not None


def test_the_end_of_a_lease_is_known_until_it_is_given_back(sources: SourceStore) -> None:
    # Given a worker with the lease
    assert sources.leased_until("a") is None
    leased(sources)
    # When it is asked until when
    assert sources.leased_until("a") == SOON
    # Then that stands until the worker gives it back
    sources.release("a", "me", PollOutcome(NOW, 0))
    assert sources.leased_until("a") is None


def test_a_source_without_state_cannot_be_leased(sources: SourceStore) -> None:
    assert sources.acquire("unknown", "me", NOW, SOON) is None
    assert sources.get("unknown") is None
    assert sources.leased_until("unknown") is None


def test_the_cursor_moves_for_the_owner_only(sources: SourceStore) -> None:
    # Given a worker with the lease
    leased(sources)
    # When it and another one write the cursor
    mine = sources.save_cursor("a", "me", CURSOR)
    others = sources.save_cursor("a", "other", {"mark": "9"})
    # Then the owner's counts
    assert (mine, others) == (True, False)
    state = sources.get("a")
    assert state is not None
    assert state.cursor == CURSOR


@pytest.mark.parametrize("error", ["", "Unavailable: down"])
def test_the_cursor_may_move_with_the_end_of_a_run(sources: SourceStore, error: str) -> None:
    # Given a worker with the lease, that found a gap
    leased(sources)
    gap = Gap("mentions", NOW - timedelta(days=2), NOW - timedelta(days=1), NOW)
    # When its run ends, and one that never had the lease
    outcome = PollOutcome(NOW, 1, error)
    sources.release("a", "other", outcome._replace(cursor={"mark": "9"}))
    sources.release("a", "me", outcome._replace(cursor=CURSOR, gaps=[gap]))
    # Then the owner's cursor is there, and the lease is given back
    state = leased(sources, "next")
    assert (state.cursor, state.gaps, state.error) == (CURSOR, (gap,), error)
    # And a run that moves nothing leaves both
    sources.release("a", "next", PollOutcome(NOW, 0))
    state = leased(sources)
    assert (state.cursor, state.gaps) == (CURSOR, (gap,))


def test_gaps_stay_with_the_source(sources: SourceStore) -> None:
    # Given a source of which something was cut off
    leased(sources)
    gap = Gap("mentions", NOW - timedelta(days=2), NOW - timedelta(days=1), NOW)
    sources.save_cursor("a", "me", CURSOR, [gap])
    # When a run moves its cursor on
    sources.save_cursor("a", "me", {"mark": "114"}, [gap])
    # Then the gap is known, and another worker adds none
    assert not sources.save_cursor("a", "other", CURSOR, [gap, gap])
    state = sources.get("a")
    assert state is not None
    assert state.gaps == (gap,)


def test_a_success_is_noted_and_the_lease_given_back(sources: SourceStore) -> None:
    # When a poll ends well with two new mentions
    leased(sources)
    sources.release("a", "me", PollOutcome(NOW, 2))
    # Then the source says so, and is free
    state = leased(sources, "next")
    assert (state.last_success_at, state.last_new_at, state.failures) == (NOW, NOW, 0)
    assert state.error == ""


def test_a_poll_that_brings_nothing_does_not_count_as_news(sources: SourceStore) -> None:
    leased(sources)
    sources.release("a", "me", PollOutcome(NOW, 0))
    state = sources.get("a")
    assert state is not None
    assert (state.last_success_at, state.last_new_at) == (NOW, None)


def test_what_a_push_brought_is_noted_and_changes_nothing_else(sources: SourceStore) -> None:
    before = sources.get("a")
    assert before is not None
    sources.note_pushed("a", SOON)
    sources.note_pushed("unknown", SOON)
    assert sources.get("a") == replace(before, last_new_at=SOON, pushed_at=SOON)
    assert sources.get("unknown") is None


@pytest.mark.parametrize(("new_items", "pushed_at"), [(0, NOW), (1, None)])
def test_pushes_are_shown_to_work_until_a_poll_is_first(
    sources: SourceStore, new_items: int, pushed_at: datetime | None
) -> None:
    # Given a source of which a push brought something
    sources.note_pushed("a", NOW)
    # When a poll of it ends
    leased(sources)
    sources.release("a", "me", PollOutcome(SOON, new_items))
    # Then only something new shows that pushes get lost
    state = sources.get("a")
    assert state is not None
    assert state.pushed_at == pushed_at


def test_failures_are_counted_until_a_success(sources: SourceStore) -> None:
    # When two polls fail, and back off
    for _ in range(2):
        leased(sources)
        sources.release(
            "a", "me", PollOutcome(NOW, 0, "Unavailable: down", SOON, rests_until=LATER)
        )
    # Then both are counted, and the source waits
    state = sources.get("a")
    assert state is not None
    assert (state.failures, state.error) == (2, "Unavailable: down")
    assert (state.next_due_at, state.quiet_until, state.rests_until) == (SOON, SOON, LATER)
    assert state.last_success_at is None
    # When the next one succeeds
    leased(sources)
    sources.release("a", "me", PollOutcome(SOON, 0))
    # Then the count starts anew
    state = sources.get("a")
    assert state is not None
    assert (state.failures, state.error) == (0, "")
    assert (state.quiet_until, state.rests_until) == (None, None)


def test_the_end_of_a_credential_stays_until_a_success_tells_otherwise(
    sources: SourceStore,
) -> None:
    # Given a source whose network told when its credential ends
    leased(sources)
    sources.release("a", "me", PollOutcome(NOW, 0, credential_ends_at=SOON))
    # When a poll fails
    leased(sources)
    sources.release("a", "me", PollOutcome(NOW, 0, "Unavailable: down"))
    # Then it is still known
    state = sources.get("a")
    assert state is not None
    assert state.credential_ends_at == SOON
    # When one succeeds that tells of no end
    leased(sources)
    sources.release("a", "me", PollOutcome(NOW, 0))
    # Then there is none
    state = sources.get("a")
    assert state is not None
    assert state.credential_ends_at is None


def test_an_overrun_worker_changes_nothing(sources: SourceStore) -> None:
    # Given a worker whose lease went to another one
    leased(sources)
    late = SOON + timedelta(seconds=1)
    assert sources.acquire("a", "other", late, late + timedelta(minutes=2)) is not None
    # When it comes to its end
    sources.release("a", "me", PollOutcome(NOW, 5, "AuthExpired: too late", cursor=CURSOR))
    # Then nothing of it is noted, and the other one keeps the lease
    state = sources.get("a")
    assert state is not None
    assert (state.error, state.last_new_at, state.cursor) == ("", None, {})
    assert sources.save_cursor("a", "other", CURSOR)


def test_a_damaged_source_is_an_error_that_names_it() -> None:
    with moto_stack() as stack:
        key = {"entity": {"S": "source#a"}, "part": {"S": "source"}}
        stack.dynamodb.put_item(TableName=stack.state, Item=key)
        with pytest.raises(ContractBroken, match="source a"):
            Sources(stack.dynamodb, stack.state).get("a")


def test_a_source_that_comes_back_into_the_configuration_is_watched_from_then() -> None:
    # Given a source that left the configuration with its cursor
    with moto_stack() as stack:
        store = Sources(stack.dynamodb, stack.state)
        store.reconcile(["a"], NOW)
        leased(store)
        store.save_cursor("a", "me", CURSOR)
        store.release("a", "me", PollOutcome(NOW, 1))
        store.reconcile([], NOW)
        assert list(store.due(SOON, 10)) == []
        # When it comes back much later
        later = NOW + timedelta(days=30)
        store.reconcile(["a"], later)
        # Then it reads on where it was, and its silence counts from now
        state = store.get("a")
    assert state is not None
    assert (state.cursor, state.watched_since) == (CURSOR, later)
