"""A field that agents choose in and the tags of its options say the same, as in Zendesk."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from desk_server import Desk, running_desk

VALUES = ("mood_glad", "mood_sad")


def tagger(*values: str) -> dict[str, Any]:
    options = [{"name": value, "value": value} for value in values]
    return {"ticket_field": {"type": "tagger", "title": "Mood", "custom_field_options": options}}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running_desk(tmp_path) as running:
        yield running


@pytest.fixture
def mood(desk: Desk) -> int:
    """A field with two choices."""
    return int(desk.post("/ticket_fields", tagger(*VALUES))["ticket_field"]["id"])


def state(ticket: dict[str, Any], mood: int) -> tuple[Any, list[str]]:
    """What the field says, and the tags."""
    values = {field["id"]: field["value"] for field in ticket["custom_fields"]}
    return values.get(mood), ticket["tags"]


def sent(mood: int, value: Any) -> list[dict[str, Any]]:
    return [{"id": mood, "value": value}]


@pytest.mark.parametrize(
    ("value", "tags", "then"),
    [
        ("mood_sad", [], ("mood_sad", ["mood_sad"])),
        ("mood_sad", ["mood_sad", "x"], ("mood_sad", ["mood_sad", "x"])),
        (None, ["x", "mood_glad"], ("mood_glad", ["x", "mood_glad"])),
        ("sad", ["x"], (None, ["x"])),
    ],
)
def test_a_new_ticket_has_field_and_tag(
    desk: Desk, mood: int, value: str | None, tags: list[str], then: tuple[Any, list[str]]
) -> None:
    fields = sent(mood, value) if value else []
    ticket = desk.ticket(tags=tags, custom_fields=fields)
    assert state(ticket, mood) == then


@pytest.mark.parametrize(
    ("change", "then"),
    [
        ({"value": "mood_glad"}, ("mood_glad", ["x", "mood_glad"])),
        ({"value": None}, (None, ["x"])),
        ({"value": "glad"}, ("mood_sad", ["mood_sad", "x"])),
        ({"tags": ["x", "mood_glad"]}, ("mood_glad", ["x", "mood_glad"])),
        ({"tags": ["x"]}, (None, ["x"])),
        ({"tags": ["y"]}, (None, ["y"])),
        ({"tags": ["mood_sad", "x", "y"]}, ("mood_sad", ["mood_sad", "x", "y"])),
    ],
)
def test_a_changed_ticket_has_field_and_tag(
    desk: Desk, mood: int, change: dict[str, Any], then: tuple[Any, list[str]]
) -> None:
    # Given a ticket with a choice
    ticket = desk.ticket(tags=["mood_sad", "x"])
    # When the field or the tags change
    if "value" in change:
        change = {"custom_fields": sent(mood, change["value"])}
    changed = desk.put(f"/tickets/{ticket['id']}", {"ticket": change})["ticket"]
    # Then the other does too
    assert state(changed, mood) == then


@pytest.mark.parametrize("values", [(), ("a", "a"), ("mood_sad",)])
def test_a_value_is_there_once_and_there_is_one(
    desk: Desk, mood: int, values: tuple[str, ...]
) -> None:
    refused = desk.call("POST", "/ticket_fields", json=tagger(*values))
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    # And a field may keep its own
    desk.put(f"/ticket_fields/{mood}", tagger("mood_sad", "mood_new"))
