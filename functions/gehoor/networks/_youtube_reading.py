"""Reading YouTube's lists: comments, comments that wait for a moderator, new replies, videos."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from gehoor.domain.listing import Ask, Entry, Listing, Memory, Position
from gehoor.errors import ContractBroken
from gehoor.networks._youtube_api import IDS_AT_ONCE, Api, Page, PagesRepeat, id_of
from gehoor.networks._youtube_entries import Entries
from gehoor.networks._youtube_quota import Purpose
from gehoor.networks._youtube_threads import FoundThread, readable_threads, thread_of, written_at
from gehoor.networks._youtube_watch import Bounds, Watch, fresh, is_from, watch_of

READING = timedelta(seconds=5)
"""After this, no further thread's replies are asked for in one go; the next look finds them."""


class Lists:
    """The lists of one channel, and of videos about it."""

    def __init__(self, api: Api, entries: Entries, channel: str, bounds: Bounds) -> None:
        self._api = api
        self._entries = entries
        self._channel = channel
        self._bounds = bounds

    def comments(self, ask: Ask, now: datetime) -> Listing:
        """A page of threads. Those that are new are watched, and give what came along of replies.

        Of those that are watched already the list of replies tells what is new.
        """
        page = self._threads(ask)
        before = self._watch(ask)
        watch = before.noticed(readable_threads(page.items), ask.floor.at)
        entries = [entry for raw in page.items for entry in self._thread_entries(raw, before)]
        memory = self._memory(watch.bounded(self._bounds, now))
        return Listing(tuple(entries), _older(page), memory=memory)

    def moderated(self, ask: Ask, state: str) -> Listing:
        """A page of threads in which something is in a moderation state."""
        page = self._threads(ask, moderationStatus=state)
        entries = [
            entry
            for one in readable_threads(page.items)
            for entry in self._entries.in_state(one, state)
        ]
        return Listing(tuple(entries), _older(page))

    def replies(self, ask: Ask, now: datetime) -> Listing:
        """What was replied in the threads that are watched, newest first.

        It comes without the time at which it was listed: a reply found late is older than others
        that were found before it. The list says that it is cut off when threads had to make room
        for others before their time: what is replied there is not seen. A look that says so does
        nothing else, and the next one reads, however many more made room.
        """
        if ask.position:
            return self._rest(ask.position, ask)
        watch = before = self._watch(ask)
        if before.forgotten and not before.has_just_told:
            memory, since = self._memory(before.told()), before.forgotten_since
            return Listing((), cut_off=True, cut_off_since=since, memory=memory)
        new: list[Any] = []
        older: Position | None = None
        for thread in self._changed(before):
            if thread.is_whole or self._api.now() - now < READING:
                replies, is_all = self._replies(thread)
                new += fresh(replies, before.threads[thread.id], thread.total)
                watch = watch.read(thread, replies) if is_all else watch
                older = older if is_all else {"thread": thread.id}
        kept = watch.looked_up(before.due()).bounded(self._bounds, now)
        return Listing(self._reply_entries(new, before), older, memory=self._memory(kept))

    def _rest(self, position: Position, ask: Ask) -> Listing:
        """The replies of a thread whose pages repeated; nothing, and no further, if they still do.

        Until they do not, its thread counts as not read.
        """
        watch = self._watch(ask)
        found = self._api.threads([position["thread"]], Purpose.POLLING)
        for thread in readable_threads(found):
            replies, is_all = self._replies(thread)
            if thread.id in watch.threads and is_all:
                new = fresh(replies, watch.threads[thread.id], thread.total)
                memory = self._memory(watch.read(thread, replies))
                return Listing(self._reply_entries(new, watch), memory=memory)
            return Listing((), None if is_all else position)
        return Listing(())

    def _reply_entries(self, replies: Iterable[Any], watch: Watch) -> tuple[Entry, ...]:
        listed = _newest_first(raw for raw in replies if is_from(raw, watch.since))
        return tuple(self._entries.of(raw, None) for raw in listed)

    def videos(self, ask: Ask, query: str) -> Listing:
        """A page of videos that match.

        They come without the time at which they were listed: YouTube finds some hours after they
        were published. A page that repeats the one above brings nothing, and leads nowhere.
        """
        page = self._api.search(query, ask.floor.at, _token(ask.position))
        last = id_of(page.items[-1]) if page.items else ""
        if ask.position and last == ask.position["after"]:
            return Listing((), ask.position)
        entries = tuple(self._entries.of(raw, None) for raw in page.items)
        return Listing(
            entries, {"page": page.next_token, "after": last} if page.next_token else None
        )

    def _watch(self, ask: Ask) -> Watch:
        """The watch of this channel; what is kept of another one, from before, is dropped."""
        kept = dict(ask.memory)
        is_own = kept.pop("channel", None) == self._channel
        return watch_of(kept if is_own else {}, ask.floor.at)

    def _memory(self, watch: Watch) -> Memory:
        return {"channel": self._channel, **watch.memory()}

    def _threads(self, ask: Ask, **filters: str) -> Page:
        related = {"allThreadsRelatedToChannelId": self._channel, **filters}
        return self._api.thread_page(related, _token(ask.position), Purpose.POLLING)

    def _thread_entries(self, raw: Any, watch: Watch) -> Iterator[Entry]:
        try:
            thread = thread_of(raw)
        except ContractBroken:
            yield self._entries.of(raw, None)
            return
        replies = () if thread.id in watch.threads else thread.replies
        for comment in (thread.top, *replies):
            yield self._entries.of(comment, thread.began_at)

    def _changed(self, watch: Watch) -> Iterator[FoundThread]:
        names = watch.due()
        for start in range(0, len(names), IDS_AT_ONCE):
            ids = names[start : start + IDS_AT_ONCE]
            for thread in readable_threads(self._api.threads(ids, Purpose.POLLING)):
                if thread.id in ids and thread.mark != watch.threads[thread.id].mark:
                    yield thread

    def _replies(self, thread: FoundThread) -> tuple[list[Any], bool]:
        """The replies of a thread, and whether these are all."""
        if thread.is_whole:
            return list(thread.replies), True
        found: list[Any] = []
        try:
            for raw in self._api.replies(thread.id, Purpose.POLLING):
                found.append(thread.placed(raw))
        except PagesRepeat:
            return found, False
        return found, True


def _newest_first(comments: Iterable[Any]) -> list[Any]:
    undated = datetime.max.replace(tzinfo=UTC)
    return sorted(comments, key=lambda one: written_at(one) or undated, reverse=True)


def _token(position: Position | None) -> str:
    return position["page"] if position else ""


def _older(page: Page) -> Position | None:
    return {"page": page.next_token} if page.next_token else None
