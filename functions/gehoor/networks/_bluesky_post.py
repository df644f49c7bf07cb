"""A post on Bluesky as a mention, and as a post of a thread.

Posts are named by at://<DID>/app.bsky.feed.post/<key>. The DID is the author for ever, the handle
is what they are called today. Times are the network's own (`indexedAt`): `createdAt` is whatever
the author's program wrote. Only what gehoor uses is read.
Sources: the lexicons app.bsky.feed.{defs,post}, app.bsky.notification.listNotifications,
com.atproto.label.defs
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from gehoor.domain.mention import Author, Image, Mention, Visibility
from gehoor.domain.moments import in_utc
from gehoor.domain.network import Post as EarlierPost
from gehoor.domain.reach import Reach, count_of
from gehoor.domain.text import clean
from gehoor.errors import ContractBroken
from gehoor.networks._bluesky_embed import (
    descriptions,
    has_pictures,
    linked_page,
    pictures,
    quoted_post,
)
from gehoor.networks._bluesky_facets import with_whole_links
from gehoor.settings import SourceSettings

APP = "https://bsky.app"
COLLECTION = "app.bsky.feed.post"

_HIDDEN = frozenset({"!hide", "!takedown", "spam"})
_DISTURBING = frozenset({"porn", "sexual", "nudity", "graphic-media", "gore"})


Moment = Annotated[datetime, AfterValidator(in_utc)]
Did = Annotated[str, StringConstraints(pattern=r"^did:[a-z]+:[A-Za-z0-9._:%-]+$")]
PostUri = Annotated[str, StringConstraints(pattern=r"^at://[^/\s]+/[^/\s]+/[^/\s]+$")]


class _Entity(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class Label(_Entity):
    """What a moderation service, or the author, says of a post or an account."""

    src: str = ""
    val: str = ""
    neg: bool = False


class Account(_Entity):
    """Who wrote it."""

    did: Did
    handle: Annotated[str, Field(min_length=1)]
    display_name: str | None = Field(default=None, alias="displayName")
    labels: tuple[Label, ...] = ()


class Ref(_Entity):
    """A post in one version of it."""

    uri: PostUri
    cid: str


class Reply(_Entity):
    """What a post answers, and what the conversation began with."""

    root: Ref
    parent: Ref


class Record(_Entity):
    """What the author wrote. Anybody can write any record, so its parts are read with care."""

    text: str = ""
    reply: Reply | None = None
    facets: Any = None
    embed: Any = None
    langs: Any = None


class Viewer(_Entity):
    """What the post is to the account that looks at it."""

    reply_disabled: bool = Field(default=False, alias="replyDisabled")


class Post(_Entity):
    """A post as lists show it; notifications leave `embed`, `viewer` and the counts out."""

    uri: PostUri
    cid: str
    author: Account
    record: Record
    indexed_at: Moment = Field(alias="indexedAt")
    labels: tuple[Label, ...] = ()
    embed: Any = None
    viewer: Viewer = Viewer()
    like_count: Any = Field(default=None, alias="likeCount")
    repost_count: Any = Field(default=None, alias="repostCount")
    quote_count: Any = Field(default=None, alias="quoteCount")
    reply_count: Any = Field(default=None, alias="replyCount")

    @property
    def answer(self) -> Reply:
        """What an answer to it refers to."""
        ref = Ref(uri=self.uri, cid=self.cid)
        return Reply(root=self.record.reply.root if self.record.reply else ref, parent=ref)

    @property
    def is_hidden(self) -> bool:
        """Whether moderation hides it, or all its author writes, from everybody."""
        return not _HIDDEN.isdisjoint(self._labelled_by_others())

    @property
    def has_images(self) -> bool:
        """Whether the author put pictures in that may be shown."""
        return has_pictures(self.record.embed) and not self._is_disturbing

    @property
    def images(self) -> tuple[Image, ...]:
        """The pictures; none of those that may disturb."""
        return () if self._is_disturbing else pictures(self.embed)

    @property
    def text(self) -> str:
        """Labels, text with whole links, descriptions of pictures, a link's card, a quoted post."""
        body = with_whole_links(self.record.text, self.record.facets)
        labels = ", ".join(sorted({label.val for label in _valid(self.labels)}))
        page, quoted = linked_page(self.record.embed), quoted_post(self.record.embed)
        parts = [
            f"[labelled: {labels}]" if labels else "",
            body,
            *descriptions(self.record.embed),
            f"[link: {page}]" if page and page not in body else "",
            f"[quotes: {permalink(quoted)}]" if quoted else "",
        ]
        return clean("\n".join(part for part in parts if part))

    @property
    def _is_disturbing(self) -> bool:
        return not _DISTURBING.isdisjoint({label.val for label in _valid(self.labels)})

    def _labelled_by_others(self) -> set[str]:
        labels = (*self.labels, *self.author.labels)
        return {label.val for label in _valid(labels) if label.src != self.author.did}


