"""Bluesky (AT Protocol): mentions, replies and quotes of an account, a search, direct messages.

Answers stand below the post they answer; direct ones go to its author alone. People are known by
their DID, because handles change; lists are read by the time at which the network listed a post.
Sources: https://docs.bsky.app/docs/api/, https://atproto.com/specs/
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal, cast

from pydantic import StringConstraints

from gehoor.domain.capabilities import Capabilities, Measure
from gehoor.domain.case import ReplyAddress
from gehoor.domain.listing import Ask, Listing
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.network import Found, Posted, Thread
from gehoor.errors import ContractBroken, Gone, Rejected
from gehoor.networks import _bluesky_chat as chat
from gehoor.networks._bluesky_answer import answer, find_answer
from gehoor.networks._bluesky_api import Api, is_blocked, posts_above
from gehoor.networks._bluesky_length import MESSAGE, POST, measured
from gehoor.networks._bluesky_lists import read_messages, read_notifications, read_search
from gehoor.networks._bluesky_post import (
    APP,
    earlier_post_of,
    mention_of,
    post_of,
    profile_url,
    reach_of,
)
from gehoor.networks._bluesky_sign_in import sign_in
from gehoor.settings import SecretName, SourceSettings, Url
from gehoor.wiring import NetworkWiring

MENTIONS, SEARCH, MESSAGES = "mentions", "search", "messages"

DESCRIPTION = "mentions, replies and quotes of an account, or a search; direct messages"
_INVITATION = (
    "Stuur ons een privébericht, dan kijken we er samen naar. / "
    "Please send us a direct message, so that we can look into it: {}"
)
CAPABILITIES = Capabilities(
    reply=True,
    message=False,
    text_limit=POST.characters,
    instead="Write to the author in the Bluesky app.",
    threads=True,
    invitation=_INVITATION.format(APP),
)
TESTED = (
    "against recordings and a scripted server that Bluesky's lexicons judge (atproto, Prism); not "
    "yet against live Bluesky"
)

_MOST_ABOVE = 80


class Settings(SourceSettings):
    """A Bluesky account to hear, or a search made as that account.

    `secret` names the account's app password: JSON with `identifier` and `password`. `messages`
    has direct messages read and written, which the app password must allow.
    """

    network: Literal["bluesky"]
    base_url: Url = "https://bsky.social"
    secret: SecretName
    query: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None
    messages: bool = False


def connect(settings: SourceSettings, wiring: NetworkWiring) -> "Bluesky":
    """A connection to the account; AuthExpired when the secret holds no app password."""
    own = cast("Settings", settings)
    way_in = sign_in(own.base_url, own.secret, wiring)
    return Bluesky(own, Api(own.base_url, way_in, wiring.http))


class Bluesky:
    """One account; fits `gehoor.ports.Network`."""

    def __init__(self, settings: Settings, api: Api) -> None:
        self._settings = settings
        self._api = api

    def capabilities(self) -> Capabilities:
        """Answers, in several posts if need be; messages to those who wrote one first.

        Most people take messages only from whom they follow. Without `messages` nobody is invited
        to write one, for gehoor would not hear it.
        """
        if not self._settings.messages:
            return replace(CAPABILITIES, invitation="")
        where = profile_url(self._api.own.did)
        return replace(CAPABILITIES, invitation=_INVITATION.format(where))

    def lists(self) -> tuple[str, ...]:
        """What is heard: the account's notifications or the search, and its direct messages."""
        public = SEARCH if self._settings.query else MENTIONS
        return (public, MESSAGES) if self._settings.messages else (public,)

    def read(self, ask: Ask, now: datetime) -> Listing:
        """Read one page. It may take several calls; together they take no longer than one may."""
        with self._api.one_limit():
            if ask.list_name == MESSAGES:
                return read_messages(self._api, self._settings, ask)
            if self._settings.query:
                return read_search(self._api, self._settings, self._settings.query, ask, now)
            return read_notifications(self._api, self._settings, ask, now)

    def parse(self, raw: str, now: datetime) -> Mention:
        """Read an item that was set aside again."""
        try:
            item = json.loads(raw)
        except ValueError as exc:
            message = "the item is no JSON"
            raise ContractBroken(message) from exc
        event = chat.event_of(item)
        if event is None:
            return mention_of(post_of(item), self._settings)
        return chat.mention_of(event, chat.senders(self._api, [event]), self._settings)

    def recheck(self, native_ids: Sequence[str]) -> Mapping[str, Found | None]:
        """What posts are now, None for those that are gone.

        Lists leave out more than what is gone, so a post that is missing there is looked at by
        itself. Left out here are posts that are blocked or cannot be read, and messages, which
        nobody can take back.
        """
        uris = [native_id for native_id in native_ids if not chat.is_message(native_id)]
        listed = self._api.posts(uris)
        told: dict[str, Found | None] = {}
        for uri in uris:
            try:
                post = listed[uri] if uri in listed else self._api.unlisted_post(uri)
            except Gone:
                told[uri] = None
            except (Rejected, ContractBroken):
                continue
            else:
                if post:
                    told[uri] = Found(mention_of(post, self._settings), reach_of(post))
        return told

    def thread(self, mention: Mention) -> Thread:
        """The thread as far as the account may see it. Gone when the post is.

        Its root is what the author's program says it is, even where that is deleted.
        """
        if chat.is_message(mention.native_id):
            return chat.conversation_of(mention, self._api)
        thread = self._api.thread(mention.native_id, _MOST_ABOVE)
        if is_blocked(thread):
            return Thread(mention.in_reply_to or mention.uri)
        own_did = self._api.own.did
        earlier = tuple(earlier_post_of(post, own_did) for post in posts_above(thread))
        return Thread(post_of(thread.get("post")).answer.root.uri, earlier)

    def measure(self, address: ReplyAddress, text: str) -> Measure:
        """The length as a post, or as the direct message that it will be."""
        return measured(text, POST if address.visibility is Visibility.PUBLIC else MESSAGE)

    def reply(self, address: ReplyAddress, text: str, key: str) -> Posted:
        """Answer below the post, or to its author alone where the case is private."""
        if address.visibility is Visibility.PUBLIC:
            return answer(self._api, address, text, key)
        return chat.send(self._api, address, text)

    def find_replies(self, address: ReplyAddress, text: str, key: str) -> tuple[Posted, ...]:
        """The post of this key, or the direct messages that say the same, newest first."""
        if address.visibility is Visibility.PUBLIC:
            posted = find_answer(self._api, address, key)
            return (posted,) if posted else ()
        return chat.find_messages(self._api, address, text)
