"""What was set up in the helpdesk, as DynamoDB keeps it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from factories import NOW
from fakes.clock import FakeClock
from gehoor.aws.items import key, text
from gehoor.aws.setup_store import CachedSetup, SetupStore
from gehoor.domain.setup import HelpdeskSetup
from gehoor.errors import ContractBroken
from moto_stack import Stack, moto_stack

ACCOUNT = "https://noordlicht.zendesk.example"
SETUP = HelpdeskSetup(
    {"network": 36000000000126, "intent": 7},
    36000000000252,
    frozenset({"gehoor_x"}),
    {"intent": frozenset({"intent_lead", "intent_spam"})},
)


@pytest.fixture
def stack() -> Iterator[Stack]:
    with moto_stack() as made:
        yield made


@pytest.fixture
def store(stack: Stack) -> SetupStore:
    return SetupStore(stack.dynamodb, stack.state)


def test_before_the_first_setup_there_is_nothing(store: SetupStore) -> None:
    assert store.get(ACCOUNT) == HelpdeskSetup({}, None)


@pytest.mark.parametrize("setup", [SETUP, HelpdeskSetup(SETUP.ticket_fields)])
def test_what_was_stored_last_comes_back(store: SetupStore, setup: HelpdeskSetup) -> None:
    # When two setups are stored
    store.put(ACCOUNT, HelpdeskSetup({"handle": 1}, 2))
    store.put(f"{ACCOUNT}/", setup)
    # Then the second counts
    assert store.get(ACCOUNT) == setup


def test_what_an_earlier_version_stored_has_no_choices(stack: Stack, store: SetupStore) -> None:
    # Given a setup as it was stored before
    store.put(ACCOUNT, SETUP)
    own = key("helpdesk", "setup")
    item = stack.dynamodb.get_item(TableName=stack.state, Key=own)["Item"]
    document = text('{"ticket_fields": {"intent": 7}, "ticket_form_id": 2, "user_fields": []}')
    stack.dynamodb.put_item(TableName=stack.state, Item={**item, "document": document})
    # Then its fields are texts
    assert store.get(ACCOUNT) == HelpdeskSetup({"intent": 7}, 2)


def test_the_ids_of_another_helpdesk_are_not_used(store: SetupStore) -> None:
    store.put("https://sandbox.zendesk.example", SETUP)
    assert store.get(ACCOUNT) == HelpdeskSetup()


def test_a_removed_setup_is_gone(store: SetupStore) -> None:
    store.put(ACCOUNT, SETUP)
    store.remove()
    store.remove()
    assert store.get(ACCOUNT) == HelpdeskSetup()


@pytest.mark.parametrize(
    "change", [{"document": text('{"ticket_fields": 5}')}, {"schema_version": {"N": "2"}}]
)
def test_what_cannot_be_read_is_an_error(
    stack: Stack, store: SetupStore, change: dict[str, dict[str, str]]
) -> None:
    # Given a damaged item, or one from a later version
    store.put(ACCOUNT, SETUP)
    own = key("helpdesk", "setup")
    item = stack.dynamodb.get_item(TableName=stack.state, Key=own)["Item"]
    stack.dynamodb.put_item(TableName=stack.state, Item={**item, **change})
    # Then it is not taken for an empty one
    with pytest.raises(ContractBroken, match="helpdesk's setup"):
        store.get(ACCOUNT)


def test_the_cache_reads_once_a_minute(stack: Stack, store: SetupStore) -> None:
    # Given a cached setup
    clock, reads = FakeClock(), []
    stack.dynamodb.meta.events.register("before-call.dynamodb.GetItem", lambda **_: reads.append(1))
    cached = CachedSetup(store, clock, 60)
    store.put(ACCOUNT, SETUP)
    assert [cached(ACCOUNT), cached(ACCOUNT)] == [SETUP, SETUP]
    # When another one is stored
    store.put(ACCOUNT, HelpdeskSetup())
    clock.advance(seconds=59)
    before = cached(ACCOUNT)
    clock.advance(seconds=1)
    after = cached(ACCOUNT)
    # Then it is known after a minute, and was looked for no sooner
    assert (before, after, len(reads)) == (SETUP, HelpdeskSetup(), 2)


def test_the_cache_does_not_mix_up_helpdesks(store: SetupStore) -> None:
    cached = CachedSetup(store, lambda: NOW, timedelta(minutes=1).total_seconds())
    store.put(ACCOUNT, SETUP)
    assert [cached("https://other.example"), cached(ACCOUNT)] == [HelpdeskSetup(), SETUP]
