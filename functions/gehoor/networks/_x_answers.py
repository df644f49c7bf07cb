"""Answers on X: posts below posts, and direct messages.

Source: https://docs.x.com/x-api/posts/manage-tweets/introduction,
https://docs.x.com/x-api/direct-messages/manage/introduction
"""

import re

from gehoor.domain.capabilities import Summons
from gehoor.domain.case import ReplyAddress
from gehoor.domain.mention import Visibility
from gehoor.domain.network import Posted
from gehoor.domain.text import clean
from gehoor.errors import Gone, NotAllowed, Rejected, UnknownOutcome
from gehoor.networks import _x_message, _x_post
from gehoor.networks._x_api import Api, Charge, path_of
from gehoor.networks._x_entries import read_item
from gehoor.networks._x_length import has_address, without_addresses
from gehoor.networks._x_message import Message, conversation_address
from gehoor.networks._x_names import Named
from gehoor.networks._x_post import Post

_LOOKED_THROUGH = 100
_MESSAGES_LOOKED_THROUGH = 10
_CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)")


def is_private(address: ReplyAddress) -> bool:
    """Whether only the author may read the answer.

    A protected account's posts are for its followers; the brand's own answer would be for others.
    """
    return address.visibility in (Visibility.DIRECT, Visibility.FOLLOWERS)


def reply(address: ReplyAddress, text: str, summons: Summons | None, api: Api) -> Posted:
    """Post below the newest version of a post that still exists, and that not only some may read.

    `summons` is None with an Enterprise contract; else NotAllowed when the post holds none, and
    Rejected for a second cashtag. Parts of an answer go below the account's own posts, which need
    no summons.
    """
    post = api.posts([address.native_id]).post(address.native_id)
    is_own = post.author_id == api.me.id
    if not is_own and _is_protected(address, api):
        raise _not_public(address)
    if summons is not None and not is_own and not _is_summoned(post, summons, api.me):
        raise _not_summoned(address, summons)
    if summons is not None and len(_CASHTAG.findall(text)) > 1:
        message = "x: X takes one cashtag ($NAME) in a post; leave the others out"
        raise Rejected(message)
    body = {"text": text, "reply": {"in_reply_to_tweet_id": post.versions[-1]}}
    data = api.post("/2/tweets", body, "the answer", _price(text, is_own, api))
    return _as_posted(_id_in(data, "id"), api.me)


def send_message(address: ReplyAddress, text: str, api: Api) -> Posted:
    """Write to the author alone. NotAllowed when their settings do not let the account."""
    path = path_of("2", "dm_conversations", "with", address.author_id, "messages")
    try:
        data = api.post(path, {"text": text}, "the message", api.prices.message)
    except NotAllowed as error:
        message = (
            f"{error}. Most often the author takes messages only from accounts that they follow, "
            "or wrote to first"
        )
        raise NotAllowed(message) from error
    message_id = _id_in(data, "dm_event_id")
    return _as_sent(message_id, _id_in(data, "dm_conversation_id"))


def find_replies(address: ReplyAddress, text: str, api: Api) -> tuple[Posted, ...]:
    """The account's own posts below the answered one that say the same, newest first."""
    versions = _versions(address.native_id, api)
    wanted = _comparable(text)
    return tuple(
        _as_posted(post.id, api.me)
        for post in _own_posts_since(address.native_id, api)
        if post.answers in versions and _comparable(post.plain_text) == wanted
    )


def find_messages(address: ReplyAddress, text: str, api: Api) -> tuple[Posted, ...]:
    """The account's own messages to the author that say the same, newest first."""
    path = path_of("2", "dm_conversations", "with", address.author_id, "dm_events")
    params = {**_x_message.FIELDS, "max_results": str(_MESSAGES_LOOKED_THROUGH)}
    price = api.prices.message_read
    charge = Charge(_MESSAGES_LOOKED_THROUGH * price, lambda answer: len(answer.items) * price)
    found = map(read_item, api.read(path, params, "the conversation", charge).items)
    since = int(address.native_id.removeprefix(_x_message.PREFIX))
    wanted = _comparable(text)
    return tuple(
        _as_sent(message.id, message.dm_conversation_id)
        for message in found
        if isinstance(message, Message)
        and message.sender_id == api.me.id
        and int(message.id) > since
        and _comparable(message.plain_text) == wanted
    )


def _comparable(text: str) -> str:
    """What is left of a text once X has turned addresses and spaces its own way."""
    words = without_addresses(clean(text)).split()
    while words and words[0].startswith("@"):
        words = words[1:]
    return " ".join(words)


def _is_summoned(post: Post, summons: Summons, me: Named) -> bool:
    return me.id in post.named or summons.is_in(post.plain_text)


def _is_protected(address: ReplyAddress, api: Api) -> bool:
    """Whether the author's posts are for followers; asked of authors whom nobody has looked up."""
    if address.handle != Named(id=address.author_id).handle:
        return False
    return any(account.protected for account in api.accounts([address.author_id]))


def _not_public(address: ReplyAddress) -> NotAllowed:
    return NotAllowed(
        "the author's posts on X are for their followers only, and a public answer is for "
        f"everybody. Write to them in X's own app: {address.permalink}"
    )


def _not_summoned(address: ReplyAddress, summons: Summons) -> NotAllowed:
    by_hand = summons.link(address.native_id)
    return NotAllowed(
        "X takes an answer through its API only below posts that name or quote "
        f"{summons.handle}, and this one does not. Answer by hand: {by_hand}"
    )


def _price(text: str, is_own: bool, api: Api) -> float:
    if has_address(text):
        return api.prices.post_with_link
    return api.prices.post if is_own else api.prices.summoned_reply


def _versions(post_id: str, api: Api) -> list[str]:
    """The ids under which an answer to the post may stand; the post may be gone by now."""
    try:
        return api.posts([post_id]).post(post_id).versions
    except Gone:
        return [post_id]


def _own_posts_since(post_id: str, api: Api) -> list[Post]:
    """The account's newest posts, as many as a page has: a lost answer is looked for at once."""
    path = path_of("2", "users", api.me.id, "tweets")
    params = {
        **_x_post.FIELDS,
        "exclude": "retweets",
        "since_id": post_id,
        "max_results": str(_LOOKED_THROUGH),
    }
    price = api.prices.mention_read
    charge = Charge(_LOOKED_THROUGH * price, lambda answer: len(answer.items) * price)
    found = map(read_item, api.read(path, params, "own posts", charge).items)
    return [post for post in found if isinstance(post, Post)]


def _id_in(data: object, name: str) -> str:
    value = data.get(name) if isinstance(data, dict) else None
    if not value:
        message = "x: the answer may be out, but X does not say so clearly"
        raise UnknownOutcome(message)
    return str(value)


def _as_posted(post_id: str, me: Named) -> Posted:
    return Posted(post_id, me.address_of(post_id), Visibility.PUBLIC)


def _as_sent(message_id: str, conversation_id: str) -> Posted:
    native_id = f"{_x_message.PREFIX}{message_id}"
    return Posted(native_id, conversation_address(conversation_id), Visibility.DIRECT)
