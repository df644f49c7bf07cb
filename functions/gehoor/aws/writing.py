"""Writing items where none stands, and many in few calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import ClientError

from gehoor.aws.translate import translated

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


class Executed(NamedTuple):
    """The error code of each statement, "" where it was executed.

    `was_retried` tells that the SDK made a call again: what stood there may be of the first try.
    """

    errors: list[str]
    was_retried: bool


class Inserted(NamedTuple):
    """Whether each item was written: False where one stood, None where the table would not take it.

    `was_retried` is that of `Executed`.
    """

    outcomes: list[bool | None]
    was_retried: bool


OUTCOMES = {"": True, "DuplicateItem": False}


def insert_many(
    client: DynamoDBClient, table: str, items: Sequence[Attributes], what: str
) -> Inserted:
    """Write items, no two of one key, each where none stands.

    Why the table would not take one, now or at all, `put_item` says. Each costs what it would
    alone. What is raised leaves open which were written.
    """
    executed = execute_many(client, [_insert(table, item) for item in items], what)
    outcomes = [OUTCOMES.get(error) for error in executed.errors]
    return Inserted(outcomes, executed.was_retried)


def execute_many(
    client: DynamoDBClient, statements: Sequence[BatchStatementRequestTypeDef], what: str
) -> Executed:
    """Execute statements that write, no two on one item: WRITTEN_AT_ONCE a call, each by itself.

    What is raised leaves open which were executed.
    """
    errors, was_retried = list[str](), False
    for start in range(0, len(statements), WRITTEN_AT_ONCE):
        with translated(what):
            answer = client.batch_execute_statement(
                Statements=statements[start : start + WRITTEN_AT_ONCE]
            )
        errors += [_error_of(response) for response in answer["Responses"]]
        was_retried |= answer["ResponseMetadata"]["RetryAttempts"] > 0
    return Executed(errors, was_retried)


def update_statement(
    table: str,
    key: Attributes,
    changes: Attributes,
    removed: Sequence[str],
    condition: str,
    compared: Sequence[AttributeValueTypeDef],
) -> BatchStatementRequestTypeDef:
    """An UPDATE for `execute_many` of the item of this key: it changes nothing where none stands.

    `condition` is what must hold besides; it compares with `compared`, one for each "?".

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.update.html
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-operators.html
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-functions.missing.html
    """
    sets = "".join(f' SET "{name}" = ?' for name in changes)
    removes = "".join(f' REMOVE "{name}"' for name in removed)
    where = " AND ".join([*(f'"{name}" = ?' for name in key), condition])
    return {
        "Statement": f'UPDATE "{table}"{sets}{removes} WHERE {where}',
        "Parameters": [*changes.values(), *key.values(), *compared],
    }


def _insert(table: str, item: Attributes) -> BatchStatementRequestTypeDef:
    names = ", ".join(f"'{name}': ?" for name in item)
    return {
        "Statement": f'INSERT INTO "{table}" VALUE {{{names}}}',
        "Parameters": list(item.values()),
    }


def _error_of(response: BatchStatementResponseTypeDef) -> str:
    return response["Error"].get("Code", "InternalServerError") if "Error" in response else ""
