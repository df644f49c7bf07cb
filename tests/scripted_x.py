"""A stand-in for X's API, version 2, that answers in recorded payloads.

It keeps to what X's documentation says of pages, reach, parameters and who may be answered, and
counts what X would charge for.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from consent_page import ConsentPage
from fakes.sessions import FakeSessions
from gehoor.http import Http
from gehoor.networks.x import Settings, X, connect
from gehoor.wiring import NetworkWiring
from loopback import Answer, Asked, serving

RECORDED = Path(__file__).parent / "fixtures" / "networks" / "x"
OWN_ID = "783214"
OWN = {"id": OWN_ID, "username": "noordlicht", "name": "Noordlicht", "protected": False}
SECRET = json.dumps({"client_id": "app", "client_secret": "hush", "refresh_token": "seed"})
APP_TOKEN = "app-only"
APP_SECRET = json.dumps({**json.loads(SECRET), "bearer_token": APP_TOKEN})
REACH = 800
FIRST_ID_AT = 1288834974657
LIST_PARAMS = {"tweet.fields", "expansions", "media.fields", "max_results"}
TIMES = {"start_time", "since_id", "pagination_token"}


def recorded(name: str) -> Any:
    """A recording: an answer's body, or the exchanges of a cassette."""
    found = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return found.get("exchanges", found)


_PAGE = recorded("client_get_users_mentions.exchange")[0]["response"]
_POST = _PAGE["body"]["data"][0]
_LIMITS = {name: value for name, value in _PAGE["headers"].items() if "rate-limit" in name}
_MESSAGE = recorded("lib_events")["data"][0]


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """JSON as X sends it."""
    known = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    return Answer(json.dumps(value).encode(), status, known)


def problem(status: int, title: str, detail: str = "", kind: str = "about:blank") -> Answer:
    """A problem as X sends it."""
    body = {"title": title, "detail": detail or title, "type": kind, "status": status}
    return json_answer(body, status)


def snowflake(milliseconds: int, number: int) -> str:
    """An id as X gives it out so long after its first one, the `number`th of all."""
    return str((milliseconds << 22) + number)


def longer_id(milliseconds: int, number: int) -> str:
    """An id of 20 digits; of one moment the later ones are smaller."""
    return str(10**19 + (milliseconds << 22) - number)


