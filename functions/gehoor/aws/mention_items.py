"""How mentions stand in the table `core`: what is written of them, and what is read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gehoor.aws.items import (
    ASIDE,
    INSIGHTS,
    SCHEMA_VERSION,
    dump,
    key,
    load,
    moment,
    number,
    packed,
    pending_shard,
    read_moment,
    read_number,
    read_packed,
    read_text,
    text,
)
from gehoor.aws.writing import update_statement
from gehoor.domain.correction import Correction, Corrections
from gehoor.domain.judgement import Judgement
from gehoor.domain.mention import Mention, digest
from gehoor.domain.record import MentionRecord, MentionState
from gehoor.errors import ContractBroken

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, BatchStatementRequestTypeDef

    from gehoor.aws.items import Item
    from gehoor.domain.network import Broken
    from gehoor.domain.record import Delivered

    Attributes = dict[str, AttributeValueTypeDef]

PART = "mention"
ENTITY = "mention#"
RAW_LIMIT = 50_000
VERSIONED = "mention = :mention, #schema = :schema, judgement = :judgement"
SCHEMA_NAME = {"#schema": "schema"}
"""What `VERSIONED` calls otherwise; its values are those of `versioned`."""

OVER = ("pending_since", "undelivered_shard", "resend_at", "reason")
"""What a mention loses once it is delivered."""


def mention_key(mention_id: str) -> Attributes:
    """The primary key of a mention's item."""
    return key(f"{ENTITY}{mention_id}", PART)


def _seen(mention_id: str, now: datetime) -> Attributes:
    return {
        **mention_key(mention_id),
        "schema": number(SCHEMA_VERSION),
        "seen_at": text(moment(now)),
    }


def _in_index_seen(now: datetime) -> Attributes:
    return {"seen_day": text(moment(now)[:10])}


def new_item(mention: Mention, judgement: Judgement, now: datetime) -> Attributes:
    """The item of a mention that nobody has seen before, and that came alone."""
    return {**listed_item(mention, judgement, now), **_in_index_seen(now)}


def listed_item(mention: Mention, judgement: Judgement, now: datetime) -> Attributes:
    """The item of a mention that came with others, which a list tells of."""
    return {
        **_seen(mention.mention_id, now),
        "state": text(MentionState.PENDING),
        "source_id": text(mention.source_id),
        "mention": packed(dump(mention)),
        "judgement": text(dump(judgement)),
        **edit_mark(mention),
        **pending_place(mention.mention_id, now),
    }


def insight_item(mention: Mention, judgement: Judgement, now: datetime) -> Attributes:
    """The item of a mention that is kept to learn from."""
    return {
        **new_item(mention, judgement, now),
        **place_in(INSIGHTS, now),
        "state": text(MentionState.INSIGHT),
    }


def broken_item(broken: Broken, source_id: str, now: datetime) -> Attributes:
    """The item of what could not be read, set aside with its reason."""
    return {
        **_seen(digest(source_id, broken.native_id), now),
        **_in_index_seen(now),
        "state": text(MentionState.ASIDE),
        "source_id": text(source_id),
        "reason": text(broken.reason),
        "raw": text(broken.raw[:RAW_LIMIT]),
        **place_in(ASIDE, now),
    }


def forgotten_item(mention_id: str, now: datetime) -> Attributes:
    """All that is left of a mention whose author was forgotten."""
    return {
        **mention_key(mention_id),
        "schema": number(SCHEMA_VERSION),
        "forgotten_at": text(moment(now)),
    }


def versioned(mention: Mention, judgement: Judgement) -> Attributes:
    """The values of `VERSIONED`: a mention as this version writes it."""
    return {
        ":mention": packed(dump(mention)),
        ":schema": number(SCHEMA_VERSION),
        ":judgement": text(dump(judgement)),
    }


def edit_mark(mention: Mention) -> Attributes:
    """When its author edited it, where that was so."""
    return {"edited_at": text(moment(mention.edited_at))} if mention.edited_at else {}


def pending_place(mention_id: str, now: datetime) -> Attributes:
    """Where the index `undelivered` has a mention that is pending."""
    return {
        "undelivered_shard": text(pending_shard(mention_id)),
        "pending_since": text(moment(now)),
    }


def delivered_statement(
    table: str, one: Delivered, now: datetime, end: Attributes
) -> BatchStatementRequestTypeDef:
    """Note where a mention went that is as it was brought; it changes nothing of any other.

    `end` is when the mention ends, for its item.
    """
    # One comparison, no OR: beside an OR the embedded AWS does not find the key.
    if one.edited_at:
        edited, compared = '"edited_at" <= ?', [text(moment(one.edited_at))]
    else:
        edited, compared = '"edited_at" IS MISSING', []
    changes = {
        "state": text(MentionState.DELIVERED),
        "case_id": text(one.case_id),
        "ticket_id": text(one.ticket_id),
        "delivered_at": text(moment(now)),
        **end,
    }
    place, condition = mention_key(one.mention_id), f'{edited} AND "forgotten_at" IS MISSING'
    return update_statement(table, place, changes, OVER, condition, compared)


def place_in(partition: str, now: datetime) -> Attributes:
    """Where the index `undelivered` has what stands in one of its partitions."""
    return {"undelivered_shard": text(partition), "pending_since": text(moment(now))}


def record_of(item: Item) -> MentionRecord | None:
    """The mention an item tells of; None for one whose author was forgotten.

    ContractBroken when it is damaged, or newer than this version.
    """
    if "forgotten_at" in item:
        return None
    name = read_text(item, "entity").removeprefix(ENTITY)
    mention = read_packed(item, "mention", f"mention {name}")
    judgement = read_text(item, "judgement")
    seen_at = read_moment(item, "seen_at")
    if seen_at is None:
        message = f"mention {name}: the stored item has no seen_at"
        raise ContractBroken(message)
    return MentionRecord(
        mention_id=name,
        source_id=read_text(item, "source_id"),
        state=_state(item, name),
        seen_at=seen_at,
        mention=load(Mention, mention, f"mention {name}") if mention else None,
        judgement=load(Judgement, judgement, f"mention {name}") if judgement else None,
        reason=read_text(item, "reason"),
        raw=read_text(item, "raw"),
        case_id=read_text(item, "case_id"),
        ticket_id=read_text(item, "ticket_id"),
        attempts=read_number(item, "attempts"),
        missing_since=read_moment(item, "missing_since"),
        deleted_at=read_moment(item, "deleted_at"),
        delivered_at=read_moment(item, "delivered_at"),
        waits_since=read_moment(item, "pending_since"),
        refreshed_at=read_moment(item, "refreshed_at"),
        corrections=_corrections(item, name),
    )


def _corrections(item: Item, name: str) -> tuple[Correction, ...]:
    stored = read_text(item, "corrections")
    return load(Corrections, stored, f"mention {name}").each if stored else ()


def _state(item: Item, name: str) -> MentionState:
    try:
        return MentionState(read_text(item, "state"))
    except ValueError:
        message = f"mention {name}: the stored state is none"
        raise ContractBroken(message) from None
