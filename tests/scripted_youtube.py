"""A stand-in for the YouTube Data API: a channel, its comment threads, and a day's quota.

Written after https://developers.google.com/youtube/v3/docs; Prism judges it in
`contract/test_youtube_prism.py`. It refuses what the documentation says is refused.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from consent_page import ConsentPage
from loopback import Answer, Asked, serving

RECORDED = Path(__file__).parent / "fixtures" / "networks" / "youtube"
OWN = "UCa-vrCLQHviTOVnEKDOdetQ"
VIDEO_ID = "JE8xdDp5B8Q"
KEY = "key-of-the-project"
CONSENT = {"client_id": "client", "client_secret": "hush", "refresh_token": "consented"}
API = "/youtube/v3"
TOKEN_PATH = "/token"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def recorded(name: str) -> dict[str, Any]:
    """A recorded answer."""
    found: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text("utf-8"))
    return found


_THREAD = recorded("threads")["items"][0]
_COMMENT = _THREAD["snippet"]["topLevelComment"]
_RESULT = recorded("search")["items"][0]


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """JSON as the server sends it."""
    known = {"Content-Type": "application/json; charset=UTF-8", **(headers or {})}
    return Answer(json.dumps(value).encode(), status, known)


def refusal(status: int, reason: str, headers: dict[str, str] | None = None) -> Answer:
    """An error in the form that the API gives it."""
    one = {"message": f"said in words: {reason}", "domain": "youtube.test", "reason": reason}
    error = {"code": status, "message": one["message"], "errors": [one]}
    return json_answer({"error": error}, status, headers)


def id_of_new_comment(number: int) -> str:
    """The id of a comment that begins a thread, as the API gives them today."""
    return f"Ug{number:06}AaABAg"


def id_of_any_shape(number: int) -> str:
    """Ids as YouTube gave them over the years: of other letters, shorter, longer."""
    z13 = f"z13{10**12 - number}cgz0pqonhid"
    return (z13, f"{900 - number}", f"-{number:x}_", id_of_new_comment(number))[number % 4]


def time_text(moment: datetime) -> str:
    """A time as the API writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class ScriptedYouTube:
    """One channel. `answers` gives a prepared answer for a path, before anything else.

    `shown_replies` is how many replies come with a thread; `oldest_first` is the order in which the
    replies of a thread are listed. `units` and `searches` are what is left of the day, None for
    as much as anybody wants.
    """

    page_size: int = 100
    shown_replies: int = 5
    oldest_first: bool = True
    units: int | None = None
    searches: int | None = None
    answers: dict[str, Callable[[Asked], Answer | None]] = field(default_factory=dict)
    threads: dict[str, dict[str, Any]] = field(default_factory=dict)
    replies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    videos: list[dict[str, Any]] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    tokens: list[str] = field(default_factory=list)
    consent_lasts_s: int | None = None
    inserted: list[dict[str, Any]] = field(default_factory=list)
    page: ConsentPage = field(default_factory=lambda: ConsentPage(CONSENT["client_id"]))
    refresh_tokens: set[str] = field(default_factory=lambda: {CONSENT["refresh_token"]})
    consented_by: str = "own"
    id_of: Callable[[int], str] = id_of_new_comment
    url: str = ""
    _count: int = 0

    def comment(
        self, text: str, at: datetime = START, author: str = "anna", **fields: Any
    ) -> dict[str, Any]:
        """Somebody begins a thread; its first comment. `author` is `own` for the channel."""
        self._count += 1
        name = self.id_of(self._count)
        comment = self._comment(name, text, at, author, fields)
        thread: dict[str, Any] = deepcopy(_THREAD) | {"id": name, "etag": name}
        thread["snippet"] |= {"topLevelComment": comment, "videoId": comment["snippet"]["videoId"]}
        self.threads[name] = thread
        self.replies[name] = []
        return comment

    def reply(
        self, thread: str, text: str, at: datetime = START, author: str = "anna", **fields: Any
    ) -> dict[str, Any]:
        """Somebody replies in a thread, which does not move it."""
        self._count += 1
        comment = self._comment(f"{thread}.{self.id_of(self._count)}", text, at, author, fields)
        del comment["snippet"]["videoId"]
        comment["snippet"]["parentId"] = thread
        self.replies[thread].append(comment)
        return comment

    def video(
        self, title: str, at: datetime = START, channel: str = "critic", about: str = ""
    ) -> dict[str, Any]:
        """Somebody publishes a video that the search finds."""
        self._count += 1
        found: dict[str, Any] = deepcopy(_RESULT)
        name = self.id_of(self._count)
        found |= {"id": {"kind": "youtube#video", "videoId": name}, "etag": name}
        found["snippet"] |= {
            "publishedAt": time_text(at),
            "channelId": channel_id(channel),
            "channelTitle": channel,
            "title": title,
            "description": about,
        }
        self.videos.append(found)
        return found

    def edit(self, comment_id: str, text: str, at: str) -> None:
        """The author changes a comment."""
        words = {"textOriginal": text, "textDisplay": text, "updatedAt": at}
        self._comments()[comment_id]["snippet"] |= words

    def remove(self, name: str) -> None:
        """A comment or video is deleted; with a thread's first comment go all its replies."""
        self.removed.add(name)
        self.videos = [one for one in self.videos if f"video:{one['id']['videoId']}" != name]
        if self.threads.pop(name, None):
            del self.replies[name]
        for thread, replies in self.replies.items():
            self.replies[thread] = [one for one in replies if one["id"] != name]

    def _comments(self) -> dict[str, dict[str, Any]]:
        tops = (one["snippet"]["topLevelComment"] for one in self.threads.values())
        below = (one for found in self.replies.values() for one in found)
        return {one["id"]: one for one in (*tops, *below)}

    def _comment(
        self, name: str, text: str, at: datetime, author: str, fields: Mapping[str, Any]
    ) -> dict[str, Any]:
        comment: dict[str, Any] = deepcopy(_COMMENT) | {"id": name, "etag": name}
        comment["snippet"] |= {
            "authorDisplayName": f"@{author}",
            "authorChannelId": {"value": channel_id(author)},
            "videoId": VIDEO_ID,
            "textDisplay": text,
            "textOriginal": text,
            "publishedAt": time_text(at),
            "updatedAt": time_text(at),
            "moderationStatus": "published",
            **fields,
        }
        return comment

    # ---- what is answered

    def answer(self, asked: Asked) -> Answer:
        """Answer one request."""
        prepare = self.answers.get(asked.path)
        prepared = prepare(asked) if prepare else None
        if prepared is not None:
            return prepared
        if asked.path == TOKEN_PATH:
            return self._token(asked)
        if not self._is_known(asked):
            return refusal(401, "authError")
        if spent := self._spent(asked):
            return spent
        resource = asked.path.removeprefix(f"{API}/")
        if not (asked.one("pageToken") or "after-").startswith("after-"):
            return refusal(400, "invalidPageToken")
        if asked.method == "POST":
            return self._insert(resource, asked)
        read = {
            "commentThreads": self._read_threads,
            "comments": self._read_comments,
            "search": self._read_search,
            "videos": self._read_videos,
            "channels": self._read_channels,
        }
        if resource not in read:
            return Answer(b"Not Found", HTTPStatus.NOT_FOUND)
        return read[resource](asked)

    def _token(self, asked: Asked) -> Answer:
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        if any(form.get(name) != CONSENT[name] for name in ("client_id", "client_secret")):
            return json_answer({"error": "invalid_client"}, 401)
        if form["grant_type"] == "authorization_code":
            return self._code_redeemed(form)
        if form.get("refresh_token") not in self.refresh_tokens:
            return json_answer({"error": "invalid_grant"}, 400)
        return self._new_token({})

    def _code_redeemed(self, form: Mapping[str, str]) -> Answer:
        """Another refresh token, which ends none."""
        allowed = self.page.redeemed(form)
        if allowed is None:
            return json_answer({"error": "invalid_grant"}, 400)
        self.consented_by = allowed["by"]
        refresh_token = f"refresh-{self.page.count}"
        self.refresh_tokens.add(refresh_token)
        life = {"refresh_token_expires_in": self.consent_lasts_s} if self.consent_lasts_s else {}
        told = {"refresh_token": refresh_token, "scope": allowed["scope"], **life}
        return self._new_token(told)

    def _new_token(self, more: Mapping[str, Any]) -> Answer:
        self.tokens.append(f"access-{len(self.tokens) + 1}")
        life = {"expires_in": 3599, "token_type": "Bearer"}
        return json_answer({"access_token": self.tokens[-1], **life, **more})

    def _is_known(self, asked: Asked) -> bool:
        if asked.method == "GET" and asked.headers.get("x-goog-api-key") == KEY:
            return True
        bearer = asked.headers.get("authorization", "").removeprefix("Bearer ")
        return bool(self.tokens) and bearer == self.tokens[-1]

    def _spent(self, asked: Asked) -> Answer | None:
        if asked.path == f"{API}/search":
            if self.searches == 0:
                return refusal(403, "quotaExceeded")
            self.searches = None if self.searches is None else self.searches - 1
            return None
        cost = 50 if asked.method == "POST" else 1
        if self.units is not None and self.units < cost:
            return refusal(403, "quotaExceeded")
        self.units = None if self.units is None else self.units - cost
        return None

    def _read_threads(self, asked: Asked) -> Answer:
        if ids := _ids(asked):
            if len(ids) > 50 or asked.one("maxResults") or asked.one("moderationStatus"):
                return refusal(400, "invalidFilters")
            found = [self.threads[one] for one in ids if one in self.threads]
            return _list("commentThread", [self._with_replies(one, None) for one in found])
        if asked.one("videoId") is None and asked.one("allThreadsRelatedToChannelId") != OWN:
            return refusal(404, "channelNotFound")
        state = asked.one("moderationStatus") or "published"
        if state != "published" and "authorization" not in asked.headers:
            return refusal(403, "forbidden")
        wanted = [one for one in self.threads.values() if self._is_in(one, state)]
        wanted.sort(key=_began_at, reverse=True)
        page, more = self._page(wanted, asked)
        return _list("commentThread", [self._with_replies(one, state) for one in page], more)

    def _is_in(self, thread: dict[str, Any], state: str) -> bool:
        """Whether its first comment is in a state, or, for a moderator's, one of its replies."""
        top = thread["snippet"]["topLevelComment"]["snippet"]["moderationStatus"]
        return top == state or (state != "published" and bool(self._visible(thread["id"], state)))

    def _with_replies(self, thread: dict[str, Any], state: str | None) -> dict[str, Any]:
        replies = self._visible(thread["id"], state or "published")
        found = deepcopy(thread)
        found["snippet"]["totalReplyCount"] = len(replies)
        if replies:
            found["replies"] = {"comments": deepcopy(replies[::-1][: self.shown_replies])}
        if state is None:
            del found["snippet"]["topLevelComment"]["snippet"]["moderationStatus"]
        return found

    def _visible(self, thread_id: str, state: str) -> list[dict[str, Any]]:
        found = self.replies.get(thread_id, [])
        return [one for one in found if one["snippet"]["moderationStatus"] == state]

    def _read_comments(self, asked: Asked) -> Answer:
        if ids := _ids(asked):
            if len(ids) > 50 or asked.one("maxResults"):
                return refusal(400, "invalidFilters")
            known = self._comments()
            return _list("comment", [known[one] for one in ids if one in known])
        thread_id = asked.one("parentId") or ""
        if thread_id not in self.threads:
            return refusal(404, "commentNotFound")
        replies = self._visible(thread_id, "published")
        page, more = self._page(replies if self.oldest_first else replies[::-1], asked)
        return _list("comment", page, more)

    def _read_search(self, asked: Asked) -> Answer:
        words, after = (asked.one("q") or "").casefold().strip(), asked.one("publishedAfter") or ""
        found = [
            one
            for one in self.videos
            if words in one["snippet"]["title"].casefold() and one["snippet"]["publishedAt"] > after
        ]
        found.sort(key=lambda one: one["snippet"]["publishedAt"], reverse=True)
        page, more = self._page(found, asked)
        return _list("search", page, more)

    def _read_channels(self, asked: Asked) -> Answer:
        if asked.one("mine") != "true" or "authorization" not in asked.headers:
            return refusal(400, "invalidFilters")
        if not self.consented_by:
            return _list("channel", [])
        snippet = {"title": self.consented_by.title()}
        return _list("channel", [{"id": channel_id(self.consented_by), "snippet": snippet}])

    def _read_videos(self, asked: Asked) -> Answer:
        parts = {"id", "etag", *(asked.one("part") or "").split(",")}
        known = {
            one["id"]["videoId"]: {name: value for name, value in one.items() if name in parts}
            for one in self.videos
        }
        found = [
            {**known[one], "kind": "youtube#video", "id": one}
            for one in _ids(asked)
            if one in known
        ]
        return _list("video", found)

    def _page(
        self, items: list[dict[str, Any]], asked: Asked
    ) -> tuple[list[dict[str, Any]], dict[str, str]]:
        """Some items, and the token of those below them."""
        size = min(self.page_size, int(asked.one("maxResults") or 20))
        start = _place(items, asked.one("pageToken"))
        found = items[start : start + size]
        more = {"nextPageToken": f"after-{found[-1]['etag']}"} if items[start + size :] else {}
        return found, more

    def _insert(self, resource: str, asked: Asked) -> Answer:
        snippet = json.loads(asked.body)["snippet"]
        at = START + timedelta(hours=1, seconds=len(self.inserted))
        if resource == "comments":
            if snippet["parentId"] not in self.threads:
                return refusal(404, "parentCommentNotFound")
            made = self.reply(snippet["parentId"], snippet["textOriginal"], at, "own")
        else:
            if f"video:{snippet['videoId']}" in self.removed:
                return refusal(404, "videoNotFound")
            text = snippet["topLevelComment"]["snippet"]["textOriginal"]
            made = self.comment(text, at, "own", videoId=snippet["videoId"])
        self.inserted.append({"resource": resource, **snippet})
        return json_answer(made if resource == "comments" else self.threads[made["id"]])


