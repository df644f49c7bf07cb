"""A post of X as it comes from the API, and as a mention.

An edited post has a new id for each version; `edit_history_tweet_ids` names them all, oldest first.
Sources: https://docs.x.com/x-api/fundamentals/data-dictionary, .../fundamentals/edit-posts
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from gehoor.domain.mention import Author, Image, Mention, Visibility
from gehoor.domain.moments import in_utc
from gehoor.domain.reach import Reach, count_of
from gehoor.domain.text import clean
from gehoor.errors import ContractBroken
from gehoor.networks._x_names import Named, is_id, time_of
from gehoor.settings import SourceSettings

FIELDS = {
    "tweet.fields": "author_id,created_at,conversation_id,referenced_tweets,entities,lang,"
    "attachments,edit_history_tweet_ids,note_tweet,public_metrics",
    "expansions": "attachments.media_keys",
    "media.fields": "type,url,alt_text",
}
"""What is asked for with every post. No user is: X charges for each it adds."""

Model = TypeVar("Model", bound=BaseModel)

_MEDIA_ADDRESS = re.compile(r"/status/\d+/(?:photo|video)/\d+$")
_FORMER_NAME = "https://twitter.com/"
_ESCAPED = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def _id(value: str) -> str:
    if not is_id(value):
        message = "an id of digits"
        raise ValueError(message)
    return value


Id = Annotated[str, AfterValidator(_id)]


class _Entity(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)


class Link(_Entity):
    """A web address in a text: as X shortened it, and what it stands for."""

    url: str
    expanded_url: str | None = None
    media_key: str | None = None

    @property
    def shown(self) -> str:
        """What stands for it in a text: nothing where it is a picture of the post itself."""
        address = self.expanded_url or self.url
        is_own_media = self.media_key is not None or _MEDIA_ADDRESS.search(address) is not None
        return "" if is_own_media else address.replace(_FORMER_NAME, "https://x.com/", 1)


class NamedUser(_Entity):
    """An account that a text mentions."""

    id: str | None = None
    username: str


class Entities(_Entity):
    """What X found in a text."""

    urls: list[Link] = []
    mentions: list[NamedUser] = []


class Reference(_Entity):
    """Another post that this one answers, quotes or repeats."""

    type: str
    id: str


class Note(_Entity):
    """The whole text of a post that is longer than a post was."""

    text: str
    entities: Entities = Entities()


class Attachments(_Entity):
    """What comes with a post."""

    media_keys: list[str] = []


class Post(_Entity):
    """A post."""

    id: Id
    text: str
    author_id: Id
    created_at: Annotated[datetime, AfterValidator(in_utc)] | None = None
    conversation_id: str | None = None
    referenced_tweets: list[Reference] = []
    entities: Entities = Entities()
    lang: str | None = None
    attachments: Attachments = Attachments()
    edit_history_tweet_ids: Annotated[list[Id], Field(min_length=1)] | None = None
    note_tweet: Note | None = None
    public_metrics: Any = None

    @property
    def versions(self) -> list[str]:
        """The ids of its versions, oldest first."""
        return self.edit_history_tweet_ids or [self.id]

    @property
    def first_id(self) -> str:
        """The id that stays the same whatever is edited."""
        return self.versions[0]

    @property
    def said_at(self) -> datetime:
        """When it was first said."""
        is_first = self.id == self.first_id
        return self.created_at if is_first and self.created_at else time_of(self.first_id)

    @property
    def edited_at(self) -> datetime | None:
        """When it was last edited."""
        return time_of(self.versions[-1]) if len(self.versions) > 1 else None

    @property
    def answers(self) -> str | None:
        """The id of the post that it answers."""
        return self._referenced("replied_to")

    @property
    def is_repost(self) -> bool:
        """Whether it only repeats another's words; one that quotes has words of its own."""
        return self._referenced("retweeted") is not None

    @property
    def named(self) -> Mapping[str, str]:
        """The usernames of the accounts it mentions, by their ids."""
        texts = (self, self.note_tweet) if self.note_tweet else (self,)
        found = (one for text in texts for one in text.entities.mentions)
        return {one.id: one.username for one in found if one.id}

    @property
    def plain_text(self) -> str:
        """The whole text, with the web addresses that X shortened, and without its escapes."""
        source: Post | Note = self.note_tweet or self
        return clean(unescaped(source.text, source.entities.urls))

    def _referenced(self, kind: str) -> str | None:
        return next((one.id for one in self.referenced_tweets if one.type == kind), None)


