"""Direct messages on Bluesky: a log of what happens in all conversations, and sending.

The log is read from a point in time on, so what follows a page is newer, and nothing is moved by
later messages, as conversations are in their list.
Sources: the lexicons chat.bsky.convo.*, https://docs.bsky.app/docs/api/chat-bsky-convo-get-log
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import takewhile
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gehoor.domain.case import ReplyAddress
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.network import Post, Posted, Thread
from gehoor.domain.text import clean
from gehoor.errors import ContractBroken, UnknownOutcome
from gehoor.networks._bluesky_answer import mentions_resolved
from gehoor.networks._bluesky_api import CHAT, Api, cursor_in, fields_of, items_in
from gehoor.networks._bluesky_errors import not_before
from gehoor.networks._bluesky_facets import with_whole_links
from gehoor.networks._bluesky_post import APP, Account, Did, Moment, author_of
from gehoor.settings import SourceSettings

PROFILES_AT_ONCE = 25
_MOST_MESSAGES = "100"
_LOG = "bluesky: the direct messages"
_CREATED = "chat.bsky.convo.defs#logCreateMessage"


class _Sender(BaseModel):
    did: Did


class Message(BaseModel):
    """What somebody said in a conversation; a message that was deleted has no text."""

    model_config = ConfigDict(frozen=True)

    id: Annotated[str, Field(min_length=1)]
    text: str
    sender: _Sender
    sent_at: Moment = Field(alias="sentAt")
    facets: Any = None

    @property
    def words(self) -> str:
        """The text with whole links."""
        return clean(with_whole_links(self.text, self.facets))


class Event(BaseModel):
    """A message that was sent, in its conversation."""

    model_config = ConfigDict(frozen=True)

    conversation: Annotated[str, Field(alias="convoId", pattern=r"^[^/\s]+$")]
    message: Message
    profiles: Any = Field(default=None, alias="relatedProfiles")

    @property
    def native_id(self) -> str:
        """How gehoor names the message; the API names it by both parts."""
        return f"{self.conversation}/{self.message.id}"


class LogPage(NamedTuple):
    """A part of the log, oldest first; `after` asks for what follows, "" at its end.

    `not_before` is when the service takes calls again, None while it has some left for us.
    """

    items: list[Any]
    after: str
    not_before: datetime | None


def is_message(native_id: str) -> bool:
    """Whether the id is a message's, and not a post's."""
    return not native_id.startswith("at://")


def log_page(api: Api, after: str) -> LogPage:
    """What happened after a point of the log; what happened at that point is left out."""
    response = api.get("chat.bsky.convo.getLog", [("cursor", after)], _LOG, CHAT)
    items = [item for item in items_in(response, "logs") if revision_of(item) != after]
    after = cursor_in(response) if items else ""
    return LogPage(items, after, not_before(response, api.now()))


def revision_of(item: Any) -> str:
    """The place of an item in the log, "" when it does not say."""
    revision = item.get("rev") if isinstance(item, dict) else None
    return revision if isinstance(revision, str) else ""


def event_of(item: Any) -> Event | None:
    """The message that an item of the log is about, None when it is about something else.

    ContractBroken when it is one that cannot be read.
    """
    fields = item if isinstance(item, dict) else {}
    message = fields.get("message")
    if fields.get("$type") != _CREATED or (isinstance(message, dict) and "text" not in message):
        return None
    try:
        return Event.model_validate(fields)
    except ValidationError as exc:
        names = sorted({".".join(map(str, error["loc"])) for error in exc.errors()})
        message = f"the direct message cannot be read: {', '.join(names)}"
        raise ContractBroken(message) from exc


def senders(api: Api, events: Iterable[Event]) -> dict[str, Account]:
    """Who sent the messages, by DID; those that the log does not introduce are asked for."""
    found: dict[str, Account] = {}
    wanted: dict[str, None] = {}
    for event in events:
        found |= {account.did: account for account in _accounts(event.profiles)}
        wanted[event.message.sender.did] = None
    missing = [did for did in wanted if did not in found]
    for start in range(0, len(missing), PROFILES_AT_ONCE):
        params = [("actors", did) for did in missing[start : start + PROFILES_AT_ONCE]]
        response = api.get("app.bsky.actor.getProfiles", params, "bluesky: the senders")
        found |= {account.did: account for account in _accounts(items_in(response, "profiles"))}
    return found


def mention_of(event: Event, accounts: Mapping[str, Account], source: SourceSettings) -> Mention:
    """The message as a private mention, which goes on what its conversation began."""
    did = event.message.sender.did
    account = accounts.get(did) or Account(did=did, handle="handle.invalid")
    return Mention(
        brand=source.brand,
        source_id=source.id,
        network=source.network,
        native_id=event.native_id,
        uri=f"{_permalink(event.conversation)}#{event.message.id}",
        author=author_of(account, source),
        text=event.message.words,
        posted_at=event.message.sent_at,
        permalink=_permalink(event.conversation),
        visibility=Visibility.DIRECT,
        in_reply_to=event.conversation,
    )


def conversation_of(mention: Mention, api: Api) -> Thread:
    """What was said in the conversation before."""
    conversation, _, _ = mention.native_id.partition("/")
    own = api.own
    handles = {own.did: f"@{own.handle}", mention.author.native_id: mention.author.handle}
    earlier = [
        Post(
            handle=handles.get(message.sender.did, message.sender.did),
            text=message.words,
            posted_at=message.sent_at,
            by_brand=message.sender.did == own.did,
            uri=f"{_permalink(conversation)}#{message.id}",
            author_id=message.sender.did,
        )
        for message in _messages(api, conversation)
        if message.sent_at < mention.posted_at
    ]
    return Thread(_permalink(conversation), tuple(reversed(earlier)))


def send(api: Api, address: ReplyAddress, text: str) -> Posted:
    """Send a direct message to the author. Rejected, with the reason, when they take none."""
    what = "bluesky: the direct message"
    params = [("members", address.author_id)]
    response = api.get("chat.bsky.convo.getConvoForMembers", params, what, CHAT)
    conversation = _conversation_in(fields_of(response))
    if conversation is None:
        message = f"{what}: the server names no conversation"
        raise ContractBroken(message)
    facets = mentions_resolved(api, address, text)
    said = {"text": text, **({"facets": facets} if facets else {})}
    body = {"convoId": conversation, "message": said}
    try:
        sent = fields_of(api.post("chat.bsky.convo.sendMessage", body, what, CHAT))
        message_id = Message.model_validate(sent).id
    except (ContractBroken, ValidationError) as exc:
        message = f"{what} may be sent, but the server does not say so clearly"
        raise UnknownOutcome(message) from exc
    return _posted(conversation, message_id)


def find_messages(api: Api, address: ReplyAddress, text: str) -> tuple[Posted, ...]:
    """The own messages to the author that say the same, newest first, of the last hundred.

    An answer to a message comes after it.
    """
    params = [("members", address.author_id)]
    what = "bluesky: the conversation"
    response = api.get("chat.bsky.convo.getConvoAvailability", params, what, CHAT)
    conversation = _conversation_in(fields_of(response))
    if conversation is None:
        return ()
    answered = address.native_id.removeprefix(f"{conversation}/")
    later = takewhile(lambda message: message.id != answered, _messages(api, conversation))
    return tuple(
        _posted(conversation, message.id)
        for message in later
        if message.sender.did == api.own.did and message.text.strip() == text.strip()
    )


def _messages(api: Api, conversation: str) -> Iterator[Message]:
    """The messages that are there, newest first; one that cannot be read hides no other."""
    params = [("convoId", conversation), ("limit", _MOST_MESSAGES)]
    what = "bluesky: the conversation"
    response = api.get("chat.bsky.convo.getMessages", params, what, CHAT)
    for raw in items_in(response, "messages"):
        try:
            yield Message.model_validate(raw)
        except ValidationError:
            continue


def _accounts(found: Any) -> Iterator[Account]:
    for raw in found if isinstance(found, list) else ():
        try:
            yield Account.model_validate(raw)
        except ValidationError:
            continue


def _conversation_in(fields: Mapping[str, Any]) -> str | None:
    conversation = fields.get("convo")
    found = conversation.get("id") if isinstance(conversation, dict) else None
    return found if isinstance(found, str) and found else None


def _permalink(conversation: str) -> str:
    return f"{APP}/messages/{conversation}"


def _posted(conversation: str, message_id: str) -> Posted:
    native_id = f"{conversation}/{message_id}"
    return Posted(native_id, _permalink(conversation), Visibility.DIRECT)
