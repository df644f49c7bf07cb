"""What is kept of answers in the table `core`, until its time to live is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

from gehoor.aws.items import SCHEMA_VERSION, key, moment, number, read_moment, read_text, text
from gehoor.aws.translate import translated
from gehoor.domain.forgotten import person_of
from gehoor.domain.reply_memory import (
    APOLOGIES_WITHIN,
    COPIES_WITHIN,
    RECENT_AT_MOST,
    Apology,
    EarlierReply,
)
from gehoor.errors import ContractBroken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from gehoor.aws.items import Item


class DynamoReplyMemory:
    """Fits `ports.ReplyMemory`: a query and a write for each answer, one more for an apology."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def recent(self, brand: str, since: datetime) -> Mapping[str, EarlierReply]:
        """The brand's newest answers since then by their keys; what others just wrote may lack."""
        with translated("reading what was answered lately"):
            found = self._client.query(
                TableName=self._table,
                KeyConditionExpression="entity = :brand AND #part >= :since",
                ExpressionAttributeNames={"#part": "part"},
                ExpressionAttributeValues={
                    ":brand": text(_entity(brand)),
                    ":since": text(moment(since)),
                },
                ScanIndexForward=False,
                Limit=RECENT_AT_MOST,
            )
        return {read_text(item, "reply"): _reply(item) for item in found["Items"]}

    def keep(self, brand: str, key: str, reply: EarlierReply) -> None:
        """Keep an answer for a day."""
        with translated("keeping what an answer is known by"):
            self._client.put_item(
                TableName=self._table,
                Item={
                    **_key(brand, key, reply.at),
                    "schema": number(SCHEMA_VERSION),
                    "reply": text(key),
                    "imprint": text(reply.imprint),
                    "person": text(reply.person),
                    "case_id": text(reply.case_id),
                    "ticket_id": text(reply.ticket_id),
                    "answered_at": text(moment(reply.at)),
                    "expires_at": _end(reply.at, COPIES_WITHIN),
                },
            )

    def apologise(self, identity: str, key: str, apology: Apology) -> Sequence[Apology]:
        """Keep an apology to an author for 30 days; returns those of other answers to them."""
        made = f"{moment(apology.at)} {apology.case_id} {key}"
        with translated("noting an apology"):
            answer = self._client.update_item(
                TableName=self._table,
                Key=_apologies_key(identity),
                UpdateExpression="SET expires_at = :end, #schema = :schema ADD made :made",
                ExpressionAttributeNames={"#schema": "schema"},
                ExpressionAttributeValues={
                    ":end": _end(apology.at, APOLOGIES_WITHIN),
                    ":schema": number(SCHEMA_VERSION),
                    ":made": {"SS": [made]},
                },
                ReturnValues="ALL_OLD",
            )
        before = answer.get("Attributes", {}).get("made", {}).get("SS", [])
        return [_apology(one) for one in sorted(before) if one.split()[2] != key]


def _entity(brand: str) -> str:
    return f"replies#{brand}"


def _key(brand: str, name: str, at: datetime) -> dict[str, AttributeValueTypeDef]:
    return key(_entity(brand), f"{moment(at)}#{name}")


def _apologies_key(identity: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"apologies#{person_of(identity)}", f"identity#{identity}")


def _end(at: datetime, kept: timedelta) -> AttributeValueTypeDef:
    return number(ceil((at + kept).timestamp()))


def _reply(item: Item) -> EarlierReply:
    at = read_moment(item, "answered_at")
    if at is None:
        message = "what is kept of an answer has no time"
        raise ContractBroken(message)
    names = ("imprint", "person", "case_id", "ticket_id")
    imprint, person, case_id, ticket_id = (read_text(item, name) for name in names)
    return EarlierReply(imprint, person, case_id, ticket_id, at)


def _apology(made: str) -> Apology:
    at, case_id, _ = made.split()
    return Apology(case_id, datetime.fromisoformat(at))
