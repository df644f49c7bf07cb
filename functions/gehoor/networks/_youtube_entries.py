"""What YouTube lists, as entries of a listing."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from gehoor.domain.listing import Entry
from gehoor.domain.mention import Mention, digest
from gehoor.domain.network import Broken
from gehoor.errors import ContractBroken
from gehoor.networks._youtube_api import id_of
from gehoor.networks._youtube_resources import (
    comment_mention,
    comment_of,
    reach_of,
    video_mention,
    video_of,
)
from gehoor.networks._youtube_threads import FoundThread, thread_of, written_at
from gehoor.settings import SourceSettings

_Read = Callable[[Any], Mention]


class Entries:
    """Entries of one source; what `own_channel` wrote is among them, without content."""

    def __init__(self, source: SourceSettings, own_channel: str) -> None:
        self._source = source
        self._own_channel = own_channel

    def mention(self, raw: Any) -> Mention:
        """What came as a mention, whoever wrote it; ContractBroken when it cannot be read."""
        kind = raw.get("kind") if isinstance(raw, dict) else None
        if kind in ("youtube#searchResult", "youtube#video"):
            return video_mention(video_of(raw), self._source)
        if kind == "youtube#commentThread":
            return self.mention(thread_of(raw).top)
        return comment_mention(comment_of(raw), self._source)

    def of(self, raw: Any, at: datetime | None) -> Entry:
        """One comment or video, listed at `at`."""
        name = id_of(raw)
        try:
            mention = self.mention(raw)
        except ContractBroken as exc:
            kept = json.dumps(raw)
            return Entry(name, at, Broken(name or digest(kept), str(exc), kept))
        own = mention.author.native_id == self._own_channel
        return Entry(mention.native_id, at, None if own else mention, reach_of(raw))

    def in_state(self, thread: FoundThread, state: str) -> Iterator[Entry]:
        """Those comments of a thread that are in a moderation state, each at its own time."""
        for comment in (thread.top, *thread.replies):
            snippet = comment.get("snippet") if isinstance(comment, dict) else None
            told = snippet.get("moderationStatus") if isinstance(snippet, dict) else None
            if told == state:
                yield self.of(comment, written_at(comment))
