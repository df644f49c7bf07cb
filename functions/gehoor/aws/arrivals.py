"""When mentions were first seen, by the index `seen` that lists them for operators too.

No mention costs a write for being looked up by its age.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gehoor.aws.items import moment, read_text, text
from gehoor.aws.mention_items import ENTITY
from gehoor.aws.translate import translated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoArrivals:
    """Fits `ports.Arrivals`; each day is a partition of its own."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def between(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
        """When mentions were first seen and their ids, from `since` to before `until`, in order."""
        last = until - timedelta(microseconds=1)
        day, last_day = since.astimezone(UTC).date(), last.astimezone(UTC).date()
        while since <= last and day <= last_day:
            yield from self._on(day.isoformat(), since, last)
            day += timedelta(days=1)

    def _on(self, day: str, first: datetime, last: datetime) -> Iterator[tuple[datetime, str]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="seen",
            KeyConditionExpression="seen_day = :day AND seen_at BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":day": text(day),
                ":first": text(moment(first)),
                ":last": text(moment(last)),
            },
        )
        with translated("looking for mentions by their age"):
            for item in (item for page in pages for item in page["Items"]):
                seen_at = datetime.fromisoformat(read_text(item, "seen_at"))
                yield seen_at, read_text(item, "entity").removeprefix(ENTITY)
