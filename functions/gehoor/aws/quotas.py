"""What may be spent in a window of time, in the table `state`: one item a window."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from gehoor.aws.items import SCHEMA_VERSION, key, moment, number, read_number
from gehoor.aws.translate import translated
from gehoor.errors import QuotaSpent

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

KEPT = timedelta(days=7)
"""How long a window is kept after its end, for operators who ask where it went."""


class DynamoQuota:
    """Fits `ports.Quota` with one conditional write for each `take`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def take(self, name: str, amount: int, cap: int, until: datetime) -> None:
        """Spend `amount`; QuotaSpent, with nothing spent, when it does not fit below `cap`."""
        if amount > cap or not self._add(name, amount, until, cap - amount):
            message = f"{name}: gehoor's quota of {cap} is spent; nothing was sent"
            raise QuotaSpent(message, until)

    def refund(self, name: str, amount: int, until: datetime) -> None:
        """Give back what a call did not cost."""
        self._add(name, -amount, until, None)

    def used(self, name: str, until: datetime) -> int:
        """How much is spent."""
        with translated(f"reading the quota {name}"):
            answer = self._client.get_item(
                TableName=self._table, Key=_key(name, until), ConsistentRead=True
            )
        return read_number(answer.get("Item", {}), "used")

    def _add(self, name: str, amount: int, until: datetime, most: int | None) -> bool:
        """Count `amount`, while no more than `most` is used; False when more is."""
        values = {
            ":amount": number(amount),
            ":expires": number(ceil((until + KEPT).timestamp())),
            ":schema": number(SCHEMA_VERSION),
        }
        condition = "attribute_exists(#used)"
        if most is not None:
            condition = "attribute_not_exists(#used) OR #used <= :most"
            values[":most"] = number(most)
        try:
            with translated(f"counting against the quota {name}"):
                self._client.update_item(
                    TableName=self._table,
                    Key=_key(name, until),
                    UpdateExpression="SET expires_at = :expires, #schema = :schema "
                    "ADD #used :amount",
                    ConditionExpression=condition,
                    ExpressionAttributeNames={"#schema": "schema", "#used": "used"},
                    ExpressionAttributeValues=values,
                )
        except ClientError:
            return False
        return True


def _key(name: str, until: datetime) -> dict[str, AttributeValueTypeDef]:
    return key(f"quota#{name}", moment(until))
