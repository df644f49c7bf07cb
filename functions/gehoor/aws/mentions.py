"""Mentions in the table `core`. The item with `pending_since` is its own outbox entry."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from gehoor.aws.arrivals import ArrivalLists
from gehoor.aws.items import ASIDE, dump, moment, number, read_moment, read_text, text
from gehoor.aws.mention_items import (
    OVER,
    SCHEMA_NAME,
    VERSIONED,
    broken_item,
    delivered_statement,
    edit_mark,
    forgotten_item,
    insight_item,
    listed_item,
    mention_key,
    new_item,
    pending_place,
    place_in,
    record_of,
    versioned,
)
from gehoor.aws.reading import read_many, standing
from gehoor.aws.retention import ending
from gehoor.aws.translate import item_in_the_way, translated
from gehoor.aws.writing import execute_many, insert, insert_many
from gehoor.domain.correction import Correction, Corrections
from gehoor.domain.record import MentionRecord, MentionState
from gehoor.errors import Gone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, UpdateItemInputTypeDef

    from gehoor.aws.items import Item
    from gehoor.aws.retention import Retention
    from gehoor.domain.judgement import Judgement
    from gehoor.domain.mention import Mention
    from gehoor.domain.network import Broken
    from gehoor.domain.record import Delivered

    Attributes = dict[str, AttributeValueTypeDef]


class Mentions:
    """The store of mentions: fits `ports.MentionStore`."""

    def __init__(
        self, client: DynamoDBClient, table: str, retention: Retention | None = None
    ) -> None:
        self._client = client
        self._table = table
        self._retention = retention
        self._lists = ArrivalLists(client, table, retention)

    def put_new(self, mention: Mention, judgement: Judgement, now: datetime) -> bool:
        """Store a mention as pending, once: False when it is there already."""
        return self._put_once(new_item(mention, judgement, now))

    def put_many(
        self, judged: Sequence[tuple[Mention, Judgement]], now: datetime
    ) -> Sequence[bool | None]:
        """As `put_new` for each, in few calls; None for each that is to be put by itself."""
        first = {
            mention.mention_id: place for place, (mention, _) in reversed([*enumerate(judged)])
        }
        outcomes: list[bool | None] = [None] * len(judged)
        if len(first) > 1:
            listed = self._lists.put(list(first), now)
            items = [listed_item(*judged[place], now) for place in first.values()]
            stored = insert_many(self._client, self._table, items, "storing mentions")
            for place, outcome in zip(first.values(), stored.outcomes, strict=True):
                outcomes[place] = outcome
            if not stored.was_retried:
                known = {name for name, place in first.items() if outcomes[place] is False}
                self._lists.take_out(known, listed)
        return outcomes

    def put_insight(self, mention: Mention, judgement: Judgement, now: datetime) -> bool:
        """Store a mention to learn from, once, for no ticket: False when it is there already."""
        return self._put_once({**insight_item(mention, judgement, now), **ending(self._retention)})

    def edit_insight(self, mention: Mention, judgement: Judgement, now: datetime) -> bool:
        """Store what is kept to learn from as its author edited it.

        False when that is known, or when it is not kept so.
        """
        changed = self._update(
            mention.mention_id,
            f"SET {VERSIONED}, edited_at = :edited, refreshed_at = :now",
            {
                **versioned(mention, judgement),
                ":edited": edit_mark(mention)["edited_at"],
                ":now": text(moment(now)),
                ":insight": text(MentionState.INSIGHT),
            },
            {"#state": "state", **SCHEMA_NAME},
            "attribute_exists(entity) AND #state = :insight AND attribute_not_exists(deleted_at) "
            "AND (attribute_not_exists(edited_at) OR edited_at < :edited)",
        )
        return bool(changed)

    def note_edit(self, mention: Mention, judgement: Judgement, now: datetime) -> bool:
        """Store a mention as its author edited it, and make it pending: False when that is known.

        What was set aside, or is gone, stays as it is.
        """
        place = pending_place(mention.mention_id, now)
        changed = self._update(
            mention.mention_id,
            f"SET {VERSIONED}, edited_at = :edited, "
            "refreshed_at = :since, "
            "#state = :state, undelivered_shard = :shard, pending_since = :since "
            "REMOVE resend_at, expires_at",
            {
                **versioned(mention, judgement),
                ":edited": edit_mark(mention)["edited_at"],
                ":state": text(MentionState.PENDING),
                ":shard": place["undelivered_shard"],
                ":since": place["pending_since"],
                ":aside": text(MentionState.ASIDE),
            },
            {"#state": "state", **SCHEMA_NAME},
            "attribute_exists(entity) AND #state <> :aside AND attribute_not_exists(deleted_at) "
            "AND (attribute_not_exists(edited_at) OR edited_at < :edited)",
        )
        return bool(changed)

    def put_broken(self, broken: Broken, source_id: str, now: datetime) -> bool:
        """Store an item that could not be read, set aside with its reason, once."""
        return self._put_once({**broken_item(broken, source_id, now), **ending(self._retention)})

    def known(self, mention_ids: Sequence[str]) -> frozenset[str]:
        """Those of the mentions that are stored, in whatever state, or were forgotten."""
        keys = {mention_id: mention_key(mention_id) for mention_id in mention_ids}
        return standing(self._client, self._table, keys, "looking for mentions")

    def get(self, mention_id: str) -> MentionRecord | None:
        """The mention with its state; None too for one whose author was forgotten."""
        with translated("reading a mention"):
            answer = self._client.get_item(
                TableName=self._table, Key=mention_key(mention_id), ConsistentRead=True
            )
        return record_of(answer["Item"]) if "Item" in answer else None

    def get_many(self, mention_ids: Sequence[str]) -> Mapping[str, MentionRecord | None]:
        """Those mentions, None for what is not stored; what cannot be read is left out."""
        keys = {mention_id: mention_key(mention_id) for mention_id in mention_ids}
        what = "reading mentions"
        return read_many(self._client, self._table, keys, lambda _, item: record_of(item), what)

    def note_missing(self, mention_id: str, now: datetime) -> datetime:
        """Note that the network shows a post no more; returns when that was first noted."""
        changed = self._update(
            mention_id,
            "SET #since = if_not_exists(#since, :now)",
            {":now": text(moment(now))},
            {"#since": "missing_since"},
        )
        return read_moment(changed, "missing_since") or now

    def note_present(self, mention_id: str) -> None:
        """Take back that a post is missing."""
        self._update(mention_id, "REMOVE #since", {}, {"#since": "missing_since"})

    def note_gone(
        self, mention_id: str, mention: Mention, judgement: Judgement, now: datetime
    ) -> bool:
        """Put what may be kept of a post that is gone in its place, for ever; False when it is."""
        changed = self._update(
            mention_id,
            f"SET {VERSIONED}, deleted_at = :now REMOVE #raw",
            {
                **versioned(mention, judgement),
                ":now": text(moment(now)),
            },
            {"#raw": "raw", **SCHEMA_NAME},
            "attribute_exists(entity) AND attribute_not_exists(deleted_at)",
        )
        return bool(changed)

    def renew(self, mention_id: str, mention: Mention, judgement: Judgement, now: datetime) -> None:
        """Put what the network tells of a post now, or what may be kept of it, in its place."""
        self._update(
            mention_id,
            f"SET {VERSIONED}, #refreshed = :now",
            {
                **versioned(mention, judgement),
                ":now": text(moment(now)),
                ":edited": text(moment(mention.edited_at) if mention.edited_at else ""),
            },
            {"#refreshed": "refreshed_at", **SCHEMA_NAME},
            "attribute_exists(entity) AND attribute_not_exists(deleted_at) "
            "AND (attribute_not_exists(edited_at) OR edited_at <= :edited)",
        )

    def repair(self, mention_id: str, mention: Mention, judgement: Judgement) -> None:
        """Give a record that was set aside as broken the mention it turned out to be."""
        self._update(
            mention_id,
            f"SET {VERSIONED} REMOVE #raw",
            versioned(mention, judgement),
            {"#raw": "raw", **SCHEMA_NAME},
        )

    def correct(self, mention_id: str, corrections: Sequence[Correction]) -> None:
        """Note what the desk says otherwise than the mention's judgement, in place of before."""
        stored = text(dump(Corrections(tuple(corrections))))
        with suppress(Gone):
            self._update(
                mention_id,
                "SET #corrections = :corrections",
                {":corrections": stored},
                {"#corrections": "corrections"},
            )

    def forget(self, mention_id: str, now: datetime) -> None:
        """Leave nothing of a mention but that it must not come again."""
        with translated("forgetting a mention"):
            self._client.put_item(
                TableName=self._table,
                Item=forgotten_item(mention_id, now),
            )

    def place(self, mention_id: str, case_id: str) -> str:
        """Note the case a mention belongs to; returns the one that was noted first."""
        changed = self._update(
            mention_id,
            "SET #case_id = if_not_exists(#case_id, :case_id)",
            {":case_id": text(case_id)},
            {"#case_id": "case_id"},
        )
        if not changed:
            message = f"mention {mention_id}: its author was forgotten"
            raise Gone(message)
        return read_text(changed, "case_id")

    def delivered(
        self,
        mention_id: str,
        case_id: str,
        ticket_id: str,
        now: datetime,
        edited_at: datetime | None = None,
    ) -> None:
        """Note where the mention went; pending no more, unless it was edited meanwhile."""
        where = "case_id = :case, #ticket = :ticket, delivered_at = :now"
        values = {":case": text(case_id), ":ticket": text(ticket_id), ":now": text(moment(now))}
        end, end_value = self._end()
        is_over = self._update(
            mention_id,
            f"SET #state = :state, {where}{end} REMOVE {', '.join(OVER)}",
            {
                **values,
                **end_value,
                ":state": text(MentionState.DELIVERED),
                ":edited": text(moment(edited_at) if edited_at else ""),
            },
            {"#state": "state", "#ticket": "ticket_id"},
            "attribute_exists(entity) AND "
            "(attribute_not_exists(edited_at) OR edited_at <= :edited)",
        )
        if not is_over:
            self._update(mention_id, f"SET {where} REMOVE reason", values, {"#ticket": "ticket_id"})

    def delivered_many(self, delivered: Sequence[Delivered], now: datetime) -> None:
        """As `delivered` for each, no mention twice, in few calls."""
        end = ending(self._retention)
        statements = [delivered_statement(self._table, one, now, end) for one in delivered]
        executed = execute_many(self._client, statements, "noting where mentions went")
        for one, error in zip(delivered, executed.errors, strict=True):
            if error:
                self.delivered(one.mention_id, one.case_id, one.ticket_id, now, one.edited_at)

    def set_aside(self, mention_id: str, reason: str, now: datetime) -> None:
        """Take a mention out of the flow, unless it was delivered meanwhile."""
        end, end_value = self._end()
        values = {":reason": text(reason), **end_value}
        place = place_in(ASIDE, now)
        self._move(mention_id, MentionState.ASIDE, f"reason = :reason{end}", values, place)

    def make_pending(self, mention_id: str, now: datetime) -> None:
        """Put a mention back into the flow, unless it was delivered."""
        place = pending_place(mention_id, now)
        changes, values = "attempts = :none", {":none": number(0)}
        self._move(mention_id, MentionState.PENDING, changes, values, place, ", expires_at")

    def _end(self) -> tuple[str, Attributes]:
        """What to add to an update's SET, and to its values, so that the mention ends."""
        if self._retention is None:
            return "", {}
        return ", expires_at = :end", {":end": self._retention.end()}

    def _put_once(self, item: Attributes) -> bool:
        return insert(self._client, self._table, item, "storing a mention")

    def _move(
        self,
        mention_id: str,
        state: MentionState,
        changes: str,
        values: Attributes,
        place: Attributes,
        removed: str = "",
    ) -> None:
        """Move a mention that is not delivered to another place of the index `undelivered`."""
        self._update(
            mention_id,
            f"SET #state = :state, {changes}, "
            f"undelivered_shard = :shard, pending_since = :since REMOVE resend_at{removed}",
            {
                **values,
                ":state": text(state),
                ":shard": place["undelivered_shard"],
                ":since": place["pending_since"],
                ":delivered": text(MentionState.DELIVERED),
            },
            {"#state": "state"},
            "attribute_exists(entity) AND #state <> :delivered",
        )

    def _update(
        self,
        mention_id: str,
        expression: str,
        values: Attributes,
        names: dict[str, str],
        condition: str = "attribute_exists(entity)",
    ) -> Item:
        """The changed item; nothing when the condition fails, as it does for what was forgotten.

        Gone when it is not stored.
        """
        request: UpdateItemInputTypeDef = {
            "TableName": self._table,
            "Key": mention_key(mention_id),
            "UpdateExpression": expression,
            "ConditionExpression": f"{condition} AND attribute_not_exists(forgotten_at)",
            "ExpressionAttributeNames": names,
            "ReturnValues": "ALL_NEW",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if values:
            request["ExpressionAttributeValues"] = values
        try:
            with translated("updating a mention"):
                answer = self._client.update_item(**request)
        except ClientError as error:
            if item_in_the_way(error):
                return {}
            message = f"mention {mention_id} is not stored"
            raise Gone(message) from error
        return answer.get("Attributes", {})
