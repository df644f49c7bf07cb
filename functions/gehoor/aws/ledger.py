"""The ledger in the table `core`: what gehoor promised to do exactly once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import ClientError

from gehoor.aws.items import SCHEMA_VERSION, key, moment, number, read_moment, read_text, text
from gehoor.aws.reading import READ_AT_ONCE, read_many
from gehoor.aws.translate import item_in_the_way, translated
from gehoor.aws.writing import insert_many
from gehoor.ports.ledger import Begin, Promise

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from gehoor.aws.items import Item


RELEASED = "1970-01-01T00:00:00.000000+00:00"
"""A lease that has ended."""


class Done(NamedTuple):
    """When a work was done, and what came of it."""

    at: datetime
    result: dict[str, str]


class DynamoLedger:
    """Fits `ports.Ledger` with one conditional write a step."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def begin(self, key: str, now: datetime, lease: timedelta) -> Promise:
        """Say that the work named `key` starts; atomic between all workers."""
        existing = self._put_begun(key, now, now + lease)
        if existing is None:
            return Promise(Begin.NEW, {}, None)
        if read_text(existing, "state") == "done":
            return Promise(Begin.DONE, json.loads(read_text(existing, "result")), None)
        lease_until = read_moment(existing, "lease_until")
        if lease_until is not None and lease_until > now:
            return Promise(Begin.BUSY, {}, lease_until)
        if self._take_over(key, read_text(existing, "lease_until"), now + lease):
            return Promise(Begin.UNKNOWN, {}, None)
        return Promise(Begin.BUSY, {}, now + lease)

    def begin_new(self, keys: Sequence[str], now: datetime, lease: timedelta) -> Sequence[str]:
        """Say that those works start that nobody began, and which: in few calls for many.

        The others are left as they are, and so may be some that nobody began: `begin` them.
        """
        items = [_begun(name, now, now + lease) for name in keys]
        begun = insert_many(self._client, self._table, items, "beginning promises")
        return [name for name, is_new in zip(keys, begun.outcomes, strict=True) if is_new]

    def has_begun(self, key: str) -> bool:
        """Whether anybody began the work named `key`, and did not withdraw."""
        with translated("looking for a promise"):
            answer = self._client.get_item(
                TableName=self._table,
                Key=_key(key),
                ConsistentRead=True,
                ProjectionExpression="entity",
            )
        return "Item" in answer

    def read(self, key: str) -> Done | None:
        """When the work named `key` was done, and what came of it; None before."""
        with translated("reading a promise"):
            item = self._client.get_item(
                TableName=self._table, Key=_key(key), ConsistentRead=True
            ).get("Item", {})
        done_at = read_moment(item, "done_at")
        return Done(done_at, json.loads(read_text(item, "result"))) if done_at else None

    def begun_at(self, key: str) -> datetime | None:
        """When the work named `key` was begun for the first time; None before."""
        with translated("reading a promise"):
            item = self._client.get_item(
                TableName=self._table, Key=_key(key), ConsistentRead=True
            ).get("Item", {})
        return read_moment(item, "begun_at")

    def finish(self, key: str, result: dict[str, str], now: datetime) -> None:
        """Say that the work is done and what came of it."""
        with translated("finishing a promise"):
            self._client.update_item(
                TableName=self._table,
                Key=_key(key),
                UpdateExpression="SET #state = :done, #result = :result, done_at = :now "
                "REMOVE lease_until",
                ExpressionAttributeNames={"#state": "state", "#result": "result"},
                ExpressionAttributeValues={
                    ":done": text("done"),
                    ":result": text(json.dumps(result)),
                    ":now": text(moment(now)),
                },
            )

    def release(self, key: str) -> None:
        """Say that the work stopped half-way, with an answer: the next `begin` may look at once."""
        with translated("releasing a promise"):
            self._client.update_item(
                TableName=self._table,
                Key=_key(key),
                UpdateExpression="SET lease_until = :past",
                ExpressionAttributeValues={":past": text(RELEASED)},
            )

    def withdraw(self, key: str) -> None:
        """Say that the work never began: the next `begin` is the first."""
        with translated("withdrawing a promise"):
            self._client.delete_item(TableName=self._table, Key=_key(key))

    def claim(self, key: str, owner: str, now: datetime) -> bool:
        """Say that the thing named `key` is `owner`'s for ever; False when it is another's."""
        try:
            with translated("claiming a thing"):
                self._client.put_item(
                    TableName=self._table,
                    Item={
                        **_claim_key(key),
                        "schema": number(SCHEMA_VERSION),
                        "owner": text(owner),
                        "claimed_at": text(moment(now)),
                    },
                    ConditionExpression="attribute_not_exists(entity) OR #owner = :owner",
                    ExpressionAttributeNames={"#owner": "owner"},
                    ExpressionAttributeValues={":owner": text(owner)},
                )
        except ClientError:
            return False
        return True

    def owner(self, key: str) -> str | None:
        """Whose the thing named `key` is."""
        with translated("reading whose a thing is"):
            answer = self._client.get_item(
                TableName=self._table, Key=_claim_key(key), ConsistentRead=True
            )
        return read_text(answer["Item"], "owner") if "Item" in answer else None

    def decide(self, key: str, choice: dict[str, str], now: datetime) -> dict[str, str]:
        """Decide `key` for ever; returns the choice that counts, which is the first one."""
        try:
            with translated("deciding"):
                self._client.put_item(
                    TableName=self._table,
                    Item={
                        **_choice_key(key),
                        "schema": number(SCHEMA_VERSION),
                        "choice": text(json.dumps(choice)),
                        "decided_at": text(moment(now)),
                    },
                    ConditionExpression="attribute_not_exists(entity)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ClientError as error:
            return _choice(item_in_the_way(error))
        return choice

    def decided(self, key: str) -> dict[str, str] | None:
        """What was decided for `key`, None when nothing was."""
        with translated("reading what was decided"):
            answer = self._client.get_item(
                TableName=self._table, Key=_choice_key(key), ConsistentRead=True
            )
        return _choice(answer["Item"]) if "Item" in answer else None

    def decided_many(self, keys: Sequence[str]) -> dict[str, dict[str, str]]:
        """What was decided, for those of the keys for which something was: in few calls."""
        found: dict[str, dict[str, str]] = {}
        for start in range(0, len(keys), READ_AT_ONCE):
            names = {name: _choice_key(name) for name in keys[start : start + READ_AT_ONCE]}
            read = read_many(
                self._client, self._table, names, lambda _, item: _choice(item), "reading decisions"
            )
            found |= {name: choice for name, choice in read.items() if choice is not None}
        return found

    def _put_begun(self, name: str, now: datetime, until: datetime) -> Item | None:
        """The item that stands in the way, None when there was none."""
        try:
            with translated("beginning a promise"):
                self._client.put_item(
                    TableName=self._table,
                    Item=_begun(name, now, until),
                    ConditionExpression="attribute_not_exists(entity)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ClientError as error:
            return item_in_the_way(error)
        return None

    def _take_over(self, name: str, seen_lease: str, until: datetime) -> bool:
        try:
            with translated("taking over a promise"):
                self._client.update_item(
                    TableName=self._table,
                    Key=_key(name),
                    UpdateExpression="SET lease_until = :until",
                    ConditionExpression="lease_until = :seen",
                    ExpressionAttributeValues={
                        ":until": text(moment(until)),
                        ":seen": text(seen_lease),
                    },
                )
        except ClientError:
            return False
        return True


def _key(name: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"promise#{name}", "ledger")


def _begun(name: str, now: datetime, until: datetime) -> dict[str, AttributeValueTypeDef]:
    return {
        **_key(name),
        "schema": number(SCHEMA_VERSION),
        "state": text("begun"),
        "begun_at": text(moment(now)),
        "lease_until": text(moment(until)),
    }


def _choice(item: Item) -> dict[str, str]:
    choice: dict[str, str] = json.loads(read_text(item, "choice"))
    return choice


def _choice_key(name: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"choice#{name}", "ledger")


def _claim_key(name: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"claim#{name}", "ledger")
