"""Webhook calls that were taken lately, in the table `state`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from gehoor.aws.items import key, number
from gehoor.aws.translate import translated
from gehoor.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

KEPT = timedelta(days=1)
"""Much longer than the five minutes for which a signature holds."""


class DynamoReplays:
    """Fits `ports.Replays` with one call a question, because a sender waits."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def seen(self, names: Sequence[str]) -> bool:
        """Whether a call of any of these names was taken."""
        keys = [_key(name) for name in names]
        with translated("looking for a replay"):
            answer = self._client.batch_get_item(
                RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}}
            )
        if answer["UnprocessedKeys"]:
            message = "looking for a replay: DynamoDB answered in part"
            raise Unavailable(message)
        return bool(answer["Responses"][self._table])

    def remember(self, names: Sequence[str], now: datetime) -> None:
        """Note that a call of these names was taken; kept for a day."""
        ends = number(int((now + KEPT).timestamp()))
        items = [{**_key(name), "expires_at": ends} for name in names]
        with translated("noting a call"):
            answer = self._client.batch_write_item(
                RequestItems={self._table: [{"PutRequest": {"Item": item}} for item in items]}
            )
        if answer["UnprocessedItems"]:
            message = "noting a call: DynamoDB took it in part"
            raise Unavailable(message)


def _key(name: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"webhook#{name}", "replay")