def stamp(moment: datetime) -> str:
    """A time as X writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@dataclass
class ScriptedX:
    """The account `noordlicht` and what it is told.

    `answers` gives a prepared answer for a path, before anything else. `charged` is what X would
    charge for, each resource once, as it does within a day. `sessions` are those of all workers.
    Compliance jobs keep their files in `storage`, on another origin when `stores_elsewhere`.
    """

    page_size: int | None = None
    enterprise: bool = False
    answers: dict[str, Callable[[Asked], Answer | None]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    users: dict[str, dict[str, Any]] = field(default_factory=lambda: {OWN_ID: dict(OWN)})
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    media: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    refresh_tokens: set[str] = field(default_factory=lambda: {"seed"})
    access_tokens: set[str] = field(default_factory=set)
    spent_refresh_tokens: int = 0
    tokens_given: int = 0
    charged: set[tuple[str, str]] = field(default_factory=set)
    posted: list[dict[str, Any]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    sessions: FakeSessions = field(default_factory=FakeSessions)
    page: ConsentPage = field(default_factory=lambda: ConsentPage("app"))
    signed_in_as: str = OWN_ID
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    storage: dict[str, bytes] = field(default_factory=dict)
    stores_elsewhere: bool = False
    id_of: Callable[[int, int], str] = snowflake
    url: str = ""
    _count: int = 0

    # ---- what people do

    def user(self, username: str, **fields: Any) -> str:
        """An account; its id."""
        known = next((one for one in self.users.values() if one["username"] == username), None)
        user_id = known["id"] if known else str(1000 + len(self.users))
        names = {"id": user_id, "username": username, "name": username.title()}
        self.users[user_id] = {**(known or {**names, "protected": False}), **fields}
        return str(user_id)

    def post(self, text: str, at: datetime, author: str = "anna", **fields: Any) -> dict[str, Any]:
        """A post; `author` is a username."""
        post_id = self._next_id(at)
        post: dict[str, Any] = {
            **deepcopy(_POST),
            "id": post_id,
            "text": text,
            "author_id": self.user(author),
            "created_at": stamp(at),
            "conversation_id": post_id,
            "lang": "en",
            "edit_history_tweet_ids": [post_id],
            "entities": {"mentions": self._named_in(text)},
            **fields,
        }
        self.posts[post_id] = post
        return post

    def mention(self, text: str, at: datetime, author: str = "anna") -> dict[str, Any]:
        """A post that names the account, though not in the words a test compares."""
        named = {"username": OWN["username"], "id": OWN_ID}
        return self.post(text, at, author, entities={"mentions": [named]})

    def reply_to(
        self, parent: dict[str, Any], text: str, at: datetime, author: str = "anna"
    ) -> dict[str, Any]:
        """A post that answers another."""
        return self.post(
            text,
            at,
            author,
            conversation_id=parent["conversation_id"],
            referenced_tweets=[{"type": "replied_to", "id": parent["id"]}],
        )

    def edit(self, post: dict[str, Any], text: str, at: datetime) -> dict[str, Any]:
        """A new version of a post; lists show it in place of the older ones."""
        newer = self.post(text, at, self.users[post["author_id"]]["username"])
        history = [*post["edit_history_tweet_ids"], newer["id"]]
        for version in history:
            self.posts[version]["edit_history_tweet_ids"] = history
        newer["conversation_id"] = post["conversation_id"]
        return newer

    def message(self, text: str, at: datetime, sender: str = "anna") -> dict[str, Any]:
        """A direct message between the account and somebody."""
        other = self.user(sender)
        message = {
            **deepcopy(_MESSAGE),
            "id": self._next_id(at),
            "text": text,
            "created_at": stamp(at),
            "sender_id": other,
            "dm_conversation_id": f"{OWN_ID}-{other}",
        }
        self.messages.append(message)
        return message

    def dollars(self, prices: dict[str, float]) -> float:
        """What X would charge by now."""
        kinds = Counter(kind for kind, _ in self.charged)
        return sum(prices[kind] * count for kind, count in kinds.items())

    def end_job(self, status: str = "complete", *lines: dict[str, Any]) -> None:
        """X ends the job under way; `lines` stand in its result besides what is deleted."""
        job = self._open_job()
        assert job is not None
        job["status"] = status
        ids = self.storage.get(f"upload-{job['id']}", b"").decode().splitlines()
        gone = [_deletion(one) for one in ids if one not in self.posts]
        result = "".join(f"{json.dumps(line)}\n" for line in (*gone, *lines))
        self.storage[f"download-{job['id']}"] = result.encode()

    # ---- the API

    def answer(self, asked: Asked) -> Answer:
        """Answer one request."""
        self.asked.append(asked)
        prepare = self.answers.get(asked.path)
        prepared = prepare(asked) if prepare else None
        if prepared is not None:
            return prepared
        if asked.path == "/2/oauth2/token":
            return self._token(asked)
        if asked.path.startswith(("/2/compliance", "/storage")):
            return self._compliance(asked)
        bearer = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if bearer not in self.access_tokens:
            return problem(401, "Unauthorized")
        answer = self._routed(asked)
        headers = {**_LIMITS, **self.headers, **answer.headers}
        return Answer(answer.body, answer.status, headers)

    def _routed(self, asked: Asked) -> Answer:
        for pattern, route in self._routes.items():
            found = re.fullmatch(pattern, f"{asked.method} {asked.path}")
            if found:
                return route(asked, *found.groups())
        return problem(404, "Not Found")

    @property
    def _routes(self) -> dict[str, Callable[..., Answer]]:
        with_other = "/2/dm_conversations/with/([0-9]+)"
        return {
            "GET /2/users/me": lambda _: json_answer(
                {"data": self._charge_user(self.signed_in_as)}
            ),
            "GET /2/users": self._users,
            "GET /2/users/([0-9]+)/mentions": self._mentions,
            "GET /2/users/([0-9]+)/tweets": self._own_posts,
            "GET /2/tweets/search/recent": self._search,
            "GET /2/tweets": self._lookup,
            "POST /2/tweets": lambda asked: self._create(json.loads(asked.body)),
            "GET /2/dm_events": lambda asked: self._events(asked, self.messages),
            f"GET {with_other}/dm_events": self._conversation,
            f"POST {with_other}/messages": self._send,
        }

    def _compliance(self, asked: Asked) -> Answer:
        """Jobs want the app's own token; so do their files, unless they are stored elsewhere."""
        wants_token = not (asked.path.startswith("/storage") and self.stores_elsewhere)
        header = f"Bearer {APP_TOKEN}" if wants_token else None
        if asked.headers.get("authorization") != header:
            return problem(401, "Unauthorized")
        match asked.method, asked.path.split("/")[-1]:
            case "POST", "jobs":
                return self._new_job(json.loads(asked.body))
            case "PUT", name if asked.headers.get("content-type") == "text/plain":
                self.storage[name] = asked.body
                self.jobs[name.removeprefix("upload-")]["status"] = "in_progress"
                return Answer(status=200)
            case "GET", name if name in self.jobs:
                return json_answer({"data": self.jobs[name]})
            case "GET", name if name in self.storage:
                return Answer(self.storage[name])
        return problem(404, "Not Found")

    def _new_job(self, body: dict[str, Any]) -> Answer:
        if self._open_job():
            return problem(409, "Conflict", "A job of this type is already active")
        if body.keys() != {"type", "name"} or len(body["name"]) > 64:
            return problem(400, "Invalid Request")
        job_id = str(1372966999991541760 + len(self.jobs))
        store = self.url.replace("127.0.0.1", "localhost") if self.stores_elsewhere else self.url
        at = "2026-03-01T12:00:00.000Z"
        self.jobs[job_id] = {
            **body,
            "id": job_id,
            "status": "created",
            "created_at": at,
            "upload_url": f"{store}/storage/upload-{job_id}",
            "upload_expires_at": at,
            "download_url": f"{store}/storage/download-{job_id}",
            "download_expires_at": at,
        }
        return json_answer({"data": self.jobs[job_id]})

    def _open_job(self) -> dict[str, Any] | None:
        open_ones = (one for one in self.jobs.values() if one["status"] in _UNDER_WAY)
        return next(open_ones, None)

    def _who_signed_in(self, _asked: Asked) -> Answer:
        return json_answer({"data": self._charge_user(self.signed_in_as)})

    def _own_posts(self, asked: Asked, user_id: str) -> Answer:
        own = [post for post in self.posts.values() if post["author_id"] == user_id]
        return self._page(asked, own, LIST_PARAMS | TIMES | {"exclude"}, "mention_read")

    def _conversation(self, asked: Asked, other: str) -> Answer:
        found = [one for one in self.messages if one["dm_conversation_id"].endswith(f"-{other}")]
        return self._events(asked, found)

    def _token(self, asked: Asked) -> Answer:
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        if asked.headers.get("authorization") != "Basic YXBwOmh1c2g=":
            return json_answer({"error": "unauthorized_client"}, 401)
        if form["grant_type"] == "authorization_code":
            return self._code_redeemed(form)
        if form.get("refresh_token") not in self.refresh_tokens:
            self.spent_refresh_tokens += 1
            return self._not_taken("token")
        return self._new_tokens()

    def _code_redeemed(self, form: dict[str, str]) -> Answer:
        allowed = self.page.redeemed(form)
        if allowed is None:
            return self._not_taken("authorization code")
        self.signed_in_as = self.user(allowed["by"])
        return self._new_tokens(allowed["scope"])

    def _not_taken(self, what: str) -> Answer:
        said = f"Value passed for the {what} was invalid."
        return json_answer({"error": "invalid_request", "error_description": said}, 400)

    def _new_tokens(self, scope: str = "") -> Answer:
        self.tokens_given += 1
        self.refresh_tokens = {f"refresh-{self.tokens_given}"}
        self.access_tokens = {f"access-{self.tokens_given}"}
        [access], [refresh] = self.access_tokens, self.refresh_tokens
        tokens = {"access_token": access, "refresh_token": refresh}
        return json_answer({"token_type": "bearer", "expires_in": 7200, "scope": scope, **tokens})

    def _mentions(self, asked: Asked, user_id: str) -> Answer:
        named = [post for post in self._shown() if _names(post, user_id)]
        newest = sorted(named, key=_number, reverse=True)[:REACH]
        return self._page(asked, newest, LIST_PARAMS | TIMES, "mention_read", least=5)

    def _search(self, asked: Asked) -> Answer:
        query = asked.one("query") or ""
        if len(query) > 512 or "start_time" not in asked.query:
            return problem(
                400, "Invalid Request", kind="https://api.x.com/2/problems/invalid-request"
            )
        found = [post for post in self._shown() if not _is_repost(post)]
        if f"-from:{OWN['username']}" in query:
            found = [post for post in found if post["author_id"] != OWN_ID]
        return self._page(
            asked, found, LIST_PARAMS | {"start_time", "next_token", "query"}, "post_read", least=10
        )

    def _events(self, asked: Asked, messages: list[dict[str, Any]]) -> Answer:
        known = {"event_types", "dm_event.fields", "max_results", "pagination_token"}
        return self._page(asked, messages, known, "message_read")

    def _page(
        self, asked: Asked, items: list[dict[str, Any]], known: set[str], kind: str, least: int = 1
    ) -> Answer:
        """One page, newest first; the tokens are ours."""
        most = int(asked.one("max_results") or 10)
        if asked.query.keys() - known or not least <= most <= 100:
            said = f"not taken: {sorted(asked.query.keys() - known)}, {most}"
            invalid = "https://api.x.com/2/problems/invalid-request"
            return problem(400, "Invalid Request", said, invalid)
        start, since = asked.one("start_time"), int(asked.one("since_id") or 0)
        left = [one for one in items if _number(one) > since]
        left = [one for one in left if not start or one["created_at"][:19] >= start[:19]]
        left.sort(key=_number, reverse=True)
        token = asked.one("pagination_token") or asked.one("next_token")
        if token and token not in {f"below-{one['id']}" for one in items}:
            return problem(400, "Invalid Request", "the token is not valid")
        if token:
            left = [one for one in left if _number(one) < int(token.removeprefix("below-"))]
        page = left[: min(most, self.page_size or most)]
        self.charged |= {(kind, one["id"]) for one in page}
        meta: dict[str, Any] = {"result_count": len(page)}
        if len(left) > len(page):
            meta["next_token"] = f"below-{page[-1]['id']}"
        return json_answer(
            {"data": page, "meta": meta, **self._includes(page)} if page else {"meta": meta}
        )

    def _includes(self, posts: list[dict[str, Any]]) -> dict[str, Any]:
        keys = [key for post in posts for key in post.get("attachments", {}).get("media_keys", [])]
        media = [self.media[key] for key in keys if key in self.media]
        return {"includes": {"media": media}} if media else {}

    def _lookup(self, asked: Asked) -> Answer:
        ids = (asked.one("ids") or "").split(",")
        found = [self.posts[one] for one in ids if one in self.posts]
        self.charged |= {("post_read", post["id"]) for post in found}
        errors = [_not_found(one) for one in ids if one not in self.posts]
        body = {"data": found, "errors": errors, **self._includes(found)}
        return json_answer({name: value for name, value in body.items() if value})

    def _users(self, asked: Asked) -> Answer:
        ids = [one for one in (asked.one("ids") or "").split(",") if one in self.users]
        return json_answer(
            {"data": [self._charge_user(one) for one in ids]}
            if ids
            else {"errors": [_not_found("0")]}
        )

    def _charge_user(self, user_id: str) -> dict[str, Any]:
        self.charged.add(("user_read", user_id))
        return self.users[user_id]

    def _create(self, body: dict[str, Any]) -> Answer:
        parent = self.posts.get(body["reply"]["in_reply_to_tweet_id"])
        if parent is None:
            said = "You attempted to reply to a Tweet that is deleted or not visible to you."
            return problem(403, "Forbidden", said)
        if not self.enterprise and parent["author_id"] != OWN_ID and not _names(parent, OWN_ID):
            said = (
                "Reply to this conversation is not allowed because you have not been mentioned or "
                "otherwise engaged by the author of the post you are replying to."
            )
            return problem(403, "Forbidden", said)
        self.posted.append(body)
        at = datetime.fromisoformat(parent["created_at"]) + timedelta(minutes=1)
        author = self.users[parent["author_id"]]["username"]
        made = self.reply_to(parent, f"@{author} {body['text']}", at, str(OWN["username"]))
        data = {"id": made["id"], "text": body["text"], "edit_history_tweet_ids": [made["id"]]}
        return json_answer({"data": data}, 201)

    def _send(self, asked: Asked, other: str) -> Answer:
        body = json.loads(asked.body)
        self.posted.append({**body, "to": other})
        at = max(datetime.fromisoformat(one["created_at"]) for one in self._everything())
        sent = self.message(body["text"], at, self.users[other]["username"])
        sent["sender_id"] = OWN_ID
        ids = {"dm_conversation_id": sent["dm_conversation_id"], "dm_event_id": sent["id"]}
        return json_answer({"data": ids}, 201)

    def _shown(self) -> list[dict[str, Any]]:
        """The posts as lists show them: the newest version of each."""
        return [p for p in self.posts.values() if p["edit_history_tweet_ids"][-1] == p["id"]]

    def _everything(self) -> list[dict[str, Any]]:
        return [*self.posts.values(), *self.messages]

    def _named_in(self, text: str) -> list[dict[str, Any]]:
        by_name = {f"@{user['username']}": user["id"] for user in self.users.values()}
        words = dict.fromkeys(word for word in text.lower().split() if word in by_name)
        return [{"username": word[1:], "id": by_name[word]} for word in words]

    def _next_id(self, at: datetime) -> str:
        self._count += 1
        return self.id_of(round(at.timestamp() * 1000) - FIRST_ID_AT, self._count)


