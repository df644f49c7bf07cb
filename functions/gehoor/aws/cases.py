"""Cases in the table `core`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from gehoor.aws.items import SCHEMA_VERSION, dump, key, load, number, read_text, text
from gehoor.aws.translate import translated
from gehoor.domain.case import Case

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import PutItemInputTypeDef


class Cases:
    """Fits `ports.CaseStore`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, case_id: str) -> Case | None:
        """The case, None before its ticket is open."""
        with translated("reading a case"):
            answer = self._client.get_item(
                TableName=self._table, Key=key(f"case#{case_id}", "case"), ConsistentRead=True
            )
        stored = read_text(answer["Item"], "case") if "Item" in answer else ""
        return load(Case, stored, f"case {case_id}") if stored else None

    def put(self, case: Case) -> bool:
        """Store `case` as its next revision; False when another worker stored that one."""
        stored = replace(case, revision=case.revision + 1)
        request: PutItemInputTypeDef = {
            "TableName": self._table,
            "Item": {
                **key(f"case#{case.case_id}", "case"),
                "schema": number(SCHEMA_VERSION),
                "revision": number(stored.revision),
                "case": text(dump(stored)),
            },
            "ConditionExpression": "attribute_not_exists(entity)",
        }
        if case.revision:
            request["ConditionExpression"] = "revision = :before"
            request["ExpressionAttributeValues"] = {":before": number(case.revision)}
        try:
            with translated("storing a case"):
                self._client.put_item(**request)
        except ClientError:
            return False
        return True
