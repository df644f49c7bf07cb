import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from desk_server import Desk, running_desk, wait_for
from loopback import Answer, Served, serving

EVENTS = ["zen:event-type:ticket.comment_added", "zen:event-type:ticket.status_changed"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running_desk(tmp_path, resolve={"*.gateway.example": "127.0.0.1:1"}) as desk:
        yield desk


@pytest.fixture
def receiver() -> Iterator[Served]:
    with serving(lambda _: Answer()) as served:
        yield served


def draft(endpoint: str, **more: Any) -> dict[str, Any]:
    webhook = {
        "name": "gehoor",
        "endpoint": endpoint,
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
        "subscriptions": EVENTS,
    }
    return {"webhook": webhook | more}


def subscribe(desk: Desk, endpoint: str, **more: Any) -> dict[str, Any]:
    webhook: dict[str, Any] = desk.post("/webhooks", draft(endpoint, **more))["webhook"]
    return webhook


def received(served: Served, count: int) -> list[dict[str, Any]]:
    wait_for(lambda: len(served.asked) >= count, f"{count} deliveries")
    return [json.loads(asked.body) for asked in served.asked]


def invocations(desk: Desk, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.get(f"/webhooks/{webhook['id']}/invocations")["invocations"]
    return found


def ended(desk: Desk, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    def all_ended() -> list[dict[str, Any]]:
        found = invocations(desk, webhook)
        return found if all(one["status"] != "pending" for one in found) else []

    result: list[dict[str, Any]] = wait_for(all_ended, "the deliveries to end")
    return result


def test_an_agents_answer_arrives_signed(desk: Desk, receiver: Served) -> None:
    # Given
    anna = desk.customer("Anna")
    ticket = desk.ticket(requester_id=anna, external_id="mastodon:1")
    webhook = subscribe(desk, f"{receiver.url}/hook")
    secret = desk.get(f"/webhooks/{webhook['id']}/signing_secret")["signing_secret"]
    # When
    answer = desk.put(f"/tickets/{ticket['id']}", {"ticket": {"comment": {"body": "Søn"}}})
    message = received(receiver, 2)
    # Then: one event for the comment, one for the status, each as documented
    by_type = {one["type"]: one for one in message}
    said, opened = by_type[EVENTS[0]], by_type[EVENTS[1]]
    comment_id = answer["audit"]["events"][0]["id"]
    assert said["event"]["comment"] | {"author": 0} == {
        "id": str(comment_id),
        "body": "Søn",
        "is_public": True,
        "author": 0,
    }
    assert said["event"]["comment"]["author"]["is_staff"] is True
    assert said["subject"] == f"zen:ticket:{ticket['id']}"
    assert said["detail"]["id"] == str(ticket["id"])
    assert said["detail"]["external_id"] == "mastodon:1"
    assert said["detail"]["requester_id"] == str(anna)
    assert (opened["event"]["current"], opened["event"]["previous"]) == ("OPEN", "NEW")
    asked = receiver.asked[0]
    timestamp = asked.headers["x-zendesk-webhook-signature-timestamp"]
    digest = hmac.new(secret["secret"].encode(), timestamp.encode() + asked.body, hashlib.sha256)
    assert secret["algorithm"] == "SHA256"
    assert asked.headers["x-zendesk-webhook-signature"] == (
        base64.b64encode(digest.digest()).decode()
    )
    assert asked.path == "/hook"
    assert asked.headers["user-agent"] == "Zendesk Webhook"
    assert asked.headers["content-type"] == "application/json; charset=utf-8"
    assert asked.headers["x-zendesk-webhook-id"] == webhook["id"]
    assert {one["id"] for one in invocations(desk, webhook)} == {
        asked.headers["x-zendesk-webhook-invocation-id"] for asked in receiver.asked
    }


def test_a_customers_word_and_a_note_are_told_apart(desk: Desk, receiver: Served) -> None:
    # Given
    anna = desk.customer("Anna")
    subscribe(desk, receiver.url, subscriptions=EVENTS[:1])
    # When
    ticket = desk.ticket(requester_id=anna, submitter_id=anna)
    note = {"comment": {"body": "note", "public": False}}
    desk.put(f"/tickets/{ticket['id']}", {"ticket": note})
    # Then
    comments = [one["event"]["comment"] for one in received(receiver, 2)]
    assert {(c["is_public"], c["author"]["is_staff"]) for c in comments} == {
        (True, False),
        (False, True),
    }


def test_only_subscribed_events_of_active_webhooks_are_sent(desk: Desk, receiver: Served) -> None:
    # Given
    subscribe(desk, f"{receiver.url}/inactive", status="inactive")
    subscribe(desk, f"{receiver.url}/status", subscriptions=EVENTS[1:])
    subscribe(desk, f"{receiver.url}/triggers", subscriptions=["conditional_ticket_events"])
    ticket = desk.ticket()
    # When
    desk.put(f"/tickets/{ticket['id']}", {"ticket": {"comment": {"body": "x"}}})
    received(receiver, 1)
    desk.put(f"/tickets/{ticket['id']}", {"ticket": {"status": "solved"}})
    received(receiver, 2)
    # Then
    assert [asked.path for asked in receiver.asked] == ["/status", "/status"]


@pytest.mark.parametrize(
    ("answers", "calls", "end"),
    [
        ([Answer(status=204)], 1, "success"),
        ([Answer(status=500)], 1, "failed"),
        ([Answer(status=404)], 1, "failed"),
        ([Answer(status=302, headers={"Location": "/other"})], 1, "failed"),
        ([Answer(status=409), Answer()], 2, "success"),
        ([Answer(status=503, headers={"Retry-After": "0"}), Answer()], 2, "success"),
        ([Answer(status=429, headers={"Retry-After": "60"})], 1, "failed"),
        ([Answer(status=503)], 1, "failed"),
    ],
)
def test_only_what_zendesk_repeats_is_sent_again(
    desk: Desk, answers: list[Answer], calls: int, end: str
) -> None:
    # Given
    script = iter(answers)
    with serving(lambda _: next(script)) as served:
        webhook = subscribe(desk, served.url, subscriptions=EVENTS[:1])
        # When
        desk.ticket()
        invocation = ended(desk, webhook)[0]
        # Then
        path = f"/webhooks/{webhook['id']}/invocations/{invocation['id']}/attempts"
        attempts = desk.get(path)["attempts"]
        assert (invocation["status"], len(served.asked), len(attempts)) == (end, calls, calls)
        ids = {a.headers["x-zendesk-webhook-invocation-id"] for a in served.asked}
        assert ids == {invocation["id"]}
        assert attempts[0]["request"]["payload"] == served.asked[0].body.decode()


def test_nobody_listening_is_a_failed_delivery(desk: Desk) -> None:
    # Given
    webhook = subscribe(desk, "https://x1.gateway.example/hook", subscriptions=EVENTS[:1])
    # When
    desk.ticket()
    # Then
    assert [one["status"] for one in ended(desk, webhook)] == ["failed"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "http://[broken"},
        {"authentication": {"type": "api_key", "data": {"name": "X-Key", "value": "\u2192"}}},
    ],
)
def test_a_webhook_that_cannot_be_called_leaves_the_others_alone(
    desk: Desk, receiver: Served, wrong: dict[str, Any]
) -> None:
    # Given
    broken = subscribe(desk, **({"endpoint": receiver.url, "subscriptions": EVENTS[:1]} | wrong))
    subscribe(desk, f"{receiver.url}/good", subscriptions=EVENTS[:1])
    # When
    desk.ticket()
    # Then
    assert [one["status"] for one in ended(desk, broken)] == ["failed"]
    received(receiver, 1)
    assert [asked.path for asked in receiver.asked] == ["/good"]


def test_what_was_not_sent_is_sent_after_a_restart(tmp_path: Path) -> None:
    # Given
    script = iter([Answer(status=503, headers={"Retry-After": "1"}), Answer()])
    with serving(lambda _: next(script)) as served:
        with running_desk(tmp_path) as first:
            webhook = subscribe(first, served.url, subscriptions=EVENTS[:1])
            first.ticket("one")
            received(served, 1)
        # When
        with running_desk(tmp_path) as second:
            done = ended(second, webhook)
    # Then
    assert [one["status"] for one in done] == ["success"]
    assert [asked.headers["x-zendesk-webhook-invocation-id"] for asked in served.asked] == [
        done[0]["id"]
    ] * 2


def test_a_named_host_is_reached_elsewhere_and_keeps_its_name(
    tmp_path: Path, receiver: Served
) -> None:
    # Given
    resolve = {"*.gateway.example": f"127.0.0.1:{receiver.port}"}
    with running_desk(tmp_path, resolve=resolve) as desk:
        subscribe(desk, "https://x1.gateway.example/hook?a=b", subscriptions=EVENTS[:1])
        # When
        desk.ticket()
        received(receiver, 1)
    # Then
    asked = receiver.asked[0]
    assert (asked.headers["host"], asked.path, asked.one("a")) == (
        "x1.gateway.example",
        "/hook",
        "b",
    )


def test_a_webhook_given_at_start_is_kept_by_its_name(tmp_path: Path, receiver: Served) -> None:
    # Given
    given = {"name": "gehoor", "endpoint": "https://old.example/", "subscriptions": []}
    with running_desk(tmp_path, webhooks=[given | {"secret": "old"}]) as desk:
        before = desk.get("/webhooks")["webhooks"]
    # When
    new = given | {"endpoint": receiver.url, "subscriptions": EVENTS, "secret": "new"}
    with running_desk(tmp_path, webhooks=[new]) as desk:
        after = desk.get("/webhooks")["webhooks"]
        secret = desk.get(f"/webhooks/{after[0]['id']}/signing_secret")["signing_secret"]["secret"]
        desk.ticket()
        received(receiver, 1)
    # Then
    assert [one["id"] for one in after] == [one["id"] for one in before]
    assert (after[0]["endpoint"], secret) == (receiver.url, "new")


def test_a_webhook_is_changed_given_a_new_secret_and_deleted(desk: Desk) -> None:
    # Given
    authentication = {
        "type": "basic_auth",
        "data": {"username": "u", "password": "p"},
        "add_position": "header",
    }
    made = desk.call(
        "POST", "/webhooks", json=draft("https://a.example/", authentication=authentication)
    )
    webhook = made.json()["webhook"]
    path = f"/webhooks/{webhook['id']}"
    # When
    first = desk.get(f"{path}/signing_secret")
    rotated = desk.call("POST", f"{path}/signing_secret")
    changed = desk.call("PATCH", path, json={"webhook": {"name": "A new name"}})
    shown = desk.get(path)["webhook"]
    deleted = desk.call("DELETE", path)
    # Then
    assert made.status_code == rotated.status_code == HTTPStatus.CREATED
    assert rotated.json() != first
    assert (changed.status_code, changed.content) == (HTTPStatus.NO_CONTENT, b"")
    assert shown["updated_by"] == shown["created_by"]
    assert webhook | {"name": "A new name"} == {
        key: value for key, value in shown.items() if not key.startswith("updated_")
    }
    assert shown["authentication"]["data"] == {"username": "u"}
    assert deleted.status_code == HTTPStatus.NO_CONTENT
    assert desk.call("GET", path).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"endpoint": "ftp://x"}, "endpoint"),
        ({"http_method": "SEND"}, "http_method"),
        ({"request_format": "jsn"}, "request_format"),
        ({"status": "on"}, "status"),
        ({"subscriptions": "all"}, "subscriptions"),
        ({"authentication": {"type": "magic"}}, "authentication"),
    ],
)
def test_wrong_webhooks_are_refused(desk: Desk, wrong: dict[str, Any], field: str) -> None:
    # When
    refused = desk.call(
        "POST", "/webhooks", json=draft(**({"endpoint": "https://a.example/"} | wrong))
    )
    # Then
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert field in refused.json()["details"]


@pytest.mark.parametrize("path", ["", "/signing_secret", "/invocations", "/invocations/x/attempts"])
def test_an_unknown_webhook_is_not_found(desk: Desk, path: str) -> None:
    assert desk.call("GET", f"/webhooks/x{path}").status_code == HTTPStatus.NOT_FOUND
