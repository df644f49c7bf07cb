"""The Desk's answers have the keys and types of answers recorded from the real service."""

import json
import re
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import requests

from desk_server import Desk, running_desk

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "zendesk"
SHARED = ROOT.parent / "shared" / "fixtures" / "helpdesks" / "zendesk" / "zenpy"

# What recordings hold and neither gehoor nor zenpy reads, by why it is absent from the Desk.
LEFT_OUT = {
    "satisfaction_probability",  # withdrawn by Zendesk
    "generated_timestamp",  # only in incremental exports
    "result_type",  # only in search results
    "chat_only",  # only on accounts with Chat
    "ip_address",  # of the client, in audit metadata: the Desk has one client machine
    "location",
    "latitude",
    "longitude",
    "watchable",  # of views, older than the other recordings, which lack it
}
# Objects whose keys belong to the recorded account or channel, not to the API.
OPEN = ("user_fields", "via.source")
# Values of conditions and actions, whose type depends on the field.
RULE_VALUE = re.compile(r"\.(actions|all|any)\[\d+\]\.value$")
KINDS = (
    "ticket",
    "tickets",
    "audit",
    "audits",
    "comments",
    "user",
    "users",
    "user_related",
    "webhook",
    "signing_secret",
    "ticket_field",
    "user_field",
    "ticket_form",
    "ticket_forms",
    "view",
    "views",
    "trigger",
    "triggers",
    "macro",
    "upload",
)
ONLY_IN_GO_ZENDESK = {"comments", "user_related", "ticket_form", "ticket_forms"}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """One answer of the Desk for every kind of object, under the key Zendesk uses."""
    with running_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield _answers(desk)


def _answers(desk: Desk) -> dict[str, Any]:
    authentication = {"type": "basic_auth", "data": {"username": "u", "password": "p"}}
    webhook = {
        "name": "w",
        "description": "d",
        "endpoint": "https://a.example",
        "http_method": "GET",
        "request_format": "json",
        "status": "active",
        "subscriptions": ["conditional_ticket_events"],
        "authentication": authentication | {"add_position": "header"},
    }
    made = desk.post("/webhooks", {"webhook": webhook})
    path = f"/webhooks/{made['webhook']['id']}"
    desk.call("PATCH", path, json={"webhook": {"name": "v"}})
    option = {"name": "o", "value": "o"}
    field = {"title": "f", "type": "tagger", "custom_field_options": [option], "description": "d"}
    fields = desk.post("/ticket_fields", {"ticket_field": field})
    fields |= desk.post("/user_fields", {"user_field": field | {"key": "k"}})
    fields |= _rules(desk)
    user_id = desk.customer("Anna", tags=["t"], phone="1", alias="a", details="d", notes="n")
    filled = {"tags": ["t"], "priority": "urgent", "custom_fields": [{"id": 1, "value": "v"}]}
    ticket = desk.post("/tickets", {"ticket": {"comment": {"body": "x"}, "subject": "s", **filled}})
    ticket_id = ticket["ticket"]["id"]
    desk.put(f"/tickets/{ticket_id}", {"ticket": {"status": "open"}})
    return {
        **desk.get(path),
        **fields,
        **ticket,
        **desk.get(f"{path}/signing_secret"),
        **desk.get("/ticket_forms"),
        **desk.get("/views"),
        **desk.get("/triggers"),
        **desk.get("/tickets"),
        **desk.get(f"/tickets/{ticket_id}/audits"),
        **desk.get(f"/tickets/{ticket_id}/comments", params={"page[size]": 1}),
        **desk.get(f"/users/{user_id}"),
        **desk.get("/users"),
        **desk.get(f"/users/{user_id}/related"),
        **desk.call("POST", "/uploads?filename=README.md", data=b"x").json(),
    }


def _rules(desk: Desk) -> dict[str, Any]:
    """A form, a view, a trigger and a macro."""
    unsolved = [{"field": "status", "operator": "less_than", "value": "solved"}]
    output = {"group_by": "status", "sort_by": "nice_id"}
    view = {"title": "v", "description": "d", "all": unsolved, "output": output}
    actions = [{"field": "status", "value": "open"}]
    acts: dict[str, Any] = {"title": "a", "description": "d", "actions": actions}
    made: dict[str, Any] = desk.post("/ticket_forms", {"ticket_form": {"name": "f"}})
    made |= desk.post("/views", {"view": view})
    made |= desk.post("/triggers", {"trigger": acts | {"all": unsolved}})
    made |= desk.post("/macros", {"macro": acts})
    return made


EVENT_VALUE = ".events[0].value: list recorded, str answered"


