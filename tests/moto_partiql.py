"""BatchExecuteStatement with INSERT as DynamoDB documents it; moto's own takes no parameters.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.insert.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementError.html
"""

from __future__ import annotations

import re
from typing import Any

from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.models import DynamoDBBackend

AT_ONCE = 25
INSERT = re.compile(r"""INSERT INTO "(\w+)" VALUE \{('\w+': \?(?:, '\w+': \?)*)\}""")
KEY = ("entity", "part")

Statement = dict[str, Any]


def inserted(statement: Statement) -> tuple[str, dict[str, Any]]:
    """The table and the item of an INSERT."""
    matched = INSERT.fullmatch(statement["Statement"])
    assert matched is not None, statement["Statement"]
    names = re.findall(r"'(\w+)'", matched[2])
    return matched[1], dict(zip(names, statement["Parameters"], strict=True))


def _batch_execute_statement(
    backend: DynamoDBBackend, statements: list[Statement]
) -> list[dict[str, Any]]:
    if not 0 < len(statements) <= AT_ONCE:
        message = f"from 1 to {AT_ONCE} statements"
        raise MockValidationException(message)
    return [_executed(backend, *inserted(statement)) for statement in statements]


def _executed(backend: DynamoDBBackend, table: str, item: dict[str, Any]) -> dict[str, Any]:
    if backend.get_item(table, {name: item[name] for name in KEY}) is not None:
        message = "Duplicate primary key exists in table"
        return {"TableName": table, "Error": {"Code": "DuplicateItem", "Message": message}}
    try:
        backend.put_item(table, item)
    except MockValidationException as error:
        return {"Error": {"Code": "ValidationError", "Message": str(error.message)}}
    return {"TableName": table}


def install() -> None:
    """Let moto answer so."""
    DynamoDBBackend.batch_execute_statement = _batch_execute_statement  # type: ignore[method-assign,assignment]  # moto's is decorated
