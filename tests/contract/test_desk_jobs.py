"""Jobs that take their time, on a clock that the test moves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from desk_server import Desk, running_desk
from fakes.clock import FakeClock

START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
DRAFT = {
    "subject": "s",
    "external_id": "m:1",
    "comment": {"body": "x"},
    "metadata": {"marker": "1"},
}


@dataclass(frozen=True)
class Slow:
    """A Desk whose jobs take 60 seconds of a clock that stands still by itself."""

    desk: Desk
    clock: FakeClock

    def start(self, *drafts: Any) -> str:
        """The id of a new create job."""
        sent = {"tickets": list(drafts) or [DRAFT]}
        job: dict[str, Any] = self.desk.post("/tickets/create_many", sent)["job_status"]
        return str(job["id"])

    def job(self, job_id: str) -> dict[str, Any]:
        """The job as it is now."""
        found: dict[str, Any] = self.desk.get(f"/job_statuses/{job_id}")["job_status"]
        return found


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Slow]:
    clock = FakeClock(START)
    with running_desk(tmp_path, clock=clock) as desk:
        assert desk.control("jobs", {"seconds": 60}).ok
        yield Slow(desk, clock)


def test_a_slow_job_is_queued_then_under_way_then_done(slow: Slow) -> None:
    # Given
    job_id = slow.start(*[DRAFT] * 4)
    # When
    seen = []
    for _ in range(4):
        job = slow.job(job_id)
        seen.append((job["status"], job["progress"], job["message"]))
        slow.clock.advance(seconds=20)
    # Then
    assert seen == [
        ("queued", None, None),
        ("queued", None, None),
        ("working", 2, "Creating ticket #2"),
        ("completed", 4, "Completed at 2026-11-22 10:01:00 +0000"),
    ]
    assert [result["index"] for result in slow.job(job_id)["results"]] == [0, 1, 2, 3]


def test_nothing_of_a_slow_job_exists_before_its_end(slow: Slow) -> None:
    # Given
    slow.start()
    by_key = "/tickets?external_id=m:1"
    # When
    slow.clock.advance(seconds=59)
    before = slow.desk.get(by_key)["tickets"]
    slow.clock.advance(seconds=1)
    after = slow.desk.get(by_key)["tickets"]
    # Then
    assert before == []
    assert len(after) == 1
    comment = slow.desk.get(f"/tickets/{after[0]['id']}/comments")["comments"][0]
    assert comment["metadata"]["custom"] == {"marker": "1"}


def test_what_a_job_made_is_dated_when_it_ended_however_late_one_looks(slow: Slow) -> None:
    # Given
    slow.start()
    # When
    slow.clock.advance(hours=3)
    ticket = slow.desk.get("/tickets")["tickets"][0]
    # Then
    assert ticket["created_at"] == "2026-11-22T10:01:00Z"


def test_a_look_at_the_page_ends_a_job_too(slow: Slow) -> None:
    # Given
    slow.start({**DRAFT, "subject": "Made slowly"})
    slow.clock.advance(minutes=2)
    # When
    page = slow.desk.session.get(f"{slow.desk.url}/desk", timeout=5)
    # Then
    assert "Made slowly" in page.text


def test_slow_changes_come_with_their_comments(slow: Slow) -> None:
    # Given
    ids = [slow.desk.ticket()["id"] for _ in range(2)]
    changes = [
        {"id": ids[0], "comment": {"body": "note", "public": False}, "metadata": {"marker": "9"}},
        {"id": 4711, "status": "open"},
        {"id": ids[1], "priority": "low"},
        "no change",
    ]
    # When
    queued = slow.desk.put("/tickets/update_many", {"tickets": changes})["job_status"]
    early = slow.desk.get(f"/tickets/{ids[1]}")["ticket"]["priority"]
    slow.clock.advance(minutes=1)
    results = slow.job(queued["id"])["results"]
    # Then
    assert early is None
    assert slow.desk.get(f"/tickets/{ids[1]}")["ticket"]["priority"] == "low"
    comment = slow.desk.get(f"/tickets/{ids[0]}/comments")["comments"][1]
    assert (comment["plain_body"], comment["public"]) == ("note", False)
    assert comment["metadata"]["custom"] == {"marker": "9"}
    assert [result.get("error") for result in results] == [
        None,
        "RecordNotFound",
        None,
        "RecordInvalid",
    ]


def test_a_bad_item_of_a_slow_job_harms_only_itself(slow: Slow) -> None:
    # Given
    half = {"comment": {"body": "\ud800"}}
    stranger = {"comment": {"body": "x"}, "requester_id": 4711}
    # When
    job_id = slow.start(DRAFT, half, stranger, None, DRAFT)
    slow.clock.advance(minutes=1)
    results = slow.job(job_id)["results"]
    # Then
    assert [result["index"] for result in results] == [0, 1, 2, 3, 4]
    assert [result.get("error") for result in results] == [
        None,
        "RecordInvalid",
        "RecordInvalid",
        "RecordInvalid",
        None,
    ]
    assert slow.desk.get("/tickets")["count"] == 2


def test_at_most_thirty_jobs_wait(slow: Slow) -> None:
    # Given
    for _ in range(30):
        slow.start()
    slow.clock.advance(seconds=15)
    # When
    refused = slow.desk.call("POST", "/tickets/create_many", json={"tickets": [DRAFT]})
    slow.clock.advance(seconds=int(refused.headers["Retry-After"]))
    accepted = slow.desk.call("POST", "/tickets/create_many", json={"tickets": [DRAFT]})
    # Then
    assert refused.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert (refused.json()["error"], refused.headers["Retry-After"]) == ("TooManyJobs", "45")
    assert accepted.status_code == HTTPStatus.OK
    assert slow.desk.get("/tickets")["count"] == 30


def test_jobs_are_listed_newest_first(slow: Slow) -> None:
    # Given
    ids = [slow.start() for _ in range(3)]
    # When
    listed = slow.desk.get("/job_statuses.json")["job_statuses"]
    page = slow.desk.get("/job_statuses", params={"page[size]": 2})
    rest = slow.desk.session.get(page["links"]["next"], timeout=5).json()["job_statuses"]
    # Then
    assert [job["id"] for job in listed] == ids[::-1]
    assert [job["id"] for job in page["job_statuses"] + rest] == ids[::-1]


def test_a_waiting_job_outlives_a_restart(tmp_path: Path) -> None:
    # Given
    clock = FakeClock(START)
    with running_desk(tmp_path, clock=clock) as desk:
        desk.control("jobs", {"seconds": 60})
        job_id = Slow(desk, clock).start()
    clock.advance(minutes=1)
    # When
    with running_desk(tmp_path, clock=clock) as desk:
        job = Slow(desk, clock).job(job_id)
        # Then
        assert job["status"] == "completed"
        assert desk.get("/tickets")["count"] == 1


def test_a_reset_forgets_jobs_and_their_pace(slow: Slow) -> None:
    # Given
    slow.start()
    # When
    slow.desk.control("reset").raise_for_status()
    listed = slow.desk.get("/job_statuses")["job_statuses"]
    # Then
    assert listed == []
    assert slow.job(slow.start())["status"] == "completed"


@pytest.mark.parametrize("pace", [None, {}, {"seconds": -1}, {"seconds": "soon"}, {"minutes": 1}])
def test_a_pace_that_makes_no_sense_is_refused(slow: Slow, pace: object) -> None:
    assert slow.desk.control("jobs", pace).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
