"""Fields, forms, views, triggers and macros can be made, listed, changed and removed."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from desk_server import Desk, running_desk

UNSOLVED = [{"field": "status", "operator": "less_than", "value": "solved"}]
OPEN = [{"field": "status", "value": "open"}]
SENT: dict[str, dict[str, Any]] = {
    "ticket_field": {"type": "text", "title": "Handle"},
    "user_field": {"type": "text", "title": "Handle", "key": "handle"},
    "ticket_form": {"name": "Webcare"},
    "view": {"title": "Unsolved", "all": UNSOLVED},
    "trigger": {"title": "Open", "conditions": {"all": UNSOLVED}, "actions": OPEN},
    "macro": {"title": "Open", "actions": OPEN},
}
TITLE = {kind: "name" if kind == "ticket_form" else "title" for kind in SENT}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running_desk(tmp_path) as desk:
        yield desk


@pytest.mark.parametrize("kind", SENT)
def test_a_definition_lives_from_its_making_to_its_removal(desk: Desk, kind: str) -> None:
    # When it is made, changed in part and removed
    made = desk.post(f"/{kind}s", {kind: SENT[kind]})[kind]
    path = f"/{kind}s/{made['id']}"
    changed = desk.put(path, {kind: {"active": False}})[kind]
    listed = desk.get(f"/{kind}s")[f"{kind}s"]
    removed = desk.call("DELETE", f"{path}.json")
    # Then each step is seen in the next
    assert made[TITLE[kind]] == SENT[kind][TITLE[kind]]
    assert changed == made | {"active": False, "updated_at": changed["updated_at"]}
    assert changed in listed
    assert (removed.status_code, removed.content) == (HTTPStatus.NO_CONTENT, b"")
    for method, body in (("GET", None), ("PUT", {kind: {"active": True}}), ("DELETE", None)):
        assert desk.call(method, path, json=body).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("kind", SENT)
def test_lists_come_in_pages_of_both_kinds(desk: Desk, kind: str) -> None:
    # Given
    before = [one["id"] for one in desk.get(f"/{kind}s")[f"{kind}s"]]
    keys = [{"key": f"k{n}"} if kind == "user_field" else {} for n in range(3)]
    made = [desk.post(f"/{kind}s", {kind: SENT[kind] | key})[kind]["id"] for key in keys]
    # When
    first = desk.get(f"/{kind}s", params={"page[size]": len(before) + 2})
    after = {"page[size]": 9, "page[after]": first["meta"]["after_cursor"]}
    second = desk.get(f"/{kind}s", params=after)
    by_offset = desk.get(f"/{kind}s", params={"per_page": 1, "page": len(before) + 3})
    # Then
    assert [one["id"] for one in first[f"{kind}s"]] == before + made[:2]
    assert [one["id"] for one in second[f"{kind}s"]] == made[2:]
    assert [one["id"] for one in by_offset[f"{kind}s"]] == made[2:]


@pytest.mark.parametrize(
    ("kind", "without", "named"),
    [
        ("ticket_field", "title", "title"),
        ("user_field", "key", "key"),
        ("ticket_form", "name", "name"),
        ("view", "all", "base"),
        ("trigger", "actions", "actions"),
        ("macro", "title", "title"),
    ],
)
def test_what_makes_no_sense_is_refused(desk: Desk, kind: str, without: str, named: str) -> None:
    # When
    sent = {name: value for name, value in SENT[kind].items() if name != without}
    refused = desk.call("POST", f"/{kind}s", json={kind: sent})
    # Then
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert named in refused.json()["details"]


def test_a_view_looks_at_one_of_the_fields_it_must(desk: Desk) -> None:
    tags = [{"field": "current_tags", "operator": "includes", "value": "gehoor"}]
    view = {"view": {"title": "Tagged", "all": tags, "any": UNSOLVED}}
    assert desk.call("POST", "/views", json=view).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_the_helpdesks_own_fields_and_form_cannot_be_removed(desk: Desk) -> None:
    # Given
    own = desk.get("/ticket_fields")["ticket_fields"]
    [form] = desk.get("/ticket_forms")["ticket_forms"]
    # When
    paths = [f"/ticket_fields/{field['id']}" for field in own] + [f"/ticket_forms/{form['id']}"]
    statuses = {desk.call("DELETE", path).status_code for path in paths}
    # Then
    assert statuses == {HTTPStatus.FORBIDDEN}
    assert {field["type"] for field in own if not field["removable"]} >= {"subject", "status"}
    assert form["ticket_field_ids"] == [field["id"] for field in own]


def test_a_removed_field_leaves_its_forms(desk: Desk) -> None:
    # Given a form with two fields
    ids = [
        desk.post("/ticket_fields", {"ticket_field": SENT["ticket_field"]})["ticket_field"]["id"]
        for _ in range(2)
    ]
    form = desk.post("/ticket_forms", {"ticket_form": {"name": "f", "ticket_field_ids": ids}})
    # When one is removed
    desk.call("DELETE", f"/ticket_fields/{ids[0]}")
    # Then the form has the other, and takes none that does not exist
    path = f"/ticket_forms/{form['ticket_form']['id']}"
    assert desk.get(path)["ticket_form"]["ticket_field_ids"] == ids[1:]
    refused = desk.call("PUT", path, json={"ticket_form": {"ticket_field_ids": ids}})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_field_stays_what_it_was_made_as(desk: Desk) -> None:
    # Given
    made = desk.post("/user_fields", {"user_field": SENT["user_field"]})["user_field"]
    # When
    change = {"user_field": {"key": "other", "type": "date", "title": "New"}}
    changed = desk.put(f"/user_fields/{made['id']}", change)["user_field"]
    # Then
    assert (changed["key"], changed["type"], changed["title"]) == ("handle", "text", "New")


def test_nobody_makes_a_field_that_cannot_be_removed(desk: Desk) -> None:
    # When
    sent = {"ticket_field": SENT["ticket_field"] | {"removable": False}}
    made = desk.post("/ticket_fields", sent)["ticket_field"]
    # Then
    assert made["removable"] is True
    assert desk.call("DELETE", f"/ticket_fields/{made['id']}").status_code == HTTPStatus.NO_CONTENT


def test_conditions_are_answered_as_recorded(desk: Desk) -> None:
    # Given a condition that Zendesk answers with a boolean
    public = {"field": "comment_is_public", "operator": "is", "value": "true"}
    # When
    sent = {"title": "t", "all": UNSOLVED, "any": [public], "actions": OPEN}
    conditions = desk.post("/triggers", {"trigger": sent})["trigger"]["conditions"]
    # Then
    assert conditions == {"all": UNSOLVED, "any": [public | {"value": True}]}


def test_definitions_are_there_after_a_restart_and_once(tmp_path: Path) -> None:
    # Given
    with running_desk(tmp_path) as first:
        first.post("/views", {"view": SENT["view"]})
        before = [first.get(f"/{kind}s")[f"{kind}s"] for kind in SENT]
        first.control("reset").raise_for_status()
    # When
    with running_desk(tmp_path) as second:
        after = [second.get(f"/{kind}s")[f"{kind}s"] for kind in SENT]

    # Then (their addresses name the server's port)
    def without_url(lists: list[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
        return [[{**one, "url": ""} for one in each] for each in lists]

    assert without_url(after) == without_url(before)


def test_put_wants_all_that_makes_a_webhook(desk: Desk) -> None:
    # Given
    webhook = {
        "name": "gehoor",
        "endpoint": "https://a.example/hook",
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
        "subscriptions": ["zen:event-type:ticket.comment_added"],
    }
    webhook_id = desk.post("/webhooks", {"webhook": webhook})["webhook"]["id"]
    # When
    path = f"/webhooks/{webhook_id}"
    part = desk.call("PUT", path, json={"webhook": {"status": "inactive"}})
    whole = desk.call("PUT", path, json={"webhook": webhook | {"status": "inactive"}})
    # Then
    assert part.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert whole.status_code == HTTPStatus.NO_CONTENT
    assert desk.get(path)["webhook"]["status"] == "inactive"
