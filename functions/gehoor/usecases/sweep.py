"""The safety net: sources' and cases' clocks, what is pending too long or was lost, old posts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from gehoor.domain.event import CommentAdded
from gehoor.domain.frozen import frozen
from gehoor.domain.health import Health, ends_soon, health_of
from gehoor.domain.source import SourceState
from gehoor.errors import ContractBroken, GehoorError
from gehoor.ports.mentions import MentionStore
from gehoor.ports.queues import Delivery, Outbox, Overdue, Queues
from gehoor.ports.sources import SourceStore
from gehoor.ports.surroundings import Clock, Metrics
from gehoor.usecases.catch_up import CatchUpPorts, CaughtUp, catch_up
from gehoor.usecases.compliance import CompliancePorts, follow_deletions
from gehoor.usecases.due_rechecks import DueRecheckPorts, send_due_rechecks
from gehoor.usecases.incidents import watch_storms
from gehoor.usecases.storms import StormPorts

PATIENCE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(days=14)
"""Longer than a weekend on which nobody mends the helpdesk's credential."""

NO_DELAY = timedelta(0)
LATE = timedelta(minutes=15)
CATCHING_UP = timedelta(seconds=15)
LIMIT = 1_000
MOST_WOKEN = 200
"""Each is some calls to the helpdesk: so many take the two workers of a lane a few minutes."""

BATCH = 10

ALARMS = {
    Health.AUTH_EXPIRED: "SourcesAuthExpired",
    Health.FROZEN: "SourcesFailing",
    Health.FAILING: "SourcesFailing",
    Health.STALE: "SourcesStale",
    Health.OUT_OF_QUOTA: "QuotaSpent",
    Health.SILENT: "SourcesSilent",
}
"""The metric that counts sources in each state; those that are well are not counted."""

HEARTBEAT = "SourcesStale"
"""Sent by every sweep: its absence is an alarm too, that nobody looked. All others are sent only
when there is something to count, because AWS bills a metric for each hour in which it is sent."""


@frozen
class SweepPorts:
    """What sweeping needs."""

    outbox: Outbox
    mentions: MentionStore
    sources: SourceStore
    queues: Queues
    clock: Clock
    metrics: Metrics
    catch_up: CatchUpPorts
    rechecks: DueRecheckPorts
    compliance: CompliancePorts
    storms: StormPorts


@frozen
class Expected:
    """What a source is expected to do."""

    every: timedelta
    silence: timedelta


class Swept(NamedTuple):
    """What a sweep did and found; `unchecked` says why deletions were not asked for, by source.

    `storms` says what went wrong with hearing storms, "" when nothing did.
    """

    resent: int
    healths: dict[str, Health]
    caught_up: CaughtUp
    unchecked: dict[str, str]
    rechecks: int
    woken: int
    storms: str = ""


def sweep(expected: Mapping[str, Expected], ports: SweepPorts, deadline: datetime) -> Swept:
    """Judge the sources, send again what is pending, then catch up, until `deadline` at the latest.

    In this order, because a long backlog must not silence the alarms, nor a helpdesk that is down
    hold up what is pending. A backlog leaves CATCHING_UP of the time. Deletions and looks at older
    posts come last: there is no hurry, and a look that cannot be sent fails the run, which is an
    alarm.
    """
    healths = judge_sources(expected, ports)
    resent = resend_pending(ports, deadline - CATCHING_UP)
    woken = wake_cases(ports, deadline - CATCHING_UP)
    caught_up = catch_up(ports.catch_up, deadline)
    storms = watch_storms(ports.storms, deadline)
    unchecked = follow_deletions(ports.compliance, deadline)
    rechecks = send_due_rechecks(ports.rechecks)
    return Swept(resent, healths, caught_up, unchecked, rechecks, woken, storms)


def resend_pending(ports: SweepPorts, deadline: datetime) -> int:
    """Send again what is pending for more than PATIENCE, slower each time; returns how many.

    A mention that is pending for GIVEN_UP_AFTER is set aside with its reason. An agent's answer is
    never given up: it is worth a call at any age. What `deadline` cuts off comes first next time,
    as the oldest go first.
    """
    now = ports.clock()
    overdue = ports.outbox.overdue(now - PATIENCE, now, LIMIT)
    _count_late(overdue, now, ports)
    resent = _send_in_time(overdue, now, ports, deadline)
    _count("Resent", resent, ports)
    return resent


def wake_cases(ports: SweepPorts, deadline: datetime) -> int:
    """Ask for agents to be told what came due of cases, MOST_WOKEN at a time; returns how many.

    A case is asked for again, slower each time, until what came due was told. What is left comes
    first in the next run, as the oldest go first.
    """
    now = ports.clock()
    return _send_in_time(ports.outbox.waking(now, MOST_WOKEN), now, ports, deadline)


