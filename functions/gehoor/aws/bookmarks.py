"""How far something is read, in the table `state`: a place and a lease."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from gehoor.aws.items import SCHEMA_VERSION, key, moment, number, read_moment, text
from gehoor.aws.translate import translated

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


class DynamoBookmarks:
    """Fits `ports.Bookmarks` with one conditional write a step."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def take(self, name: str, owner: str, now: datetime, until: datetime) -> datetime | None:
        """Take the lease; where to read on, `now` the first time. None while another reads."""
        try:
            with translated(f"leasing bookmark {name}"):
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=_key(name),
                    UpdateExpression="SET lease_owner = :owner, lease_until = :until, "
                    "#schema = :schema, place = if_not_exists(place, :now)",
                    ConditionExpression="attribute_not_exists(lease_until) OR lease_until < :now",
                    ExpressionAttributeNames={"#schema": "schema"},
                    ExpressionAttributeValues={
                        ":owner": text(owner),
                        ":until": text(moment(until)),
                        ":now": text(moment(now)),
                        ":schema": number(SCHEMA_VERSION),
                    },
                    ReturnValues="ALL_NEW",
                )
        except ClientError:
            return None
        return read_moment(answer["Attributes"], "place")

    def move(self, name: str, owner: str, place: datetime) -> bool:
        """Note how far it is read, only while `owner` still holds the lease."""
        return self._update(name, owner, "SET place = :place", {":place": text(moment(place))})

    def release(self, name: str, owner: str) -> None:
        """Give the lease back."""
        self._update(name, owner, "REMOVE lease_owner, lease_until", {})

    def _update(
        self, name: str, owner: str, expression: str, values: dict[str, AttributeValueTypeDef]
    ) -> bool:
        try:
            with translated(f"moving bookmark {name}"):
                self._client.update_item(
                    TableName=self._table,
                    Key=_key(name),
                    UpdateExpression=expression,
                    ConditionExpression="lease_owner = :owner",
                    ExpressionAttributeValues={":owner": text(owner), **values},
                )
        except ClientError:
            return False
        return True


def _key(name: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"bookmark#{name}", "bookmark")
