"""What every ledger must do: in memory and in DynamoDB."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from factories import NOW
from fakes.stores import FakeLedger
from gehoor.aws.ledger import DynamoLedger
from gehoor.ports.ledger import Begin, Ledger, Promise
from moto_stack import moto_stack

LEASE = timedelta(minutes=2)
AFTER = NOW + LEASE + timedelta(seconds=1)


@pytest.fixture(params=["memory", "dynamodb"])
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    if request.param == "memory":
        yield FakeLedger()
        return
    with moto_stack() as stack:
        yield DynamoLedger(stack.dynamodb, stack.core)


def test_work_nobody_began_is_new(ledger: Ledger) -> None:
    assert ledger.begin("ticket:1", NOW, LEASE) == Promise(Begin.NEW, {}, None)


def test_work_under_way_is_busy_until_its_lease_ends(ledger: Ledger) -> None:
    # Given somebody at work
    ledger.begin("ticket:1", NOW, LEASE)
    # When another worker wants to begin
    promise = ledger.begin("ticket:1", NOW + timedelta(seconds=30), LEASE)
    # Then it is told when to come back
    assert promise == Promise(Begin.BUSY, {}, NOW + LEASE)


def test_other_work_is_not_busy(ledger: Ledger) -> None:
    ledger.begin("ticket:1", NOW, LEASE)
    assert ledger.begin("ticket:2", NOW, LEASE).begin is Begin.NEW


def test_work_whose_worker_died_is_unknown_to_one_worker_only(ledger: Ledger) -> None:
    # Given a worker that never came back
    ledger.begin("ticket:1", NOW, LEASE)
    # When two others come after its lease
    first = ledger.begin("ticket:1", AFTER, LEASE)
    second = ledger.begin("ticket:1", AFTER, LEASE)
    # Then one looks, and the other waits for it
    assert first == Promise(Begin.UNKNOWN, {}, None)
    assert second == Promise(Begin.BUSY, {}, AFTER + LEASE)


def test_finished_work_keeps_its_result_for_ever(ledger: Ledger) -> None:
    # Given finished work
    ledger.begin("ticket:1", NOW, LEASE)
    ledger.finish("ticket:1", {"ticket_id": "35436", "name": "Zoë"}, NOW)
    # When somebody asks, at once or much later
    # Then the result is there
    done = Promise(Begin.DONE, {"ticket_id": "35436", "name": "Zoë"}, None)
    assert ledger.begin("ticket:1", NOW, LEASE) == done
    assert ledger.begin("ticket:1", NOW + timedelta(days=900), LEASE) == done


def test_released_work_may_be_looked_at_at_once(ledger: Ledger) -> None:
    # Given work that stopped half-way, with an answer
    ledger.begin("ticket:1", NOW, LEASE)
    ledger.release("ticket:1")
    # When somebody begins again
    # Then the outcome is unknown, and the lease is taken
    assert ledger.begin("ticket:1", NOW, LEASE).begin is Begin.UNKNOWN
    assert ledger.begin("ticket:1", NOW, LEASE).begin is Begin.BUSY


def test_what_one_has_claimed_is_nobody_elses(ledger: Ledger) -> None:
    # Given a thing that is somebody's
    assert ledger.claim("post:7", "reply:1", NOW)
    # Then it stays theirs, however often they ask, and is no other's
    assert ledger.claim("post:7", "reply:1", AFTER)
    assert not ledger.claim("post:7", "reply:2", AFTER)
    assert ledger.claim("post:8", "reply:2", NOW)
    assert [ledger.owner(f"post:{n}") for n in (7, 8, 9)] == ["reply:1", "reply:2", None]
    # And a promise of the same name is another matter
    assert ledger.begin("post:7", NOW, LEASE).begin is Begin.NEW


def test_the_first_decision_counts_for_ever(ledger: Ledger) -> None:
    # Given nothing decided
    assert ledger.decided("plan:1") is None
    # When two decide
    first = ledger.decide("plan:1", {"ends": "490 900", "by": "Zoë"}, NOW)
    second = ledger.decide("plan:1", {"ends": "1"}, AFTER)
    # Then both get the first choice, and so does who asks later
    assert first == second == ledger.decided("plan:1") == {"ends": "490 900", "by": "Zoë"}
    # And promises and claims of the same name are another matter
    assert ledger.begin("plan:1", NOW, LEASE).begin is Begin.NEW
    assert ledger.owner("plan:1") is None
    assert ledger.decided("plan:2") is None


def test_decisions_are_read_together(ledger: Ledger) -> None:
    # Given more names than one call takes, of which every second is decided
    names = [f"end:{n}" for n in range(130)]
    for n, name in enumerate(names[::2]):
        ledger.decide(name, {"outcome": str(n)}, NOW)
    # When all are read, then those are there
    found = ledger.decided_many(names)
    assert found == {name: {"outcome": str(n)} for n, name in enumerate(names[::2])}
    assert ledger.decided_many([]) == {}


def test_of_two_workers_that_see_one_dead_lease_one_takes_it_over() -> None:
    # Given a dead worker's lease that another worker takes over between this one's two calls
    with moto_stack() as stack:
        ledger = DynamoLedger(stack.dynamodb, stack.core)
        ledger.begin("ticket:1", NOW, LEASE)
        calls: list[str] = []

        def overtake(**_: object) -> None:
            calls.append("update")
            if len(calls) == 1:
                assert ledger.begin("ticket:1", AFTER, LEASE).begin is Begin.UNKNOWN

        stack.dynamodb.meta.events.register("before-parameter-build.dynamodb.UpdateItem", overtake)
        # When this one wants it too
        promise = ledger.begin("ticket:1", AFTER, LEASE)
    # Then it comes back later
    assert promise == Promise(Begin.BUSY, {}, AFTER + LEASE)


def test_work_that_was_withdrawn_never_began(ledger: Ledger) -> None:
    # Given a promise of which nothing was begun
    ledger.begin("ticket:1", NOW, LEASE)
    # When it is withdrawn, twice
    ledger.withdraw("ticket:1")
    ledger.withdraw("ticket:1")
    # Then the next one is the first
    assert ledger.begin("ticket:1", NOW, LEASE).begin is Begin.NEW


def test_whether_work_has_begun_can_be_asked(ledger: Ledger) -> None:
    # Given work that began, work that is done, and work that was withdrawn
    for name in ("begun", "done", "withdrawn"):
        ledger.begin(name, NOW, LEASE)
    ledger.release("begun")
    ledger.finish("done", {}, NOW)
    ledger.withdraw("withdrawn")
    # Then the first two have, and asking begins nothing
    names = ("begun", "done", "withdrawn", "never")
    assert [ledger.has_begun(name) for name in names] == [True, True, False, False]
    assert ledger.begin("never", NOW, LEASE).begin is Begin.NEW


def test_of_many_works_those_begin_that_nobody_began(ledger: Ledger) -> None:
    # Given a work that was begun, and one that was done
    ledger.begin("ticket:0", NOW, LEASE)
    ledger.begin("ticket:29", NOW, LEASE)
    ledger.finish("ticket:29", {}, NOW)
    # When they begin with others, more than one call takes
    names = [f"ticket:{number}" for number in range(30)]
    new = ledger.begin_new(names, AFTER, LEASE)
    # Then only the others do, each under its lease
    assert list(new) == names[1:29]
    assert ledger.begin("ticket:1", AFTER, LEASE) == Promise(Begin.BUSY, {}, AFTER + LEASE)
    # And the two are as they were
    assert ledger.begin("ticket:0", AFTER, LEASE).begin is Begin.UNKNOWN
    assert ledger.begin("ticket:29", AFTER, LEASE).begin is Begin.DONE


def test_no_work_begins_where_none_is_named(ledger: Ledger) -> None:
    assert list(ledger.begin_new([], NOW, LEASE)) == []
