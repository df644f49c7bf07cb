"""The stored configuration: numbered versions, one of them current, read through a cache."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError
from moto import mock_aws

from fakes.adapters import STUBS, document
from gehoor.aws import config_store
from gehoor.aws.config_store import CachedConfig, ConfigStore
from gehoor.config import AS_STORED, AppConfig, ConfigInvalid, ConfigMissing, parse
from gehoor.errors import ContractBroken, NotAllowed, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TABLE = "state"


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoDBClient]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-west-1")
        client.create_table(
            TableName=TABLE,
            KeySchema=[
                {"AttributeName": "entity", "KeyType": "HASH"},
                {"AttributeName": "part", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "entity", "AttributeType": "S"},
                {"AttributeName": "part", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


def config(company: str = "Noordlicht") -> AppConfig:
    return parse({**document(), "company": company}, STUBS)


def store_in(client: DynamoDBClient) -> ConfigStore:
    return ConfigStore(client, TABLE, STUBS)


def test_before_the_first_push_the_error_says_what_to_run(table: DynamoDBClient) -> None:
    with pytest.raises(ConfigMissing, match="run: gehoor config push"):
        store_in(table).current()


def test_what_was_pushed_last_is_current(table: DynamoDBClient) -> None:
    # Given two versions
    store = store_in(table)
    assert [store.push(config("Noordlicht"), NOW), store.push(config("Zuid"), NOW)] == [1, 2]
    # When the current one is read
    # Then it is the second
    assert store.current() == (2, config("Zuid"))


def test_an_unchanged_configuration_is_no_new_version(table: DynamoDBClient) -> None:
    # Given a version
    store = store_in(table)
    store.push(config(), NOW)
    # When the same is pushed later
    # Then the number stays
    assert store.push(config(), NOW + timedelta(days=1)) == 1


def test_going_back_to_an_older_document_is_a_new_version(table: DynamoDBClient) -> None:
    store = store_in(table)
    numbers = [store.push(config(name), NOW) for name in ("Noordlicht", "Zuid", "Noordlicht")]
    assert numbers == [1, 2, 3]


class Overtaken:
    """A client whose first transactions are each overtaken by another push."""

    def __init__(self, client: DynamoDBClient, times: int) -> None:
        self._client = client
        self._left = times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **request: Any) -> Any:
        if self._left:
            self._left -= 1
            store_in(self._client).push(config(f"Other {self._left}"), NOW)
        return self._client.transact_write_items(**request)


def test_two_pushes_at_once_get_two_numbers(table: DynamoDBClient) -> None:
    # Given a push that another one overtakes between reading and writing
    store = ConfigStore(Overtaken(table, 1), TABLE, STUBS)  # type: ignore[arg-type]  # a proxy
    # When it is done
    number = store.push(config(), NOW)
    # Then it got the next number and is current
    assert number == 2
    assert store.current() == (2, config())


def test_a_push_that_is_always_overtaken_gives_up_without_effect(table: DynamoDBClient) -> None:
    # Given others that push all the time
    store = ConfigStore(Overtaken(table, 99), TABLE, STUBS)  # type: ignore[arg-type]  # a proxy
    # When one more pushes
    # Then it says so
    with pytest.raises(Unavailable, match="push again"):
        store.push(config(), NOW)
    assert store.current()[1].company.startswith("Other")


def test_a_document_too_large_for_the_table_is_no_lost_race(table: DynamoDBClient) -> None:
    # Given a configuration over DynamoDB's 400 KB
    hosts = tuple(f"host-{n}.example" for n in range(30_000))
    large = config().model_copy(update={"allow_private_hosts": hosts})
    # When it is pushed
    # Then the error comes from the table at once
    with pytest.raises(Exception, match=r"AWS rejected the call") as caught:
        store_in(table).push(large, NOW)
    assert not isinstance(caught.value, Unavailable)


def test_a_version_of_a_newer_gehoor_is_refused(
    table: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a version stored under a newer schema
    monkeypatch.setattr(config_store, "SCHEMA_VERSION", 2)
    store = store_in(table)
    store.push(config(), NOW)
    monkeypatch.undo()
    # When this gehoor reads it
    # Then it says so
    with pytest.raises(ContractBroken, match="newer gehoor"):
        store.current()


def test_a_version_with_settings_this_gehoor_does_not_know_is_refused(
    table: DynamoDBClient,
) -> None:
    # Given a stored document with a key that no setting has
    store = store_in(table)
    store.push(config().model_copy(update={"company": "x" * 300}), NOW)
    # When it is read
    # Then the path is told
    with pytest.raises(ConfigInvalid, match="company"):
        store.current()


class Refusing:
    """A client whose every call ends in one error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def get_item(self, **_request: Any) -> Any:
        raise self._error