def differences(recorded: Any, answered: Any, path: str = "") -> list[str]:
    """What is recorded and absent from the answer, or of another JSON type there."""
    if recorded is None or answered is None or RULE_VALUE.search(path):
        return []
    if type(recorded) is not type(answered):
        return [f"{path}: {type(recorded).__name__} recorded, {type(answered).__name__} answered"]
    if isinstance(recorded, dict) and not path.endswith(OPEN):
        found = [f"{path}.{key}: missing" for key in sorted(recorded.keys() - answered - LEFT_OUT)]
        for key in recorded.keys() & answered:
            found += differences(recorded[key], answered[key], f"{path}.{key}")
        return found
    if isinstance(recorded, list):
        return [
            difference
            for index, one in enumerate(recorded)
            for like in _like(one, answered)
            for difference in differences(one, like, f"{path}[{index}]")
        ]
    return []


def _like(recorded: Any, answered: list[Any]) -> list[Any]:
    """The first answered item that tells of the same thing as the recorded one, if there is one."""
    return list(islice((one for one in answered if _kind(one) == _kind(recorded)), 1))


def _kind(item: Any) -> tuple[Any, Any]:
    if not isinstance(item, dict):
        return (None, None)
    return (item.get("type"), item.get("field_name"))


@pytest.mark.parametrize(
    ("recorded", "answered", "found"),
    [
        ({"a": 1, "b": "x"}, {"a": 2, "b": "y", "c": None}, []),
        ({"a": 1}, {}, [".a: missing"]),
        ({"a": 1}, {"a": "1"}, [".a: int recorded, str answered"]),
        ({"a": True}, {"a": 1}, [".a: bool recorded, int answered"]),
        ({"a": [{"b": 1}]}, {"a": [{}]}, [".a[0].b: missing"]),
        ({"a": None}, {"a": {}}, []),
        ([{"type": "x", "b": 1}], [{"type": "y"}, {"type": "x"}], ["[0].b: missing"]),
        ({"user_fields": {"a": 1}}, {"user_fields": {}}, []),
        ({"actions": [{"value": [1]}]}, {"actions": [{"value": "x"}]}, []),
        ({"events": [{"value": [1]}]}, {"events": [{"value": "x"}]}, [EVENT_VALUE]),
    ],
)
def test_the_comparison_itself(recorded: Any, answered: Any, found: list[str]) -> None:
    assert differences(recorded, answered) == found


@pytest.mark.parametrize(
    "name",
    [
        "GET_ticket",
        "GET_ticket_show_many",
        "GET_ticket_comments",
        "GET_ticket_audit",
        "GET_users",
        "GET_user_related",
        "GET_ticket_field",
        "GET_ticket_form",
        "GET_ticket_forms",
        "GET_view",
        "GET_views",
        "GET_triggers",
        "GET_macro",
    ],
)
def test_objects_have_the_recorded_shape(answers: dict[str, Any], name: str) -> None:
    # Given
    path = FIXTURES / "go-zendesk" / f"{name}.json"
    recorded = json.loads(path.read_text(encoding="utf-8"))
    kind = next(key for key in recorded if key in KINDS)
    # Then
    assert differences(recorded, answers | _paging(recorded, answers)) == []
    assert answers[kind] not in (None, [], {})


