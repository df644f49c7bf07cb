"""A direct message of X as it comes from the API, and as a mention.

Source: https://docs.x.com/x-api/direct-messages/lookup/introduction
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict

from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.moments import in_utc
from gehoor.domain.text import clean
from gehoor.networks._x_names import Named, time_of
from gehoor.networks._x_post import Entities, Id, author_of, read_as, unescaped
from gehoor.settings import SourceSettings

FIELDS = {
    "event_types": "MessageCreate",
    "dm_event.fields": "id,text,event_type,created_at,sender_id,dm_conversation_id,entities",
}
PREFIX = "dm:"
"""In front of a message's id: posts and messages have ids of the same kind."""


class Message(BaseModel):
    """A direct message."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: Id
    event_type: str
    sender_id: Id
    dm_conversation_id: str
    text: str = ""
    created_at: Annotated[datetime, AfterValidator(in_utc)] | None = None
    entities: Entities = Entities()

    @property
    def said_at(self) -> datetime:
        """When it was sent."""
        return self.created_at or time_of(self.id)

    @property
    def native_id(self) -> str:
        """Its id, told apart from those of posts."""
        return f"{PREFIX}{self.id}"

    @property
    def plain_text(self) -> str:
        """Its text as it was typed."""
        return clean(unescaped(self.text, self.entities.urls))


def is_message(raw: Any) -> bool:
    """Whether an item is a message and no post."""
    return isinstance(raw, Mapping) and "event_type" in raw


def message_of(raw: Any) -> Message:
    """A message as it came; ContractBroken names the fields that are missing or wrong."""
    return read_as(Message, raw, "message")


def conversation_address(conversation_id: str) -> str:
    """Where a conversation can be read by those who are in it."""
    return f"https://x.com/messages/{conversation_id}"


def mention_of(message: Message, sender: Named, source: SourceSettings) -> Mention:
    """The message as a private mention, which goes on what its conversation began."""
    return Mention(
        brand=source.brand,
        source_id=source.id,
        network=source.network,
        native_id=message.native_id,
        uri=f"{conversation_address(message.dm_conversation_id)}/{message.id}",
        author=author_of(sender, source),
        text=message.plain_text,
        posted_at=message.said_at,
        permalink=conversation_address(message.dm_conversation_id),
        visibility=Visibility.DIRECT,
        in_reply_to=f"{PREFIX}{message.dm_conversation_id}",
    )
