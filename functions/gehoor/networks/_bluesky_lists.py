"""Pages of what is heard on Bluesky: notifications, a search, the log of direct messages."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from gehoor.domain.listing import Ask, Entry, Listing
from gehoor.domain.mention import Mention, digest
from gehoor.domain.network import Broken
from gehoor.domain.reach import Reach
from gehoor.errors import ContractBroken, PositionLost
from gehoor.http import Response
from gehoor.networks._bluesky_api import Api, cursor_in, items_in
from gehoor.networks._bluesky_chat import (
    Event,
    event_of,
    log_page,
    revision_of,
    senders,
)
from gehoor.networks._bluesky_chat import mention_of as message_of
from gehoor.networks._bluesky_errors import RequestRefused, not_before
from gehoor.networks._bluesky_post import Post, mention_of, post_of, reach_of
from gehoor.networks._bluesky_tid import last_tid_before, time_of
from gehoor.settings import SourceSettings

MOST_ITEMS = 100
_REASONS = ("mention", "reply", "quote")
_READ_UP_TO = "messages_read_up_to"


def read_notifications(api: Api, source: SourceSettings, ask: Ask, now: datetime) -> Listing:
    """A page of what concerns the account; it ends where no cursor is given.

    A page may be empty, or short, where the rest of it is blocked or muted.
    Source: https://docs.bsky.app/docs/api/app-bsky-notification-list-notifications
    """
    params = [("reasons", reason) for reason in _REASONS]
    response = _page(api, "app.bsky.notification.listNotifications", params, ask)
    items, cursor = items_in(response, "notifications"), cursor_in(response)
    return Listing(
        entries=_entries(api, source, items),
        older={"cursor": cursor} if cursor else None,
        not_before=not_before(response, now),
    )


def read_search(api: Api, source: SourceSettings, query: str, ask: Ask, now: datetime) -> Listing:
    """A page of a search; a cursor comes even with the last one, which is empty.

    "The cursor may not allow scrolling through the whole set": where none follows a full page,
    Bluesky shows no more, though there may be.
    Source: https://docs.bsky.app/docs/api/app-bsky-feed-search-posts
    """
    response = _page(api, "app.bsky.feed.searchPosts", [("q", query), ("sort", "latest")], ask)
    items, cursor = items_in(response, "posts"), cursor_in(response)
    entries = _entries(api, source, items)
    return Listing(
        entries=entries,
        older={"cursor": cursor} if cursor and items else None,
        cut_off=not cursor and len(items) >= MOST_ITEMS and not _reaches(entries, ask.floor.at),
        not_before=not_before(response, now),
    )


def read_messages(api: Api, source: SourceSettings, ask: Ask) -> Listing:
    """The next page of the log of direct messages, which begins at the floor.

    A log goes on at its newer end, so what is remembered is how far it was read, and `older` only
    tells that there is more: nothing is passed over, wherever reading stops.
    """
    after = ask.memory.get(_READ_UP_TO) or last_tid_before(ask.floor.at)
    page = log_page(api, after)
    found = [(item, _event(item)) for item in page.items]
    accounts = senders(api, [event for _, event in found if isinstance(event, Event)])

    def content(event: Event | Broken | None) -> Mention | Broken | None:
        if not isinstance(event, Event):
            return event
        is_own = event.message.sender.did == api.own.did
        return None if is_own else message_of(event, accounts, source)

    return Listing(
        entries=tuple(
            Entry(_log_id(item), time_of(revision_of(item)), content(event))
            for item, event in reversed(found)
        ),
        older={"after": page.after} if page.after else None,
        not_before=page.not_before,
        memory={**ask.memory, _READ_UP_TO: page.after} if page.after else None,
    )


def _page(api: Api, call: str, params: Sequence[tuple[str, str]], ask: Ask) -> Response:
    where = [("cursor", ask.position["cursor"])] if ask.position else []
    with _position_lost(ask):
        return api.get(
            call,
            [*params, ("limit", str(MOST_ITEMS)), *where],
            f"bluesky: the list of {ask.list_name}",
        )


@contextmanager
def _position_lost(ask: Ask) -> Iterator[None]:
    """When a page is refused, only its position can be what the server does not know."""
    try:
        yield
    except RequestRefused as error:
        raise (PositionLost if ask.position else ContractBroken)(str(error)) from error


def _entries(api: Api, source: SourceSettings, items: Sequence[Any]) -> tuple[Entry, ...]:
    """The entries of a page; a post that is listed for two reasons is one."""
    found: dict[str, Any] = {}
    for item in items:
        found.setdefault(_item_id(item), item)
    contents = {name: _post(item) for name, item in found.items()}
    shown = _with_images(api, [one for one in contents.values() if isinstance(one, Post)])
    own_did = api.own.did

    def content(post: Post | Broken | None) -> Mention | Broken | None:
        if not isinstance(post, Post):
            return post
        is_heard = post.author.did != own_did and not post.is_hidden
        return mention_of(shown.get(post.uri, post), source) if is_heard else None

    def reach(post: Post | Broken | None) -> Reach | None:
        return reach_of(shown.get(post.uri, post)) if isinstance(post, Post) else None

    return tuple(
        Entry(name, _listed_at(found[name]), content(post), reach(post))
        for name, post in contents.items()
    )


def _post(item: Any) -> Post | Broken | None:
    """The post of an item; None for what is no post to hear, as the likes an old server sends."""
    if isinstance(item, dict) and item.get("reason", _REASONS[0]) not in _REASONS:
        return None
    try:
        return post_of(item)
    except ContractBroken as exc:
        return Broken(_item_id(item), str(exc), json.dumps(item))


def _with_images(api: Api, posts: Iterable[Post]) -> dict[str, Post]:
    """Those of the posts that came without the addresses of their pictures, with them."""
    wanted = [post.uri for post in posts if post.has_images and post.embed is None]
    return {uri: post for uri, post in api.posts(wanted).items() if post}


def _event(item: Any) -> Event | Broken | None:
    try:
        return event_of(item)
    except ContractBroken as exc:
        return Broken(_log_id(item), str(exc), json.dumps(item))


def _reaches(entries: Iterable[Entry], floor: datetime) -> bool:
    return any(entry.at is not None and entry.at < floor for entry in entries)


def _item_id(item: Any) -> str:
    uri = item.get("uri") if isinstance(item, dict) else None
    return uri if isinstance(uri, str) and uri else digest(json.dumps(item))


def _log_id(item: Any) -> str:
    return revision_of(item) or digest(json.dumps(item))


def _listed_at(item: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(item["indexedAt"])
    except (KeyError, TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
