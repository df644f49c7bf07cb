"""What jobs that tell of deletions must do: the fake, and X's on a scripted server."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from factories import NOW
from fakes.clock import FakeClock
from fakes.compliance import DURATION, FakeComplianceJobs
from fakes.town import FakeTown
from fakes.wiring import network_wiring
from gehoor import networks
from gehoor.errors import Gone, Unavailable
from gehoor.networks.x import Settings
from gehoor.ports.network import ComplianceJobs
from scripted_x import APP_SECRET, ScriptedX, http_at, scripted_x


@dataclass
class Case:
    jobs: ComplianceJobs
    kept: str
    deleted: str
    end: Callable[[], None]
    fail: Callable[[], None]


def of_town() -> Case:
    town, clock = FakeTown(), FakeClock()
    town.deleted.add("2")
    jobs = FakeComplianceJobs(town, clock)

    def end() -> None:
        clock.now += DURATION

    return Case(jobs, "1", "2", end, jobs.fail)


def of_x(server: ScriptedX) -> Case:
    kept, deleted = (server.mention(text, NOW - timedelta(days=1)) for text in ("1", "2"))
    del server.posts[deleted["id"]]
    known = {"id": "s", "network": "x", "brand": "b", "secret": "/gehoor/x"}
    settings = Settings.model_validate(known | {"base_url": server.url})
    jobs = networks.compliance_jobs(settings, network_wiring(http_at(NOW), APP_SECRET))
    return Case(jobs, kept["id"], deleted["id"], server.end_job, lambda: server.end_job("failed"))


@pytest.fixture(params=["fake", "x", "x with files elsewhere"])
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    if request.param == "fake":
        yield of_town()
        return
    with scripted_x(stores_elsewhere=request.param != "x") as server:
        yield of_x(server)


def test_a_job_tells_what_is_deleted_once_it_is_over(case: Case) -> None:
    job_id = case.jobs.start("gehoor s", [case.kept, case.deleted])
    assert job_id is not None
    assert case.jobs.deleted_in(job_id) is None
    case.end()
    assert case.jobs.deleted_in(job_id) == frozenset({case.deleted})


def test_one_job_at_a_time(case: Case) -> None:
    case.jobs.start("gehoor s", [case.kept])
    with pytest.raises(Unavailable):
        case.jobs.start("gehoor other", [case.deleted])
    case.end()
    assert case.jobs.start("gehoor other", [case.deleted])


def test_messages_are_no_posts_to_ask_about(case: Case) -> None:
    assert case.jobs.start("gehoor s", ["dm:1"]) is None
    job_id = case.jobs.start("gehoor s", ["dm:1", case.deleted])
    assert job_id is not None
    case.end()
    assert case.jobs.deleted_in(job_id) == frozenset({case.deleted})


def test_a_job_that_failed_has_no_result(case: Case) -> None:
    job_id = case.jobs.start("gehoor s", [case.kept])
    assert job_id is not None
    case.fail()
    with pytest.raises(Gone):
        case.jobs.deleted_in(job_id)
    assert case.jobs.start("gehoor s", [case.kept])


def test_a_job_that_is_forgotten_is_gone(case: Case) -> None:
    with pytest.raises(Gone):
        case.jobs.deleted_in("7")
