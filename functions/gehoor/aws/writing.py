"""Writing many items of a table in few calls, whatever stands in their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gehoor.aws.translate import translated
from gehoor.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        WriteRequestOutputTypeDef,
        WriteRequestTypeDef,
    )

    Attributes = dict[str, AttributeValueTypeDef]

WRITTEN_AT_ONCE = 25
"""What one call takes."""

CALLS = 5
"""So often the table may leave some for another call, which it does under load."""


def write_many(client: DynamoDBClient, table: str, items: Sequence[Attributes], what: str) -> None:
    """Write items, no two of one key; a half may be written when it fails.

    Unavailable when the table has no time for all.
    """
    for start in range(0, len(items), WRITTEN_AT_ONCE):
        _write(client, table, items[start : start + WRITTEN_AT_ONCE], what)


def _write(client: DynamoDBClient, table: str, items: Sequence[Attributes], what: str) -> None:
    if len(items) == 1:
        with translated(what):
            client.put_item(TableName=table, Item=items[0])
        return
    left: Mapping[str, Sequence[WriteRequestTypeDef | WriteRequestOutputTypeDef]]
    left = {table: [{"PutRequest": {"Item": item}} for item in items]}
    for _ in range(CALLS):
        with translated(what):
            left = client.batch_write_item(RequestItems=left)["UnprocessedItems"]
        if not left:
            return
    message = f"{what}: the table took only a part"
    raise Unavailable(message)
