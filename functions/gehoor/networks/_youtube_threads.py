"""Comment threads as YouTube lists them: the first comment, and some of the replies or all.

Source: https://developers.google.com/youtube/v3/docs/commentThreads
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from gehoor.domain.frozen import frozen
from gehoor.domain.mention import digest
from gehoor.domain.moments import in_utc
from gehoor.errors import ContractBroken
from gehoor.networks._youtube_api import id_of


@frozen
class FoundThread:
    """A thread as it came, with some of its replies or all; comments are as they came."""

    id: str
    top: Mapping[str, Any]
    replies: tuple[Any, ...]
    total: int

    @property
    def began_at(self) -> datetime | None:
        """When its first comment was written."""
        return written_at(self.top)

    @property
    def active_at(self) -> datetime | None:
        """When the newest comment in it that is known was written."""
        return latest((self.top, *self.replies))

    @property
    def is_whole(self) -> bool:
        """Whether every reply came with it."""
        return len(self.replies) >= self.total

    @property
    def mark(self) -> str:
        """Changes with the number of replies, and with those that come along."""
        return digest(str(self.total), *sorted(map(id_of, self.replies)))[:8]

    def placed(self, reply: Any) -> Any:
        """A reply with where its thread is, which YouTube leaves out of some."""
        if not isinstance(reply, dict) or not isinstance(reply.get("snippet"), dict):
            return reply
        snippet = self.top.get("snippet")
        known = snippet if isinstance(snippet, dict) else {}
        where = {name: known[name] for name in ("videoId", "channelId") if name in known}
        return {**reply, "snippet": {**where, **reply["snippet"]}}


def thread_of(raw: Any) -> FoundThread:
    """A thread as it came; ContractBroken when it has no first comment or no id."""
    fields = raw if isinstance(raw, dict) else {}
    snippet = fields.get("snippet")
    top = snippet.get("topLevelComment") if isinstance(snippet, dict) else None
    if not id_of(raw) or not isinstance(snippet, dict) or not isinstance(top, dict):
        message = "the thread cannot be read: it has no id, or no first comment"
        raise ContractBroken(message)
    total = snippet.get("totalReplyCount")
    replies = fields.get("replies")
    comments = replies.get("comments") if isinstance(replies, dict) else None
    found = FoundThread(id_of(raw), top, (), total if isinstance(total, int) else 0)
    listed = comments if isinstance(comments, list) else []
    return replace(found, replies=tuple(map(found.placed, listed)))


def readable_threads(items: Iterable[Any]) -> Iterator[FoundThread]:
    """The threads that can be read; one that cannot must not hide the others."""
    for raw in items:
        try:
            yield thread_of(raw)
        except ContractBroken:
            continue


def written_at(comment: Any) -> datetime | None:
    """When a comment as it came was written, None when it does not say."""
    snippet = comment.get("snippet") if isinstance(comment, dict) else None
    value = snippet.get("publishedAt") if isinstance(snippet, dict) else None
    try:
        return in_utc(datetime.fromisoformat(str(value)))
    except ValueError:
        return None


def latest(comments: Iterable[Any]) -> datetime | None:
    """When the newest of some comments was written."""
    return max((at for comment in comments if (at := written_at(comment))), default=None)
