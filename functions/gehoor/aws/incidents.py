"""Incidents in the table `core`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from gehoor.aws.items import (
    SCHEMA_VERSION,
    dump,
    key,
    load,
    number,
    packed,
    read_packed,
    read_text,
    text,
)
from gehoor.aws.translate import translated
from gehoor.domain.incident import Incident, Joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from gehoor.aws.items import Item

INCIDENTS = "incidents"
"""All incidents are one partition, in the order of their hours: there are few."""


class DynamoIncidents:
    """Fits `ports.IncidentStore`. What belongs to an incident names mentions, and nobody."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, incident_id: str) -> Incident | None:
        """The incident, None when there is none of this id."""
        with translated("reading an incident"):
            answer = self._client.get_item(
                TableName=self._table, Key=key(INCIDENTS, incident_id), ConsistentRead=True
            )
        return _incident(answer["Item"]) if "Item" in answer else None

    def newest(self, limit: int) -> Sequence[Incident]:
        """Incidents, those that were opened last first; closed ones too."""
        with translated("listing incidents"):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="entity = :incidents",
                ExpressionAttributeValues={":incidents": text(INCIDENTS)},
                ConsistentRead=True,
                ScanIndexForward=False,
                Limit=limit,
            )
        return [_incident(item) for item in answer["Items"]]

    def put(self, incident: Incident) -> bool:
        """Store `incident` as its next revision; False when another worker stored that one."""
        stored = replace(incident, revision=incident.revision + 1)
        is_first = "attribute_not_exists(revision)"
        before: dict[str, AttributeValueTypeDef] = {":before": number(incident.revision)}
        try:
            with translated("storing an incident"):
                self._client.update_item(
                    TableName=self._table,
                    Key=key(INCIDENTS, incident.incident_id),
                    UpdateExpression="SET #schema = :schema, revision = :revision, "
                    "incident = :incident",
                    ConditionExpression="revision = :before" if incident.revision else is_first,
                    ExpressionAttributeNames={"#schema": "schema"},
                    ExpressionAttributeValues={
                        ":schema": number(SCHEMA_VERSION),
                        ":revision": number(stored.revision),
                        ":incident": packed(dump(stored)),
                        **(before if incident.revision else {}),
                    },
                )
        except ClientError:
            return False
        return True

    def join(self, incident_id: str, joined: Joined) -> None:
        """Store which mentions were found to belong to it together."""
        with translated("storing who belongs to an incident"):
            self._client.update_item(
                TableName=self._table,
                Key=key(f"incident#{incident_id}", joined.name),
                UpdateExpression="SET #schema = :schema, joined = :joined",
                ExpressionAttributeNames={"#schema": "schema"},
                ExpressionAttributeValues={
                    ":schema": number(SCHEMA_VERSION),
                    ":joined": packed(dump(joined)),
                },
            )

    def joined(self, incident_id: str) -> Sequence[Joined]:
        """All that belong to it, in the order they were found."""
        with translated("reading who belongs to an incident"):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="entity = :incident",
                ExpressionAttributeValues={":incident": text(f"incident#{incident_id}")},
                ConsistentRead=True,
            )
            items = [item for page in pages for item in page["Items"]]
        what = f"incident {incident_id}"
        return [load(Joined, read_packed(item, "joined", what), what) for item in items]


def _incident(item: Item) -> Incident:
    what = f"incident {read_text(item, 'part')}"
    return load(Incident, read_packed(item, "incident", what), what)
