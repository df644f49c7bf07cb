"""Tombstones of people in the table `core`, and what is left to erase of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gehoor.aws.items import (
    SCHEMA_VERSION,
    key,
    moment,
    number,
    packed,
    read_moment,
    read_packed,
    text,
)
from gehoor.aws.reading import READ_AT_ONCE, read_many
from gehoor.aws.translate import translated
from gehoor.domain.forgotten import person_of
from gehoor.domain.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from gehoor.aws.items import Item


@frozen
class Traces:
    """Ids that lead to what is stored of a person; none of them is a word of theirs.

    `tickets` are those that hold nobody else's case.
    """

    mentions: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()
    tickets: frozenset[str] = frozenset()

    def __or__(self, other: Traces) -> Traces:
        return Traces(
            self.mentions | other.mentions,
            self.cases | other.cases,
            self.tickets | other.tickets,
        )


@frozen
class Tombstone:
    """Since when a person is forgotten, and what is left to erase.

    `quiet_after` is when nobody works any more on what was under way.
    """

    forgotten_at: datetime
    left: Traces
    quiet_after: datetime


class DynamoForgotten:
    """Fits `ports.Forgotten`, and keeps an erasure's work, so that another run ends it."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def since(self, identities: Iterable[str]) -> Mapping[str, datetime]:
        """When those of these identities were forgotten that were, by the identity's name."""
        names = list(identities)
        found: dict[str, datetime | None] = {}
        for start in range(0, len(names), READ_AT_ONCE):
            keys = {name: _key(person_of(name)) for name in names[start : start + READ_AT_ONCE]}
            what = "looking for who was forgotten"
            found |= read_many(self._client, self._table, keys, _forgotten_at, what)
        return {name: at for name, at in found.items() if at is not None}

    def get(self, person: str) -> Tombstone | None:
        """The tombstone of the person with this digest."""
        with translated("reading a tombstone"):
            answer = self._client.get_item(
                TableName=self._table, Key=_key(person), ConsistentRead=True
            )
        item = answer.get("Item", {})
        at = read_moment(item, "forgotten_at")
        if at is None:
            return None
        left = json.loads(read_packed(item, "left", "a tombstone") or "{}")
        traces = Traces(**{name: frozenset(ids) for name, ids in left.items()})
        return Tombstone(at, traces, read_moment(item, "quiet_after") or at)

    def begin(self, person: str, tombstone: Tombstone) -> None:
        """Note that a person is forgotten, and all that is to be erased, before any of it is."""
        left = tombstone.left
        names = {"mentions": left.mentions, "cases": left.cases, "tickets": left.tickets}
        with translated("writing a tombstone"):
            self._client.put_item(
                TableName=self._table,
                Item={
                    **_key(person),
                    "schema": number(SCHEMA_VERSION),
                    "forgotten_at": text(moment(tombstone.forgotten_at)),
                    "quiet_after": text(moment(tombstone.quiet_after)),
                    "left": packed(json.dumps({name: sorted(ids) for name, ids in names.items()})),
                },
            )

    def finish(self, person: str) -> None:
        """Note that nothing is left to erase."""
        with translated("closing a tombstone"):
            self._client.update_item(
                TableName=self._table,
                Key=_key(person),
                UpdateExpression="REMOVE #left, quiet_after",
                ConditionExpression="attribute_exists(entity)",
                ExpressionAttributeNames={"#left": "left"},
            )


def _key(person: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"forgotten#{person}", "tombstone")


def _forgotten_at(_: str, item: Item) -> datetime | None:
    return read_moment(item, "forgotten_at")