def test_a_refused_endpoint_is_unavailable() -> None:
    client: Any = Refusing(ConnectTimeoutError(endpoint_url="https://example"))
    with pytest.raises(Unavailable):
        ConfigStore(client, TABLE, STUBS).current()


def test_a_missing_right_is_not_allowed(table: DynamoDBClient) -> None:
    answer: Any = {"Error": {"Code": "AccessDeniedException"}}
    client: Any = Refusing(table.exceptions.ClientError(answer, "GetItem"))
    with pytest.raises(NotAllowed):
        ConfigStore(client, TABLE, STUBS).current()


class HandClock:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def test_the_cache_looks_again_only_after_its_time(table: DynamoDBClient) -> None:
    # Given a cached configuration
    store, clock = store_in(table), HandClock()
    store.push(config("Noordlicht"), NOW)
    cached = CachedConfig(store, clock, max_age_s=60)
    assert cached().company == "Noordlicht"
    # When a new version is pushed
    store.push(config("Zuid"), NOW)
    # Then it is seen after a minute, and not before
    clock.now += timedelta(seconds=59)
    assert cached().company == "Noordlicht"
    clock.now += timedelta(seconds=1)
    assert cached().company == "Zuid"


def test_an_unchanged_version_keeps_the_same_object(table: DynamoDBClient) -> None:
    # Given a cached configuration
    store, clock = store_in(table), HandClock()
    store.push(config(), NOW)
    cached = CachedConfig(store, clock)
    first = cached()
    # When its time is over and nothing was pushed
    clock.now += timedelta(hours=1)
    # Then it is the very object
    assert cached() is first


def test_a_clock_set_back_does_not_freeze_the_cache(table: DynamoDBClient) -> None:
    # Given a configuration read by a clock that ran an hour ahead
    store, clock = store_in(table), HandClock()
    store.push(config("Noordlicht"), NOW)
    cached = CachedConfig(store, clock)
    cached()
    store.push(config("Zuid"), NOW)
    # When the clock is set back
    clock.now -= timedelta(hours=1)
    # Then the new version is seen
    assert cached().company == "Zuid"


def test_a_version_that_leaves_defaults_to_adapters_is_read_with_them(
    table: DynamoDBClient,
) -> None:
    # Given a version as an earlier gehoor stored it: without what a feed sets by itself
    feed = {"id": "blog", "network": "feed", "brand": "n", "url": "https://b.example/feed"}
    desk = {"kind": "zendesk", "base_url": "https://n.zendesk.example", "secret": "/gehoor/z"}
    brands = [{"id": "n", "languages": ["nl"]}]
    whole = {"company": "N", "brands": brands, "sources": [feed], "helpdesk": desk}
    version = {"document": {"S": json.dumps(whole)}, "schema_version": {"N": "1"}}
    for part, attributes in (("current", {"version": {"N": "1"}}), ("version#00000001", version)):
        key = {"entity": {"S": "config"}, "part": {"S": part}}
        table.put_item(TableName=TABLE, Item=key | attributes)
    # When a function reads it
    store = ConfigStore(table, TABLE, AS_STORED)
    # Then the feed keeps its own pace
    [source] = store.current()[1].sources
    assert source.every == timedelta(minutes=15)
    # And once it is pushed again, it is read without its adapter
    store.push(parse(whole), NOW)
    [again] = store.current()[1].sources
    assert type(again) is not type(source)
    assert again.every == source.every
