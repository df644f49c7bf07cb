"""What every store of cases and identities must do: in memory and in DynamoDB."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest

from factories import NOW, author, case, mention
from fakes.stores import FakeCases, FakeIdentities
from gehoor.aws.cases import Cases, Identities
from gehoor.domain.mention import Visibility
from gehoor.ports import CaseStore, IdentityStore
from moto_stack import moto_stack


class Stores(NamedTuple):
    cases: CaseStore
    identities: IdentityStore


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "memory":
        yield Stores(FakeCases(), FakeIdentities())
        return
    with moto_stack() as stack:
        place = (stack.dynamodb, stack.core)
        yield Stores(Cases(*place), Identities(*place))


def test_a_case_nobody_stored_is_none(stores: Stores) -> None:
    assert stores.cases.get("unknown") is None


def test_a_case_that_was_handed_over_stays_so(stores: Stores) -> None:
    # Given a public case
    assert stores.cases.put(case())
    stored = stores.cases.get(case().case_id)
    assert stored is not None
    # When it is moved to its author alone, and a public mention is heard after that
    assert stores.cases.put(stored.to_the_author_alone())
    moved = stores.cases.get(stored.case_id)
    assert moved is not None
    assert stores.cases.put(moved.after(mention("2", in_reply_to="1")))
    # Then it is still for the author alone
    found = stores.cases.get(stored.case_id)
    assert found is not None
    assert (found.handed_over, found.address.visibility) == (True, Visibility.DIRECT)


def test_a_stored_case_comes_back_as_its_next_revision(stores: Stores) -> None:
    # Given a case as it is opened
    opened = case(mention(visibility=Visibility.DIRECT))
    # When it is stored
    assert stores.cases.put(opened)
    # Then it comes back with its revision
    assert stores.cases.get(opened.case_id) == replace(opened, revision=1)


def test_a_case_is_opened_once(stores: Stores) -> None:
    # Given a stored case
    stores.cases.put(case())
    # When another worker stores the same one as new
    # Then it is told, and the first stays
    assert not stores.cases.put(case(ticket_id="2"))
    stored = stores.cases.get(case().case_id)
    assert stored is not None
    assert stored.ticket_id == "35436"


def test_a_revision_that_was_overtaken_is_not_stored(stores: Stores) -> None:
    # Given two workers that read the same revision
    stores.cases.put(case())
    read = stores.cases.get(case().case_id)
    assert read is not None
    # When both store theirs
    first = stores.cases.put(replace(read, ticket_id="1"))
    second = stores.cases.put(replace(read, ticket_id="2"))
    # Then the first one counts, and the second one knows
    assert (first, second) == (True, False)
    assert stores.cases.get(case().case_id) == replace(read, ticket_id="1", revision=2)


def test_an_identity_is_linked_to_one_customer(stores: Stores) -> None:
    # Given an identity nobody knows
    assert stores.identities.customer_of(author("anna")) is None
    # When it is linked, and linked anew after the customer was removed
    stores.identities.link(author("anna"), "7", NOW)
    stores.identities.link(author("anna"), "8", NOW)
    # Then the last link counts, under any handle, and for nobody else
    assert stores.identities.customer_of(author("anna", handle="@anna_new")) == "8"
    assert stores.identities.customer_of(author("bob")) is None
