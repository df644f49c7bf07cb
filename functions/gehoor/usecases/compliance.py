"""Following deletions within a day where a network is asked in jobs: no look at each post is paid.

What a network says of a post in a job is only a reason to look at it: the look decides.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from gehoor.domain.compliance import ComplianceRound
from gehoor.domain.frozen import frozen
from gehoor.domain.mention import Mention
from gehoor.errors import GehoorError, Transient
from gehoor.ports.mentions import Arrivals, MentionStore
from gehoor.ports.network import ComplianceJobs
from gehoor.ports.queues import Queues
from gehoor.ports.stores import ComplianceRounds
from gehoor.ports.surroundings import Clock, Metrics

EVERY = timedelta(hours=12)
"""From the begin of a round to that of the next one: it leaves a job, and the two looks that
follow it, the other half of the day."""

OVERDUE = timedelta(hours=24)
LEASE = timedelta(minutes=2)
"""Longer than a sweep runs."""

STEP = timedelta(seconds=30)
"""Two calls to a network at their slowest, the second of which sends or brings a list."""

MOST = 10_000
"""Mentions read for one job: a few seconds. More are asked about in the jobs after it."""

AT_ONCE = 100


@frozen
class CompliancePorts:
    """What following deletions needs; `sources` are those whose networks do such jobs."""

    sources: tuple[str, ...]
    jobs: Callable[[str], ComplianceJobs]
    rounds: ComplianceRounds
    arrivals: Arrivals
    mentions: MentionStore
    queues: Queues
    clock: Clock
    metrics: Metrics
    owner: str


def follow_deletions(ports: CompliancePorts, deadline: datetime) -> dict[str, str]:
    """Take each source one step further, until `deadline`; returns what went wrong, by source.

    It raises nothing: the next run does the step again. A source of which it is not known for
    OVERDUE what was deleted counts as failing.
    """
    failures, latest = {}, deadline - STEP
    for source_id in ports.sources:
        if ports.clock() > latest:
            break
        try:
            _go_on(source_id, ports, latest)
        except GehoorError as error:
            failures[source_id] = f"{type(error).__name__}: {error}"
    return failures


def _go_on(source_id: str, ports: CompliancePorts, latest: datetime) -> None:
    now = ports.clock()
    progress = ports.rounds.take(source_id, ports.owner, now, now + LEASE)
    if progress is None:
        return
    if now - progress.checked_at > OVERDUE:
        ports.metrics.count("SourcesFailing")
    try:
        after = _step(source_id, progress, ports, latest)
    except Transient:
        raise
    except GehoorError:
        ports.rounds.save(source_id, ports.owner, progress.without_job())
        raise
    ports.rounds.save(source_id, ports.owner, after)


def _step(
    source_id: str, progress: ComplianceRound, ports: CompliancePorts, latest: datetime
) -> ComplianceRound:
    """Follow the job under way, or start the next one when its time has come."""
    if progress.job_id:
        return _follow(source_id, progress, ports)
    if not progress.is_over:
        return _start(source_id, progress, ports, latest)
    if ports.clock() - progress.began_at < EVERY:
        return progress
    return _start(source_id, progress.next(ports.clock()), ports, latest)


def _start(
    source_id: str, progress: ComplianceRound, ports: CompliancePorts, latest: datetime
) -> ComplianceRound:
    native_ids: list[str] = []
    read, place = 0, progress.place
    for batch in _batches(progress.place, progress.began_at, ports):
        if read >= MOST or ports.clock() > latest:
            break
        native_ids += [post.native_id for post in _kept(source_id, batch, ports)]
        read, place = read + len(batch), batch[-1][0]
    else:
        place = progress.began_at
    job_id = ports.jobs(source_id).start(f"gehoor {source_id}", native_ids)
    return progress.with_job(job_id, place) if job_id else progress.done_until(place)


def _follow(source_id: str, progress: ComplianceRound, ports: CompliancePorts) -> ComplianceRound:
    deleted = ports.jobs(source_id).deleted_in(progress.job_id)
    if deleted is None:
        return progress
    if deleted:
        posts = (
            post
            for batch in _batches(progress.place, progress.until, ports)
            for post in _kept(source_id, batch, ports)
        )
        ports.queues.send_rechecks([post.mention_id for post in posts if post.native_id in deleted])
    return progress.done_until(progress.until)


def _batches(
    since: datetime, until: datetime, ports: CompliancePorts
) -> Iterator[list[tuple[datetime, str]]]:
    arrivals = ports.arrivals.between(since, until)
    while batch := list(islice(arrivals, AT_ONCE)):
        yield batch


def _kept(
    source_id: str, batch: list[tuple[datetime, str]], ports: CompliancePorts
) -> list[Mention]:
    """Those posts of the source of which gehoor still keeps the words."""
    records = ports.mentions.get_many([mention_id for _, mention_id in batch]).values()
    return [
        record.mention
        for record in records
        if record and record.mention and record.source_id == source_id and not record.deleted_at
    ]