def _send_in_time(
    items: Sequence[Overdue], now: datetime, ports: SweepPorts, deadline: datetime
) -> int:
    due = [item for item in items if item.due]
    sent = 0
    for start in range(0, len(due), BATCH):
        if ports.clock() >= deadline:
            break
        sent += _resend(due[start : start + BATCH], now, ports)
    return sent


def _count_late(overdue: Sequence[Overdue], now: datetime, ports: SweepPorts) -> None:
    """Count what waits for LATE, whatever it waits for."""
    late = [item.kind for item in overdue if now - item.since > LATE]
    _count("MentionsWaiting", late.count("mention"), ports)
    _count("AnswersWaiting", late.count("answer"), ports)


def _count(metric: str, value: int, ports: SweepPorts) -> None:
    if value or metric == HEARTBEAT:
        ports.metrics.count(metric, value)


def judge_sources(expected: Mapping[str, Expected], ports: SweepPorts) -> dict[str, Health]:
    """The health of each configured source; counted as metrics, so that silence is an alarm.

    So are the sources whose credential ends soon, which work as well as ever until it does.
    """
    now = ports.clock()
    healths, ending = {}, 0
    for source_id, promise in expected.items():
        try:
            state = ports.sources.get(source_id)
        except ContractBroken:
            healths[source_id] = Health.FAILING
            continue
        healths[source_id] = _health(state, promise, now)
        ending += state is not None and ends_soon(state, now)
    _count("CredentialsEnding", ending, ports)
    for name in sorted(set(ALARMS.values())):
        _count(name, sum(ALARMS.get(health) == name for health in healths.values()), ports)
    return healths


def _health(state: SourceState | None, promise: Expected, now: datetime) -> Health:
    if state is None:
        return Health.STALE
    return health_of(state, promise.every, promise.silence, now)


def _resend(batch: Sequence[Overdue], now: datetime, ports: SweepPorts) -> int:
    """How many of a batch were sent; what could not be stays pending and stops nothing else."""
    taken = [item for item in batch if _try_to_take(item, now, ports)]
    sends = {
        "mention": lambda names: ports.queues.send_deliveries(
            [_delivery(name, ports) for name in names]
        ),
        "note": ports.queues.send_notes,
        "case": ports.queues.send_clocks,
        "alert": ports.queues.send_alerts,
        "bulk": lambda names: _each(names, lambda key: ports.queues.send_bulk(key, NO_DELAY)),
        "answer": lambda names: _each(names, lambda name: _send_answer(name, ports)),
    }
    return sum(
        _try_to_send(send, [item.name for item in taken if item.kind == kind], ports)
        for kind, send in sends.items()
    )


def _delivery(mention_id: str, ports: SweepPorts) -> Delivery:
    """The delivery of a mention; one that cannot be read is set aside by whoever delivers it."""
    try:
        record = ports.mentions.get(mention_id)
    except ContractBroken:
        record = None
    return Delivery(mention_id, record is not None and record.is_urgent, mention_id)


def _try_to_take(item: Overdue, now: datetime, ports: SweepPorts) -> bool:
    try:
        return _take(item, now, ports)
    except GehoorError:
        ports.metrics.count("ResendsFailed")
        return False


def _try_to_send(
    send: Callable[[Sequence[str]], None], names: Sequence[str], ports: SweepPorts
) -> int:
    try:
        if names:
            send(names)
    except GehoorError:
        ports.metrics.count("ResendsFailed", len(names))
        return 0
    return len(names)


def _each(names: Sequence[str], send: Callable[[str], None]) -> None:
    for name in names:
        send(name)


def _send_answer(name: str, ports: SweepPorts) -> None:
    ticket_id, _, comment_id = name.partition("/")
    ports.queues.send_event(CommentAdded(ticket_id, comment_id))


def _take(item: Overdue, now: datetime, ports: SweepPorts) -> bool:
    """Whether to send it now: not when it is given up, or pending no more."""
    if item.kind == "mention" and now - item.since > GIVEN_UP_AFTER:
        reason = (
            f"not delivered in {GIVEN_UP_AFTER.days} days and {item.attempts} attempts; "
            "its errors are in the log of deliver_mention"
        )
        ports.mentions.set_aside(item.name, reason, now)
        ports.metrics.count("MentionsAside")
        return False
    wait = min(PATIENCE * 2 ** min(item.attempts, 10), LONGEST_WAIT)
    return ports.outbox.postpone(item, now + wait)
