"""How far sources' posts are checked for deletions, in the table `state`: a round and a lease."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from gehoor.aws.items import SCHEMA_VERSION, dump, key, load, moment, number, read_text, text
from gehoor.aws.translate import translated
from gehoor.domain.compliance import ComplianceRound, first_round

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


class DynamoComplianceRounds:
    """Fits `ports.ComplianceRounds` with one conditional write a step."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def take(
        self, source_id: str, owner: str, now: datetime, until: datetime
    ) -> ComplianceRound | None:
        """Take the lease; the round under way, a first one the first time. None while held."""
        try:
            with translated(f"leasing the compliance round of {source_id}"):
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=_key(source_id),
                    UpdateExpression="SET lease_owner = :owner, lease_until = :until, "
                    "#schema = :schema, #round = if_not_exists(#round, :first)",
                    ConditionExpression="attribute_not_exists(lease_until) OR lease_until < :now",
                    ExpressionAttributeNames={"#schema": "schema", "#round": "round"},
                    ExpressionAttributeValues={
                        ":owner": text(owner),
                        ":until": text(moment(until)),
                        ":now": text(moment(now)),
                        ":schema": number(SCHEMA_VERSION),
                        ":first": text(dump(first_round(now))),
                    },
                    ReturnValues="ALL_NEW",
                )
        except ClientError:
            return None
        stored = read_text(answer["Attributes"], "round")
        return load(ComplianceRound, stored, f"compliance round of {source_id}")

    def save(self, source_id: str, owner: str, progress: ComplianceRound) -> bool:
        """Note how far it is and give the lease back, only while `owner` still holds it."""
        try:
            with translated(f"saving the compliance round of {source_id}"):
                self._client.update_item(
                    TableName=self._table,
                    Key=_key(source_id),
                    UpdateExpression="SET #round = :round REMOVE lease_owner, lease_until",
                    ConditionExpression="lease_owner = :owner",
                    ExpressionAttributeNames={"#round": "round"},
                    ExpressionAttributeValues={
                        ":owner": text(owner),
                        ":round": text(dump(progress)),
                    },
                )
        except ClientError:
            return False
        return True


def _key(source_id: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"compliance#{source_id}", "compliance")
