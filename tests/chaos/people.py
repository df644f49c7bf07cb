"""Customers who post, an agent who answers, and what each of their words must come to."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from chaos.faults import Dice
from gehoor.domain.answer_notes import PRIVATE
from gehoor.usecases.intake import REFERENCE_LIMIT
from playground.context import Playground
from scripted_mastodon import ScriptedMastodon

POISON_EVERY = 500
POSTS_A_SECOND = 2
REFUSED_WORDS = "the helpdesk refuses these words"
AGENT_THINKS_S = (5, 900)
CUSTOMERS_COMMENTS = """
    SELECT comments.* FROM comments JOIN tickets ON tickets.id = comments.ticket_id
    WHERE tickets.type IS NOT 'problem'
"""
"""A problem ticket quotes what stands in the customers' own tickets."""


class Poison(StrEnum):
    """What is wrong with a mention."""

    UNREADABLE = "the network's item cannot be read"
    UNSTORABLE = "a reference that no store can hold"
    REFUSED = "words that the helpdesk refuses"


def mention_token(number: int) -> str:
    """The word that only this mention holds."""
    return f"mention{number:06d}"


def answer_token(number: int) -> str:
    """The word that only the answer to this mention holds."""
    return f"answer{number:06d}"


def note_token(number: int) -> str:
    """The word that only an internal note below this mention holds."""
    return f"internal{number:06d}"


@dataclass
class People:
    """Posts mentions at their pace, and answers as the agent in the tickets they came to.

    `poison` are the mentions that must go aside, `private` those that only the brand may read.
    """

    town: ScriptedMastodon
    dice: Dice
    mentions: int
    answers: int
    poison: dict[int, Poison] = field(default_factory=dict)
    private: set[int] = field(default_factory=set)
    posted: dict[int, dict[str, Any]] = field(default_factory=dict)
    answered: dict[int, str] = field(default_factory=dict)
    noted: dict[int, str] = field(default_factory=dict)
    handed_over: set[str] = field(default_factory=set)
    _plans: list[tuple[float, int]] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)
    _read_to: int = 0

    def post_until(self, now: datetime, start: datetime) -> None:
        """Post what is due by now."""
        due = int((now - start).total_seconds() * POSTS_A_SECOND) + 1
        while len(self.posted) < min(due, self.mentions):
            number = len(self.posted)
            self.posted[number] = self._post(number, now)

    def _post(self, number: int, now: datetime) -> dict[str, Any]:
        every = min(POISON_EVERY, self.mentions)
        if number % every == every // 2 - 1:
            return self._post_poison(number, now)
        text, fields = f"@brand my parcel is lost, {mention_token(number)}", dict[str, Any]()
        author = f"person{number}"
        if number % 20 == 10:
            self.private.add(number)
            fields["visibility"] = "direct"
        if number % 40 == 17:
            text = f"@brand the charger caught fire! {mention_token(number)}"
        if number % 10 == 3:
            before = self.posted[number - 1]
            author, fields["in_reply_to_id"] = f"person{number - 1}", before["id"]
        if number % 10 == 6:
            author = f"person{number - 2}"
        notification = self.town.mention(text, now, author, **fields)
        if number % 97 == 0:
            again = {**notification, "id": self.town.id_of(1_000_000 + number)}
            self.town.notifications.append(again)
        return dict(notification["status"])

    def _post_poison(self, number: int, now: datetime) -> dict[str, Any]:
        kind = list(Poison)[(self.dice.seed + len(self.poison)) % len(Poison)]
        self.poison[number] = kind
        text = f"@brand {mention_token(number)}"
        if kind is Poison.REFUSED:
            text += f" {REFUSED_WORDS}"
        notification = self.town.mention(text, now, f"person{number}")
        if kind is Poison.UNSTORABLE:
            notification["status"]["url"] += "x" * REFERENCE_LIMIT
        if kind is Poison.UNREADABLE:
            del notification["status"]["account"]["uri"], notification["status"]["created_at"]
        return dict(notification["status"])

    def write(self, client: Any, place: Playground, now: float) -> None:
        """The agent reads what is new, and writes what was planned by now."""
        for number, ticket_id in self._new_tickets(place):
            self._plan(number, ticket_id, now)
        due = [plan for plan in self._plans if plan[0] <= now]
        for plan in due:
            if self._say(client, plan[1]):
                self._plans.remove(plan)

    @property
    def is_done(self) -> bool:
        """Whether all posts and answers are written."""
        return len(self.posted) == self.mentions and not self._plans

    def _new_tickets(self, place: Playground) -> Iterable[tuple[int, str]]:
        with place.store.transaction() as db:
            rows = db.execute(
                f"{CUSTOMERS_COMMENTS} AND comments.id > ?", (self._read_to,)
            ).fetchall()
        for row in rows:
            self._read_to = max(self._read_to, row["id"])
            for number in numbers_in(row["plain_body"], "mention"):
                if not is_history(row["metadata"]) and number not in self._seen:
                    self._seen.add(number)
                    yield number, str(row["ticket_id"])

    def _plan(self, number: int, ticket_id: str, now: float) -> None:
        every = self.mentions // self.answers
        at = now + self.dice.random.uniform(*AGENT_THINKS_S)
        if number % every == 0 and len(self.answered) < self.answers:
            self.answered[number] = ticket_id
            self._plans.append((at, number))
        elif number % 50 == 7:
            self.noted[number] = ticket_id
            self._plans.append((at, number))

    def _say(self, client: Any, number: int) -> bool:
        is_answer = number in self.answered
        ticket_id = self.answered[number] if is_answer else self.noted[number]
        token = answer_token(number) if is_answer else note_token(number)
        comment = {"body": f"We are looking for it. {token}", "public": is_answer}
        ticket: dict[str, Any] = {"comment": comment}
        path, headers = f"/api/v2/tickets/{ticket_id}", {"Authorization": f"Bearer {AGENT_TOKEN}"}
        is_private = is_answer and number % 50 == 25
        if is_private:
            seen = client.get(path, headers=headers)
            if seen.status_code != 200:
                return False
            stamp = {"safe_update": True, "updated_stamp": seen.json["ticket"]["updated_at"]}
            ticket |= {"tags": [*seen.json["ticket"]["tags"], PRIVATE], **stamp}
        said = client.put(path, headers=headers, json={"ticket": ticket})
        if said.status_code == 200 and is_private:
            self.handed_over.add(ticket_id)
        return bool(said.status_code == 200)


AGENT_TOKEN = "token-of-the-agent"
AGENT = {"name": "Sam, agent", "email": "sam@desk.example", "role": "agent"}


def numbers_in(text: str, word: str) -> set[int]:
    """The numbers of the mentions, answers or notes whose tokens are in a text."""
    parts = text.split(word)[1:]
    return {int(part[:6]) for part in parts if part[:6].isdigit()}


def is_history(metadata: str) -> bool:
    """Whether a comment is a note about what went before, which quotes older posts."""
    return str(json.loads(metadata).get("custom", {}).get("gehoor_marker", "")).startswith(
        "history:"
    )
