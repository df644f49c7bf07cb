"""What every store of cases must do: in memory and in DynamoDB."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from factories import NOW, case, mention
from fakes.stores import FakeCases
from gehoor.aws.cases import Cases
from gehoor.domain.mention import Visibility
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