def channel_id(name: str) -> str:
    """The channel of a person; `own` is the brand's."""
    return OWN if name == "own" else f"UC{name:->22}"


def _ids(asked: Asked) -> list[str]:
    return [one for value in asked.query.get("id", []) for one in value.split(",")]


def _began_at(thread: dict[str, Any]) -> str:
    return str(thread["snippet"]["topLevelComment"]["snippet"]["publishedAt"])


def _place(items: list[dict[str, Any]], token: str | None) -> int:
    """Where a page begins: a token is tied to an item, so what comes above it moves nothing."""
    if token is None:
        return 0
    name = token.removeprefix("after-")
    return next((place + 1 for place, one in enumerate(items) if one["etag"] == name), 0)


def _list(kind: str, items: list[dict[str, Any]], more: Mapping[str, str] | None = None) -> Answer:
    info = {"totalResults": len(items), "resultsPerPage": len(items)}
    kind = f"youtube#{kind}ListResponse"
    return json_answer(
        {"kind": kind, "etag": "e", **(more or {}), "pageInfo": info, "items": items}
    )


@contextmanager
def scripted_youtube(**knobs: Any) -> Iterator[ScriptedYouTube]:
    """A running stand-in; `url` is the API's base."""
    script = ScriptedYouTube(**knobs)
    with serving(script.answer) as server:
        script.url = server.url
        yield script
