"""Writing items where none stands, and many in few calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import ClientError

from gehoor.aws.translate import translated
from gehoor.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        BatchStatementRequestTypeDef,
        BatchStatementResponseTypeDef,
    )

    Attributes = dict[str, AttributeValueTypeDef]

WRITTEN_AT_ONCE = 25
"""What one call takes."""


def insert(
    client: DynamoDBClient, table: str, item: Mapping[str, AttributeValueTypeDef], what: str
) -> bool:
    """Write an item where none of its key stands: False when one does."""
    try:
        with translated(what):
            client.put_item(
                TableName=table, Item=item, ConditionExpression="attribute_not_exists(entity)"
            )
    except ClientError:
        return False
    return True


def delete_many(client: DynamoDBClient, table: str, keys: Sequence[Attributes], what: str) -> None:
    """Delete items, whether or not they stand there.

    Unavailable when the table took only a part; to repeat it harms nothing.
    """
    for start in range(0, len(keys), WRITTEN_AT_ONCE):
        few = keys[start : start + WRITTEN_AT_ONCE]
        with translated(what):
            answer = client.batch_write_item(
                RequestItems={table: [{"DeleteRequest": {"Key": key}} for key in few]}
            )
        if answer["UnprocessedItems"]:
            message = f"{what}: the table took only a part"
            raise Unavailable(message)


class Inserted(NamedTuple):
    """Whether each item was written: False where one stood, None where the table would not take it.

    `was_retried` tells that the SDK made a call again: what stood there may be of the first try.
    """

    outcomes: list[bool | None]
    was_retried: bool


def insert_many(
    client: DynamoDBClient, table: str, items: Sequence[Attributes], what: str
) -> Inserted:
    """Write items, no two of one key, each where none stands.

    Why the table would not take one, now or at all, `put_item` says. Each costs what it would
    alone. What is raised leaves open which were written.
    """
    outcomes, was_retried = list[bool | None](), False
    for start in range(0, len(items), WRITTEN_AT_ONCE):
        statements = [_insert(table, item) for item in items[start : start + WRITTEN_AT_ONCE]]
        with translated(what):
            answer = client.batch_execute_statement(Statements=statements)
        outcomes += [_was_written(response) for response in answer["Responses"]]
        was_retried |= answer["ResponseMetadata"]["RetryAttempts"] > 0
    return Inserted(outcomes, was_retried)


def _insert(table: str, item: Attributes) -> BatchStatementRequestTypeDef:
    names = ", ".join(f"'{name}': ?" for name in item)
    return {
        "Statement": f'INSERT INTO "{table}" VALUE {{{names}}}',
        "Parameters": list(item.values()),
    }


def _was_written(response: BatchStatementResponseTypeDef) -> bool | None:
    if "Error" not in response:
        return True
    return False if response["Error"].get("Code") == "DuplicateItem" else None
