"""Sources in the table `state`: cursor, lease, next due time, health."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from gehoor.aws.items import (
    SCHEMA_VERSION,
    key,
    moment,
    number,
    packed,
    read_moment,
    read_number,
    read_packed,
    read_text,
    text,
)
from gehoor.aws.translate import translated
from gehoor.domain.place import Gap
from gehoor.domain.source import SourceState
from gehoor.errors import ContractBroken

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, UpdateItemInputTypeDef

    from gehoor.aws.items import Item
    from gehoor.domain.place import Cursor
    from gehoor.ports.sources import PollOutcome

PART = "source"
ENTITY = "source#"
SHARD = "sources"


class Sources:
    """Fits `ports.SourceStore`, and what operators do with sources."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        """Ids of sources whose time has come, the longest waiting first."""
        with translated("looking for due sources"):
            answer = self._client.query(
                TableName=self._table,
                IndexName="due",
                KeyConditionExpression="due_shard = :shard AND next_due_at <= :now",
                ExpressionAttributeValues={":shard": text(SHARD), ":now": text(moment(now))},
                Limit=limit,
            )
        return [read_text(item, "entity").removeprefix(ENTITY) for item in answer["Items"]]

    def claim_turn(self, source_id: str, now: datetime, next_due_at: datetime) -> bool:
        """Move the due time forward, once per turn: False when another dispatcher did it."""
        return self._update(
            source_id,
            "SET next_due_at = :next",
            "next_due_at <= :now",
            {":next": text(moment(next_due_at)), ":now": text(moment(now))},
        )

    def get(self, source_id: str) -> SourceState | None:
        """The source's state."""
        item = self._item(source_id)
        return _state(item) if item else None

    def leased_until(self, source_id: str) -> datetime | None:
        """When the lease ends that a worker has, or left; None when it was given back."""
        return read_moment(self._item(source_id), "lease_until")

    def _item(self, source_id: str) -> Item:
        with translated("reading a source"):
            answer = self._client.get_item(
                TableName=self._table, Key=_key(source_id), ConsistentRead=True
            )
        return answer.get("Item", {})

    def acquire(
        self, source_id: str, owner: str, now: datetime, until: datetime
    ) -> SourceState | None:
        """Take the source's lease; its state, None while another worker holds the lease."""
        try:
            with translated(f"leasing source {source_id}"):
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=_key(source_id),
                    UpdateExpression="SET lease_owner = :owner, lease_until = :until",
                    ConditionExpression="attribute_exists(entity) AND "
                    "(attribute_not_exists(lease_until) OR lease_until < :now)",
                    ExpressionAttributeValues={
                        ":owner": text(owner),
                        ":until": text(moment(until)),
                        ":now": text(moment(now)),
                    },
                    ReturnValues="ALL_NEW",
                )
        except ClientError:
            return None
        return _state(answer["Attributes"])

    def save_cursor(
        self, source_id: str, owner: str, cursor: Cursor, gaps: Sequence[Gap] = ()
    ) -> bool:
        """Write the cursor and the gaps, only while `owner` still holds the lease."""
        place = _place(cursor, gaps)
        return self._update(
            source_id,
            f"SET {_assigned(place)}",
            "lease_owner = :owner",
            {":owner": text(owner), **_values(place)},
            _names(place),
        )

    def release(self, source_id: str, owner: str, outcome: PollOutcome) -> None:
        """Give the lease back and note how the run went."""
        times: dict[str, datetime | None] = {
            "last_success_at": None if outcome.error else outcome.at,
            "last_new_at": outcome.at if outcome.new_items else None,
            "next_due_at": outcome.not_before,
            "quiet_until": outcome.not_before,
            "rests_until": outcome.rests_until,
        }
        if not outcome.error:
            times["credential_ends_at"] = outcome.credential_ends_at
        known = {name: text(moment(at)) for name, at in times.items() if at is not None}
        changed = {"error": text(outcome.error), **known}
        if outcome.cursor is not None:
            changed |= _place(outcome.cursor, outcome.gaps)
        failures = "if_not_exists(failures, :zero) + :one" if outcome.error else ":zero"
        may_end = ("quiet_until", "rests_until", "credential_ends_at")
        ended = [name for name in may_end if name in times and name not in known]
        if outcome.new_items:
            ended.append("pushed_at")
        self._update(
            source_id,
            f"SET failures = {failures}, {_assigned(changed)} "
            f"REMOVE {', '.join(['lease_owner', 'lease_until', *ended])}",
            "lease_owner = :owner",
            {
                ":owner": text(owner),
                ":zero": number(0),
                **({":one": number(1)} if outcome.error else {}),
                **_values(changed),
            },
            _names(changed),
        )

    def note_pushed(self, source_id: str, at: datetime) -> None:
        """Note that a push brought something new, in one write as both times are the same."""
        self._update(
            source_id,
            "SET last_new_at = :at, pushed_at = :at",
            "attribute_exists(entity)",
            {":at": text(moment(at))},
        )

    def reconcile(self, source_ids: Iterable[str], now: datetime) -> tuple[set[str], set[str]]:
        """Make the items fit the configuration; returns what was added and what was retired.

        A new source is due at once. A retired one keeps its cursor and is never due.
        """
        wanted = set(source_ids)
        known = {state.source_id for state in self.all()}
        for source_id in wanted:
            self._update(
                source_id,
                "SET #schema = :schema, due_shard = :shard, "
                "next_due_at = if_not_exists(next_due_at, :now), "
                "watched_since = if_not_exists(watched_since, :now)",
                None,
                {
                    ":schema": number(SCHEMA_VERSION),
                    ":shard": text(SHARD),
                    ":now": text(moment(now)),
                },
                {"#schema": "schema"},
            )
        for source_id in known - wanted:
            self._update(source_id, "REMOVE due_shard, watched_since", None, {})
        return wanted - known, known - wanted

    def reset(self, source_id: str, now: datetime) -> bool:
        """Forget cursor and gaps and poll at once; what is stored stays stored, once."""
        return self._update(
            source_id,
            "SET next_due_at = :now, failures = :zero "
            "REMOVE #cursor, #error, gaps, quiet_until, rests_until, pushed_at",
            "attribute_exists(entity)",
            {":now": text(moment(now)), ":zero": number(0)},
            {"#cursor": "cursor", "#error": "error"},
        )

    def all(self) -> list[SourceState]:
        """Every active source."""
        with translated("listing sources"):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                IndexName="due",
                KeyConditionExpression="due_shard = :shard",
                ExpressionAttributeValues={":shard": text(SHARD)},
            )
            names = [
                read_text(item, "entity").removeprefix(ENTITY)
                for page in pages
                for item in page["Items"]
            ]
        states = [self.get(name) for name in sorted(names)]
        return [state for state in states if state is not None]

    def _update(
        self,
        source_id: str,
        expression: str,
        condition: str | None,
        values: dict[str, AttributeValueTypeDef],
        names: dict[str, str] | None = None,
    ) -> bool:
        request: UpdateItemInputTypeDef = {
            "TableName": self._table,
            "Key": _key(source_id),
            "UpdateExpression": expression,
        }
        if condition:
            request["ConditionExpression"] = condition
        if values:
            request["ExpressionAttributeValues"] = values
        if names:
            request["ExpressionAttributeNames"] = names
        try:
            with translated(f"updating source {source_id}"):
                self._client.update_item(**request)
        except ClientError:
            return False
        return True


