"""How far a source's stored posts are checked against what was deleted on their network."""

from dataclasses import replace
from datetime import datetime

from gehoor.domain.frozen import frozen
from gehoor.domain.record import BEFORE_ALL


@frozen
class ComplianceRound:
    """One way through all stored posts of a source, in jobs that the network does one by one.

    The round is about posts first seen before `began_at`, and those seen before `place` are done.
    `job_id` is the job for those from there until `until`, "" while none is under way. What was
    deleted before `checked_at`, when the last round that came to its end began, is known.
    """

    began_at: datetime
    place: datetime
    until: datetime
    checked_at: datetime
    job_id: str = ""

    @property
    def is_over(self) -> bool:
        """Whether all its posts are done."""
        return self.place >= self.began_at

    def next(self, now: datetime) -> "ComplianceRound":
        """The round after this one, about all posts there are now."""
        return replace(self, began_at=now, place=BEFORE_ALL, until=BEFORE_ALL)

    def with_job(self, job_id: str, until: datetime) -> "ComplianceRound":
        """With a job under way."""
        return replace(self, job_id=job_id, until=until)

    def without_job(self) -> "ComplianceRound":
        """With the same posts to be asked about again."""
        return replace(self, job_id="")

    def done_until(self, place: datetime) -> "ComplianceRound":
        """With posts done that were seen before `place`, and no job under way."""
        checked_at = self.began_at if place >= self.began_at else self.checked_at
        return replace(self, place=place, until=place, checked_at=checked_at, job_id="")


def first_round(now: datetime) -> ComplianceRound:
    """The round a source begins with."""
    return ComplianceRound(now, BEFORE_ALL, BEFORE_ALL, checked_at=now)
