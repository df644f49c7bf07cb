"""Mastodon and the servers that speak its client API: mentions of an account, or a hashtag.

Polls the notifications of an account (or a hashtag's timeline), answers in the thread, and never
wider than the post it answers. Ids belong to one server; `uri` names a post everywhere.
Sources: https://docs.joinmastodon.org/methods/{notifications,timelines,statuses}/
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal, cast
from urllib.parse import quote

from pydantic import StringConstraints

from gehoor.domain.capabilities import Capabilities, Measure
from gehoor.domain.case import ReplyAddress
from gehoor.domain.listing import Ask, Entry, Floor, Listing
from gehoor.domain.mention import Mention, Visibility, digest
from gehoor.domain.network import Broken, Found, Posted, Thread
from gehoor.domain.text import clean
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    Gone,
    PositionLost,
    Rejected,
    Transient,
    UnknownOutcome,
)
from gehoor.http import Response, check
from gehoor.networks._mastodon_api import Api
from gehoor.networks._mastodon_length import length, without_mention_hosts
from gehoor.networks._mastodon_pages import (
    id_of,
    is_mention,
    not_before,
    older_id,
    time_of,
    was_edited,
)
from gehoor.networks._mastodon_status import (
    Account,
    Status,
    mention_of,
    post_of,
    reach_of,
    status_of,
)
from gehoor.settings import SecretName, SourceSettings, Url
from gehoor.wiring import NetworkWiring

DESCRIPTION = "mentions of an account, or a hashtag; also on servers with Mastodon's API"
CAPABILITIES = Capabilities(reply=True, message=True, text_limit=500, threads=True)
TESTED = "against recordings, a scripted server and mastodon-mock; not yet against a live instance"

_MOST_NOTIFICATIONS = "80"
_MOST_STATUSES = "40"
_AFTER_A_HANDLE = ("", " ", "\n", ",", ":", "!", "?")
_REFUSED_BOUND = (400, 404, 422)


class Settings(SourceSettings):
    """A Mastodon account to hear, or a hashtag to follow with it.

    `secret` names the account's access token (or JSON with `access_token`).
    """

    network: Literal["mastodon"]
    base_url: Url
    secret: SecretName
    hashtag: Annotated[str, StringConstraints(pattern=r"^\w+$")] | None = None


def connect(settings: SourceSettings, wiring: NetworkWiring) -> "Mastodon":
    """A connection to the account; AuthExpired when the secret holds no access token."""
    own = cast("Settings", settings)
    return Mastodon(own, Api(own.base_url, _token(own, wiring.secret), wiring.http))


def _token(settings: Settings, secret: str | None) -> str:
    value = (secret or "").strip()
    if value.startswith("{"):
        try:
            found = json.loads(value).get("access_token")
        except ValueError:
            found = None
        value = found if isinstance(found, str) else ""
    if not value or not value.isascii() or not value.isprintable():
        message = f"source {settings.id}: {settings.secret} holds no access token; set it again"
        raise AuthExpired(message)
    return value


class Mastodon:
    """One account on one server; fits `gehoor.ports.Network`."""

    def __init__(self, settings: Settings, api: Api) -> None:
        self._settings = settings
        self._api = api

    def capabilities(self) -> Capabilities:
        """Answers, in several posts if need be, and direct messages, up to the server's limit."""
        return replace(CAPABILITIES, text_limit=self._api.limits.most)

    def lists(self) -> tuple[str, ...]:
        """The notifications or the hashtag, named with the server: ids mean nothing on another."""
        hashtag = self._settings.hashtag
        what = f"#{hashtag.casefold()}" if hashtag else "mentions"
        return (f"{what} on {self._settings.base_url.partition('://')[2].rstrip('/')}",)

    def read(self, ask: Ask, now: datetime) -> Listing:
        """Read a page, newest first; a position is the id of the entry above the page.

        A page may take two calls; together they take no longer than one may. The posts of a hashtag
        come in when their servers send them, with the time they were written: so they go without
        times, and end where all on a page were written before the floor.
        """
        with self._api.one_limit():
            own_id = self._api.own_id
            response = self._page(ask, now)
        found = self._items(response)
        above = ask.position["max_id"] if ask.position else None
        is_included = bool(above and found and id_of(found[0]) == above)
        found = found[is_included:]
        is_end = not found if is_included else self._are_old(found, ask.floor)
        older = None if is_end else older_id(response, [id_of(raw) for raw in found])
        return Listing(
            entries=tuple(self._entry(raw, ask, own_id) for raw in found),
            older={"max_id": older} if older else None,
            not_before=not_before(response, now),
        )

    def parse(self, raw: str, now: datetime) -> Mention:
        """Read an item that was set aside again."""
        try:
            item = json.loads(raw)
        except ValueError as exc:
            message = "the item is no JSON"
            raise ContractBroken(message) from exc
        return mention_of(status_of(item), self._settings)

    def thread(self, mention: Mention) -> Thread:
        """The thread as this server knows it. Gone when the post is.

        When the server does not know what the post answers, posts that answer the same one still
        share their root.
        """
        ancestors = self._api.context(mention.native_id).ancestors
        own_id = self._api.own_id
        root = ancestors[0].uri if ancestors else mention.uri
        if not ancestors and mention.in_reply_to:
            root = f"parent:{self._api.host}/{mention.in_reply_to}"
        return Thread(root, tuple(post_of(status, own_id) for status in ancestors))

    def measure(self, address: ReplyAddress, text: str) -> Measure:
        """The length with the handle that `reply` puts in front."""
        limits = self._api.limits
        return Measure(length(_addressed([address.handle], text), limits.per_address), limits.most)

    def reply(self, address: ReplyAddress, text: str, key: str) -> Posted:
        """Answer a post that still exists, to no more people than it was for.

        A post for followers is answered directly: the brand's followers are not the author's, so
        "followers only" would tell people whom the author did not choose. Every post names the
        author, for else they are not told of it, and cannot read it when it is direct.
        """
        status = self._api.status(address.native_id)
        handles = self._handles(status, address)
        response = self._api.call(
            "POST",
            "/api/v1/statuses",
            json={
                "status": _addressed(handles, text),
                "in_reply_to_id": address.native_id,
                "visibility": _answer_visibility(address.visibility, status.reach),
            },
            headers={"Idempotency-Key": key},
        )
        what = "mastodon: the answer"
        if response.status == 422:
            message = f"{what}: {self._api.host} refuses the text (422): too long, or empty"
            raise Rejected(message)
        return _posted(check(response, what, self._api.now(), changes=True))

    def find_replies(self, address: ReplyAddress, text: str, key: str) -> tuple[Posted, ...]:
        """The own posts below the answered one that say the same, newest first."""
        try:
            descendants = self._api.context(address.native_id).descendants
        except Gone:
            return ()
        own_id = self._api.own_id
        wanted = _comparable(text)
        own = [
            status
            for status in descendants
            if status.account.id == own_id and _comparable(status.text) == wanted
        ]
        own.sort(key=lambda status: status.created_at, reverse=True)
        return tuple(map(_as_posted, own))

    def recheck(self, native_ids: Sequence[str]) -> Mapping[str, Found | None]:
        """What posts are now: from one list, then singly what that does not show.

        Only the answer 404 or 410 for the post itself says that it is gone, and only to a token
        that is good: servers show fewer posts to a stranger. Servers before 4.3 have no such list,
        and forks give an empty one. When the time is up, or the server fails, what is known by then
        is told; its error passes through when that is nothing.
        """
        told: dict[str, Found | None] = {}
        with self._api.one_limit():
            listed = self._api.statuses(native_ids)
            for native_id in native_ids:
                try:
                    told[native_id] = self._now(native_id, listed)
                except ContractBroken:
                    continue
                except Transient:
                    if not told:
                        raise
                    break
            if None in told.values():
                self._api.ask_own_id()
        return told

    def _now(self, native_id: str, listed: Mapping[str, Status]) -> Found | None:
        try:
            status = listed.get(native_id) or self._api.status(native_id)
        except Gone:
            return None
        return Found(mention_of(status, self._settings), reach_of(status))

    def _handles(self, status: Status, address: ReplyAddress) -> list[str]:
        """The author's handles, first the one that this server is sure to know.

        That is how the server itself names the account: not every server knows its own accounts
        with its own name added. When the post to answer is the brand's own, as in a thread of
        several posts, the author is among those it mentions.
        """
        author: Account | None = status.account
        if status.account.author_id != address.author_id and status.account.id == self._api.own_id:
            known = address.handle.casefold()
            author = next((one for one in status.named if one.handle.casefold() == known), None)
        return [f"@{author.acct}", author.handle, address.handle] if author else [address.handle]

    def _page(self, ask: Ask, now: datetime) -> Response:
        bounds = dict(ask.position or {})
        if ask.floor.id:
            bounds["since_id"] = ask.floor.id
        if self._settings.hashtag:
            path = f"/api/v1/timelines/tag/{quote(self._settings.hashtag)}"
            params = [("limit", _MOST_STATUSES)]
        else:
            path = "/api/v1/notifications"
            params = [("types[]", "mention"), ("limit", _MOST_NOTIFICATIONS)]
            params.append(("include_filtered", "true"))
        response = self._api.call("GET", path, params=[*params, *bounds.items()])
        if response.status in _REFUSED_BOUND:
            message = f"mastodon: {self._api.host} answered {response.status} for the list"
            raise PositionLost(message) if bounds else ContractBroken(message)
        return check(response, "mastodon: the list", now)

    def _items(self, response: Response) -> list[Any]:
        found = response.json()
        if not isinstance(found, list):
            message = f"mastodon: {self._api.host} sent no list where a list is due"
            raise ContractBroken(message)
        return found

    def _entry(self, raw: Any, ask: Ask, own_id: str) -> Entry:
        name, at = id_of(raw), None if self._settings.hashtag else time_of(raw)
        is_known = ask.knows(name) and not was_edited(raw)
        if is_known or self._are_old([raw], ask.floor) or not is_mention(raw):
            return Entry(name, at, None)
        try:
            status = status_of(raw)
        except ContractBroken as exc:
            text = json.dumps(raw)
            return Entry(name, at, Broken(name or digest(text), str(exc), text))
        is_ours = status.account.id == own_id or status.reblog is not None
        mention = None if is_ours else mention_of(status, self._settings)
        return Entry(name, at, mention, reach_of(status))

    def _are_old(self, found: Sequence[Any], floor: Floor) -> bool:
        """Whether these are posts of a hashtag from before the first poll, as far as they tell."""
        times = [at for raw in found if (at := time_of(raw))]
        return bool(self._settings.hashtag and times) and max(times) < floor.at