def _key(source_id: str) -> dict[str, AttributeValueTypeDef]:
    return key(f"{ENTITY}{source_id}", PART)


def _state(item: Item) -> SourceState:
    source_id = read_text(item, "entity").removeprefix(ENTITY)
    due_at = read_moment(item, "next_due_at")
    if due_at is None:
        message = f"source {source_id}: the stored item has no next_due_at"
        raise ContractBroken(message)
    cursor, gaps = _read(item, source_id)
    return SourceState(
        source_id=source_id,
        cursor=cursor,
        next_due_at=due_at,
        last_success_at=read_moment(item, "last_success_at"),
        last_new_at=read_moment(item, "last_new_at"),
        failures=read_number(item, "failures"),
        error=read_text(item, "error"),
        watched_since=read_moment(item, "watched_since"),
        quiet_until=read_moment(item, "quiet_until"),
        rests_until=read_moment(item, "rests_until"),
        pushed_at=read_moment(item, "pushed_at"),
        gaps=gaps,
        credential_ends_at=read_moment(item, "credential_ends_at"),
    )


def _read(item: Item, source_id: str) -> tuple[Cursor, tuple[Gap, ...]]:
    try:
        cursor = json.loads(read_packed(item, "cursor", f"source {source_id}") or "{}")
        gaps = tuple(_gap(found) for found in json.loads(read_text(item, "gaps") or "[]"))
    except (ValueError, KeyError, TypeError, RecursionError):
        cursor, gaps = None, ()
    if not isinstance(cursor, dict):
        message = f"source {source_id}: the stored cursor or its gaps are damaged"
        raise ContractBroken(message)
    return cursor, gaps


def _place(cursor: Cursor, gaps: Sequence[Gap]) -> dict[str, AttributeValueTypeDef]:
    """The attributes of where reading stands; packed, as every write pays for the whole item."""
    place = {"cursor": packed(json.dumps(cursor, separators=(",", ":")))}
    if gaps:
        place["gaps"] = text(json.dumps([_gap_json(gap) for gap in gaps]))
    return place


def _assigned(changed: Iterable[str]) -> str:
    return ", ".join(f"#{name} = :{name}" for name in changed)


def _values(changed: dict[str, AttributeValueTypeDef]) -> dict[str, AttributeValueTypeDef]:
    return {f":{name}": value for name, value in changed.items()}


def _names(changed: Iterable[str]) -> dict[str, str]:
    return {f"#{name}": name for name in changed}


def _gap_json(gap: Gap) -> dict[str, str]:
    times = {"since": gap.since, "until": gap.until, "found_at": gap.found_at}
    return {"list_name": gap.list_name} | {name: at.isoformat() for name, at in times.items()}


def _gap(found: dict[str, str]) -> Gap:
    times = (datetime.fromisoformat(found[name]) for name in ("since", "until", "found_at"))
    return Gap(found["list_name"], *times)
