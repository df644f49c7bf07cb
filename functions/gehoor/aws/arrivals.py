"""When mentions were first seen: in lists of those that came together, and by the index `seen`.

A mention that came alone is in the index, as all were before there were lists. Many that came
together are in one item instead, as each entry of an index costs a write.

A list is written before its mentions, so that none is stored that no list tells of, and once more
without those that were known before. Who dies in between leaves names in it that are not stored, or
that are listed twice: whoever reads lists looks at the mention itself, or does no harm twice.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from heapq import merge
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from gehoor.aws.items import SCHEMA_VERSION, key, moment, number, read_text, text
from gehoor.aws.mention_items import ENTITY
from gehoor.aws.retention import ending
from gehoor.aws.translate import translated

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, QueryInputPaginateTypeDef

    from gehoor.aws.items import Item
    from gehoor.aws.retention import Retention

Arrival = tuple[datetime, str]

MOST_LISTED = 50
"""Mentions of one list: as many as a write of one unit holds."""

ID_LENGTH = 16
"""Bytes of a mention's id."""


class ArrivalList(NamedTuple):
    """A stored list of mentions that came together at `at`; `name` tells it from others."""

    at: datetime
    name: str
    mention_ids: tuple[str, ...]


class ArrivalLists:
    """The lists in the table `core`. They end when what they list has surely ended."""

    def __init__(self, client: DynamoDBClient, table: str, retention: Retention | None) -> None:
        self._client = client
        self._table = table
        self._retention = retention

    def put(self, mention_ids: Sequence[str], at: datetime) -> list[ArrivalList]:
        """List mentions that are about to be stored."""
        lists = [
            ArrivalList(at, uuid4().hex, tuple(mention_ids[start : start + MOST_LISTED]))
            for start in range(0, len(mention_ids), MOST_LISTED)
        ]
        for one in lists:
            self._write(one, ending(self._retention, times=2))
        return lists

    def take_out(self, known: set[str], listed: Sequence[ArrivalList]) -> None:
        """Take what was stored before out of new lists; one without any left ends at once."""
        for one in listed:
            left = tuple(name for name in one.mention_ids if name not in known)
            end = ending(self._retention, times=2) if left else _ends_at(one.at)
            if left != one.mention_ids:
                self._write(one._replace(mention_ids=left), end)

    def _write(self, one: ArrivalList, end: dict[str, AttributeValueTypeDef]) -> None:
        with translated("listing mentions that came together"):
            self._client.put_item(
                TableName=self._table,
                Item={
                    **key(_entity(one.at.astimezone(UTC).date().isoformat()), _part(one)),
                    "schema": number(SCHEMA_VERSION),
                    "mentions": {"B": bytes.fromhex("".join(one.mention_ids))},
                    **end,
                },
            )


class DynamoArrivals:
    """Fits `ports.Arrivals`, and what operators list; each day is a partition of its own."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def between(self, since: datetime, until: datetime) -> Iterator[Arrival]:
        """When mentions were first seen and their ids, from `since` to before `until`, in order."""
        last = until - timedelta(microseconds=1)
        day, last_day = since.astimezone(UTC).date(), last.astimezone(UTC).date()
        while since <= last and day <= last_day:
            yield from self._on(day.isoformat(), moment(since), moment(last))
            day += timedelta(days=1)

    def newest_on(self, day: str) -> Iterator[Arrival]:
        """The same of a day (YYYY-MM-DD, UTC), newest first."""
        return self._on(day, day, f"{day}~", newest_first=True)

    def _on(
        self, day: str, first: str, last: str, *, newest_first: bool = False
    ) -> Iterator[Arrival]:
        alone = self._query("seen_day = :of AND seen_at", (day, first, last), newest_first, "seen")
        span = (_entity(day), first, f"{last}~")
        lists = self._query("entity = :of AND part", span, newest_first)
        yield from merge(
            (_alone(item) for item in alone),
            (arrival for item in lists for arrival in _listed(item)),
            key=lambda arrival: arrival[0],
            reverse=newest_first,
        )

    def _query(
        self, names: str, span: tuple[str, str, str], newest_first: bool, index: str | None = None
    ) -> Iterator[Item]:
        of, first, last = span
        request: QueryInputPaginateTypeDef = {
            "TableName": self._table,
            "KeyConditionExpression": f"{names} BETWEEN :first AND :last",
            "ExpressionAttributeValues": {
                ":of": text(of),
                ":first": text(first),
                ":last": text(last),
            },
            "ScanIndexForward": not newest_first,
        }
        if index:
            request["IndexName"] = index
        with translated("looking for mentions by their age"):
            for page in self._client.get_paginator("query").paginate(**request):
                yield from page["Items"]


def _entity(day: str) -> str:
    return f"arrivals#{day}"


def _part(one: ArrivalList) -> str:
    return f"{moment(one.at)}#{one.name}"


def _ends_at(at: datetime) -> dict[str, AttributeValueTypeDef]:
    return {"expires_at": number(int(at.timestamp()))}


def _alone(item: Item) -> Arrival:
    mention_id = read_text(item, "entity").removeprefix(ENTITY)
    return datetime.fromisoformat(read_text(item, "seen_at")), mention_id


def _listed(item: Item) -> Iterator[Arrival]:
    at = datetime.fromisoformat(read_text(item, "part").partition("#")[0])
    ids = bytes(item["mentions"]["B"])
    for start in range(0, len(ids), ID_LENGTH):
        yield at, ids[start : start + ID_LENGTH].hex()
