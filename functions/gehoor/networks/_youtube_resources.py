"""YouTube's comments and videos as mentions, and as posts of a thread.

Only what gehoor uses is read. Sources: https://developers.google.com/youtube/v3/docs/comments and
the pages on commentThreads, search and videos beside it.
"""

from datetime import datetime
from html import unescape
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from gehoor.domain.mention import Author, Image, Mention, Visibility
from gehoor.domain.moments import in_utc
from gehoor.domain.network import Post
from gehoor.domain.reach import Reach, count_of
from gehoor.domain.text import clean
from gehoor.errors import ContractBroken
from gehoor.settings import SourceSettings

VIDEO = "video:"
"""What the native id of a video begins with: a comment's is the API's own, and has no colon."""

_LET_THROUGH = "Nobody sees it, and it cannot be answered, before it is approved in YouTube Studio."
_REMARKS = {
    "heldForReview": f"YouTube holds this comment back for review. {_LET_THROUGH}",
    "likelySpam": f"YouTube takes this comment for spam. {_LET_THROUGH}",
}

_SITE = "https://www.youtube.com"


_Id = Annotated[str, Field(min_length=1)]
_Moment = Annotated[datetime, AfterValidator(in_utc)]


class _Resource(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, coerce_numbers_to_str=True)


class _ChannelId(_Resource):
    value: _Id


class _CommentSnippet(_Resource):
    author_channel_id: _ChannelId
    author_display_name: _Id
    text_display: str = ""
    text_original: str | None = None
    channel_id: str = ""
    video_id: str = ""
    parent_id: str | None = None
    image_url: str | None = None
    moderation_status: str = ""
    published_at: _Moment
    updated_at: _Moment | None = None


class Comment(_Resource):
    """A comment on a video or a channel, or a reply to one."""

    id: _Id
    snippet: _CommentSnippet

    @property
    def thread_id(self) -> str:
        """The comment at the top of its thread, which is where every reply goes."""
        return self.snippet.parent_id or self.id

    @property
    def text(self) -> str:
        """The text as it was written where YouTube tells: it shows some links as titles."""
        return clean(self.snippet.text_original or self.snippet.text_display)

    @property
    def permalink(self) -> str:
        """Where YouTube shows the comment, marked among the others."""
        if self.snippet.video_id:
            return f"{_SITE}/watch?v={self.snippet.video_id}&lc={self.id}"
        return f"{_SITE}/channel/{self.snippet.channel_id}/community?lc={self.id}"

    @property
    def edited_at(self) -> datetime | None:
        """When the author last changed it, None when never."""
        changed = self.snippet.updated_at
        return changed if changed and changed > self.snippet.published_at else None


class _VideoId(_Resource):
    video_id: _Id


class _VideoSnippet(_Resource):
    channel_id: _Id
    channel_title: str = ""
    title: str = ""
    description: str = ""
    published_at: _Moment


class Video(_Resource):
    """A video, as it is found by a search or read by its id."""

    id: _VideoId | _Id
    snippet: _VideoSnippet

    @property
    def video_id(self) -> str:
        """The id alone: a search tells the kind of what it found along with it."""
        return self.id if isinstance(self.id, str) else self.id.video_id


def comment_of(raw: Any) -> Comment:
    """A comment as it came; ContractBroken names missing fields."""
    try:
        return Comment.model_validate(raw)
    except ValidationError as exc:
        raise _unreadable("comment", exc) from exc


def video_of(raw: Any) -> Video:
    """A video as it came; ContractBroken names missing fields."""
    try:
        return Video.model_validate(raw)
    except ValidationError as exc:
        raise _unreadable("video", exc) from exc


def _unreadable(kind: str, exc: ValidationError) -> ContractBroken:
    fields = sorted({".".join(map(str, error["loc"])) for error in exc.errors()})
    return ContractBroken(f"the {kind} cannot be read: {', '.join(fields)}")


def comment_uri(comment_id: str) -> str:
    """What a comment is called wherever it is read."""
    return f"youtube:comment:{comment_id}"


def comment_mention(comment: Comment, source: SourceSettings) -> Mention:
    """The comment as a mention that `source` saw."""
    return Mention(
        brand=source.brand,
        source_id=source.id,
        network=source.network,
        native_id=comment.id,
        uri=comment_uri(comment.id),
        author=_author(comment, source),
        text=comment.text,
        posted_at=comment.snippet.published_at,
        permalink=comment.permalink,
        visibility=Visibility.PUBLIC,
        in_reply_to=comment.snippet.parent_id,
        images=(Image(comment.snippet.image_url),) if comment.snippet.image_url else (),
        edited_at=comment.edited_at,
        remark=_REMARKS.get(comment.snippet.moderation_status, ""),
    )


def _author(comment: Comment, source: SourceSettings) -> Author:
    name = clean(comment.snippet.author_display_name)
    channel_id = comment.snippet.author_channel_id.value
    return Author(source.network, channel_id, name, name, f"{_SITE}/channel/{channel_id}")


def video_mention(video: Video, source: SourceSettings) -> Mention:
    """The video as a mention that `source` found. A search escapes its texts as HTML."""
    name = clean(unescape(video.snippet.channel_title)) or video.snippet.channel_id
    channel_id = video.snippet.channel_id
    title = clean(unescape(video.snippet.title))
    return Mention(
        brand=source.brand,
        source_id=source.id,
        network=source.network,
        native_id=f"{VIDEO}{video.video_id}",
        uri=f"youtube:video:{video.video_id}",
        author=Author(source.network, channel_id, name, name, f"{_SITE}/channel/{channel_id}"),
        text=clean(f"{title}\n{unescape(video.snippet.description)}"),
        posted_at=video.snippet.published_at,
        permalink=f"{_SITE}/watch?v={video.video_id}",
        visibility=Visibility.PUBLIC,
        title=title or None,
    )


def reach_of(raw: Any) -> Reach:
    """How far a comment or a video goes, as far as what was read anyway tells.

    Who subscribes to a channel would cost another call. A video's counts come with a look at it by
    its id, not with a search; whether it is paid promotion is told to its owner alone.
    """
    thread = _part(raw, "snippet")
    first = _part(thread.get("topLevelComment"), "snippet")
    counts = {**first, **thread, **_part(raw, "statistics")}
    replies = counts.get("totalReplyCount", counts.get("commentCount"))
    return Reach(
        views=count_of(counts.get("viewCount")),
        likes=count_of(counts.get("likeCount")),
        replies=count_of(replies),
    )


def _part(raw: Any, name: str) -> dict[str, Any]:
    found = raw.get(name) if isinstance(raw, dict) else None
    return found if isinstance(found, dict) else {}


def post_of(comment: Comment, own_channel: str) -> Post:
    """The comment as a post of a thread."""
    author_id = comment.snippet.author_channel_id.value
    return Post(
        handle=clean(comment.snippet.author_display_name),
        text=comment.text,
        posted_at=comment.snippet.published_at,
        by_brand=author_id == own_channel,
        uri=comment_uri(comment.id),
        author_id=author_id,
    )
