"""Answering on YouTube: below a comment, which means in its thread, or below a video."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from gehoor.domain.case import ReplyAddress
from gehoor.domain.mention import Visibility
from gehoor.domain.network import Posted
from gehoor.domain.text import clean
from gehoor.errors import ContractBroken, Gone, NotAllowed, Rejected, UnknownOutcome
from gehoor.http import Response
from gehoor.networks._youtube_api import Api
from gehoor.networks._youtube_errors import NotProcessed
from gehoor.networks._youtube_quota import Purpose
from gehoor.networks._youtube_resources import VIDEO, Comment, comment_of
from gehoor.networks._youtube_threads import readable_threads, thread_of

ATTEMPTS = 3

_PUBLIC = (Visibility.PUBLIC, Visibility.UNLISTED)
_AFTER_A_HANDLE = ("", " ", "\n", ",", ":", "!", "?")


def addressed(address: ReplyAddress, text: str) -> str:
    """The text with the author's handle in front, without which a reply to a reply tells nobody.

    Authors without one, and texts that start with it already, get none.
    """
    handle, text = address.handle, text.strip()
    start, rest = text[: len(handle)], text[len(handle) :]
    is_there = start.lower() == handle.lower() and rest[:1] in _AFTER_A_HANDLE
    return text if is_there or not handle.startswith("@") else f"{handle} {text}"


def answer(api: Api, address: ReplyAddress, text: str) -> Posted:
    """Write an answer in public: YouTube knows nothing else.

    There is one level of replies, so an answer to a reply goes to the thread, too. Gone when what
    is answered is no longer there, NotAllowed when its author would not be the only one to read it
    though they should.
    """
    if address.visibility not in _PUBLIC:
        message = "YouTube has no private messages, and this conversation is not public"
        raise NotAllowed(message)
    written = addressed(address, text)
    if address.native_id.startswith(VIDEO):
        return _commented(api, address, written)
    parent = _comment(api, address.native_id).thread_id
    snippet = {"parentId": parent, "textOriginal": written}
    return _posted(_inserted(api, "comments", snippet), address)


def _commented(api: Api, address: ReplyAddress, written: str) -> Posted:
    video_id = address.native_id.removeprefix(VIDEO)
    top = {"snippet": {"textOriginal": written}}
    snippet = {"channelId": address.author_id, "videoId": video_id, "topLevelComment": top}
    return _posted(_inserted(api, "commentThreads", snippet), address)


def _inserted(api: Api, resource: str, snippet: Mapping[str, Any]) -> Response:
    """What became of a comment; Rejected when YouTube stumbles over it time and again.

    https://developers.google.com/youtube/v3/docs/comments/insert says that mostly the input is to
    blame then, and each attempt costs as much as a comment.
    """
    for _ in range(ATTEMPTS):
        try:
            return api.insert(resource, snippet)
        except NotProcessed:
            continue
    message = f"YouTube could not process the text, at {ATTEMPTS} attempts"
    raise Rejected(message)


def _comment(api: Api, comment_id: str) -> Comment:
    found = api.comments([comment_id], Purpose.ANSWER)
    if not found:
        message = f"youtube: comment {comment_id} is no longer there"
        raise Gone(message)
    return comment_of(found[0])


def _posted(response: Response, address: ReplyAddress) -> Posted:
    try:
        found = response.json()
        is_thread = isinstance(found, dict) and found.get("kind") == "youtube#commentThread"
        return _as_posted(comment_of(thread_of(found).top if is_thread else found), address)
    except ContractBroken as exc:
        message = "youtube: the answer may be posted, but YouTube does not say so clearly"
        raise UnknownOutcome(message) from exc


def _as_posted(comment: Comment, address: ReplyAddress) -> Posted:
    """With a link like that of what was answered: replies come without the video they are on."""
    page = address.permalink.partition("lc=")[0].rstrip("?&")
    link = f"{page}{'&' if '?' in page else '?'}lc={comment.id}"
    return Posted(comment.id, link, Visibility.PUBLIC)


def answers_like(
    api: Api, address: ReplyAddress, text: str, own_channel: str
) -> tuple[Posted, ...]:
    """The channel's own comments in the same words, written since what they answer, newest first.

    A thread's replies stand all on one level: by their time is told what they can be answers to.
    """
    wanted = _comparable(addressed(address, text))
    try:
        own = [
            comment
            for comment in _candidates(api, address)
            if comment.snippet.author_channel_id.value == own_channel
            and _comparable(comment.text) == wanted
        ]
    except Gone:
        return ()
    own.sort(key=lambda comment: comment.snippet.published_at, reverse=True)
    return tuple(_as_posted(comment, address) for comment in own)


def _candidates(api: Api, address: ReplyAddress) -> Iterator[Comment]:
    if address.native_id.startswith(VIDEO):
        filters = {"videoId": address.native_id.removeprefix(VIDEO)}
        page = api.thread_page(filters, "", Purpose.ANSWER)
        yield from _readable(thread.top for thread in readable_threads(page.items))
        return
    answered = _comment(api, address.native_id)
    for reply in _readable(api.replies(answered.thread_id, Purpose.ANSWER)):
        if reply.id != answered.id and _is_since(reply, answered.snippet.published_at):
            yield reply


def _is_since(comment: Comment, moment: datetime) -> bool:
    return comment.snippet.published_at >= moment


def _readable(found: Iterator[Any]) -> Iterator[Comment]:
    """Comments that can be read; one that cannot must not hide the others."""
    for raw in found:
        try:
            yield comment_of(raw)
        except ContractBroken:
            continue


def _comparable(text: str) -> str:
    """What is left of a text when YouTube has set its spaces its own way."""
    return " ".join(clean(text).split())
