"""Cases in the table `core`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from gehoor.aws.items import (
    CLOCKS,
    SCHEMA_VERSION,
    dump,
    key,
    load,
    moment,
    number,
    pending_shard,
    read_text,
    text,
)
from gehoor.aws.reading import read_many
from gehoor.aws.retention import ending
from gehoor.aws.translate import translated
from gehoor.aws.writing import insert_many
from gehoor.domain.case import Case
from gehoor.domain.mention import Visibility

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, PutItemInputTypeDef

    from gehoor.aws.items import Item
    from gehoor.aws.retention import Retention

MERGED = "case_"
CASE, AUDIENCE = "case", "audience"


class Cases:
    """Fits `ports.CaseStore`."""

    def __init__(
        self, client: DynamoDBClient, table: str, retention: Retention | None = None
    ) -> None:
        self._client = client
        self._table = table
        self._retention = retention

    def get(self, case_id: str) -> Case | None:
        """The case, None before its ticket is open."""
        with translated("reading a case"):
            answer = self._client.get_item(
                TableName=self._table, Key=_key(case_id), ConsistentRead=True
            )
        return _stored(case_id, answer["Item"]) if "Item" in answer else None

    def get_many(self, case_ids: Sequence[str]) -> list[Case]:
        """Those cases that are stored and can be read, READ_AT_ONCE at most."""
        keys = {case_id: _key(case_id) for case_id in case_ids}
        what = "reading cases"
        found = read_many(self._client, self._table, keys, _stored, what)
        return [case for case in found.values() if case is not None]

    def put(self, case: Case) -> bool:
        """Store `case` as its next revision; False when another worker stored that one.

        An open case is kept. One that is solved ends, and leaves who could read it.
        """
        if self._retention and not case.is_open:
            self._leave_audience(case, self._retention.clock())
        request: PutItemInputTypeDef = {
            "TableName": self._table,
            "Item": self._item(case),
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

    def open_many(self, cases: Sequence[Case]) -> None:
        """As `put` for each, all of them new and open, in few calls."""
        items = [self._item(case) for case in cases]
        stored = insert_many(self._client, self._table, items, "storing cases")
        for case, outcome in zip(cases, stored.outcomes, strict=True):
            if outcome is None:
                self.put(case)

    def forget(self, case_id: str, now: datetime) -> None:
        """Leave nothing of a case but who could read it, which its ticket's answers must not widen.

        What stands in its place keeps workers who have read it from storing it again, until it is
        deleted: the author may come back to the thread.
        """
        case = self.get(case_id)
        if case is not None:
            self._leave_audience(case, now)
        self._leave(_key(case_id), now)

    def audience_left(self, case_id: str) -> Visibility | None:
        """Who could read a case that gehoor does not know any more, None for any other."""
        with translated("reading a case"):
            answer = self._client.get_item(
                TableName=self._table, Key=_key(case_id, AUDIENCE), ConsistentRead=True
            )
        return Visibility(read_text(answer["Item"], "visibility")) if "Item" in answer else None

    def _item(self, case: Case) -> dict[str, AttributeValueTypeDef]:
        """What is stored of the case's next revision."""
        stored = replace(case, revision=case.revision + 1)
        return {
            **_key(case.case_id),
            "schema": number(SCHEMA_VERSION),
            "revision": number(stored.revision),
            "case": text(dump(stored)),
            **({} if case.is_open else ending(self._retention)),
            **_waking(case),
        }

    def _leave_audience(self, case: Case, now: datetime) -> None:
        audience = {"visibility": text(case.address.visibility)}
        self._leave({**_key(case.case_id, AUDIENCE), **audience}, now)

    def _leave(self, left: dict[str, AttributeValueTypeDef], now: datetime) -> None:
        about = {"schema": number(SCHEMA_VERSION), "forgotten_at": text(moment(now))}
        with translated("leaving what is left of a case"):
            self._client.put_item(TableName=self._table, Item={**left, **about})

    def in_ticket(self, ticket_id: str) -> Mapping[str, datetime]:
        """The cases whose tickets were merged into this one, and when, by their ids."""
        with translated("reading whose a ticket is"):
            answer = self._client.get_item(
                TableName=self._table, Key=_ticket_key(ticket_id), ConsistentRead=True
            )
        item = answer.get("Item", {})
        names = (name for name in item if name.startswith(MERGED))
        return {
            name.removeprefix(MERGED): datetime.fromisoformat(read_text(item, name))
            for name in names
        }

    def merge(self, case_ids: Iterable[str], ticket_id: str, at: datetime) -> None:
        """Note that cases went on in a ticket; the time that was noted first stays.

        Each case is an attribute of its own, so that workers who note others take none away.
        """
        names = {f"#case{n}": f"{MERGED}{case_id}" for n, case_id in enumerate(case_ids)}
        notes = (f"{name} = if_not_exists({name}, :at)" for name in names)
        with translated("noting whose a ticket is"):
            self._client.update_item(
                TableName=self._table,
                Key=_ticket_key(ticket_id),
                UpdateExpression=f"SET #schema = :schema, {', '.join(notes)}",
                ExpressionAttributeNames={"#schema": "schema", **names},
                ExpressionAttributeValues={
                    ":schema": number(SCHEMA_VERSION),
                    ":at": text(moment(at)),
                },
            )


def _stored(case_id: str, item: Item) -> Case | None:
    """None of what stands in a forgotten case's place."""
    stored = read_text(item, "case")
    return load(Case, stored, f"case {case_id}") if stored else None


def _waking(case: Case) -> dict[str, AttributeValueTypeDef]:
    """Where the index has a case while agents are to be told something of it."""
    if case.wakes_at is None:
        return {}
    shard = pending_shard(case.case_id, CLOCKS)
    return {"undelivered_shard": text(shard), "pending_since": text(moment(case.wakes_at))}


def _key(case_id: str, part: str = CASE) -> dict[str, AttributeValueTypeDef]:
    return key(f"case#{case_id}", part)


def _ticket_key(ticket_id: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"ticket#{ticket_id}", "answers")
