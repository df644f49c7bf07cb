"""A scripted server of the Mastodon client API, for what real servers do seldom or differently."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from loopback import Answer, Asked, serving

RECORDED = Path(__file__).parent / "fixtures" / "networks" / "mastodon"
TOKEN = "tok-brand"
OWN_ID = "own"


def recorded(name: str) -> list[dict[str, Any]]:
    """The exchanges of a recording."""
    found = json.loads((RECORDED / f"{name}.exchange.json").read_text())
    return list(found["exchanges"])


_NOTIFICATION = recorded("notifications_mentions_only")[1]["response"]["body"][0]


def ulid(number: int) -> str:
    """Ids whose order as text or number means nothing."""
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return (
        "01" + "".join(letters[(number * 7 + place * 11) % 32] for place in range(16)) + str(number)
    )


def of_all_shapes(number: int) -> str:
    """Ids as a server might give them that changed how it makes them: longer, shorter, of words."""
    return (f"{10**17 + number}", f"{number:x}-", f"at.{number}_of", ulid(number))[number % 4]


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """JSON as a server sends it."""
    known = {"Content-Type": "application/json", **(headers or {})}
    return Answer(json.dumps(value).encode(), status, known)


@dataclass
class ScriptedMastodon:
    """The account `own` and what it was told of. Without Link headers, ids without an order.

    A page holds what is asked for, up to the API's limits and to `page_size`. `answers` gives a
    prepared answer for a path, before anything else.
    """

    page_size: int = 80
    min_id_is_since_id: bool = False
    refuses_unknown_ids: bool = False
    lists_statuses: bool = True
    ignores: set[str] = field(default_factory=set)
    includes_max_id: bool = False
    links: bool = False
    id_of: Callable[[int], str] = ulid
    headers: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Callable[[Asked], Answer | None]] = field(default_factory=dict)
    notifications: list[Any] = field(default_factory=list)
    statuses: dict[str, dict[str, Any]] = field(default_factory=dict)
    posted: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def status(
        self, text: str, at: datetime, author: str = "alice", **fields: Any
    ) -> dict[str, Any]:
        """A post; `author` may be `user@host` or `own`."""
        number = len(self.statuses) + 1
        status: dict[str, Any] = deepcopy(_NOTIFICATION["status"])
        user, _, host = author.partition("@")
        status["account"] |= {
            "id": author,
            "acct": author,
            "username": user,
            "display_name": user.title(),
            "url": f"https://{host or 'social.example'}/@{user}",
            "uri": f"https://{host or 'social.example'}/users/{user}",
        }
        status |= {
            "id": self.id_of(number),
            "uri": f"https://{host or 'social.example'}/posts/{number}",
            "url": f"https://{host or 'social.example'}/@{user}/{number}",
            "created_at": at.isoformat(),
            "content": f"<p>{text}</p>",
            **fields,
        }
        self.statuses[status["id"]] = status
        return status

    def mention(
        self, text: str, at: datetime, author: str = "alice", **fields: Any
    ) -> dict[str, Any]:
        """A post that mentions the account; the notification."""
        status = self.status(text, at, author, **fields)
        notification: dict[str, Any] = {
            **deepcopy(_NOTIFICATION),
            "id": self.id_of(10_000 + len(self.statuses)),
            "created_at": at.isoformat(),
            "account": status["account"],
            "status": status,
        }
        self.notifications.append(notification)
        return notification

    def answer(self, asked: Asked) -> Answer:
        """Answer one request."""
        prepare = self.answers.get(asked.path)
        prepared = prepare(asked) if prepare else None
        if prepared is not None:
            return prepared
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return json_answer({"error": "The access token is invalid"}, 401)
        if asked.path == "/api/v1/notifications":
            return self.answer_page(asked, self.notifications, usual=40, most=80)
        if asked.path.startswith("/api/v1/timelines/tag/"):
            return self.answer_page(asked, list(self.statuses.values()), usual=20, most=40)
        if asked.path == "/api/v1/accounts/verify_credentials":
            return json_answer(
                {"id": OWN_ID, "acct": "brand", "url": "https://social.example/@brand"}
            )
        if asked.path == "/api/v2/instance":
            return json_answer(recorded("instance")[0]["response"]["body"])
        return self._status_call(asked)

    def answer_page(self, asked: Asked, items: list[Any], usual: int, most: int) -> Answer:
        """The page of a list that is asked for, of `most` items or, where no number is, `usual`.

        The limits are those of https://docs.joinmastodon.org/methods/notifications/ and
        https://docs.joinmastodon.org/methods/timelines/.
        """
        size = min(int(asked.one("limit") or usual), most, self.page_size)
        ids = [item["id"] if isinstance(item, dict) else "" for item in items]
        names = {"min_id", "since_id", "max_id"} - self.ignores
        bounds = {name: asked.one(name) or None for name in names}
        if self.refuses_unknown_ids and any(of and of not in ids for of in bounds.values()):
            return json_answer({"error": "Record not found"}, 404)
        floor = bounds.get("min_id") or bounds.get("since_id")
        low = ids.index(floor) + 1 if floor in ids else 0
        below = bounds.get("max_id")
        high = ids.index(below) + self.includes_max_id if below in ids else len(ids)
        within = items[low:high]
        upwards = bounds.get("min_id") and not self.min_id_is_since_id
        page = within[:size] if upwards else within[-size:]
        return json_answer(page[::-1], headers=self._headers(asked, page, within))

    def _headers(self, asked: Asked, page: list[Any], within: list[Any]) -> dict[str, str]:
        links = [f'<{self.url}{asked.path}?min_id=0>; rel="prev"']
        if len(page) < len(within):
            query = urlencode({"max_id": page[0]["id"]})
            links.insert(0, f'<{self.url}{asked.path}?{query}>; rel="next"')
        return self.headers | ({"Link": ", ".join(links)} if self.links else {})

    def _status_call(self, asked: Asked) -> Answer:
        if asked.method == "POST":
            body = json.loads(asked.body)
            self.posted.append({**body, "key": asked.headers.get("idempotency-key")})
            fields = {
                "visibility": body["visibility"],
                "in_reply_to_id": body["in_reply_to_id"],
                "mentions": self._named_in(body["status"]),
            }
            at = datetime.fromisoformat("2026-03-01T13:00:00+00:00")
            return json_answer(self.status(body["status"], at, OWN_ID, **fields))
        if asked.path == "/api/v1/statuses" and self.lists_statuses:
            asked_for = asked.query.get("id[]", [])
            assert len(asked_for) <= 20, "Mastodon answers 422"
            return json_answer([found for id_, found in self.statuses.items() if id_ in asked_for])
        status_id, _, context = asked.path.removeprefix("/api/v1/statuses/").partition("/")
        status = self.statuses.get(status_id)
        if status is None:
            return json_answer({"error": "Record not found"}, 404)
        return json_answer(self._context(status) if context else status)

    def _named_in(self, text: str) -> list[dict[str, Any]]:
        """The accounts a text mentions, as the API tells them: without uri and display name."""
        accounts = {one["account"]["acct"]: one["account"] for one in self.statuses.values()}
        return [
            {name: account[name] for name in ("id", "username", "acct", "url")}
            for acct, account in accounts.items()
            if f"@{acct}" in text.split()
        ]

    def _context(self, status: dict[str, Any]) -> dict[str, Any]:
        ancestors: list[dict[str, Any]] = []
        parent = self.statuses.get(status["in_reply_to_id"] or "")
        while parent:
            ancestors.insert(0, parent)
            parent = self.statuses.get(parent["in_reply_to_id"] or "")
        above = {status["id"]}
        below = []
        for one in self.statuses.values():
            if one["in_reply_to_id"] in above:
                above.add(one["id"])
                below.append(one)
        return {"ancestors": ancestors, "descendants": below}


@contextmanager
def scripted_mastodon(**knobs: Any) -> Iterator[ScriptedMastodon]:
    """A running scripted server; its `asked` is not kept, its `posted` is."""
    script = ScriptedMastodon(**knobs)
    with serving(script.answer) as server:
        script.url = server.url
        yield script
