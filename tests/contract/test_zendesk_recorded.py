"""What gehoor reads of a ticket, a comment and a user is in every answer recorded from Zendesk."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from gehoor.helpdesks._zendesk_answers import CommentAnswer, TicketAnswer, UserAnswer

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "zendesk"
SHARED = ROOT.parent / "shared" / "fixtures" / "helpdesks" / "zendesk"
MODELS: dict[str, type[BaseModel]] = {
    "ticket": TicketAnswer,
    "tickets": TicketAnswer,
    "comments": CommentAnswer,
    "user": UserAnswer,
    "users": UserAnswer,
}


def answers(value: Any, name: str = "") -> Iterator[dict[str, Any]]:
    """The bodies of answers in a recording, which may be a body or a list of exchanges."""
    if isinstance(value, dict):
        if name in ("", "response", "body"):
            yield value
        for key, part in value.items():
            if key in ("response", "body"):
                yield from answers(part, key)
    elif isinstance(value, list) and not name:
        for part in value:
            yield from answers(part)


def recorded(folder: Path, name: str) -> list[dict[str, Any]]:
    """Every object that stands under `name` in an answer; deletions answer ids and nothing else."""
    found = [
        item
        for path in sorted(folder.rglob("*.json"))
        for answer in answers(json.loads(path.read_text(encoding="utf-8")))
        if name in answer
        for item in (answer[name] if isinstance(answer[name], list) else [answer[name]])
    ]
    return [item for item in found if isinstance(item, dict) and item.get("id") is not None]


def read_all(folder: Path, name: str) -> list[BaseModel]:
    return [MODELS[name].model_validate(item) for item in recorded(folder, name)]


@pytest.mark.parametrize("name", ["ticket", "tickets", "comments", "users"])
def test_what_was_recorded_can_be_read(name: str) -> None:
    assert read_all(FIXTURES, name)


def test_a_recorded_ticket_tells_how_the_customer_came() -> None:
    path = FIXTURES / "go-zendesk" / "GET_ticket.json"
    ticket = TicketAnswer.model_validate(json.loads(path.read_text(encoding="utf-8"))["ticket"])
    assert ticket.via is not None
    assert ticket.via.channel == "email"
    assert ticket.changed_at is not None


@pytest.mark.shared
@pytest.mark.parametrize("name", ["ticket", "tickets", "comments", "user", "users"])
def test_every_shared_recording_can_be_read(name: str) -> None:
    if not SHARED.is_dir():
        pytest.skip("the recordings of zenpy are GPL and lie in ../shared, which is absent here")
    read = read_all(SHARED, name)
    assert read
    if name == "tickets":
        vias = (ticket.via for ticket in read if isinstance(ticket, TicketAnswer))
        assert {"api", "email", "web"} <= {via.channel for via in vias if via}
