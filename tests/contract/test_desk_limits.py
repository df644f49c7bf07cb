from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import requests

from desk_server import Desk, running_desk

TICKET: dict[str, Any] = {"ticket": {"external_id": "e1", "comment": {"body": "x"}}}
KEY = {"Idempotency-Key": "k1"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture
def desk(server: Desk) -> Desk:
    assert server.control("reset").ok
    return server


def test_a_repeated_idempotency_key_gives_the_first_answer_again(desk: Desk) -> None:
    # When
    first = desk.call("POST", "/tickets", json=TICKET, headers=KEY)
    again = desk.call("POST", "/tickets.json", json=TICKET, headers=KEY)
    # Then
    lookups = [answer.headers["x-idempotency-lookup"] for answer in (first, again)]
    assert lookups == ["miss", "hit"]
    assert again.status_code == HTTPStatus.CREATED
    assert again.json() == first.json()
    assert again.headers["Location"] == first.headers["Location"]
    assert desk.get("/tickets")["count"] == 1


def test_one_key_at_the_same_time_makes_one_ticket(desk: Desk) -> None:
    # When
    def create(_: int) -> str:
        headers = KEY | {"Authorization": str(desk.session.headers["Authorization"])}
        url = f"{desk.url}/api/v2/tickets"
        answer = requests.post(url, json=TICKET, headers=headers, timeout=10)
        return answer.headers["x-idempotency-lookup"]

    with ThreadPoolExecutor(8) as pool:
        lookups = list(pool.map(create, range(8)))
    # Then
    assert sorted(lookups) == ["hit"] * 7 + ["miss"]
    assert desk.get("/tickets")["count"] == 1


def test_the_same_key_for_something_else_is_refused(desk: Desk) -> None:
    # Given
    desk.post("/tickets", TICKET, headers=KEY)
    # When
    other = {"ticket": {"external_id": "e2", "comment": {"body": "x"}}}
    refused = desk.call("POST", "/tickets", json=other, headers=KEY)
    # Then
    assert refused.status_code == HTTPStatus.BAD_REQUEST
    assert refused.json()["error"] == "IdempotentRequestError"
    assert desk.get("/tickets")["count"] == 1


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_is_neither_empty_nor_too_long(desk: Desk, key: str) -> None:
    refused = desk.call("POST", "/tickets", json=TICKET, headers={"Idempotency-Key": key})
    assert refused.status_code == HTTPStatus.BAD_REQUEST


def test_a_refused_ticket_leaves_the_key_free(desk: Desk) -> None:
    # Given
    desk.call("POST", "/tickets", json={"ticket": {}}, headers=KEY)
    # When
    answer = desk.call("POST", "/tickets", json=TICKET, headers=KEY)
    # Then
    assert answer.status_code == HTTPStatus.CREATED
    assert answer.headers["x-idempotency-lookup"] == "miss"


def test_a_key_is_forgotten_after_two_hours(tmp_path: Path) -> None:
    # Given
    now = [datetime(2026, 11, 22, 10, 0, tzinfo=UTC)]
    with running_desk(tmp_path, clock=lambda: now[0]) as desk:
        desk.post("/tickets", TICKET, headers=KEY)
        # When
        now[0] += timedelta(hours=2)
        answer = desk.call("POST", "/tickets", json=TICKET, headers=KEY)
        # Then
        assert answer.headers["x-idempotency-lookup"] == "miss"
        assert desk.get("/tickets")["count"] == 2


def test_an_account_out_of_budget_is_told_when_to_come_back(tmp_path: Path) -> None:
    # Given
    with running_desk(tmp_path, requests_per_minute=2) as desk:
        first = desk.call("GET", "/tickets")
        desk.call("GET", "/users/me")
        # When
        refused = desk.call("POST", "/tickets", json=TICKET)
        # Then
        headers = first.headers
        assert (headers["X-Rate-Limit"], headers["X-Rate-Limit-Remaining"]) == ("2", "1")
        assert (headers["ratelimit-limit"], headers["ratelimit-remaining"]) == ("2", "1")
        assert 1 <= int(headers["ratelimit-reset"]) <= 60
        assert refused.status_code == HTTPStatus.TOO_MANY_REQUESTS
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert refused.headers["X-Rate-Limit-Remaining"] == "0"
        assert refused.json()["error"] == "APIRateLimitExceeded"


def test_a_ticket_takes_thirty_updates_in_ten_minutes(desk: Desk) -> None:
    # Given
    path = f"/tickets/{desk.ticket()['id']}"
    other = f"/tickets/{desk.ticket()['id']}"
    change = {"ticket": {"priority": "low"}}
    # When
    answers = [desk.call("PUT", path, json=change) for _ in range(31)]
    # Then
    name = "zendesk-ratelimit-per-ticket-updates"
    assert answers[0].headers[name].startswith("total=30; remaining=29; resets=")
    assert [answer.status_code for answer in answers] == [HTTPStatus.OK] * 30 + [
        HTTPStatus.TOO_MANY_REQUESTS
    ]
    assert int(answers[-1].headers["Retry-After"]) <= 600
    assert desk.call("PUT", other, json=change).status_code == HTTPStatus.OK


def test_a_window_is_over_when_the_clock_of_the_desk_says_so(tmp_path: Path) -> None:
    # Given
    now = [datetime(2026, 11, 22, 10, 0, tzinfo=UTC)]
    with running_desk(tmp_path, clock=lambda: now[0], ticket_updates_per_minute=2) as desk:
        paths = [f"/tickets/{desk.ticket()['id']}" for _ in range(3)]
        change = {"ticket": {"priority": "low"}}
        # When
        first = [desk.call("PUT", path, json=change) for path in paths]
        now[0] += timedelta(seconds=60)
        later = desk.call("PUT", paths[2], json=change)
        # Then: the account takes two updates a minute, whatever the ticket
        assert [answer.status_code for answer in first] == [200, 200, 429]
        assert first[2].headers["Retry-After"] == "60"
        assert first[2].json()["error"] == "APIRateLimitExceeded"
        assert later.status_code == HTTPStatus.OK


def test_a_user_record_takes_five_updates_a_minute(tmp_path: Path) -> None:
    # Given
    now = [datetime(2026, 11, 22, 10, 0, tzinfo=UTC)]
    anna = {"user": {"name": "Anna", "external_id": "x1"}}
    bram = {"user": {"name": "Bram", "external_id": "x2"}}
    with running_desk(tmp_path, clock=lambda: now[0]) as desk:
        user_id = desk.post("/users/create_or_update", anna)["user"]["id"]
        # When
        answers = [desk.call("POST", "/users/create_or_update", json=anna) for _ in range(4)]
        answers += [desk.call("PUT", f"/users/{user_id}", json=anna) for _ in range(2)]
        other = desk.call("POST", "/users/create_or_update", json=bram)
        now[0] += timedelta(minutes=1)
        again = desk.call("POST", "/users/create_or_update", json=anna)
        # Then
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
        assert (other.status_code, again.status_code) == (HTTPStatus.CREATED, HTTPStatus.OK)


def test_lists_of_tickets_have_a_budget_of_their_own(tmp_path: Path) -> None:
    # Given
    with running_desk(tmp_path, ticket_lists_per_minute=1) as desk:
        # When
        first, second = (desk.call("GET", "/tickets?external_id=x") for _ in range(2))
        # Then
        name = "zendesk-ratelimit-tickets-index"
        assert first.headers[name].startswith("total=1; remaining=0; resets=")
        assert second.status_code == HTTPStatus.TOO_MANY_REQUESTS
        assert desk.call("GET", "/tickets/1").status_code == HTTPStatus.NOT_FOUND


def test_a_body_beyond_measure_is_refused(desk: Desk) -> None:
    # When
    refused = desk.call("POST", "/tickets", json={"ticket": {"subject": "x" * 5_000_001}})
    # Then
    assert refused.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert refused.json()["error"] == "RequestEntityTooLarge"


def test_an_ordered_fault_answers_instead_of_acting(desk: Desk) -> None:
    # Given
    fault = {"status": 503, "retry_after": 2, "match": {"method": "POST", "path": "*/tickets"}}
    assert desk.control("faults", fault).status_code == HTTPStatus.CREATED
    # When
    failed = desk.call("POST", "/tickets.json", json=TICKET)
    # Then
    assert failed.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert failed.headers["Retry-After"] == "2"
    assert desk.get("/tickets")["count"] == 0
    assert desk.call("POST", "/tickets", json=TICKET).status_code == HTTPStatus.CREATED


def test_a_lost_answer_leaves_its_effect(desk: Desk) -> None:
    # Given
    desk.control("faults", {"after_effect": True, "match": {"method": "POST"}})
    # When
    with pytest.raises(requests.ConnectionError):
        desk.call("POST", "/tickets", json=TICKET, headers=KEY)
    # Then
    assert desk.get("/tickets", params={"external_id": "e1"})["count"] == 1
    again = desk.call("POST", "/tickets", json=TICKET, headers=KEY)
    assert again.headers["x-idempotency-lookup"] == "hit"


def test_the_log_tells_what_was_asked(desk: Desk) -> None:
    # Given
    desk.post("/tickets", TICKET)
    desk.call("GET", "/tickets/77.json")
    # When
    log = desk.control("log").json()["requests"]
    # Then
    assert log == [
        {"method": "POST", "path": "/api/v2/tickets", "status": 201, "external_id": "e1"},
        {"method": "GET", "path": "/api/v2/tickets/77", "status": 404, "external_id": None},
    ]


@pytest.mark.parametrize("path", ["faults", "reset", "log"])
def test_control_needs_the_token(desk: Desk, path: str) -> None:
    # When
    method = "GET" if path == "log" else "POST"
    answer = requests.request(method, f"{desk.url}/_desk/{path}", timeout=5)
    # Then
    assert answer.status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("fault", [None, {"count": 0}, {"status": 200}, {"delay": 3}])
def test_a_fault_that_makes_no_sense_is_refused(desk: Desk, fault: object) -> None:
    assert desk.control("faults", fault).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
