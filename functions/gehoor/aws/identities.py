"""Identities in the table `core`, found by their name and by the customer they are linked to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from gehoor.aws.items import SCHEMA_VERSION, dump, key, load, number, read_text, text
from gehoor.aws.reading import read_many
from gehoor.aws.retention import ending
from gehoor.aws.translate import translated
from gehoor.aws.writing import insert_many
from gehoor.domain.customer import Identity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, PutItemInputTypeDef

    from gehoor.aws.items import Item
    from gehoor.aws.retention import Retention

PART = "customer"
LINK = "identity#"


class Identities:
    """Fits `ports.IdentityStore`."""

    def __init__(
        self, client: DynamoDBClient, table: str, retention: Retention | None = None
    ) -> None:
        self._client = client
        self._table = table
        self._retention = retention

    def get(self, name: str) -> Identity | None:
        """The identity of this name, None when nobody heard of it."""
        with translated("reading an identity"):
            answer = self._client.get_item(
                TableName=self._table, Key=_key(name), ConsistentRead=True
            )
        return _identity(name, answer["Item"]) if "Item" in answer else None

    def get_many(self, names: Sequence[str]) -> Mapping[str, Identity | None]:
        """Those identities, None for each nobody heard of; what cannot be read is left out."""
        keys = {name: _key(name) for name in names}
        return read_many(self._client, self._table, keys, _identity, "reading identities")

    def put(self, identity: Identity) -> Identity | None:
        """Store `identity` as its next revision, and return that; None when another worker did.

        The customer's list of identities is written first: a name too many in it is harmless,
        because whoever reads the list looks at the identity itself.
        """
        listed = self._listed(identity) if self._is_to_be_listed(identity) else identity
        stored = replace(listed, revision=identity.revision + 1)
        request: PutItemInputTypeDef = {
            "TableName": self._table,
            "Item": self._item(stored),
            "ConditionExpression": "attribute_not_exists(revision)",
        }
        if identity.revision:
            request["ConditionExpression"] = "revision = :before"
            request["ExpressionAttributeValues"] = {":before": number(identity.revision)}
        try:
            with translated("storing an identity"):
                self._client.put_item(**request)
        except ClientError:
            return None
        return stored

    def put_many(self, identities: Sequence[Identity]) -> Sequence[Identity | None]:
        """As `put` for each, no two of one name, in few calls; None for each to put by itself.

        So are those that stand in a list: they are two writes, of which the list is the first.
        """
        new = {
            identity.name: replace(identity, revision=1)
            for identity in identities
            if not (identity.revision or self._is_to_be_listed(identity))
        }
        items = [self._item(identity) for identity in new.values()]
        inserted = insert_many(self._client, self._table, items, "storing identities")
        stored = {
            name: new[name]
            for name, is_stored in zip(new, inserted.outcomes, strict=True)
            if is_stored
        }
        return [stored.get(identity.name) for identity in identities]

    def of_customer(self, customer_id: str) -> Sequence[Identity]:
        """The identities that are linked to a customer now, but those who were heard only once."""
        with translated("reading a customer's identities"):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                KeyConditionExpression="entity = :customer AND begins_with(part, :link)",
                ExpressionAttributeValues={
                    ":customer": text(f"customer#{customer_id}"),
                    ":link": text(LINK),
                },
                ConsistentRead=True,
            )
            parts = [read_text(item, "part") for page in pages for item in page["Items"]]
        listed = (self.get(part.removeprefix(LINK)) for part in parts)
        return [found for found in listed if found and found.customer_id == customer_id]

    def _item(self, stored: Identity) -> dict[str, AttributeValueTypeDef]:
        return {
            **_key(stored.name),
            "schema": number(SCHEMA_VERSION),
            "revision": number(stored.revision),
            "identity": text(dump(stored)),
            **ending(self._retention),
        }

    def _is_to_be_listed(self, identity: Identity) -> bool:
        if not identity.revision and not identity.confirmed:
            return False
        is_old = self._retention is not None and self._retention.is_over(identity.listed_at)
        return is_old or identity.listed_under != identity.customer_id

    def _listed(self, identity: Identity) -> Identity:
        """The identity once it stands in its customer's list.

        It is listed for twice as long as it is kept, and anew once half of that is over.
        """
        with translated("listing an identity"):
            self._client.put_item(
                TableName=self._table,
                Item={
                    **key(f"customer#{identity.customer_id}", f"{LINK}{identity.name}"),
                    "schema": number(SCHEMA_VERSION),
                    **ending(self._retention, times=2),
                },
            )
        now = self._retention.clock() if self._retention else None
        return replace(identity, listed_under=identity.customer_id, listed_at=now)


def _key(name: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"identity#{name}", PART)


def _identity(name: str, item: Item) -> Identity:
    """Items of the first schema hold the customer's id alone."""
    stored = read_text(item, "identity")
    if not stored:
        return Identity(name, read_text(item, "customer_id"))
    return load(Identity, stored, "an identity")
