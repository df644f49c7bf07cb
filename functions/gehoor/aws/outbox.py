"""What is pending in the table `core`: mentions to deliver and answers to bring out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from gehoor.aws.items import (
    CLOCKS,
    SCHEMA_VERSION,
    SHARDS,
    key,
    moment,
    number,
    pending_shard,
    read_moment,
    read_number,
    read_text,
    text,
)
from gehoor.aws.translate import item_in_the_way, translated
from gehoor.domain.record import AnswerRecord
from gehoor.ports.queues import Overdue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from gehoor.aws.items import Item


class DynamoOutbox:
    """Fits `ports.Outbox` on the sparse index `undelivered`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def overdue(self, before: datetime, now: datetime, limit: int) -> Sequence[Overdue]:
        """What is pending since before `before`; ends once about `limit` of it is due by `now`."""
        return self._found_in(SHARDS, before, now, limit)

    def waking(self, now: datetime, limit: int) -> Sequence[Overdue]:
        """The cases of which agents are to be told something by now, ends as `overdue` does."""
        return self._found_in(CLOCKS, now, now, limit)

    def postpone(self, item: Overdue, until: datetime) -> bool:
        """Count a re-send; the next may come at `until`. False when it is pending no more."""
        try:
            with translated("counting a re-send"):
                self._client.update_item(
                    TableName=self._table,
                    Key=key(f"{item.kind}#{item.name}", item.kind),
                    UpdateExpression="SET resend_at = :until ADD attempts :one",
                    ConditionExpression="attribute_exists(pending_since)",
                    ExpressionAttributeValues={":until": text(moment(until)), ":one": number(1)},
                )
        except ClientError:
            return False
        return True

    def _found_in(
        self, shards: Sequence[str], before: datetime, now: datetime, limit: int
    ) -> Sequence[Overdue]:
        most = -(-limit // len(shards))
        found = (item for shard in shards for item in self._overdue_in(shard, before, now, most))
        return sorted(found, key=lambda item: item.since)

    def _overdue_in(
        self, shard: str, before: datetime, now: datetime, limit: int
    ) -> Iterator[Overdue]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="undelivered",
            KeyConditionExpression="undelivered_shard = :shard AND pending_since < :before",
            ExpressionAttributeValues={":shard": text(shard), ":before": text(moment(before))},
        )
        with translated("looking for what is pending"):
            for item in (item for page in pages for item in page["Items"]):
                found = _overdue(item, now)
                yield found
                limit -= found.due
                if not limit:
                    return


def _overdue(item: Item, now: datetime) -> Overdue:
    kind, _, name = read_text(item, "entity").partition("#")
    resend_at = read_moment(item, "resend_at")
    since = datetime.fromisoformat(read_text(item, "pending_since"))
    is_due = resend_at is None or resend_at <= now
    return Overdue(kind, name, read_number(item, "attempts"), since, is_due)


class DynamoAnswers:
    """Fits `ports.Answers`: an agent's comment is pending until it is posted or given back."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def open(self, ticket_id: str, comment_id: str, now: datetime) -> bool:
        """Note an answer as pending; False when it was ended before.

        Its ticket lists it afterwards; the next attempt does so for one that died in between.
        """
        is_open = self._open(ticket_id, comment_id, now)
        if is_open:
            self._list(ticket_id, comment_id)
        return is_open

    def _open(self, ticket_id: str, comment_id: str, now: datetime) -> bool:
        name = answer_name(ticket_id, comment_id)
        try:
            with translated("noting an answer"):
                self._client.put_item(
                    TableName=self._table,
                    Item={
                        **_answer_key(name),
                        "schema": number(SCHEMA_VERSION),
                        "ticket_id": text(ticket_id),
                        "comment_id": text(comment_id),
                        "opened_at": text(moment(now)),
                        "undelivered_shard": text(pending_shard(name)),
                        "pending_since": text(moment(now)),
                    },
                    ConditionExpression="attribute_not_exists(entity)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ClientError as error:
            return "pending_since" in item_in_the_way(error)
        return True

    def _list(self, ticket_id: str, comment_id: str) -> None:
        with translated("listing an answer"):
            self._client.update_item(
                TableName=self._table,
                Key=_ticket_key(ticket_id),
                UpdateExpression="SET #schema = :schema ADD comment_ids :comment",
                ExpressionAttributeNames={"#schema": "schema"},
                ExpressionAttributeValues={
                    ":schema": number(SCHEMA_VERSION),
                    ":comment": {"SS": [comment_id]},
                },
            )

    def in_ticket(self, ticket_id: str) -> Sequence[AnswerRecord]:
        """What became of the answers in a ticket."""
        with translated("looking for a ticket's answers"):
            answer = self._client.get_item(
                TableName=self._table, Key=_ticket_key(ticket_id), ConsistentRead=True
            )
        names = answer.get("Item", {}).get("comment_ids", {}).get("SS", [])
        found = (self.get(ticket_id, name) for name in names)
        return [record for record in found if record is not None]

    def get(self, ticket_id: str, comment_id: str) -> AnswerRecord | None:
        """What became of an answer, None when nobody noted it."""
        with translated("looking for an answer"):
            answer = self._client.get_item(
                TableName=self._table,
                Key=_answer_key(answer_name(ticket_id, comment_id)),
                ConsistentRead=True,
            )
        item = answer.get("Item")
        if item is None:
            return None
        opened_at = read_moment(item, "opened_at") or read_moment(item, "pending_since")
        closed_at, outcome = read_moment(item, "closed_at"), read_text(item, "outcome")
        return AnswerRecord(ticket_id, comment_id, opened_at, closed_at, outcome)

    def close(self, ticket_id: str, comment_id: str, outcome: str, now: datetime) -> None:
        """Note how a pending answer ended; nothing to do when it is not pending."""
        try:
            with translated("closing an answer"):
                self._client.update_item(
                    TableName=self._table,
                    Key=_answer_key(answer_name(ticket_id, comment_id)),
                    UpdateExpression="SET outcome = :outcome, closed_at = :now "
                    "REMOVE pending_since, undelivered_shard, resend_at",
                    ConditionExpression="attribute_exists(pending_since)",
                    ExpressionAttributeValues={
                        ":outcome": text(outcome),
                        ":now": text(moment(now)),
                    },
                )
        except ClientError:
            return

    def drop(self, ticket_id: str, comment_id: str) -> None:
        """Take back the note of a pending answer; nothing to do when it is not pending."""
        try:
            with translated("taking an answer back"):
                self._client.delete_item(
                    TableName=self._table,
                    Key=_answer_key(answer_name(ticket_id, comment_id)),
                    ConditionExpression="attribute_exists(pending_since)",
                )
        except ClientError:
            return

    def knows(self, ticket_id: str, comment_id: str) -> bool:
        """Whether the comment was ever noted, pending or ended."""
        with translated("looking for an answer"):
            answer = self._client.get_item(
                TableName=self._table,
                Key=_answer_key(answer_name(ticket_id, comment_id)),
                ConsistentRead=True,
                ProjectionExpression="entity",
            )
        return "Item" in answer


def answer_name(ticket_id: str, comment_id: str) -> str:
    """How the outbox names an answer."""
    return f"{ticket_id}/{comment_id}"


def _ticket_key(ticket_id: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"ticket#{ticket_id}", "answers")


def _answer_key(name: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"answer#{name}", "answer")
