"""Looking up on YouTube what is known by its id: the thread of a mention, and what became of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from gehoor.domain.mention import Mention
from gehoor.domain.network import Found, Post, Thread
from gehoor.errors import ContractBroken, Gone
from gehoor.networks._youtube_api import IDS_AT_ONCE, Api, PagesRepeat, id_of
from gehoor.networks._youtube_entries import Entries
from gehoor.networks._youtube_quota import Purpose
from gehoor.networks._youtube_resources import VIDEO, comment_of, comment_uri, post_of, reach_of
from gehoor.networks._youtube_threads import FoundThread, readable_threads, thread_of

_RECHECK = Purpose.RECHECK


def thread_around(api: Api, mention: Mention, own_channel: str) -> Thread:
    """The thread of a reply; a first comment or a video begins its own. Gone when it is."""
    if mention.in_reply_to is None:
        return Thread(mention.uri)
    found = api.threads([mention.in_reply_to], Purpose.THREAD)
    if not found:
        message = f"youtube: thread {mention.in_reply_to} is no longer there"
        raise Gone(message)
    thread = thread_of(found[0])
    posts = _posts((thread.top, *_replies(api, thread)), own_channel)
    before = (one for one in posts if one.uri != mention.uri and one.posted_at <= mention.posted_at)
    return Thread(comment_uri(thread.id), tuple(sorted(before, key=lambda one: one.posted_at)))


def _replies(api: Api, thread: FoundThread) -> Iterator[Any]:
    """The replies of a thread; while its pages repeat, those that YouTube shows."""
    if thread.is_whole:
        yield from thread.replies
        return
    with suppress(PagesRepeat):
        yield from api.replies(thread.id, Purpose.THREAD)


def _posts(comments: Iterable[Any], own_channel: str) -> Iterator[Post]:
    """The posts that can be read; one that cannot must not hide the others."""
    for raw in comments:
        try:
            yield post_of(comment_of(raw), own_channel)
        except ContractBroken:
            continue


class Rechecks:
    """Looking again at posts of one channel, or about it."""

    def __init__(self, api: Api, entries: Entries, channel: str, states: Sequence[str]) -> None:
        self._api = api
        self._entries = entries
        self._channel = channel
        self._states = states

    def now(self, native_ids: Sequence[str]) -> Mapping[str, Found | None]:
        """What comments and videos are now, None for those that are gone.

        What came in a shape that cannot be read is left out, and so is a comment that may be among
        more that wait for a moderator than one page shows.
        """
        found: dict[str, Found | None] = {}
        for ids in _batches([one for one in native_ids if not one.startswith(VIDEO)]):
            found |= self._comments(ids)
        for ids in _batches([one for one in native_ids if one.startswith(VIDEO)]):
            bare = [one.removeprefix(VIDEO) for one in ids]
            videos = {f"{VIDEO}{id_of(raw)}": raw for raw in self._api.videos(bare, _RECHECK)}
            found |= _now(ids, videos, self._entries)
        return found

    def _comments(self, ids: Sequence[str]) -> dict[str, Found | None]:
        items = _placed(self._api, self._api.comments(ids, _RECHECK))
        if self._states and not items.keys() >= set(ids):
            waiting = self._waiting()
            if waiting is None:
                ids = [one for one in ids if one in items]
            else:
                items = waiting | items
        return _now(ids, items, self._entries)

    def _waiting(self) -> dict[str, Any] | None:
        """The comments in a moderation state that is read, by their ids; None for too many.

        Nobody documents whether YouTube gives them by their ids, though it does so with others.
        """
        found: dict[str, Any] = {}
        for state in self._states:
            filters = {"allThreadsRelatedToChannelId": self._channel, "moderationStatus": state}
            page = self._api.thread_page(filters, "", _RECHECK)
            if page.next_token:
                return None
            for thread in readable_threads(page.items):
                found |= {id_of(one): one for one in (thread.top, *thread.replies)}
        return found


def _now(ids: Sequence[str], items: Mapping[str, Any], entries: Entries) -> dict[str, Found | None]:
    now: dict[str, Found | None] = {one: None for one in ids if one not in items}
    for one in items.keys() & set(ids):
        try:
            now[one] = Found(entries.mention(items[one]), reach_of(items[one]))
        except ContractBroken:
            continue
    return now


def _placed(api: Api, comments: Sequence[Any]) -> dict[str, Any]:
    """Comments by their ids; replies come without the video that their link needs."""
    parents = {id_of(raw): parent for raw in comments if (parent := _parent_without_place(raw))}
    threads: dict[str, FoundThread] = {}
    for ids in _batches(list(dict.fromkeys(parents.values()))):
        found = readable_threads(api.threads(ids, _RECHECK))
        threads |= {thread.id: thread for thread in found}
    return {
        id_of(raw): threads[parents[id_of(raw)]].placed(raw)
        if parents.get(id_of(raw)) in threads
        else raw
        for raw in comments
    }


def _parent_without_place(raw: Any) -> str:
    snippet = raw.get("snippet") if isinstance(raw, dict) else None
    fields = snippet if isinstance(snippet, dict) else {}
    return str(fields.get("parentId") or "") if not fields.get("videoId") else ""


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), IDS_AT_ONCE):
        yield ids[start : start + IDS_AT_ONCE]
