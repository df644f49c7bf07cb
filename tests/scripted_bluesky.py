"""A stand-in for Bluesky: scripted, small, and shaped by its lexicons.

It does what real servers are known to do: tokens that are over get 400, a post that is deleted can
still be answered, a key that is taken gets 500, a search gives a cursor even on its last page.
What it answers is read with the package atproto in tests/contract/test_bluesky_atproto.py.
"""

import json
from base64 import b32encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from loopback import Answer, Asked, serving

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
IDENTIFIER, PASSWORD = "noordlicht.test", "abcd-efgh-ijkl-mnop"
SECRET = json.dumps({"identifier": IDENTIFIER, "password": PASSWORD})
POST = "app.bsky.feed.post"
MODERATION = "did:plc:ar7c4by46qjdydhdevvrndac"

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def did_of(name: str) -> str:
    """The DID of an account, made from its name."""
    return f"did:plc:{b32encode(sha256(name.encode()).digest()).decode().lower()[:24]}"


def cid_of(value: Any) -> str:
    """A CID as posts have; only its form is right."""
    found = b"\x01\x71\x12\x20" + sha256(json.dumps(value, sort_keys=True).encode()).digest()
    return "b" + b32encode(found).decode().lower().rstrip("=")


def tid_at(at: datetime, number: int = 0) -> str:
    """A TID of a moment; `number` tells those of one moment apart."""
    bits = ((at - _EPOCH) // timedelta(microseconds=1) + number) << 10
    return "".join(_LETTERS[bits >> 5 * place & 31] for place in reversed(range(13)))


def key_of_any_shape(at: datetime, number: int) -> str:
    """A record key: most clients take TIDs, and any author may take something else."""
    return (tid_at(at, number), f"{900 - number}", f"Post:{number:04}~", f"{number:x}.-_")[
        number % 4
    ]


def cid_of_any_shape(value: Any) -> str:
    """A CID in one of the bases that there are, or of its first version."""
    found = cid_of(value)
    return (found, found.upper(), f"Qm{found[8:52]}")[ord(found[-1]) % 3]


def written(at: datetime) -> str:
    """A time as Bluesky writes it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """JSON as a server sends it."""
    known = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    return Answer(json.dumps(value).encode(), status, known)


def refused(name: str, message: str = "Refused", status: int = 400) -> Answer:
    """A refusal as the protocol has it."""
    return json_answer({"error": name, "message": message}, status)


@dataclass
class ScriptedBluesky:
    """The server of the account `noordlicht.test`, and all of Bluesky behind it.

    `answers` gives a prepared answer for a call by its name, before anything else. `asked` and
    `given` keep what was asked and answered.
    """

    page_size: int = 100
    now: datetime = NOW
    headers: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Callable[[Asked], Answer | None]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    given: list[Answer] = field(default_factory=list)
    key_of: Callable[[datetime, int], str] = tid_at
    version_of: Callable[[Any], str] = cid_of
    url: str = ""
    handles: dict[str, str] = field(default_factory=lambda: {did_of(IDENTIFIER): IDENTIFIER})
    account_labels: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    notifications: list[dict[str, Any]] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)
    sign_ins: int = 0
    renewals: int = 0
    access: str = ""
    renewal: str = ""

    @property
    def own_did(self) -> str:
        return did_of(IDENTIFIER)

    def account(self, name: str) -> dict[str, Any]:
        """An account as posts show it; it has a handle below .test unless its name has a dot."""
        did = did_of(name)
        self.handles.setdefault(did, name if "." in name else f"{name}.test")
        return self._author(did)

    def post(
        self, text: str, at: datetime, author: str = "alice", /, **record: Any
    ) -> dict[str, Any]:
        """A post, listed at `at`; `record` adds to what its author wrote."""
        did = self.account(author)["did"]
        key = self.key_of(at, len(self.posts))
        return self._keep(did, key, {"text": text, "createdAt": written(at), **record}, at)

    def mention(
        self, text: str, at: datetime, author: str = "alice", /, reason: str = "mention", **rec: Any
    ) -> dict[str, Any]:
        """A post of which the account is told."""
        post = self.post(text, at, author, **rec)
        self.notify(post, reason)
        return post

    def notify(self, post: dict[str, Any], reason: str) -> dict[str, Any]:
        """Tell the account of a post."""
        shown = {name: post[name] for name in ("uri", "cid", "author", "record", "indexedAt")}
        notification = {**shown, "labels": post["labels"], "reason": reason, "isRead": False}
        self.notifications.append(notification)
        return notification

    def answered(self, post: dict[str, Any], parent: dict[str, Any]) -> None:
        """Make a post an answer to another."""
        root = parent["record"].get("reply", {}).get("root") or _ref(parent)
        post["record"]["reply"] = {"root": root, "parent": _ref(parent)}

    def labelled(self, value: str, source: str = MODERATION) -> dict[str, Any]:
        """A label; who it is for is left open."""
        return {"src": source, "uri": "at://x", "val": value, "cts": written(self.now)}

    def own_posts(self) -> list[dict[str, Any]]:
        """What the account wrote, oldest first."""
        return [post for uri, post in self.posts.items() if uri.startswith(f"at://{self.own_did}/")]

    def answer(self, asked: Asked) -> Answer:
        """Answer one request."""
        self.asked.append(asked)
        call = asked.path.removeprefix("/xrpc/")
        prepare = self.answers.get(call)
        found = (prepare(asked) if prepare else None) or self._answer(call, asked)
        self.given.append(Answer(found.body, found.status, {**self.headers, **found.headers}))
        return self.given[-1]

    def _answer(self, call: str, asked: Asked) -> Answer:
        if call == "com.atproto.server.createSession":
            return self._sign_in(json.loads(asked.body))
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if call == "com.atproto.server.refreshSession":
            return self._renew(token)
        if not token:
            return refused("AuthMissing", "Authentication Required", 401)
        if token != self.access:
            known = token.startswith("e30.")
            return refused("ExpiredToken" if known else "InvalidToken", "Token has expired")
        handler = getattr(self, "call_" + call.rpartition(".")[2], None)
        if handler is None or (".convo." in call and "atproto-proxy" not in asked.headers):
            return refused("MethodNotImplemented", "Method Not Implemented", 501)
        found: Answer = handler(asked)
        return found

    def _sign_in(self, body: dict[str, str]) -> Answer:
        self.sign_ins += 1
        if (body["identifier"], body["password"]) != (IDENTIFIER, PASSWORD):
            return refused("AuthenticationRequired", "Invalid identifier or password", 401)
        return self._session()

    def _renew(self, token: str) -> Answer:
        self.renewals += 1
        if token != self.renewal:
            return refused("ExpiredToken", "Token has been revoked")
        return self._session()

    def _session(self) -> Answer:
        number = self.sign_ins + self.renewals
        self.access = self._token(f"access-{number}", timedelta(hours=2))
        self.renewal = self._token(f"refresh-{number}", timedelta(days=60))
        return json_answer(
            {"accessJwt": self.access, "refreshJwt": self.renewal, **self._own_account()}
        )

    def _own_account(self) -> dict[str, Any]:
        service = {
            "id": "#atproto_pds",
            "type": "AtprotoPersonalDataServer",
            "serviceEndpoint": self.url,
        }
        document = {"id": self.own_did, "service": [service]}
        return {"did": self.own_did, "handle": IDENTIFIER, "active": True, "didDoc": document}

    def _token(self, name: str, life: timedelta) -> str:
        times = {"iat": int(self.now.timestamp()), "exp": int((self.now + life).timestamp())}
        claims = {"scope": "com.atproto.appPass", "sub": self.own_did, "jti": name, **times}
        encoded = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        return f"e30.{encoded}.sig"

    def call_getSession(self, _: Asked) -> Answer:  # noqa: N802 - the protocol's name
        return json_answer(self._own_account())

    def call_listNotifications(self, asked: Asked) -> Answer:  # noqa: N802 - the protocol's name
        reasons = asked.query.get("reasons", [])
        listed = [one for one in self.notifications if one["reason"] in reasons]
        listed.sort(key=lambda one: one["indexedAt"], reverse=True)
        names = [f"{one['indexedAt']}::{one['cid']}" for one in listed]
        cursor = asked.one("cursor")
        if cursor and cursor not in names:
            return refused("InvalidRequest", "Malformed cursor")
        start = names.index(cursor) + 1 if cursor else 0
        end = start + min(self.page_size, int(asked.one("limit") or 50))
        more = {"cursor": names[end - 1]} if end < len(names) else {}
        return json_answer({"notifications": listed[start:end], "priority": False, **more})

    def call_searchPosts(self, asked: Asked) -> Answer:  # noqa: N802 - the protocol's name
        wanted = str(asked.one("q")).casefold()
        found = [post for post in self.posts.values() if wanted in json.dumps(post).casefold()]
        found.sort(key=lambda post: post["indexedAt"], reverse=True)
        cursor = asked.one("cursor") or "0"
        if not cursor.isdigit():
            return refused("InvalidRequest", "Invalid cursor")
        start = int(cursor)
        page = found[start : start + min(self.page_size, int(asked.one("limit") or 25))]
        return json_answer({"posts": page, "cursor": str(start + len(page))})

    def call_getPosts(self, asked: Asked) -> Answer:  # noqa: N802 - the protocol's name
        uris = asked.query["uris"]
        if len(uris) > 25:
            return refused("InvalidRequest", "uris must not have more than 25 elements")
        seen = [uri for uri in uris if uri in self.posts and uri not in self.blocked]
        return json_answer({"posts": [self.posts[uri] for uri in seen]})

    def call_getPostThread(self, asked: Asked) -> Answer:  # noqa: N802 - the protocol's name
        thread = self._above(str(asked.one("uri")), int(asked.one("parentHeight") or 80))
        if "notFound" in thread:
            return refused("NotFound", f"Post not found: {asked.one('uri')}")
        return json_answer({"thread": thread})

    def call_getRecord(self, asked: Asked) -> Answer:  # noqa: N802 - the protocol's name
        uri = "at://" + "/".join(str(asked.one(name)) for name in ("repo", "collection", "rkey"))
        post = self.posts.get(uri)
        if post is None:
            return refused("RecordNotFound", f"Could not locate record: {uri}")
        return json_answer({"uri": uri, "cid": post["cid"], "value": post["record"]})

    def call_createRecord(self, asked: Asked) -> Answer:  # noqa: N802 - the protocol's name
        body = json.loads(asked.body)
        uri = f"at://{body['repo']}/{body['collection']}/{body['rkey']}"
        if uri in self.posts:
            return refused("InternalServerError", "Internal Server Error", 500)
        post = self._keep(body["repo"], body["rkey"], body["record"], self.now)
        return json_answer({"uri": uri, "cid": post["cid"], "validationStatus": "valid"})

    def call_resolveHandle(self, asked: Asked) -> Answer:  # noqa: N802 - the protocol's name
        found = [did for did, handle in self.handles.items() if handle == asked.one("handle")]
        if not found:
            return refused("InvalidRequest", "Unable to resolve handle")
        return json_answer({"did": found[0]})

    def call_getProfiles(self, asked: Asked) -> Answer:  # noqa: N802 - the protocol's name
        known = [did for did in asked.query["actors"] if did in self.handles]
        return json_answer({"profiles": [self._author(did) for did in known]})

    def _keep(self, did: str, key: str, record: dict[str, Any], at: datetime) -> dict[str, Any]:
        uri = f"at://{did}/{POST}/{key}"
        post = {
            "uri": uri,
            "cid": self.version_of([uri, record]),
            "author": self._author(did),
            "record": {"$type": POST, **record},
            "indexedAt": written(at),
            "labels": [],
            "viewer": {},
        }
        self.posts[uri] = post
        return post

    def _author(self, did: str) -> dict[str, Any]:
        handle = self.handles[did]
        return {
            "did": did,
            "handle": handle,
            "displayName": handle.partition(".")[0].title(),
            "labels": self.account_labels.get(did, []),
            "viewer": {"muted": False, "blockedBy": False},
        }

    def _above(self, uri: str, height: int) -> dict[str, Any]:
        defs = "app.bsky.feed.defs"
        post = self.posts.get(uri)
        if post is None:
            return {"$type": f"{defs}#notFoundPost", "uri": uri, "notFound": True}
        if uri in self.blocked:
            author = {"did": post["author"]["did"]}
            kind = f"{defs}#blockedPost"
            return {"$type": kind, "uri": uri, "blocked": True, "author": author}
        parent = post["record"].get("reply", {}).get("parent")
        above = {"parent": self._above(parent["uri"], height - 1)} if parent and height else {}
        return {"$type": f"{defs}#threadViewPost", "post": post, "replies": [], **above}


def _ref(post: dict[str, Any]) -> dict[str, str]:
    return {"uri": post["uri"], "cid": post["cid"]}


@contextmanager
def scripted_bluesky(script: ScriptedBluesky) -> Iterator[None]:
    """Run a scripted server; its address is in `script.url`."""
    with serving(script.answer) as server:
        script.url = server.url
        yield
