"""Alerts in the table `core`. One with `pending_since` in a pending shard is to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from gehoor.aws.items import (
    SCHEMA_VERSION,
    SHARDS,
    dump,
    key,
    load,
    moment,
    number,
    packed,
    pending_shard,
    read_moment,
    read_packed,
    read_text,
    text,
)
from gehoor.aws.retention import ending
from gehoor.aws.translate import translated
from gehoor.aws.writing import insert
from gehoor.domain.alert import Alert, AlertKind, AlertRecord
from gehoor.errors import ContractBroken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from gehoor.aws.items import Item
    from gehoor.aws.retention import Retention

KIND = "alert"
FACES = "faces"
"""The partition of the index `undelivered` that lists the false faces that were told of."""


class DynamoAlerts:
    """Fits `ports.Alerts`."""

    def __init__(
        self, client: DynamoDBClient, table: str, retention: Retention | None = None
    ) -> None:
        self._client = client
        self._table = table
        self._retention = retention

    def put_new(self, alert: Alert, now: datetime) -> bool:
        """Store an alert as pending, once: False when it is there already."""
        item: Item = {
            **_key(alert.name),
            "schema": number(SCHEMA_VERSION),
            "alert": packed(dump(alert)),
            "subject": text(alert.subject),
            "mention_id": text(alert.mention_id),
            "identity": text(alert.face.identity if alert.face else ""),
            "alerted_at": text(moment(now)),
            "undelivered_shard": text(pending_shard(alert.name)),
            "pending_since": text(moment(now)),
            **ending(self._retention),
        }
        return insert(self._client, self._table, item, "storing an alert")

    def get(self, name: str) -> AlertRecord | None:
        """The alert of this name; ContractBroken when it is damaged."""
        with translated("reading an alert"):
            answer = self._client.get_item(
                TableName=self._table, Key=_key(name), ConsistentRead=True
            )
        return _record(answer["Item"]) if "Item" in answer else None

    def told(self, name: str, now: datetime) -> None:
        """Note that it was told; a face stays in the list of faces."""
        record = self.get(name)
        is_face = record is not None and record.alert.subject is AlertKind.FALSE_FACE
        place = "undelivered_shard = :faces" if is_face else ""
        removed = "resend_at" if is_face else "pending_since, undelivered_shard, resend_at"
        values = {":now": text(moment(now)), **({":faces": text(FACES)} if is_face else {})}
        try:
            with translated("noting that an alert was told"):
                self._client.update_item(
                    TableName=self._table,
                    Key=_key(name),
                    UpdateExpression=f"SET {', '.join(filter(None, ('told_at = :now', place)))} "
                    f"REMOVE {removed}",
                    ConditionExpression="attribute_exists(entity)",
                    ExpressionAttributeValues=values,
                )
        except ClientError:
            return

    def faces(self) -> Iterator[AlertRecord]:
        """The false faces that were seen, those on their way too."""
        for shard in (FACES, *SHARDS):
            for name in self._names_in(shard):
                record = self.get(name)
                if record and record.alert.subject is AlertKind.FALSE_FACE:
                    yield record

    def _names_in(self, shard: str) -> Iterator[str]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="undelivered",
            KeyConditionExpression="undelivered_shard = :shard",
            ExpressionAttributeValues={":shard": text(shard)},
        )
        with translated("listing alerts"):
            for item in (item for page in pages for item in page["Items"]):
                kind, _, name = read_text(item, "entity").partition("#")
                if kind == KIND:
                    yield name


def _key(name: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"{KIND}#{name}", KIND)


def _record(item: Item) -> AlertRecord:
    what = f"alert {read_text(item, 'entity').partition('#')[2]}"
    seen_at = read_moment(item, "alerted_at")
    if seen_at is None:
        message = f"{what}: the stored item has no alerted_at"
        raise ContractBroken(message)
    alert = load(Alert, read_packed(item, "alert", what), what)
    return AlertRecord(alert, seen_at, read_moment(item, "told_at"))