def _paging(recorded: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """Paging keys exist in two forms; an answer has those of the form that was asked for."""
    return {} if "meta" in recorded else {"count": answers["count"], "next_page": None}


def test_nobody_is_the_recorded_nobody(tmp_path: Path) -> None:
    # Given
    path = FIXTURES / "node-zendesk" / "authentication_test_no_creds.json"
    exchange = json.loads(path.read_text(encoding="utf-8"))[0]
    with running_desk(tmp_path) as desk:
        # When
        answer = requests.get(f"{desk.url}{exchange['path']}", timeout=5)
    # Then
    assert answer.status_code == exchange["status"]
    assert answer.json()["user"]["name"] == exchange["response"]["user"]["name"]


@cache
def _shared_exchanges() -> list[tuple[str, dict[str, Any]]]:
    return [
        (path.name, exchange)
        for path in sorted(SHARED.glob("*.json"))
        for exchange in json.loads(path.read_text(encoding="utf-8"))
    ]


def shared_exchanges() -> list[tuple[str, dict[str, Any]]]:
    if not SHARED.is_dir():
        pytest.skip("the recordings of zenpy are GPL and lie in ../shared, which is absent here")
    return _shared_exchanges()


@pytest.mark.shared
@pytest.mark.parametrize("kind", sorted(set(KINDS) - ONLY_IN_GO_ZENDESK))
def test_every_shared_recording_has_the_desks_shape(answers: dict[str, Any], kind: str) -> None:
    # Given
    bodies = [
        (name, exchange["response"]["body"])
        for name, exchange in shared_exchanges()
        if isinstance(exchange["response"]["body"], dict) and kind in exchange["response"]["body"]
    ]
    # Then
    assert bodies
    found = {
        difference
        for _, body in bodies
        for difference in differences(body[kind], answers[kind], kind)
    }
    assert found == set()


@pytest.mark.shared
@pytest.mark.parametrize("work", ["create_many", "update_many"])
def test_jobs_end_with_the_recorded_results(tmp_path: Path, work: str) -> None:
    # Given
    recorded = [
        exchange["response"]["body"]["job_status"]
        for name, exchange in shared_exchanges()
        if name.startswith("TestTicket") and "/job_statuses/" in exchange["request"]["uri"]
    ]
    ended = [
        job
        for job in recorded
        if job["results"] and ("action" in job["results"][0]) == (work == "update_many")
    ]
    # When
    with running_desk(tmp_path) as desk:
        ticket_id = desk.ticket()["id"]
        method = "POST" if work == "create_many" else "PUT"
        item = {"id": ticket_id, "comment": {"body": "x"}}
        queued = desk.call(method, f"/tickets/{work}", json={"tickets": [item]}).json()
        job = desk.get(f"/job_statuses/{queued['job_status']['id']}")["job_status"]
    # Then
    assert ended
    assert differences(recorded[0], queued["job_status"]) == []
    assert differences(ended[0], job) == []
    assert {frozenset(result) for one in ended for result in one["results"]} == {
        frozenset(job["results"][0])
    }


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("TestDeletedTickets.test_delete_and_restore", 4),
        ("TestDeletedTickets.test_permanently_delete", 5),
        ("TestUserCreateUpdateDelete.test_single_object_deletion-delete-single", 2),
    ],
)
def test_a_recorded_deletion_goes_the_same_way(tmp_path: Path, name: str, steps: int) -> None:
    # Given
    recorded = [one for file, one in shared_exchanges() if file == f"{name}.json"]
    ids: dict[str, str] = {}
    statuses, found = [], []
    # When
    with running_desk(tmp_path) as desk:
        for exchange in recorded[:steps]:
            answer = _again(desk, exchange, ids)
            statuses.append(answer.status_code)
            body = answer.json() if answer.content else ""
            ids |= _ids(exchange["response"]["body"], body)
            found += differences(exchange["response"]["body"], body)
    # Then
    assert statuses == [one["response"]["status"]["code"] for one in recorded[:steps]]
    assert found == []


def _again(desk: Desk, exchange: dict[str, Any], ids: dict[str, str]) -> requests.Response:
    """The recorded request, sent to the Desk; `ids` maps recorded ids to the Desk's."""
    asked = exchange["request"]
    path = asked["uri"].partition("/api/v2")[2]
    for recorded, own in ids.items():
        path = path.replace(recorded, own)
    body = {"ticket": {"comment": {"body": "test"}}, "user": {"name": "testUser"}}
    return desk.call(asked["method"], path, json=body if asked["method"] == "POST" else None)


def _ids(recorded: Any, answered: Any) -> dict[str, str]:
    kinds = set(recorded) & {"ticket", "user", "job_status"} if isinstance(recorded, dict) else ()
    return {str(recorded[kind]["id"]): str(answered[kind]["id"]) for kind in kinds}


@pytest.mark.shared
def test_refusals_have_the_recorded_shape(tmp_path: Path) -> None:
    # Given
    recorded = {
        (exchange["response"]["status"]["code"], exchange["response"]["body"]["error"])
        for _, exchange in shared_exchanges()
        if exchange["response"]["status"]["code"] in (400, 404)
        and isinstance(exchange["response"]["body"].get("error"), str)
    }
    # When
    with running_desk(tmp_path) as desk:
        missing = desk.call("DELETE", "/webhooks/x")
        many = desk.call("POST", "/tickets/create_many", json={"tickets": [{}] * 101})
    # Then
    seen = {(answer.status_code, answer.json()["error"]) for answer in (missing, many)}
    assert seen == {(HTTPStatus.NOT_FOUND, "RecordNotFound"), (400, "TooManyValues")}
    assert seen <= recorded


@pytest.mark.shared
def test_limits_are_told_in_the_recorded_headers(tmp_path: Path) -> None:
    # Given
    wanted = {"x-rate-limit", "x-rate-limit-remaining", "x-zendesk-api-version"}
    newer = {"ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"}
    recorded = {
        name.lower()
        for _, exchange in shared_exchanges()
        for name in exchange["response"]["headers"]
    }
    # When
    with running_desk(tmp_path) as desk:
        headers = {name.lower() for name in desk.call("GET", "/tickets").headers}
    # Then
    assert wanted | newer <= recorded
    assert wanted | newer <= headers
