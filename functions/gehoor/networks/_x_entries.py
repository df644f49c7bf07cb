"""The items of a page as entries: mentions with their authors' names, and what is none."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeGuard

from gehoor.domain.listing import Entry
from gehoor.domain.mention import Image, Mention, digest
from gehoor.domain.network import Broken
from gehoor.errors import ContractBroken, QuotaSpent
from gehoor.networks import _x_message, _x_post
from gehoor.networks._x_api import Api
from gehoor.networks._x_memory import Remembered
from gehoor.networks._x_message import Message, is_message, message_of
from gehoor.networks._x_money import Purpose
from gehoor.networks._x_names import Named, is_id, time_of
from gehoor.networks._x_post import Post, post_of, reach_of
from gehoor.settings import SourceSettings

Item = Post | Message


def item_of(raw: Any) -> Item:
    """A post or message as it came; ContractBroken when it cannot be read."""
    return message_of(raw) if is_message(raw) else post_of(raw)


def author_id(item: Item) -> str:
    """Who wrote it."""
    return item.sender_id if isinstance(item, Message) else item.author_id


def mention_of(
    item: Item, author: Named, images: Mapping[str, Image], source: SourceSettings
) -> Mention:
    """It as a mention that `source` saw."""
    if isinstance(item, Message):
        return _x_message.mention_of(item, author, source)
    return _x_post.mention_of(item, author, images, source)


def authors_of(
    ids: Iterable[str], memory: Remembered, api: Api, now: datetime
) -> tuple[Mapping[str, Named], Remembered]:
    """The accounts of these ids, and what is remembered of them then.

    Only those that are not known are asked for, and only while there is money: a mention must not
    wait for its author's names.
    """
    wanted = list(dict.fromkeys(ids))
    known = memory.known_authors()
    unknown = [one for one in wanted if one not in known]
    if unknown:
        with suppress(QuotaSpent):
            memory = memory.having_met(api.accounts(unknown, Purpose.LIST), now)
    names = {**known, **memory.known_authors()}
    return {one: names.get(one) or Named(id=one) for one in wanted}, memory


def read_item(raw: Any) -> Item | Broken:
    """An item of a list, kept as it came where it cannot be read."""
    try:
        return item_of(raw)
    except ContractBroken as exc:
        text = json.dumps(raw)
        item_id = str(raw.get("id") or "") if isinstance(raw, dict) else ""
        return Broken(item_id or digest(text), str(exc), text)


def is_heard(item: Item | Broken, me: Named) -> TypeGuard[Item]:
    """Whether somebody else says something: no repost, and nothing of the account's own."""
    if isinstance(item, Broken) or author_id(item) == me.id:
        return False
    return isinstance(item, Message) or not item.is_repost


def entry_of(
    item: Item | Broken, mentions: Mapping[str, Mention], authors: Mapping[str, Named]
) -> Entry:
    """An item as an entry, with its mention where it has one, and how far that goes."""
    if isinstance(item, Broken):
        listed_at = time_of(item.native_id) if is_id(item.native_id) else None
        return Entry(item.native_id, listed_at, item)
    author = authors.get(author_id(item)) or Named(id=author_id(item))
    reach = reach_of(item, author) if isinstance(item, Post) else None
    return Entry(item.id, time_of(item.id), mentions.get(item.id), reach)
