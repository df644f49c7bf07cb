"""A Mastodon status as a mention, and as a post of a thread.

Only what gehoor uses is read, because forks and old versions leave out the rest.
Source: https://docs.joinmastodon.org/entities/Status/
"""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from gehoor.domain.mention import Author, Image, Mention, Visibility
from gehoor.domain.moments import in_utc
from gehoor.domain.network import Post
from gehoor.domain.reach import Reach, count_of
from gehoor.domain.text import clean, plain_text
from gehoor.errors import ContractBroken
from gehoor.settings import SourceSettings

_VISIBILITIES = {
    "public": Visibility.PUBLIC,
    "unlisted": Visibility.UNLISTED,
    "private": Visibility.FOLLOWERS,
}


class _Entity(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)


class Account(_Entity):
    """Who wrote it. `uri` is the name the whole network knows, absent before Mastodon 4.2."""

    id: Annotated[str, Field(min_length=1)]
    acct: Annotated[str, Field(min_length=1)]
    url: str | None = None
    uri: str | None = None
    display_name: str | None = None
    suspended: bool | None = None
    followers_count: Any = None

    @property
    def handle(self) -> str:
        """The handle with its server, as it must be written to notify the account from anywhere."""
        host = urlsplit(self.url or self.uri or "").netloc
        return f"@{self.acct}" if "@" in self.acct or not host else f"@{self.acct}@{host}"

    @property
    def author_id(self) -> str:
        """The account's global name: its `id` is only known on one server."""
        return self.uri or self.url or self.handle


class Attachment(_Entity):
    """A picture, film or sound; `description` is its alternative text."""

    type: str = "unknown"
    description: str | None = None
    url: str | None = None


class Status(_Entity):
    """A post."""

    id: Annotated[str, Field(min_length=1)]
    uri: Annotated[str, Field(min_length=1)]
    created_at: Annotated[datetime, AfterValidator(in_utc)]
    account: Account
    content: str
    visibility: str
    url: str | None = None
    spoiler_text: str | None = None
    in_reply_to_id: str | None = None
    language: str | None = None
    reblog: Any = None
    media_attachments: list[Attachment] = []
    edited_at: Annotated[datetime, AfterValidator(in_utc)] | None = None
    mentions: Any = None
    favourites_count: Any = None
    reblogs_count: Any = None
    replies_count: Any = None

    @property
    def named(self) -> list[Account]:
        """The accounts it mentions; one that cannot be read must not hide the post."""
        found = self.mentions if isinstance(self.mentions, list) else []
        accounts = []
        for raw in found:
            try:
                accounts.append(Account.model_validate(raw))
            except ValidationError:
                continue
        return accounts

    @property
    def reach(self) -> Visibility:
        """Who can read it; what a fork adds counts as direct, so that no answer is too public."""
        return _VISIBILITIES.get(self.visibility, Visibility.DIRECT)

    @property
    def images(self) -> tuple[Image, ...]:
        """The pictures, where the server keeps them."""
        return tuple(
            Image(found.url, clean(found.description or ""))
            for found in self.media_attachments
            if found.type == "image" and found.url
        )

    @property
    def text(self) -> str:
        """Content warning, text and descriptions of attachments as plain text."""
        attachments = [
            f"[{attachment.type}: {clean(attachment.description)}]"
            for attachment in self.media_attachments
            if attachment.description
        ]
        parts = [clean(self.spoiler_text or ""), plain_text(self.content), *attachments]
        return clean("\n".join(part for part in parts if part))


def status_of(raw: Any) -> Status:
    """The status in a notification or a status as it came; ContractBroken names missing fields."""
    found = raw.get("status") if isinstance(raw, dict) and "type" in raw else raw
    if not isinstance(found, dict):
        message = "the notification has no status"
        raise ContractBroken(message)
    try:
        return Status.model_validate(found)
    except ValidationError as exc:
        fields = sorted({".".join(map(str, error["loc"])) for error in exc.errors()})
        message = f"the status cannot be read: {', '.join(fields)}"
        raise ContractBroken(message) from exc


def reach_of(status: Status) -> Reach:
    """How far a status goes; no part of its mention."""
    return Reach(
        followers=count_of(status.account.followers_count),
        likes=count_of(status.favourites_count),
        reposts=count_of(status.reblogs_count),
        replies=count_of(status.replies_count),
    )


def mention_of(status: Status, source: SourceSettings) -> Mention:
    """The status as a mention that `source` saw."""
    return Mention(
        brand=source.brand,
        source_id=source.id,
        network=source.network,
        native_id=status.id,
        uri=status.uri,
        author=Author(
            network=source.network,
            native_id=status.account.author_id,
            handle=status.account.handle,
            display_name=clean(status.account.display_name or ""),
            profile_url=status.account.url or "",
        ),
        text=status.text,
        posted_at=status.created_at,
        permalink=status.url or status.uri,
        visibility=status.reach,
        in_reply_to=status.in_reply_to_id,
        language_hint=status.language,
        images=status.images,
        edited_at=status.edited_at,
    )


def post_of(status: Status, own_id: str) -> Post:
    """The status as a post of a thread."""
    return Post(
        handle=status.account.handle,
        text=status.text,
        posted_at=status.created_at,
        by_brand=status.account.id == own_id,
        uri=status.uri,
        author_id=status.account.author_id,
    )
