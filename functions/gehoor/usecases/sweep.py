"""The safety net: re-sending what is pending too long, and judging every source's clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from gehoor.domain.health import Health, health_of
from gehoor.errors import ContractBroken, GehoorError
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

ALARMS = {
    Health.AUTH_EXPIRED: "SourcesAuthExpired",
    Health.FROZEN: "SourcesFailing",
    Health.FAILING: "SourcesFailing",
    Health.STALE: "SourcesStale",
    Health.SILENT: "SourcesSilent",
}
"""The metric that counts sources in each state; those that are well are not counted."""


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
    resent = sum(_try_to_resend(item, now, ports) for item in overdue)
    if resent:
        ports.metrics.count("Resent", resent)
    return resent


def judge_sources(expected: Mapping[str, Expected], ports: SweepPorts) -> dict[str, Health]:
    """The health of each configured source; counted as metrics, so that silence is an alarm."""
    now = ports.clock()
    healths = {}
    for source_id, promise in expected.items():
        healths[source_id] = _health(source_id, promise, now, ports)
    for name in sorted(set(ALARMS.values())):
        ports.metrics.count(name, sum(ALARMS.get(health) == name for health in healths.values()))
    return healths


def _health(source_id: str, promise: Expected, now: datetime, ports: SweepPorts) -> Health:
    try:
        state = ports.sources.get(source_id)
    except ContractBroken:
        return Health.FAILING
    if state is None:
        return Health.STALE
    return health_of(state, promise.every, promise.silence, now)


def _try_to_resend(item: Overdue, now: datetime, ports: SweepPorts) -> bool:
    """One that cannot be sent again does not stop the others; it stays pending."""
    try:
        return _resend(item, now, ports)
    except GehoorError:
        ports.metrics.count("ResendsFailed")
        return False


def _resend(item: Overdue, now: datetime, ports: SweepPorts) -> bool:
    if item.kind == "mention" and item.attempts >= MOST_ATTEMPTS:
        reason = (
            f"delivery failed {item.attempts} times; its errors are in the log of deliver_mention"
        )
        ports.mentions.set_aside(item.name, reason, now)
        ports.metrics.count("MentionsAside")
        return False
    wait = min(PATIENCE * 2 ** min(item.attempts, MOST_ATTEMPTS), LONGEST_WAIT)
    if not ports.outbox.postpone(item, now + wait):
        return False
    if item.kind == "mention":
        ports.queues.send_deliveries([Delivery(item.name, False, item.name)])
    else:
        ticket_id, _, comment_id = item.name.partition("/")
        ports.queues.send_answer(ticket_id, comment_id)
    return True
