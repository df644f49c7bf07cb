"""The little of the Mastodon client API that speaking as a customer needs."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

import requests
from pydantic import BaseModel, TypeAdapter, ValidationError

from playground.desk import html_text

TIMEOUT = (3.05, 10)
PAGE = 40

T = TypeVar("T")


class NetworkTrouble(Exception):
    """The Mastodon server did not do what was asked; the message may be shown."""


class _Account(BaseModel):
    id: str
    acct: str
    display_name: str = ""


class _Status(BaseModel):
    id: str
    account: _Account
    content: str
    visibility: str
    created_at: str
    in_reply_to_id: str | None = None


class _Notification(BaseModel):
    type: str
    status: _Status | None = None


class _Context(BaseModel):
    ancestors: list[_Status]
    descendants: list[_Status]


@dataclass(frozen=True, slots=True)
class Post:
    """A post as the Street shows it; `text` is plain text."""

    post_id: str
    name: str
    handle: str
    text: str
    private: bool
    created_at: str
    in_reply_to: str | None


class Mastodon:
    """The server as one account sees it."""

    def __init__(self, base_url: str, token: str) -> None:
        self._base = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}

    def threads(self) -> list[Post]:
        """The first posts of the account's conversations, newest first."""
        mine = self._get(f"accounts/{self._me().id}/statuses", list[_Status], {"limit": PAGE})
        heard = self._get(
            "notifications", list[_Notification], {"types[]": "mention", "limit": PAGE}
        )
        told = [note.status for note in heard if note.status is not None]
        first = {status.id: status for status in [*mine, *told] if status.in_reply_to_id is None}
        newest = sorted(first.values(), key=lambda status: status.created_at, reverse=True)
        return [_post(status) for status in newest]

    def thread(self, post_id: str) -> list[Post]:
        """A whole conversation as the account sees it, oldest first."""
        if not post_id.replace("-", "").isalnum():
            raise NetworkTrouble("There is no such post.")
        start = self._get(f"statuses/{post_id}", _Status)
        context = self._get(f"statuses/{post_id}/context", _Context)
        found = [*context.ancestors, start, *context.descendants]
        return [_post(status) for status in sorted(found, key=lambda status: status.created_at)]

    def post(self, text: str, *, private: bool, reply_to: str | None, key: str) -> Post:
        """Say something; the same `key` says it once."""
        form = {"status": text, "visibility": "direct" if private else "public"}
        if reply_to is not None:
            form["in_reply_to_id"] = reply_to
        headers = self._headers | {"Idempotency-Key": key}
        return _post(self._read("POST", "statuses", _Status, headers=headers, data=form))

    def _me(self) -> _Account:
        return self._get("accounts/verify_credentials", _Account)

    def _get(self, path: str, kind: type[T], params: dict[str, str | int] | None = None) -> T:
        return self._read("GET", path, kind, headers=self._headers, params=params)

    def _read(self, method: str, path: str, kind: type[T], **sent: Any) -> T:
        url = f"{self._base}/api/v1/{path}"
        try:
            answer = requests.request(method, url, timeout=TIMEOUT, allow_redirects=False, **sent)
        except requests.RequestException as exc:
            raise NetworkTrouble("The Mastodon server does not answer.") from exc
        if answer.status_code != HTTPStatus.OK:
            raise NetworkTrouble(_refusal(answer))
        try:
            return TypeAdapter(kind).validate_json(answer.content)
        except ValidationError as exc:
            raise NetworkTrouble("The Mastodon server's answer makes no sense.") from exc


def _post(status: _Status) -> Post:
    return Post(
        post_id=status.id,
        name=status.account.display_name or status.account.acct,
        handle=status.account.acct,
        text=html_text.plain(status.content),
        private=status.visibility in ("direct", "private"),
        created_at=status.created_at,
        in_reply_to=status.in_reply_to_id,
    )


def _refusal(answer: requests.Response) -> str:
    try:
        said = str(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        said = f"status {answer.status_code}"
    return f"The Mastodon server says no: {said}"
