"""Bluesky's service for direct messages, scripted: a part of the stand-in for Bluesky."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from loopback import Answer, Asked
from scripted_bluesky import (
    IDENTIFIER,
    ScriptedBluesky,
    did_of,
    json_answer,
    scripted_bluesky,
    tid_at,
    written,
)

DEFS = "chat.bsky.convo.defs"


@dataclass
class ScriptedChat(ScriptedBluesky):
    """Bluesky with direct messages; `refuses` says how somebody's setting refuses them."""

    log_size: int = 100
    log: list[dict[str, Any]] = field(default_factory=list)
    refuses: dict[str, Answer] = field(default_factory=dict)
    introduces: bool = True

    def say(self, text: str, at: datetime, author: str = "alice") -> dict[str, Any]:
        """Somebody, or the account itself as IDENTIFIER, says something in their conversation."""
        other = self.account(author)["did"]
        return self._say(did_of(author), other, {"text": text}, at)

    def happens(self, kind: str, at: datetime, author: str = "alice", **more: Any) -> None:
        """Something else comes into the log."""
        rev = tid_at(at, len(self.log))
        event = {"$type": f"{DEFS}#{kind}", "rev": rev, "convoId": _conversation(did_of(author))}
        self.log.append({**event, **more})

    def said(self, author: str) -> list[dict[str, Any]]:
        """The messages of a conversation, oldest first."""
        name = _conversation(did_of(author))
        return [
            event["message"]
            for event in self.log
            if event["convoId"] == name and "message" in event
        ]

    def call_getLog(self, asked: Asked) -> Answer:  # noqa: N802 - the protocol's name
        after = asked.one("cursor") or ""
        found = [event for event in self.log if event["rev"] > after][: self.log_size]
        return json_answer({"logs": found, "cursor": found[-1]["rev"] if found else after})

    def call_getConvoForMembers(self, asked: Asked) -> Answer:  # noqa: N802 - the protocol's name
        did = str(asked.one("members"))
        return self.refuses.get(did) or json_answer({"convo": self._view(did)})

    def call_getConvoAvailability(self, asked: Asked) -> Answer:  # noqa: N802 - as above
        did = str(asked.one("members"))
        known = any(event["convoId"] == _conversation(did) for event in self.log)
        convo = {"convo": self._view(did)} if known else {}
        return json_answer({"canChat": did not in self.refuses, **convo})

    def call_getMessages(self, asked: Asked) -> Answer:  # noqa: N802 - the protocol's name
        name = asked.one("convoId")
        messages = [
            {"$type": f"{DEFS}#messageView", **event["message"]}
            for event in self.log
            if event["convoId"] == name and "message" in event
        ]
        return json_answer({"messages": messages[::-1][: int(asked.one("limit") or 50)]})

    def call_sendMessage(self, asked: Asked) -> Answer:  # noqa: N802 - the protocol's name
        body = json.loads(asked.body)
        other = next(did for did in self.handles if _conversation(did) == body["convoId"])
        return json_answer(self._say(self.own_did, other, body["message"], self.now))

    def _say(self, sender: str, other: str, said: dict[str, Any], at: datetime) -> dict[str, Any]:
        rev = tid_at(at, len(self.log))
        name = self.key_of(at, len(self.log))
        message = {"id": name, "rev": rev, "sender": {"did": sender}, "sentAt": written(at), **said}
        event = {
            "$type": f"{DEFS}#logCreateMessage",
            "rev": rev,
            "convoId": _conversation(other),
            "message": {"$type": f"{DEFS}#messageView", **message},
        }
        profiles = {"relatedProfiles": [self._author(sender)]} if self.introduces else {}
        self.log.append({**event, **profiles})
        return message

    def _view(self, did: str) -> dict[str, Any]:
        members = [self._author(self.own_did), self._author(did)]
        name = _conversation(did)
        return {"id": name, "rev": name, "members": members, "muted": False, "unreadCount": 0}


def _conversation(did: str) -> str:
    """The name of the conversation of the account with somebody."""
    return f"convo{did[-8:]}"


@contextmanager
def scripted_chat(**knobs: Any) -> Iterator[ScriptedChat]:
    """A running scripted server of Bluesky with direct messages."""
    script = ScriptedChat(**knobs)
    script.account(IDENTIFIER)
    with scripted_bluesky(script):
        yield script
