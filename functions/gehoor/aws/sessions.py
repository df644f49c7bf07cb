"""Sign-ins that renew themselves: the session in SSM Parameter Store, its lease in `state`.

The session is a secret, so it lies where secrets lie; SSM knows no conditional write, so the
right to renew it is an item of the table.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from gehoor.aws.items import SCHEMA_VERSION, key, moment, number, read_moment, text
from gehoor.aws.translate import code_of, item_in_the_way, translated
from gehoor.errors import Rejected, Unavailable
from gehoor.ports.limits import Lease

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef
    from mypy_boto3_ssm import SSMClient

    from gehoor.aws.items import Item

NOTHING = "nothing"
"""What a parameter holds before its first session."""


class SsmSessions:
    """Fits `ports.Sessions`. A session's name is its parameter's: `<secret>.session`."""

    def __init__(self, ssm: SSMClient, dynamodb: DynamoDBClient, table: str) -> None:
        self._ssm = ssm
        self._dynamodb = dynamodb
        self._table = table

    def get(self, name: str) -> str | None:
        """What was stored last, read anew each time; None when nothing was."""
        try:
            with _translated(f"reading session {name}"):
                answer = self._ssm.get_parameter(Name=name, WithDecryption=True)
        except Unavailable as error:
            if _code(error) == "ParameterNotFound":
                return None
            raise
        value = answer["Parameter"]["Value"]
        return None if value == NOTHING else value

    def prepare(self, name: str) -> None:
        """Make sure that `put` may write: SSM looks at rights before it refuses to overwrite."""
        try:
            with _translated(f"preparing session {name}"):
                self._ssm.put_parameter(
                    Name=name, Value=NOTHING, Type="SecureString", Overwrite=False
                )
        except Unavailable as error:
            if _code(error) != "ParameterAlreadyExists":
                raise

    def put(self, name: str, session: str) -> None:
        """Store a session; a parameter tier that takes more than 4 KB is chosen when needed."""
        with _translated(f"storing session {name}"):
            self._ssm.put_parameter(
                Name=name,
                Value=session,
                Type="SecureString",
                Tier="Intelligent-Tiering",
                Overwrite=True,
            )

    def lease(self, name: str, owner: str, now: datetime, until: datetime) -> Lease:
        """Take the right to renew; one owner has it at a time."""
        try:
            with _translated(f"leasing session {name}"):
                answer = self._dynamodb.update_item(
                    TableName=self._table,
                    Key=_key(name),
                    UpdateExpression="SET lease_owner = :owner, lease_until = :until, "
                    "#schema = :schema",
                    ConditionExpression="attribute_not_exists(lease_until) "
                    "OR lease_until <= :now OR lease_owner = :owner",
                    ExpressionAttributeNames={"#schema": "schema"},
                    ExpressionAttributeValues={
                        ":owner": text(owner),
                        ":until": text(moment(until)),
                        ":now": text(moment(now)),
                        ":schema": number(SCHEMA_VERSION),
                    },
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ClientError as error:
            item = item_in_the_way(error)
            return Lease(read_moment(item, "lease_until") or until, _refused(item))
        return Lease(None, _refused(answer["Attributes"]))

    def refuse(self, name: str, grant: str) -> None:
        """Note a grant as refused for good."""
        with _translated(f"noting a refusal of session {name}"):
            self._dynamodb.update_item(
                TableName=self._table,
                Key=_key(name),
                UpdateExpression="ADD refused :grant",
                ExpressionAttributeValues={":grant": {"SS": [grant]}},
            )

    def release(self, name: str, owner: str) -> None:
        """Give the lease back; nothing to do when it is another's by now."""
        try:
            with _translated(f"releasing session {name}"):
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key=_key(name),
                    UpdateExpression="REMOVE lease_owner, lease_until",
                    ConditionExpression="lease_owner = :owner",
                    ExpressionAttributeValues={":owner": text(owner)},
                )
        except ClientError:
            return


@contextmanager
def _translated(what: str) -> Iterator[None]:
    """As `translated`, but no item that waits for a sign-in is to blame for a rejected call."""
    try:
        with translated(what):
            yield
    except Rejected as error:
        raise Unavailable(str(error)) from error.__cause__


def _code(error: Unavailable) -> str:
    cause = error.__cause__
    return code_of(cause) if isinstance(cause, ClientError) else ""


def _key(name: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"session#{name}", "session")


def _refused(item: Item) -> frozenset[str]:
    return frozenset(item.get("refused", {}).get("SS", ()))