def post_of(raw: Any) -> Post:
    """The post in an item as it came; ContractBroken names missing fields."""
    try:
        return Post.model_validate(raw)
    except ValidationError as exc:
        fields = sorted({".".join(map(str, error["loc"])) for error in exc.errors()})
        message = f"the post cannot be read: {', '.join(fields)}"
        raise ContractBroken(message) from exc


def own_post_of(raw: dict[str, Any]) -> Reply:
    """What an answer to the record refers to; ContractBroken when it is no post."""
    try:
        ref = Ref.model_validate(raw)
        record = Record.model_validate(raw.get("value"))
    except ValidationError as exc:
        message = "the record cannot be read as a post"
        raise ContractBroken(message) from exc
    return Reply(root=record.reply.root if record.reply else ref, parent=ref)


def mention_of(post: Post, source: SourceSettings) -> Mention:
    """The post as a mention that `source` saw."""
    languages = post.record.langs if isinstance(post.record.langs, list) else []
    named = (language for language in languages if isinstance(language, str) and language)
    return Mention(
        brand=source.brand,
        source_id=source.id,
        network=source.network,
        native_id=post.uri,
        uri=post.uri,
        author=author_of(post.author, source),
        text=post.text,
        posted_at=post.indexed_at,
        permalink=permalink(post.uri),
        visibility=Visibility.PUBLIC,
        in_reply_to=post.record.reply.parent.uri if post.record.reply else None,
        language_hint=next(named, None),
        images=post.images,
    )


def reach_of(post: Post) -> Reach:
    """How far a post goes, where the list tells; no list tells how many follow its author."""
    quoted, reposted = count_of(post.quote_count), count_of(post.repost_count)
    return Reach(
        likes=count_of(post.like_count),
        reposts=None if reposted is None else reposted + (quoted or 0),
        replies=count_of(post.reply_count),
    )


def author_of(account: Account, source: SourceSettings) -> Author:
    """The account as an author; a handle that its owner no longer has is `handle.invalid`."""
    return Author(
        network=source.network,
        native_id=account.did,
        handle=f"@{account.handle}",
        display_name=clean(account.display_name or ""),
        profile_url=profile_url(account.did),
    )


def earlier_post_of(post: Post, own_did: str) -> EarlierPost:
    """The post as one of a thread."""
    return EarlierPost(
        handle=f"@{post.author.handle}",
        text=post.text,
        posted_at=post.indexed_at,
        by_brand=post.author.did == own_did,
        uri=post.uri,
        author_id=post.author.did,
    )


def permalink(uri: str) -> str:
    """Where people read a post; by DID, because handles change."""
    repo, _, key = uri.removeprefix("at://").split("/", 2)
    return f"{profile_url(repo)}/post/{key}"


def profile_url(did: str) -> str:
    """Where people find an account."""
    return f"{APP}/profile/{did}"


def _valid(labels: tuple[Label, ...]) -> Iterator[Label]:
    withdrawn = {(label.src, label.val) for label in labels if label.neg}
    return (label for label in labels if (label.src, label.val) not in withdrawn)