def _addressed(handles: Sequence[str], text: str) -> str:
    """The text with the author's handle in front: without it the author is not told.

    The first of `handles` is written, unless the text starts with one of them already.
    """
    text = text.strip()
    for handle in handles:
        start, rest = text[: len(handle)], text[len(handle) :]
        if start.lower() == handle.lower() and rest[:1] in _AFTER_A_HANDLE:
            return text
    return f"{handles[0]} {text}"


def _answer_visibility(asked: Visibility, now: Visibility) -> str:
    """The narrower of what the case allows and what the post is now, as the API names it."""
    order = list(Visibility)
    narrower = max(asked, now, key=order.index)
    return str(Visibility.DIRECT if narrower is Visibility.FOLLOWERS else narrower)


def _posted(response: Response) -> Posted:
    try:
        status: Status = status_of(response.json())
    except ContractBroken as exc:
        message = "mastodon: the answer may be posted, but the server does not say so clearly"
        raise UnknownOutcome(message) from exc
    return _as_posted(status)


def _as_posted(status: Status) -> Posted:
    return Posted(status.id, status.url or status.uri, status.reach)


def _comparable(text: str) -> str:
    """What is left of a text once the server has turned mentions and spaces its own way."""
    words = without_mention_hosts(clean(text)).split()
    while words and words[0].startswith("@"):
        words = words[1:]
    return " ".join(words)
