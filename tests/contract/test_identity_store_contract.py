"""What every store of identities must do: in memory and in DynamoDB."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from factories import NOW, author
from fakes.stores import FakeIdentities
from gehoor.aws.identities import Identities
from gehoor.domain.customer import Doubt, HeardThread, Identity
from gehoor.ports.stores import IdentityStore
from moto_stack import moto_stack

ANNA = author("anna").identity
THREAD = HeardThread("thread", "case", "noordlicht", NOW)


@pytest.fixture(params=["memory", "dynamodb"])
def identities(request: pytest.FixtureRequest) -> Iterator[IdentityStore]:
    if request.param == "memory":
        yield FakeIdentities()
        return
    with moto_stack() as stack:
        yield Identities(stack.dynamodb, stack.core)


def test_an_identity_nobody_stored_is_none(identities: IdentityStore) -> None:
    assert identities.get(ANNA) is None
    assert list(identities.of_customer("7")) == []


def test_a_stored_identity_comes_back_as_its_next_revision(identities: IdentityStore) -> None:
    # Given an identity with all it can hold
    anna = Identity(
        ANNA,
        "7",
        since=NOW,
        told="profile",
        confirmed=True,
        threads=(THREAD,),
        linked_at=NOW,
        handle="@anna",
        contact="fingerprint",
        doubts=tuple(Doubt),
    )
    # When it is stored
    stored = replace(anna, listed_under="7", revision=1)
    assert identities.put(anna) == stored
    # Then it comes back, and under its customer too
    assert identities.get(ANNA) == stored
    assert list(identities.of_customer("7")) == [stored]


def test_many_identities_are_read_at_once(identities: IdentityStore) -> None:
    # Given as many as are asked for at once, of which one is stored
    assert identities.put(Identity(ANNA, "7"))
    names = [ANNA, *(f"town:{number}" for number in range(99))]
    # When they are read
    found = identities.get_many(names)
    # Then each is told
    assert found == {**dict.fromkeys(names), ANNA: identities.get(ANNA)}
    assert identities.get_many([]) == {}


def test_many_identities_are_stored_at_once(identities: IdentityStore) -> None:
    # Given more authors than one call takes, one of whom is known, and one confirmed
    many = [Identity(f"town:{n}", "7", threads=(THREAD,)) for n in range(30)]
    known = identities.put(Identity(many[3].name, "8"))
    many[5] = replace(many[5], confirmed=True)
    # When they are stored
    stored = identities.put_many(many)
    # Then those two are to be put by themselves, and each other is there as `put` stores it
    new = [one for place, one in enumerate(many) if place not in (3, 5)]
    assert [one for one in stored if one] == [replace(one, revision=1) for one in new]
    assert (stored[3], stored[5]) == (None, None)
    found = identities.get_many([one.name for one in many])
    assert found == {
        **{one.name: replace(one, revision=1) for one in new},
        many[3].name: known,
        many[5].name: None,
    }
    # And an identity that was stored before is not taken for a new one
    assert list(identities.put_many([one for one in stored if one][:2])) == [None, None]
    assert list(identities.put_many([])) == []


def test_an_identity_that_was_stored_with_others_goes_on_as_any_other(
    identities: IdentityStore,
) -> None:
    [stored] = identities.put_many([Identity(ANNA, "7")])
    assert stored is not None
    assert identities.put(replace(stored, threads=(THREAD,))) == identities.get(ANNA)
    assert [found.name for found in identities.of_customer("7")] == [ANNA]


def test_a_revision_that_was_overtaken_is_not_stored(identities: IdentityStore) -> None:
    # Given two workers that met the author for the first time
    assert identities.put(Identity(ANNA, "7"))
    # When the second one stores what it made of it
    # Then it is told, and the first stays
    assert not identities.put(Identity(ANNA, "8"))
    stored = identities.get(ANNA)
    assert stored is not None
    assert stored.customer_id == "7"


def test_an_identity_is_listed_under_the_customer_it_is_linked_to_now(
    identities: IdentityStore,
) -> None:
    # Given an identity linked to a customer
    identities.put(Identity(ANNA, "7", confirmed=True))
    known = identities.get(ANNA)
    assert known is not None
    # When an agent links it to another one
    assert identities.put(known.linked_to("8"))
    # Then it stands under that one alone
    assert list(identities.of_customer("7")) == []
    assert [found.name for found in identities.of_customer("8")] == [ANNA]


def test_who_was_heard_once_is_not_listed_yet(identities: IdentityStore) -> None:
    # Given an author for whom a customer was made
    assert identities.put(Identity(ANNA, "7"))
    assert list(identities.of_customer("7")) == []
    # When they are heard again
    known = identities.get(ANNA)
    assert known is not None
    assert identities.put(replace(known, threads=(THREAD,))) == identities.get(ANNA)
    # Then they stand in the customer's list
    assert [found.name for found in identities.of_customer("7")] == [ANNA]


def test_a_customer_may_have_several_identities(identities: IdentityStore) -> None:
    # Given two authors who are one customer, and another one
    for name, customer_id in (("a:1", "7"), ("b:2", "7"), ("c:3", "8")):
        assert identities.put(Identity(name, customer_id, confirmed=True))
    # When the customer's identities are asked for
    # Then both are there, and only they
    assert sorted(found.name for found in identities.of_customer("7")) == ["a:1", "b:2"]


def test_an_identity_that_an_older_version_stored_stays_readable() -> None:
    # Given an item as the first version wrote it
    with moto_stack() as stack:
        stack.dynamodb.put_item(
            TableName=stack.core,
            Item={
                "entity": {"S": f"identity#{ANNA}"},
                "part": {"S": "customer"},
                "schema": {"N": "1"},
                "customer_id": {"S": "7"},
            },
        )
        identities = Identities(stack.dynamodb, stack.core)
        # When it is read and stored again
        known = identities.get(ANNA)
        # Then its customer is kept
        assert known == Identity(ANNA, "7")
        assert identities.put(known)
        known = identities.get(ANNA)
        assert known is not None
        assert identities.put(known)
        assert [found.customer_id for found in identities.of_customer("7")] == ["7"]


def test_a_thread_is_noted_anew_only_when_that_says_something() -> None:
    # Given an identity that was heard in a thread
    anna = Identity(ANNA, "7").having_heard(THREAD, timedelta(hours=1))
    # When it is heard there again, soon, later, and in another case
    soon = replace(THREAD, heard_at=NOW + timedelta(minutes=59))
    later = replace(THREAD, heard_at=NOW + timedelta(hours=1))
    elsewhere = replace(THREAD, case_id="follow-up")
    # Then only the last two change it
    assert anna.having_heard(soon, timedelta(hours=1)) is anna
    assert anna.having_heard(later, timedelta(hours=1)).threads == (later,)
    assert anna.having_heard(elsewhere, timedelta(hours=1)).threads == (elsewhere,)
