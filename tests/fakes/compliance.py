"""The jobs in which the network `town` tells what was deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fakes.town import FakeTown
from gehoor.errors import Gone, Unavailable
from gehoor.ports.surroundings import Clock

DURATION = timedelta(hours=2)


@dataclass
class TownJob:
    """A job; `told` are the posts it tells of as deleted."""

    asked: tuple[str, ...]
    told: frozenset[str]
    ends_at: datetime
    failed: bool = False


class FakeComplianceJobs:
    """Fits `ports.ComplianceJobs`: one job at a time, which takes DURATION.

    `wrongly_told` are posts it tells of though they are there; messages (`dm:`) cannot be asked of.
    """

    def __init__(self, town: FakeTown, clock: Clock) -> None:
        self._town = town
        self._clock = clock
        self.jobs: dict[str, TownJob] = {}
        self.wrongly_told: set[str] = set()

    def start(self, name: str, native_ids: Sequence[str]) -> str | None:
        asked = tuple(one for one in native_ids if not one.startswith("dm:"))
        if not asked:
            return None
        if any(self._is_under_way(job) for job in self.jobs.values()):
            message = "another job is under way"
            raise Unavailable(message)
        told = frozenset(asked) & (self._town.deleted | self.wrongly_told)
        job_id = f"{name}-{len(self.jobs)}"
        self.jobs[job_id] = TownJob(asked, told, self._clock() + DURATION)
        return job_id

    def deleted_in(self, job_id: str) -> frozenset[str] | None:
        job = self.jobs.get(job_id)
        if job is None or job.failed:
            message = f"job {job_id} has no result"
            raise Gone(message)
        return None if self._is_under_way(job) else job.told

    def fail(self) -> None:
        """The network gives up the job under way."""
        for job in self.jobs.values():
            job.failed = job.failed or self._is_under_way(job)

    def _is_under_way(self, job: TownJob) -> bool:
        return not job.failed and self._clock() < job.ends_at
