"""BatchExecuteStatement with INSERT and UPDATE as documented; moto's own takes no parameters.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.insert.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.update.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-functions.missing.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementError.html
"""

from __future__ import annotations

import re
from typing import Any

from moto.dynamodb.exceptions import ConditionalCheckFailed, MockValidationException
from moto.dynamodb.models import DynamoDBBackend

AT_ONCE = 25
INSERT = re.compile(
    r"""INSERT INTO "(?P<table>\w+)" VALUE \{(?P<names>'\w+': \?(, '\w+': \?)*)\}"""
)
CONDITION = r'"\w+" (IS MISSING|<?= \?)'
UPDATE = re.compile(
    r'UPDATE "(?P<table>\w+)"(?P<sets>( SET "\w+" = \?)+)(?P<removes>( REMOVE "\w+")*)'
    rf" WHERE (?P<conditions>{CONDITION}( AND {CONDITION})*)"
)
KEY = ("entity", "part")

Statement = dict[str, Any]


def written(statement: Statement) -> tuple[str, dict[str, Any]]:
    """The table and the key of what a statement writes."""
    matched, parameters = _matched(statement), statement["Parameters"]
    if matched.re is INSERT:
        compared = _inserted(matched)
    else:
        compared = re.findall(r'"(\w+)" <?= \?', matched["sets"] + matched["conditions"])
    values = dict(zip(compared, parameters, strict=True))
    return matched["table"], {name: values[name] for name in KEY}


def _matched(statement: Statement) -> re.Match[str]:
    text = statement["Statement"]
    matched = INSERT.fullmatch(text) or UPDATE.fullmatch(text)
    assert matched is not None, text
    return matched


def _batch_execute_statement(
    backend: DynamoDBBackend, statements: list[Statement]
) -> list[dict[str, Any]]:
    if not 0 < len(statements) <= AT_ONCE:
        message = f"from 1 to {AT_ONCE} statements"
        raise MockValidationException(message)
    return [_executed(backend, statement) for statement in statements]


def _executed(backend: DynamoDBBackend, statement: Statement) -> dict[str, Any]:
    matched = _matched(statement)
    execute = _insert if matched.re is INSERT else _update
    try:
        return execute(backend, matched, statement)
    except MockValidationException as error:
        return {"Error": {"Code": "ValidationError", "Message": str(error.message)}}


def _insert(
    backend: DynamoDBBackend, matched: re.Match[str], statement: Statement
) -> dict[str, Any]:
    table, key = written(statement)
    if backend.get_item(table, key) is not None:
        message = "Duplicate primary key exists in table"
        return {"TableName": table, "Error": {"Code": "DuplicateItem", "Message": message}}
    backend.put_item(table, dict(zip(_inserted(matched), statement["Parameters"], strict=True)))
    return {"TableName": table}


def _inserted(matched: re.Match[str]) -> list[str]:
    return re.findall(r"'(\w+)'", matched["names"])


def _update(
    backend: DynamoDBBackend, matched: re.Match[str], statement: Statement
) -> dict[str, Any]:
    """By an UpdateItem that says the same: its condition has the key, so that it makes no item."""
    table, key = written(statement)
    values = {f":{n}": value for n, value in enumerate(statement["Parameters"])}
    named, left = re.compile(r'"(\w+)"'), iter(values)
    changes = re.sub(r"\?", lambda _: next(left), ", ".join(matched["sets"].split(" SET ")[1:]))
    removed = ", ".join(matched["removes"].split(" REMOVE ")[1:])
    missing = re.sub(r'("\w+") IS MISSING', r"attribute_not_exists(\1)", matched["conditions"])
    conditions = re.sub(r"\?", lambda _: next(left), missing)
    try:
        backend.update_item(
            table,
            key,
            named.sub(r"#\1", f"SET {changes}" + (f" REMOVE {removed}" if removed else "")),
            {f"#{name}": name for name in named.findall(statement["Statement"])[1:]},
            values,
            condition_expression=named.sub(r"#\1", conditions),
        )
    except ConditionalCheckFailed:
        message = "The conditional request failed"
        return {"TableName": table, "Error": {"Code": "ConditionalCheckFailed", "Message": message}}
    return {"TableName": table}


def install() -> None:
    """Let moto answer so."""
    DynamoDBBackend.batch_execute_statement = _batch_execute_statement  # type: ignore[method-assign,assignment]  # moto's is decorated
