"""What every store of cases must do: in memory and in DynamoDB."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest

from factories import JUDGEMENT, NOW, case, mention
from fakes.clock import FakeClock
from fakes.stores import (
    FakeAnswers,
    FakeBulks,
    FakeCases,
    FakeMentions,
    FakeNotes,
    FakeOutbox,
)
from gehoor.aws.cases import Cases
from gehoor.aws.outbox import DynamoOutbox
from gehoor.aws.retention import Retention
from gehoor.domain.case import Case
from gehoor.domain.desk import Desk
from gehoor.domain.due_promise import GivenPromise
from gehoor.domain.first_answer import Ending, Stage
from gehoor.domain.mention import Visibility
from gehoor.errors import Rejected
from gehoor.ports.queues import Outbox
from gehoor.ports.stores import CaseStore
from moto_stack import moto_stack


@pytest.fixture(params=["memory", "dynamodb"])
def cases(request: pytest.FixtureRequest) -> Iterator[FakeCases | Cases]:
    if request.param == "memory":
        yield FakeCases()
        return
    with moto_stack() as stack:
        yield Cases(stack.dynamodb, stack.core)


def test_a_case_nobody_stored_is_none(cases: CaseStore) -> None:
    assert cases.get("unknown") is None


def test_many_cases_are_read_together(cases: CaseStore) -> None:
    one, other = case(), case(mention("2"))
    assert cases.put(one)
    assert cases.put(other)
    found = cases.get_many([other.case_id, "unknown", one.case_id])
    assert {each.case_id for each in found} == {one.case_id, other.case_id}


def test_a_case_that_was_handed_over_stays_so(cases: CaseStore) -> None:
    # Given a public case
    assert cases.put(case())
    stored = cases.get(case().case_id)
    assert stored is not None
    # When it is moved to its author alone, and a public mention is heard after that
    assert cases.put(stored.to_the_author_alone())
    moved = cases.get(stored.case_id)
    assert moved is not None
    assert cases.put(moved.after(mention("2", in_reply_to="1")))
    # Then it is still for the author alone
    found = cases.get(stored.case_id)
    assert found is not None
    assert (found.handed_over, found.address.visibility) == (True, Visibility.DIRECT)


def test_a_stored_case_comes_back_as_its_next_revision(cases: CaseStore) -> None:
    # Given a case as it is opened
    opened = case(mention(visibility=Visibility.DIRECT))
    # When it is stored
    assert cases.put(opened)
    # Then it comes back with its revision
    assert cases.get(opened.case_id) == replace(opened, revision=1)


def test_of_a_forgotten_case_only_its_audience_is_left(cases: FakeCases | Cases) -> None:
    # Given a case that only its author could read
    opened = case(mention(visibility=Visibility.DIRECT))
    cases.put(opened)
    assert cases.audience_left(opened.case_id) is None
    # When it is forgotten, twice because the first run died
    cases.forget(opened.case_id, NOW)
    cases.forget(opened.case_id, NOW)
    # Then nothing else is left of it, and who had read it does not store it again
    assert cases.get(opened.case_id) is None
    assert cases.audience_left(opened.case_id) is Visibility.DIRECT
    assert not cases.put(replace(opened, revision=1))


def test_a_case_is_opened_once(cases: CaseStore) -> None:
    # Given a stored case
    cases.put(case())
    # When another worker stores the same one as new
    # Then it is told, and the first stays
    assert not cases.put(case(ticket_id="2"))
    stored = cases.get(case().case_id)
    assert stored is not None
    assert stored.ticket_id == "35436"


def test_many_cases_are_opened_as_each_would_be(cases: CaseStore) -> None:
    # Given cases, more than one call takes, of which one is stored with another ticket
    opened = [case(mention(str(n)), ticket_id=str(n)) for n in range(30)]
    assert cases.put(replace(opened[3], ticket_id="before"))
    # When they are opened
    cases.open_many(opened)
    # Then each comes back with its revision, and that one as it was
    first = [replace(one, revision=1) for one in opened]
    first[3] = replace(first[3], ticket_id="before")
    assert [cases.get(one.case_id) for one in opened] == first
    # And nobody opens them again
    assert not cases.put(opened[0])


def test_many_cases_take_one_call_and_are_stored_as_one_is() -> None:
    with moto_stack() as stack:
        # Given cases that were stored one by one
        cases = Cases(stack.dynamodb, stack.core, Retention(timedelta(days=365), FakeClock()))
        opened = [clocked("1"), clocked("2"), case(mention("3"))]
        for one in opened:
            assert cases.put(one)
        singly = stack.dynamodb.scan(TableName=stack.core)["Items"]
        for item in singly:
            key = {name: item[name] for name in ("entity", "part")}
            stack.dynamodb.delete_item(TableName=stack.core, Key=key)
        calls: list[str] = []
        stack.dynamodb.meta.events.register(
            "before-call.dynamodb", lambda model, **_: calls.append(model.name)
        )
        # When they are opened together
        cases.open_many(opened)
        # Then their items are the same, by one call
        assert calls == ["BatchExecuteStatement"]
        assert stack.dynamodb.scan(TableName=stack.core)["Items"] == singly


def test_a_case_the_table_will_not_take_harms_only_itself() -> None:
    with moto_stack() as stack:
        # Given a case that no item holds
        cases = Cases(stack.dynamodb, stack.core)
        large = case(mention("large"), ticket_id="7" * 500_000)
        # When it is opened with others, then the table says why
        with pytest.raises(Rejected):
            cases.open_many([case(mention("1")), large, case(mention("2"))])
        # And they are stored
        assert cases.get(case(mention("1")).case_id)
        assert cases.get(case(mention("2")).case_id)


def test_a_revision_that_was_overtaken_is_not_stored(cases: CaseStore) -> None:
    # Given two workers that read the same revision
    cases.put(case())
    read = cases.get(case().case_id)
    assert read is not None
    # When both store theirs
    first = cases.put(replace(read, ticket_id="1"))
    second = cases.put(replace(read, ticket_id="2"))
    # Then the first one counts, and the second one knows
    assert (first, second) == (True, False)
    assert cases.get(case().case_id) == replace(read, ticket_id="1", revision=2)


def test_a_ticket_nothing_was_merged_into_has_no_cases(cases: CaseStore) -> None:
    assert cases.in_ticket("35436") == {}


def test_a_ticket_has_the_cases_that_were_merged_into_it(cases: CaseStore) -> None:
    # Given a ticket that two others went on in, one of them twice merged
    later = NOW + timedelta(hours=1)
    cases.merge(["a", "b"], "7", NOW)
    cases.merge(["c"], "7", later)
    # When the same is noted again later
    cases.merge(["c", "a"], "7", later + timedelta(hours=1))
    # Then each case is there since the time that was noted first
    assert cases.in_ticket("7") == {"a": NOW, "b": NOW, "c": later}
    assert cases.in_ticket("8") == {}


# Clocks.


class Waking(NamedTuple):
    """Cases, and the outbox that knows of which ones agents are to be told something."""

    cases: CaseStore
    outbox: Outbox

    def at(self, now: datetime, limit: int = 100) -> list[str]:
        return [item.name for item in self.outbox.waking(now, limit) if item.due]


@pytest.fixture(params=["memory", "dynamodb"])
def waking(request: pytest.FixtureRequest) -> Iterator[Waking]:
    if request.param == "memory":
        memory = FakeCases()
        others = (FakeMentions(), FakeAnswers(), FakeBulks(), FakeNotes())
        yield Waking(memory, FakeOutbox(*others, memory))
        return
    with moto_stack() as stack:
        place = (stack.dynamodb, stack.core)
        yield Waking(Cases(*place), DynamoOutbox(*place))


CLOCK = Desk().first_answer(JUDGEMENT, NOW)
HALF, SOON = NOW + timedelta(minutes=31), NOW + timedelta(minutes=49)


def clocked(name: str = "1", **changes: Any) -> Case:
    return case(mention(name), clocks=(CLOCK,), **changes)


def test_a_case_wakes_when_its_next_moment_has_come_and_not_before(waking: Waking) -> None:
    # Given a case whose first answer is waited for
    assert waking.cases.put(clocked())
    assert waking.at(CLOCK.moments[0] - timedelta(seconds=1)) == []
    assert waking.at(HALF) == [clocked().case_id]
    # When that moment was told, it waits for the next one
    assert waking.cases.put(replace(clocked().told(Stage.HALF), revision=1))
    assert waking.at(HALF) == []
    assert waking.at(SOON) == [clocked().case_id]


def test_cases_that_were_opened_together_wake(waking: Waking) -> None:
    waking.cases.open_many([clocked("1"), clocked("2")])
    assert sorted(waking.at(HALF)) == sorted(clocked(name).case_id for name in ("1", "2"))


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found.stopped(NOW, Ending.ANSWERED, timedelta(minutes=5)),
        lambda found: replace(found, is_open=False),
        lambda found: replace(found, clocks=()),
    ],
    ids=["answered", "solved", "of before there were clocks"],
)
def test_a_case_in_which_nobody_waits_sleeps(
    waking: Waking, change: Callable[[Case], Case]
) -> None:
    assert waking.cases.put(clocked())
    assert waking.cases.put(change(replace(clocked(), revision=1)))
    assert waking.at(NOW + timedelta(days=9)) == []


def test_a_promise_wakes_a_case_that_is_solved(waking: Waking) -> None:
    due_at = NOW + timedelta(days=1)
    promise = GivenPromise("9", "We'll call you", due_at, due_at - timedelta(hours=2))
    assert waking.cases.put(clocked(is_open=False, promises=(promise,)))
    assert waking.at(due_at - timedelta(hours=3)) == []
    assert waking.at(due_at - timedelta(hours=1)) == [clocked().case_id]
    assert waking.cases.get(clocked().case_id) == clocked(
        is_open=False, promises=(promise,), revision=1
    )


def test_what_was_asked_for_waits_before_it_is_asked_for_again(waking: Waking) -> None:
    # Given a case that was woken just now
    assert waking.cases.put(clocked())
    [item] = waking.outbox.waking(HALF, 10)
    assert waking.outbox.postpone(item, HALF + timedelta(minutes=5))
    assert waking.at(HALF) == []
    # Then it comes again when nothing came of it
    assert waking.at(HALF + timedelta(minutes=5)) == [clocked().case_id]
    # And not at all once something did
    assert waking.cases.put(replace(clocked().stopped(HALF, Ending.MERGED), revision=1))
    assert not waking.outbox.postpone(item, SOON)


def test_the_outbox_wakes_the_oldest_first_and_not_more_than_asked_for(waking: Waking) -> None:
    names = [str(n) for n in range(12)]
    for n, name in enumerate(names):
        later = Desk().first_answer(JUDGEMENT, NOW - timedelta(minutes=n))
        assert waking.cases.put(case(mention(name), clocks=(later,)))
    found = waking.at(NOW + timedelta(days=1), 4)
    assert 4 <= len(found) < 12
    assert waking.at(NOW + timedelta(days=1))[0] == clocked("11").case_id


def test_what_is_due_of_cases_is_nothing_that_is_to_be_sent_again(waking: Waking) -> None:
    assert waking.cases.put(clocked())
    assert waking.outbox.overdue(SOON, SOON, 10) == []


def test_many_cases_are_read_at_once() -> None:
    with moto_stack() as stack:
        cases = Cases(stack.dynamodb, stack.core)
        for name in ("1", "2", "3"):
            cases.put(clocked(name))
        cases.forget(clocked("3").case_id, NOW)
        found = cases.get_many([clocked(name).case_id for name in ("1", "2", "3", "4")])
        assert {one.case_id for one in found} == {clocked(name).case_id for name in ("1", "2")}
