from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest

from desk_server import Desk, running_desk


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture
def desk(server: Desk) -> Desk:
    assert server.control("reset").ok
    return server


def finished(desk: Desk, job: dict[str, Any]) -> dict[str, Any]:
    status: dict[str, Any] = desk.get(f"/job_statuses/{job['id']}.json")["job_status"]
    return status


def test_many_tickets_are_created_in_one_job(desk: Desk) -> None:
    # Given
    drafts = [{"subject": f"s{n}", "comment": {"body": "x"}} for n in range(100)]
    # When
    queued = desk.post("/tickets/create_many.json", {"tickets": drafts})["job_status"]
    job = finished(desk, queued)
    # Then
    assert (queued["status"], queued["progress"], queued["results"]) == ("queued", None, None)
    assert queued["id"].startswith("V3-")
    assert (job["status"], job["progress"], job["total"]) == ("completed", 100, 100)
    subjects = [
        desk.get(f"/tickets/{result['id']}")["ticket"]["subject"] for result in job["results"][:3]
    ]
    assert subjects == ["s0", "s1", "s2"]
    assert desk.get("/tickets")["count"] == 100


def test_a_wrong_ticket_in_a_job_harms_only_itself(desk: Desk) -> None:
    # Given
    drafts = [{"comment": {"body": "good"}}, {"subject": "no comment"}, {"comment": {"body": "2"}}]
    # When
    queued = desk.post("/tickets/create_many", {"tickets": drafts})["job_status"]
    results = finished(desk, queued)["results"]
    # Then
    assert [result["index"] for result in results if "id" in result] == [0, 2]
    assert (results[1]["index"], results[1]["error"]) == (1, "RecordInvalid")
    assert "cannot be blank" in results[1]["details"]
    assert desk.get("/tickets")["count"] == 2


@pytest.mark.parametrize("path", ["create_many", "update_many"])
def test_more_than_a_hundred_are_refused_whole(desk: Desk, path: str) -> None:
    # Given
    drafts = [{"id": 1, "comment": {"body": "x"}}] * 101
    # When
    method = "POST" if path == "create_many" else "PUT"
    refused = desk.call(method, f"/tickets/{path}", json={"tickets": drafts})
    # Then
    assert refused.status_code == HTTPStatus.BAD_REQUEST
    assert refused.json() == {
        "error": "TooManyValues",
        "description": "Parameter  cannot specify more than 100 values",
        "max_count": 100,
    }
    assert desk.get("/tickets")["count"] == 0


def test_one_change_to_many_tickets(desk: Desk) -> None:
    # Given
    ids = [desk.ticket(tags=["a"])["id"] for _ in range(2)]
    # When
    path = f"/tickets/update_many.json?ids={ids[0]},{ids[1]},4711"
    queued = desk.put(path, {"ticket": {"additional_tags": ["b"]}})["job_status"]
    results = finished(desk, queued)["results"]
    # Then
    assert [result.get("success") for result in results] == [True, True, None]
    assert results[2]["error"] == "RecordNotFound"
    assert [desk.get(f"/tickets/{n}/tags")["tags"] for n in ids] == [["a", "b"]] * 2


def test_a_change_for_each_ticket(desk: Desk) -> None:
    # Given
    ids = [desk.ticket()["id"] for _ in range(2)]
    # When
    changes = [{"id": ids[0], "priority": "low"}, {"id": ids[1], "priority": "high"}]
    queued = desk.put("/tickets/update_many", {"tickets": changes})["job_status"]
    # Then
    assert finished(desk, queued)["status"] == "completed"
    assert [desk.get(f"/tickets/{n}")["ticket"]["priority"] for n in ids] == ["low", "high"]


def test_several_jobs_at_once(desk: Desk) -> None:
    # Given
    draft = {"tickets": [{"comment": {"body": "x"}}]}
    jobs = [desk.post("/tickets/create_many", draft)["job_status"]["id"] for _ in range(2)]
    # When
    ids = f"{jobs[0]},V3-unknown,{jobs[1]}"
    found = desk.get("/job_statuses/show_many", params={"ids": ids})["job_statuses"]
    # Then
    assert [job["id"] for job in found] == jobs
    assert desk.call("GET", "/job_statuses/V3-unknown").status_code == HTTPStatus.NOT_FOUND
