"""Bulks and history notes under way, in the table `core`: outbox entries like mentions."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from gehoor.aws.items import (
    SCHEMA_VERSION,
    dump,
    key,
    load,
    moment,
    number,
    packed,
    pending_shard,
    read_packed,
    text,
)
from gehoor.aws.items import read_text as read
from gehoor.aws.translate import translated
from gehoor.aws.writing import insert, insert_many
from gehoor.domain.bulk import BulkWork

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

MOST_BULKS = 20
"""Zendesk does at most 30 jobs at a time for an account, others' jobs included."""

MOST_BESIDE_NOTES = MOST_BULKS // 2
"""Notes wait while so many are open: tickets come first."""


class Bulks:
    """Fits `ports.BulkStore`. One item counts those that are open, so that they stay few."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def prepare(self, bulk: BulkWork) -> bool:
        """Note a bulk before the helpdesk is asked; False while too many others are open.

        The bulk is stored before it is counted: whoever dies in between leaves no count behind.
        """
        with translated("noting a bulk"):
            self._client.put_item(TableName=self._table, Item=_bulk(bulk))
        if self._count(bulk.key, MOST_BESIDE_NOTES if bulk.notes else MOST_BULKS):
            return True
        self.close(bulk.key)
        return False

    def notes_have_room(self) -> bool:
        """Whether a bulk of notes would find room now."""
        with translated("counting bulks"):
            answer = self._client.get_item(TableName=self._table, Key=_OPEN, ConsistentRead=True)
        names = answer.get("Item", {}).get("open_bulks", {}).get("SS", [])
        return len(names) < MOST_BESIDE_NOTES

    def started(self, key: str, job_id: str) -> None:
        """Note the helpdesk's job."""
        with translated("noting a job"):
            self._client.update_item(
                TableName=self._table,
                Key=_bulk_key(key),
                UpdateExpression="SET job_id = :job",
                ConditionExpression="attribute_exists(entity)",
                ExpressionAttributeValues={":job": text(job_id)},
            )

    def want(self, bulk: BulkWork) -> None:
        """Note notes that are wanted; nothing to do when they are noted."""
        insert(self._client, self._table, _bulk(bulk), "noting wanted notes")

    def keep_wanted(self, bulk: BulkWork) -> None:
        """Note which of the notes are wanted still; nothing to do when the bulk is over."""
        with suppress(ClientError), translated("noting what is left"):
            self._client.update_item(
                TableName=self._table,
                Key=_bulk_key(bulk.key),
                UpdateExpression="SET #bulk = :bulk",
                ConditionExpression="attribute_exists(entity)",
                ExpressionAttributeNames={"#bulk": "bulk"},
                ExpressionAttributeValues={":bulk": packed(dump(bulk))},
            )

    def get(self, key: str) -> BulkWork | None:
        """The bulk, None when it is over."""
        with translated("reading a bulk"):
            answer = self._client.get_item(
                TableName=self._table, Key=_bulk_key(key), ConsistentRead=True
            )
        if "Item" not in answer:
            return None
        what = f"bulk {key}"
        bulk = load(BulkWork, read_packed(answer["Item"], "bulk", what), what)
        return replace(bulk, key=key, job_id=read(answer["Item"], "job_id"))

    def close(self, key: str) -> None:
        """Note that nothing of it is left to do: first uncounted, so that no count is left over."""
        with translated("closing a bulk"):
            self._client.update_item(
                TableName=self._table,
                Key=_OPEN,
                UpdateExpression="DELETE open_bulks :key",
                ExpressionAttributeValues={":key": {"SS": [key]}},
            )
            self._client.delete_item(TableName=self._table, Key=_bulk_key(key))

    def _count(self, key: str, most: int) -> bool:
        try:
            with translated("counting bulks"):
                self._client.update_item(
                    TableName=self._table,
                    Key=_OPEN,
                    UpdateExpression="ADD open_bulks :key",
                    ConditionExpression="attribute_not_exists(open_bulks) "
                    "OR size(open_bulks) < :most",
                    ExpressionAttributeValues={":key": {"SS": [key]}, ":most": number(most)},
                )
        except ClientError:
            return False
        return True


class Notes:
    """Fits `ports.NoteStore`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def open(self, case_id: str, mention_id: str, now: datetime) -> None:
        """Note that the case's ticket wants its note; nothing to do when that was noted before."""
        insert(self._client, self._table, _note(case_id, mention_id, now), "noting a note")

    def open_many(self, opened_by: Mapping[str, str], now: datetime) -> None:
        """As `open` for each case's id and the mention that opened it, in few calls."""
        items = [_note(case_id, mention_id, now) for case_id, mention_id in opened_by.items()]
        noted = insert_many(self._client, self._table, items, "noting notes")
        for (case_id, mention_id), outcome in zip(opened_by.items(), noted.outcomes, strict=True):
            if outcome is None:
                self.open(case_id, mention_id, now)

    def get(self, case_id: str) -> str | None:
        """The mention that opened the case, None when its note wants no writing."""
        with translated("reading a note"):
            answer = self._client.get_item(
                TableName=self._table, Key=_note_key(case_id), ConsistentRead=True
            )
        return read(answer["Item"], "mention_id") if "Item" in answer else None

    def close(self, case_id: str) -> None:
        """Note that the note is written."""
        with translated("closing a note"):
            self._client.delete_item(TableName=self._table, Key=_note_key(case_id))


_OPEN = key("bulks", "open")


def _bulk(bulk: BulkWork) -> dict[str, AttributeValueTypeDef]:
    return {
        **_bulk_key(bulk.key),
        "schema": number(SCHEMA_VERSION),
        "bulk": packed(dump(bulk)),
        "undelivered_shard": text(pending_shard(bulk.key)),
        "pending_since": text(moment(bulk.begun_at)),
    }


def _bulk_key(name: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"bulk#{name}", "bulk")


def _note(case_id: str, mention_id: str, now: datetime) -> dict[str, AttributeValueTypeDef]:
    return {
        **_note_key(case_id),
        "schema": number(SCHEMA_VERSION),
        "mention_id": text(mention_id),
        "undelivered_shard": text(pending_shard(case_id)),
        "pending_since": text(moment(now)),
    }


def _note_key(case_id: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"note#{case_id}", "note")
