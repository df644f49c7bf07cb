"""Polling a source: under a lease, page by page, store first, then move the cursor."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gehoor.domain.brand import Brand
from gehoor.domain.network import Cursor
from gehoor.domain.source import SourceState
from gehoor.errors import ContractBroken, GehoorError, Transient
from gehoor.ports import Network, Networks, PollOutcome, SourceStore
from gehoor.usecases.intake import IntakePorts, put_aside, take_in

LEASE = timedelta(minutes=2)
"""Longer than the poller runs: only a dead worker's lease ends by itself."""

MAX_PAGES = 20


class FrozenCursor(ContractBroken):
    """The network has more, but its answers do not lead on to it."""


LONGEST_BACK_OFF = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Watched:
    """A source to poll: its brand and how often."""

    source_id: str
    brand: Brand
    every: timedelta


@dataclass(frozen=True, slots=True)
class PollPorts:
    """What polling needs besides the intake."""

    sources: SourceStore
    networks: Networks
    intake: IntakePorts


def poll_source(
    watched: Watched, ports: PollPorts, owner: str, deadline: datetime
) -> PollOutcome | None:
    """Read a source on from its cursor; None when another worker is at it.

    Work is bounded by MAX_PAGES and `deadline`; what is left is asked for with a new message. An
    error of the network ends the run and is kept with the source, where its health is judged.
    """
    clock = ports.intake.clock
    state = ports.sources.acquire(watched.source_id, owner, clock(), clock() + LEASE)
    if state is None:
        return None
    outcome = PollOutcome(clock(), 0, error="Interrupted: the run ended early, see its log")
    try:
        outcome = _attempt(watched, state, ports, owner, deadline)
    finally:
        ports.sources.release(watched.source_id, owner, outcome)
    if outcome.more:
        ports.intake.queues.send_polls([watched.source_id])
    ports.intake.metrics.count("PollsFailed" if outcome.error else "PollsDone")
    return outcome


def look_at_post(watched: Watched, post_id: str, ports: PollPorts) -> str:
    """Take in one post that the network told of; returns what came of it.

    It comes as a poll would bring it, so that both bring it once. Whatever goes wrong is left to
    the polls, which go on beside this and are watched.
    """
    intake = ports.intake
    try:
        found = ports.networks(watched.source_id).recheck([post_id]).get(post_id)
    except GehoorError as error:
        intake.metrics.count("PushesFailed")
        return f"left to the next poll: {type(error).__name__}: {error}"
    new = take_in([found], watched.brand, intake) if found else 0
    intake.metrics.count("PushesDone")
    return f"{new} new"


def _attempt(
    watched: Watched, state: SourceState, ports: PollPorts, owner: str, deadline: datetime
) -> PollOutcome:
    try:
        network = ports.networks(watched.source_id)
        outcome = _read(watched, network, ports, owner, deadline, state.cursor)
    except GehoorError as error:
        return _failed(error, watched.every, state.failures + 1, ports.intake.clock())
    if outcome.not_before is None:
        return outcome
    return outcome._replace(not_before=max(outcome.not_before, state.next_due_at))


def _read(
    watched: Watched,
    network: Network,
    ports: PollPorts,
    owner: str,
    deadline: datetime,
    cursor: Cursor,
) -> PollOutcome:
    clock, new = ports.intake.clock, 0
    for _ in range(MAX_PAGES):
        page = network.poll(cursor, clock())
        new += take_in(page.mentions, watched.brand, ports.intake)
        new += put_aside(page.broken, watched.source_id, ports.intake)
        if page.more and page.cursor == cursor:
            message = f"source {watched.source_id}: the cursor does not move though there is more"
            raise FrozenCursor(message)
        if page.cursor != cursor and not ports.sources.save_cursor(
            watched.source_id, owner, page.cursor
        ):
            return PollOutcome(clock(), new)
        cursor = page.cursor
        if not page.more or page.not_before is not None:
            return PollOutcome(clock(), new, not_before=page.not_before)
        if clock() >= deadline:
            break
    return PollOutcome(clock(), new, more=True)


def _failed(error: GehoorError, every: timedelta, failures: int, now: datetime) -> PollOutcome:
    retry_at = error.retry_at if isinstance(error, Transient) else None
    back_off = min(every * 2 ** min(failures - 1, 10), max(every, LONGEST_BACK_OFF))
    return PollOutcome(
        at=now,
        new_items=0,
        error=f"{type(error).__name__}: {error}",
        not_before=max(retry_at or now, now + back_off),
    )
