"""X's compliance jobs, in what is X's own about them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.wiring import network_wiring
from gehoor import networks
from gehoor.errors import AuthExpired, ContractBroken, GehoorError, NotAllowed, Unavailable
from gehoor.networks._x_sign_in import client_in
from gehoor.networks.x import Settings
from gehoor.ports.network import ComplianceJobs
from loopback import Answer
from scripted_x import APP_SECRET, APP_TOKEN, SECRET, ScriptedX, http_at, problem, scripted_x

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY_OLD = datetime(2026, 2, 28, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[ScriptedX]:
    with scripted_x() as script:
        yield script


def jobs_of(server: ScriptedX, secret: str = APP_SECRET) -> ComplianceJobs:
    known = {"id": "s", "network": "x", "brand": "b", "secret": "/gehoor/x"}
    settings = Settings.model_validate(known | {"base_url": server.url})
    return networks.compliance_jobs(settings, network_wiring(http_at(NOW), secret))


def started(server: ScriptedX) -> tuple[ComplianceJobs, str]:
    """A job about a post that is deleted."""
    jobs, post = jobs_of(server), server.mention("1", DAY_OLD)
    del server.posts[post["id"]]
    job_id = jobs.start("gehoor s", [post["id"]])
    assert job_id is not None
    return jobs, job_id


def test_ids_go_out_one_a_line_as_the_app_and_cost_nothing(server: ScriptedX) -> None:
    jobs_of(server).start("gehoor s", ["10", "20"])
    create, upload = server.asked
    assert json.loads(create.body) == {"type": "tweets", "name": "gehoor s"}
    assert upload.body == b"10\n20"
    assert {one.headers["authorization"] for one in server.asked} == {f"Bearer {APP_TOKEN}"}
    assert not server.charged


def test_the_token_stays_with_the_api_when_files_are_elsewhere(server: ScriptedX) -> None:
    server.stores_elsewhere = True
    jobs, job_id = started(server)
    server.end_job()
    assert jobs.deleted_in(job_id)
    files = [one for one in server.asked if one.path.startswith("/storage")]
    assert len(files) == 2
    assert not any("authorization" in one.headers for one in files)


def test_a_source_whose_name_is_long_has_jobs_too(server: ScriptedX) -> None:
    assert jobs_of(server).start(f"gehoor {'s' * 63}", ["10"])


def test_only_what_is_to_be_deleted_is_told(server: ScriptedX) -> None:
    # Given a result that also holds an edit, a place that was taken back, and an error
    jobs, job_id = started(server)
    [deleted] = server.storage[f"upload-{job_id}"].decode().splitlines()
    server.end_job(
        "complete",
        {"id": "10", "action": "rehydrate", "reason": "tweet_edited"},
        {"id": "20", "action": "scrub_geo", "reason": "geo_scrubbed"},
        {"id": "30", "action": "delete", "reason": "protected", "redacted_at": None},
        {"id": "not_a_valid_id", "error": "invalid_id"},
    )
    assert jobs.deleted_in(job_id) == frozenset({deleted, "30"})


def test_a_result_without_events_says_that_all_is_well(server: ScriptedX) -> None:
    jobs = jobs_of(server)
    job_id = jobs.start("gehoor s", [server.mention("1", DAY_OLD)["id"]])
    assert job_id is not None
    server.end_job()
    assert jobs.deleted_in(job_id) == frozenset()


def test_a_secret_without_the_apps_token_says_what_to_do(server: ScriptedX) -> None:
    with pytest.raises(AuthExpired, match="/gehoor/x anew, with the app's Bearer Token"):
        jobs_of(server, SECRET)


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (problem(401, "Unauthorized"), AuthExpired, "does not take the app's token"),
        (problem(403, "Forbidden", "not enrolled"), NotAllowed, "not enrolled"),
        (problem(409, "Conflict"), Unavailable, "another job of the app is under way"),
        (problem(503, "Down"), Unavailable, "503"),
        (Answer(b"<html>", 200), ContractBroken, "no JSON"),
        (Answer(b'{"data": {"id": "1"}}', 200), ContractBroken, "compliance job cannot be read"),
    ],
)
def test_refusals_are_told_apart(
    server: ScriptedX, answer: Answer, error: type[GehoorError], words: str
) -> None:
    server.answers["/2/compliance/jobs"] = lambda _: answer
    with pytest.raises(error, match=words):
        jobs_of(server).start("gehoor s", ["10"])


@pytest.mark.parametrize("line", [b"[]", b"<html>", b'{"action": "delete"}'])
def test_a_result_that_cannot_be_read_is_no_result(server: ScriptedX, line: bytes) -> None:
    jobs, job_id = started(server)
    server.end_job()
    server.storage[f"download-{job_id}"] += line
    with pytest.raises(ContractBroken):
        jobs.deleted_in(job_id)


@pytest.mark.parametrize("name", ["upload", "download"])
def test_files_that_are_refused_name_no_address(server: ScriptedX, name: str) -> None:
    # Given addresses that embed a token, and have expired
    refused: dict[str, Any] = {f"/storage/{name}-1372966999991541760": lambda _: Answer(b"", 403)}
    server.answers |= refused

    def whole() -> None:
        jobs, job_id = started(server)
        server.end_job()
        jobs.deleted_in(job_id)

    with pytest.raises(NotAllowed) as caught:
        whole()
    assert "storage" not in str(caught.value)


def test_a_sign_in_by_a_person_keeps_the_apps_token(server: ScriptedX) -> None:
    renewed = client_in("/gehoor/x", APP_SECRET).model_copy(update={"refresh_token": "new"})
    value = renewed.model_dump_json(exclude_none=True)
    assert client_in("/gehoor/x", value).bearer_token == APP_TOKEN
    assert APP_TOKEN not in repr(renewed)