def unescaped(text: str, links: Iterable[Link]) -> str:
    """A text as it was typed: X sends `&`, `<` and `>` escaped, and its own short addresses."""
    for escaped, character in _ESCAPED:
        text = text.replace(escaped, character)
    for link in links:
        text = text.replace(link.url, link.shown)
    return text


def post_of(raw: Any) -> Post:
    """A post as it came; ContractBroken names the fields that are missing or wrong."""
    return read_as(Post, raw, "post")


def read_as(model: type[Model], raw: Any, what: str) -> Model:
    """`raw` as a model; ContractBroken names the fields that are missing or wrong."""
    try:
        return model.model_validate(raw)
    except ValidationError as exc:
        fields = sorted({".".join(map(str, error["loc"])) for error in exc.errors()})
        message = f"the {what} cannot be read: {', '.join(filter(None, fields)) or 'no object'}"
        raise ContractBroken(message) from exc


def images_in(document: Mapping[str, Any]) -> Mapping[str, Image]:
    """The pictures that came with posts, by their keys."""
    includes = document.get("includes")
    media = includes.get("media") if isinstance(includes, dict) else None
    return {
        str(one["media_key"]): Image(str(one["url"]), clean(str(one.get("alt_text") or "")))
        for one in (media if isinstance(media, list) else ())
        if isinstance(one, dict)
        and one.get("type") == "photo"
        and one.get("url")
        and one.get("media_key")
    }


def mention_of(
    post: Post, author: Named, images: Mapping[str, Image], source: SourceSettings
) -> Mention:
    """The post as a mention that `source` saw, named by its first version."""
    return Mention(
        brand=source.brand,
        source_id=source.id,
        network=source.network,
        native_id=post.first_id,
        uri=uri_of(post.first_id),
        author=author_of(author, source),
        text=_with_descriptions(post, images),
        posted_at=post.said_at,
        permalink=author.address_of(post.versions[-1]),
        visibility=Visibility.FOLLOWERS if author.protected else Visibility.PUBLIC,
        in_reply_to=post.answers,
        language_hint=post.lang if post.lang and len(post.lang) == 2 else None,
        images=tuple(images[key] for key in post.attachments.media_keys if key in images),
        edited_at=post.edited_at,
    )


def reach_of(post: Post, author: Named) -> Reach:
    """How far a post goes. X charges for the post and the account, not for their counts."""
    counts = post.public_metrics if isinstance(post.public_metrics, dict) else {}
    reposted = count_of(counts.get("retweet_count"))
    quoted = count_of(counts.get("quote_count"))
    return Reach(
        followers=author.followers,
        views=count_of(counts.get("impression_count")),
        likes=count_of(counts.get("like_count")),
        reposts=None if reposted is None else reposted + (quoted or 0),
        replies=count_of(counts.get("reply_count")),
    )


def author_of(author: Named, source: SourceSettings) -> Author:
    """An account of X as an author."""
    return Author(
        network=source.network,
        native_id=author.id,
        handle=author.handle,
        display_name=clean(author.name),
        profile_url=author.profile_url,
        named=bool(author.username),
    )


def uri_of(post_id: str) -> str:
    """The address that names a post whoever wrote it."""
    return f"https://x.com/i/status/{post_id}"


def _with_descriptions(post: Post, images: Mapping[str, Image]) -> str:
    keys = [key for key in post.attachments.media_keys if key in images]
    described = [f"[image: {images[key].description}]" for key in keys if images[key].description]
    return clean("\n".join([post.plain_text, *described]))
