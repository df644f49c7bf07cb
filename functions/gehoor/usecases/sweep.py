"""The safety net: re-sending what is pending too long, and judging every source's clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from gehoor.domain.health import Health, health_of
from gehoor.ports import (
    Clock,
    Delivery,
    MentionStore,
    Metrics,
    Outbox,
    Overdue,
    Queues,
    SourceStore,
)

PATIENCE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
MOST_ATTEMPTS = 12
LIMIT = 250


@dataclass(frozen=True, slots=True)
class SweepPorts:
    """What sweeping needs."""

    outbox: Outbox
    mentions: MentionStore
    sources: SourceStore
    queues: Queues
    clock: Clock
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Expected:
    """What a source is expected to do."""

    every: timedelta
    silence: timedelta


class Swept(NamedTuple):
    """What a sweep did and found."""

    resent: int
    healths: dict[str, Health]


def sweep(expected: Mapping[str, Expected], ports: SweepPorts) -> Swept:
    """Do all a sweep does."""
    return Swept(resend_pending(ports), judge_sources(expected, ports))


def resend_pending(ports: SweepPorts) -> int:
    """Send again what is pending for more than PATIENCE, slower each time; returns how many.

    A mention that failed MOST_ATTEMPTS times, over more than a day, is set aside with its reason.
    An agent's answer is never given up: it is worth a call at any age.
    """
    now = ports.clock()
    overdue = ports.outbox.overdue(now - PATIENCE, now, LIMIT)
    for item in overdue:
        _resend(item, now, ports)
    if overdue:
        ports.metrics.count("Resent", len(overdue))
    return len(overdue)


def judge_sources(expected: Mapping[str, Expected], ports: SweepPorts) -> dict[str, Health]:
    """The health of each configured source; counted as metrics, so that silence is an alarm."""
    now = ports.clock()
    healths = {}
    for source_id, promise in expected.items():
        state = ports.sources.get(source_id)
        health = (
            Health.STALE if state is None else health_of(state, promise.every, promise.silence, now)
        )
        healths[source_id] = health
    for health in (Health.AUTH_EXPIRED, Health.FAILING, Health.STALE, Health.SILENT):
        name = f"Sources{health.name.title().replace('_', '')}"
        ports.metrics.count(name, sum(found is health for found in healths.values()))
    return healths


def _resend(item: Overdue, now: datetime, ports: SweepPorts) -> None:
    if item.kind == "mention" and item.attempts >= MOST_ATTEMPTS:
        reason = (
            f"delivery failed {item.attempts} times; its errors are in the log of deliver_mention"
        )
        ports.mentions.set_aside(item.name, reason, now)
        ports.metrics.count("MentionsAside")
        return
    wait = min(PATIENCE * 2**item.attempts, LONGEST_WAIT)
    if not ports.outbox.postpone(item, now + wait):
        return
    if item.kind == "mention":
        ports.queues.send_deliveries([Delivery(item.name, False, item.name)])
    else:
        ticket_id, _, comment_id = item.name.partition("/")
        ports.queues.send_answer(ticket_id, comment_id)
