"""Comments that were sent in, in the table `state`, for as long as their answers may wait."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from gehoor.aws.items import (
    SCHEMA_VERSION,
    key,
    moment,
    number,
    read_moment,
    read_number,
    read_text,
    text,
)
from gehoor.aws.translate import translated
from gehoor.domain.ticket import Comment
from gehoor.errors import ContractBroken

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from gehoor.aws.items import Item

KEPT_FOR = timedelta(days=30)


class DynamoInbox:
    """Fits `ports.Inbox`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def keep(self, ticket_id: str, comment: Comment, now: datetime) -> None:
        """Keep a comment; the newest version counts, but one that is private stays as it is."""
        try:
            with translated("keeping a comment"):
                self._client.put_item(
                    TableName=self._table,
                    Item={
                        **_key(ticket_id, comment.comment_id),
                        "schema": number(SCHEMA_VERSION),
                        "text": text(comment.text),
                        "public": {"BOOL": comment.public},
                        "by_agent": {"BOOL": comment.by_agent},
                        "created_at": text(moment(comment.created_at)),
                        "attachments": number(comment.attachments),
                        "expires_at": number(int((now + KEPT_FOR).timestamp())),
                    },
                    ConditionExpression="attribute_not_exists(entity) OR #public = :yes",
                    ExpressionAttributeNames={"#public": "public"},
                    ExpressionAttributeValues={":yes": {"BOOL": True}},
                )
        except ClientError:
            return

    def read(self, ticket_id: str, comment_id: str) -> Comment | None:
        """The comment that was kept, None when there is none."""
        with translated("reading a comment"):
            answer = self._client.get_item(
                TableName=self._table, Key=_key(ticket_id, comment_id), ConsistentRead=True
            )
        return _comment(comment_id, answer["Item"]) if "Item" in answer else None


def _comment(comment_id: str, item: Item) -> Comment:
    created_at = read_moment(item, "created_at")
    if created_at is None or read_number(item, "schema") > SCHEMA_VERSION:
        message = f"comment {comment_id}: it is damaged or was kept by a newer gehoor"
        raise ContractBroken(message)
    return Comment(
        comment_id=comment_id,
        text=read_text(item, "text"),
        public=item.get("public", {}).get("BOOL", False),
        by_agent=item.get("by_agent", {}).get("BOOL", False),
        created_at=created_at,
        attachments=read_number(item, "attachments"),
    )


def _key(ticket_id: str, comment_id: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"inbox#{ticket_id}/{comment_id}", "comment")
