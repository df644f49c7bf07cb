"""Lists of mentions for operators: by where they wait, and by when they were seen."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from gehoor.aws.arrivals import DynamoArrivals
from gehoor.aws.items import ASIDE, INSIGHTS, SHARDS, read_number, read_text, text
from gehoor.aws.mention_items import ENTITY, SCHEMA_NAME, mention_key
from gehoor.aws.mentions import Mentions
from gehoor.aws.translate import translated
from gehoor.domain.record import MentionState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputPaginateTypeDef

    from gehoor.domain.record import MentionRecord

_PARTITIONS = {
    MentionState.PENDING: SHARDS,
    MentionState.ASIDE: (ASIDE,),
    MentionState.INSIGHT: (INSIGHTS,),
}


class MentionLists:
    """What is stored of mentions, listed; each is read whole, so a list costs a call a mention."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table
        self._mentions = Mentions(client, table)
        self._arrivals = DynamoArrivals(client, table)

    def undelivered(self, state: MentionState, limit: int) -> Iterator[MentionRecord]:
        """Pending or aside mentions, oldest first within a shard; those to learn from, newest."""
        newest_first = state is MentionState.INSIGHT
        for shard in _PARTITIONS[state]:
            yield from self._waiting(shard, limit, newest_first=newest_first)

    def seen_on(self, day: str, limit: int) -> Iterator[MentionRecord]:
        """Mentions first seen on a day (YYYY-MM-DD, UTC), newest first."""
        for _, mention_id in islice(self._arrivals.newest_on(day), limit):
            record = self._mentions.get(mention_id)
            if record is not None:
                yield record

    def schemas_on(self, day: str, limit: int) -> set[int]:
        """The schema versions of mentions first seen on a day, the newest of them."""
        with translated("listing mentions"):
            items = (
                self._client.get_item(
                    TableName=self._table,
                    Key=mention_key(mention_id),
                    ProjectionExpression="#schema",
                    ExpressionAttributeNames=SCHEMA_NAME,
                ).get("Item", {})
                for _, mention_id in islice(self._arrivals.newest_on(day), limit)
            )
            return {read_number(item, "schema") for item in items} - {0}

    def _waiting(self, shard: str, limit: int, *, newest_first: bool) -> Iterator[MentionRecord]:
        query: QueryInputPaginateTypeDef = {
            "TableName": self._table,
            "IndexName": "undelivered",
            "KeyConditionExpression": "undelivered_shard = :shard",
            "ExpressionAttributeValues": {":shard": text(shard)},
            "ScanIndexForward": not newest_first,
            "PaginationConfig": {"MaxItems": limit},
        }
        with translated("listing mentions"):
            pages = list(self._client.get_paginator("query").paginate(**query))
        entities = (read_text(item, "entity") for page in pages for item in page["Items"])
        for entity in entities:
            if entity.startswith(ENTITY):
                record = self._mentions.get(entity.removeprefix(ENTITY))
                if record is not None:
                    yield record
