"""The calls that gehoor makes to the server that keeps an account, which passes the rest on.

Sources: https://atproto.com/specs/xrpc, https://docs.bsky.app/docs/api/
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cached_property
from typing import Any

from gehoor.errors import ContractBroken, Gone, NotAllowed, Rejected
from gehoor.http import Http, Response
from gehoor.networks._bluesky_account import OwnAccount, own_account_in
from gehoor.networks._bluesky_errors import RequestRefused, check, is_token_refused
from gehoor.networks._bluesky_post import COLLECTION, Post, Reply, own_post_of, post_of
from gehoor.sign_in import SignIn, signed_in

POSTS_AT_ONCE = 25
CHAT = {"atproto-proxy": "did:web:api.bsky.chat#bsky_chat"}
"""Has the server pass a call on to the service for direct messages."""


class Api:
    """One account on the server that keeps it."""

    def __init__(self, base_url: str, sign_in: SignIn, http: Http) -> None:
        self._base_url = base_url.rstrip("/")
        self._sign_in = sign_in
        self._http = http

    @cached_property
    def own(self) -> OwnAccount:
        """Who the account is, and where it is kept. NotAllowed when others could read along."""
        what = "bluesky: whose the app password is"
        response = self._send("GET", f"{self._base_url}/xrpc/com.atproto.server.getSession", what)
        own = own_account_in(fields_of(response), self._base_url)
        if not self._http.is_confidential(own.service):
            message = "bluesky: the account's server is not reached by https"
            raise NotAllowed(message)
        return own

    def now(self) -> datetime:
        """The time, for when to come back."""
        return self._http.clock()

    def one_limit(self) -> AbstractContextManager[None]:
        """The calls in the block together may take no longer than one."""
        return self._http.one_limit()

    def get(
        self,
        call: str,
        params: Sequence[tuple[str, str]],
        what: str,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Ask for something; errors as `_bluesky_errors.check` raises them."""
        return self._send("GET", self._url(call), what, params=params, headers=headers)

    def post(
        self,
        call: str,
        body: Mapping[str, Any],
        what: str,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Have something done, likewise; UnknownOutcome when nobody knows whether it was."""
        return self._send("POST", self._url(call), what, body=body, headers=headers)

    def posts(self, uris: Sequence[str]) -> dict[str, Post | None]:
        """Those of the posts that the account may see; None for one that cannot be read."""
        found: dict[str, Post | None] = {}
        for start in range(0, len(uris), POSTS_AT_ONCE):
            params = [("uris", uri) for uri in uris[start : start + POSTS_AT_ONCE]]
            response = self.get("app.bsky.feed.getPosts", params, "bluesky: the posts")
            for raw in items_in(response, "posts"):
                uri = raw.get("uri") if isinstance(raw, dict) else None
                found[str(uri)] = _read(raw)
        return found

    def thread(self, uri: str, above: int) -> dict[str, Any]:
        """A post with up to `above` posts above it. Gone when the post is."""
        params = [("uri", uri), ("depth", "0"), ("parentHeight", str(above))]
        response = self.get("app.bsky.feed.getPostThread", params, "bluesky: the thread")
        thread = fields_of(response).get("thread")
        if not isinstance(thread, dict):
            message = "bluesky: the server sent a thread that is none"
            raise ContractBroken(message)
        if thread.get("notFound") is True:
            message = f"bluesky: the post {uri} no longer exists or cannot be seen"
            raise Gone(message)
        return thread

    def post_now(self, uri: str) -> Post:
        """The post as it is now. Gone when it is not; Rejected when one account blocks the other.

        Lists leave out what is blocked, so a post that is missing there is looked at by itself.
        """
        found = self.posts([uri])
        post = found[uri] if uri in found else self.unlisted_post(uri)
        if post is None:
            message = f"bluesky: the post {uri} cannot be read"
            raise ContractBroken(message)
        return post

    def unlisted_post(self, uri: str) -> Post:
        """A post that is missing in a list, likewise."""
        thread = self.thread(uri, above=0)
        if is_blocked(thread):
            message = "bluesky: the author has blocked the account, or the account has blocked them"
            raise Rejected(message)
        return post_of(thread.get("post"))

    def own_post(self, key: str) -> Reply | None:
        """What an answer to the account's own post of this key refers to; None without the post.

        It is read where it is written: the index that lists are made from is seconds behind.
        """
        params = [("repo", self.own.did), ("collection", COLLECTION), ("rkey", key)]
        try:
            response = self.get("com.atproto.repo.getRecord", params, "bluesky: the own post")
        except (Gone, RequestRefused):
            return None
        return own_post_of(fields_of(response))

    def did_of(self, handle: str) -> str | None:
        """Whose the handle is, None when it is nobody's."""
        params = [("handle", handle)]
        try:
            found = self.get("com.atproto.identity.resolveHandle", params, "bluesky: the handle")
        except (Gone, Rejected):
            return None
        did = fields_of(found).get("did")
        return did if isinstance(did, str) else None

    def _url(self, call: str) -> str:
        return f"{self.own.service}/xrpc/{call}"

    def _send(
        self,
        method: str,
        url: str,
        what: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Sequence[tuple[str, str]] = (),
        body: Mapping[str, Any] | None = None,
    ) -> Response:
        def send(authorization: str) -> Response:
            return self._http.request(
                method,
                url,
                headers={"Authorization": authorization, **(headers or {})},
                params=params,
                json=body,
                changes=method != "GET",
            )

        response = signed_in(self._sign_in, send, is_token_refused)
        return check(response, what, self.now(), changes=method != "GET")


def fields_of(response: Response) -> dict[str, Any]:
    """The answer's fields; ContractBroken when it has none."""
    found = response.json()
    if not isinstance(found, dict):
        message = "bluesky: the server sent something else than fields"
        raise ContractBroken(message)
    return found


def items_in(response: Response, name: str) -> list[Any]:
    """The items of the list `name`; ContractBroken when there is no such list."""
    found = fields_of(response).get(name)
    if not isinstance(found, list):
        message = f"bluesky: the server sent no list of {name}"
        raise ContractBroken(message)
    return found


def cursor_in(response: Response) -> str:
    """How to ask for what follows, "" at the end of the list."""
    found = fields_of(response).get("cursor")
    return found if isinstance(found, str) else ""


def posts_above(thread: Mapping[str, Any]) -> list[Post]:
    """The posts above the one that a thread is of, from its beginning.

    What is deleted or blocked ends it; a post that cannot be read must not hide the others.
    """
    found = []
    above = thread.get("parent")
    while isinstance(above, dict) and "post" in above:
        found.append(_read(above["post"]))
        above = above.get("parent")
    return [post for post in reversed(found) if post]


def is_blocked(thread: Mapping[str, Any]) -> bool:
    """Whether one of the two accounts blocks the other."""
    return thread.get("blocked") is True


def _read(raw: Any) -> Post | None:
    try:
        return post_of(raw)
    except ContractBroken:
        return None