_UNDER_WAY = ("created", "in_progress")


def _deletion(post_id: str) -> dict[str, Any]:
    at = "2026-03-01T11:00:00.000Z"
    event = {"id": post_id, "action": "delete", "reason": "deleted"}
    return {**event, "created_at": at, "redacted_at": at, "deleted_at": at}


def _number(item: dict[str, Any]) -> int:
    return int(item["id"])


def _names(post: dict[str, Any], user_id: str) -> bool:
    return any(one["id"] == user_id for one in post["entities"].get("mentions", ()))


def _is_repost(post: dict[str, Any]) -> bool:
    return any(one["type"] == "retweeted" for one in post.get("referenced_tweets", ()))


def _not_found(resource_id: str) -> dict[str, str]:
    return {
        "resource_id": resource_id,
        "resource_type": "tweet",
        "title": "Not Found Error",
        "type": "https://api.x.com/2/problems/resource-not-found",
    }


def connected(server: ScriptedX, wiring: NetworkWiring, **fields: Any) -> X:
    """A connection to the stand-in."""
    known = {"id": "s", "network": "x", "brand": "b", "secret": "/gehoor/x"}
    settings = Settings.model_validate(known | {"base_url": server.url} | fields)
    return connect(settings, wiring)


def http_at(now: datetime) -> Http:
    """HTTP that may call the stand-in, at a time that stands still."""
    return Http(lambda: now, frozenset({"127.0.0.1", "localhost"}))


@contextmanager
def scripted_x(**knobs: Any) -> Iterator[ScriptedX]:
    """A running stand-in."""
    script = ScriptedX(**knobs)
    with serving(script.answer) as server:
        script.url = server.url
        yield script
