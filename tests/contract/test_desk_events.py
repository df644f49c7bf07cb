"""What subscribed webhooks are told of deletions, merges and changes of hands."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desk_server import Desk, running_desk, wait_for
from loopback import Answer, Served, serving

TYPES = (
    "user.merged",
    "user.deleted",
    "user.active_changed",
    "ticket.merged",
    "ticket.soft_deleted",
    "ticket.undeleted",
    "ticket.permanently_deleted",
    "ticket.requester_changed",
    "ticket.comment_made_private",
    "ticket.status_changed",
)


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[tuple[Desk, Served]]:
    """A Desk, and who listens to its events."""
    with serving(lambda _: Answer()) as served, running_desk(tmp_path) as desk:
        webhook = {
            "name": "w",
            "endpoint": served.url,
            "http_method": "POST",
            "request_format": "json",
            "status": "active",
            "subscriptions": [f"zen:event-type:{name}" for name in TYPES],
        }
        desk.post("/webhooks", {"webhook": webhook})
        yield desk, served


def events(served: Served, count: int) -> dict[str, list[dict[str, Any]]]:
    """The first `count` events, by the last part of their type."""
    wait_for(lambda: len(served.asked) >= count, f"{count} events")
    found: dict[str, list[dict[str, Any]]] = {}
    for asked in served.asked:
        message = json.loads(asked.body)
        name = message["type"].removeprefix("zen:event-type:").removeprefix("ticket.")
        found.setdefault(name, []).append(message)
    return found


def test_deletions_are_told(heard: tuple[Desk, Served]) -> None:
    # Given
    desk, served = heard
    ticket_id = desk.ticket("secret words", external_id="m:1")["id"]
    # When
    desk.call("DELETE", f"/tickets/{ticket_id}")
    desk.put(f"/deleted_tickets/{ticket_id}/restore", {})
    desk.call("DELETE", f"/tickets/{ticket_id}")
    desk.call("DELETE", f"/deleted_tickets/{ticket_id}")
    found = events(served, 4)
    # Then
    assert {name: len(told) for name, told in found.items()} == {
        "soft_deleted": 2,
        "undeleted": 1,
        "permanently_deleted": 1,
    }
    gone, erased = found["soft_deleted"][0], found["permanently_deleted"][0]
    assert gone["subject"] == f"zen:ticket:{ticket_id}"
    assert (gone["detail"]["external_id"], gone["detail"]["status"]) == ("m:1", "DELETED")
    assert set(gone["event"]) == {"meta"}
    assert found["undeleted"][0]["detail"]["status"] == "NEW"
    assert "secret words" not in json.dumps(erased)


def test_a_merge_is_told_with_the_ticket_that_goes_on(heard: tuple[Desk, Served]) -> None:
    # Given
    desk, served = heard
    target, source = (desk.ticket()["id"] for _ in range(2))
    # When
    desk.post(f"/tickets/{target}/merge", {"ids": [source]})
    found = events(served, 2)
    # Then
    merged = found["merged"][0]
    assert merged["subject"] == f"zen:ticket:{source}"
    assert merged["event"]["target_ticket_id"] == str(target)
    assert merged["detail"]["status"] == "CLOSED"
    assert found["status_changed"][0]["event"]["current"] == "CLOSED"


def test_a_new_requester_and_a_hidden_comment_are_told(heard: tuple[Desk, Served]) -> None:
    # Given
    desk, served = heard
    anna, bram = desk.customer("Anna"), desk.customer("Bram")
    ticket_id = desk.ticket(requester_id=anna)["id"]
    comment_id = desk.get(f"/tickets/{ticket_id}/comments")["comments"][0]["id"]
    # When
    desk.put(f"/tickets/{ticket_id}", {"ticket": {"requester_id": bram}})
    for _ in range(2):
        desk.put(f"/tickets/{ticket_id}/comments/{comment_id}/make_private", {})
    found = events(served, 2)
    # Then: what is private already is not told again
    changed, private = found["requester_changed"][0], found["comment_made_private"]
    assert (changed["event"]["current"], changed["event"]["previous"]) == (str(bram), str(anna))
    assert changed["detail"]["requester_id"] == str(bram)
    assert [one["event"]["comment"] for one in private] == [
        {"id": str(comment_id), "is_public": False}
    ]
    event = desk.get(f"/tickets/{ticket_id}/audits")["audits"][-1]["events"][0]
    assert (event["type"], event["comment_id"]) == ("CommentPrivacyChange", comment_id)


def test_a_merge_of_users_is_told_with_the_one_that_goes_on(heard: tuple[Desk, Served]) -> None:
    # Given
    desk, served = heard
    anna = desk.customer("Anna", external_id="x1", email="anna@shop.example")
    bram = desk.customer("Bram")
    ticket_id = desk.ticket(requester_id=anna)["id"]
    # When
    desk.put(f"/users/{anna}/merge", {"user": {"id": bram}})
    found = events(served, 2)
    # Then
    merged, changed = found["user.merged"][0], found["requester_changed"][0]
    assert merged["subject"] == f"zen:user:{anna}"
    assert merged["event"] == {"user": {"id": str(bram)}}
    assert merged["zendesk_event_version"] == "2022-06-20"
    assert (merged["detail"]["id"], merged["detail"]["external_id"]) == (str(anna), "x1")
    assert changed["subject"] == f"zen:ticket:{ticket_id}"
    assert (changed["event"]["current"], changed["event"]["previous"]) == (str(bram), str(anna))


def test_a_deletion_of_a_user_is_told(heard: tuple[Desk, Served]) -> None:
    # Given
    desk, served = heard
    anna = desk.customer("Anna")
    # When
    desk.call("DELETE", f"/users/{anna}")
    found = events(served, 2)
    # Then
    deleted, inactive = found["user.deleted"][0], found["user.active_changed"][0]
    assert (deleted["subject"], deleted["event"]) == (f"zen:user:{anna}", {})
    assert inactive["event"] == {"current": False, "previous": True}
    assert deleted["detail"] | {"created_at": 0, "updated_at": 0} == {
        "id": str(anna),
        "created_at": 0,
        "updated_at": 0,
        "email": "",
        "external_id": "",
        "default_group_id": "0",
        "organization_id": "0",
        "role": "end-user",
    }
