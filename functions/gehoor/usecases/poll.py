"""Polling a source: under a lease, page by page, store first, then move the cursor."""

from dataclasses import replace
from datetime import datetime, timedelta

from gehoor.domain.brand import Brand
from gehoor.domain.frozen import frozen
from gehoor.domain.pace import Pace, next_turn
from gehoor.domain.source import SourceState
from gehoor.errors import GehoorError, QuotaSpent, RateLimited, Transient, Unavailable
from gehoor.ports.network import Networks
from gehoor.ports.sources import PollOutcome, SourceStore
from gehoor.ports.surroundings import Jitter
from gehoor.usecases.dispatch import EACH_RUN
from gehoor.usecases.intake import IntakePorts, take_in_found
from gehoor.usecases.known_entries import KnownEntries, TakenIn
from gehoor.usecases.reading import Reading

LEASE = timedelta(seconds=55)
"""As long as a run's calls may take, so that no other worker is at the source meanwhile; shorter
than a minute, so that a lease that nobody gave back ends before the turn a minute later."""

SOON = timedelta(seconds=15)
"""A turn that comes a little early waits so long for the lease of the last one to end."""

WELL_NOTED = timedelta(minutes=4)
"""How long a success stands for those after it: less than half of `LEAST_PATIENCE` in `health`."""

LONGEST_BACK_OFF = timedelta(hours=1)
PUSHED_FOR = timedelta(minutes=50)
"""How old a post may be that a push brings in. An old call that is played back brings nothing, and
`Network.recheck` need not know who wrote older posts: those that are asked about are stored."""

SPREAD = 0.25
"""Up to which share of a back-off is added to it by chance."""


@frozen
class Watched:
    """A source to poll: its brand, how often, and how far back its first poll reaches."""

    source_id: str
    brand: Brand
    pace: Pace
    backfill: timedelta


@frozen
class PollPorts:
    """What polling needs besides the intake."""

    sources: SourceStore
    networks: Networks
    intake: IntakePorts
    jitter: Jitter
    taken_in: TakenIn


def poll_source(
    watched: Watched, ports: PollPorts, owner: str, deadline: datetime
) -> PollOutcome | None:
    """Read a source on from its cursor; None when another worker is at it.

    Work is bounded by MAX_PAGES and `deadline`; what is left is asked for with a new message. An
    error of the network ends the run and is kept with the source, where its health is judged.
    Unavailable when the lease of another run ends SOON.
    """
    clock = ports.intake.clock
    state = ports.sources.acquire(watched.source_id, owner, clock(), clock() + LEASE)
    if state is None:
        _wait_if_soon(watched.source_id, ports)
        return None
    outcome = PollOutcome(clock(), 0, error="Interrupted: the run ended early, see its log")
    try:
        outcome = _attempt(watched, state, ports, owner, deadline)
    finally:
        if not _goes_without_saying(watched.pace, state, outcome):
            ports.sources.release(watched.source_id, owner, outcome)
    if outcome.more:
        ports.intake.queues.send_polls([watched.source_id])
    if outcome.error:
        ports.intake.metrics.count("PollsFailed")
    # Where reading stands is stored by now, and far too long for whoever logs the outcome.
    return outcome._replace(cursor=None, gaps=())


def look_at_post(watched: Watched, post_id: str, ports: PollPorts) -> str:
    """Take in one post that the network told of; returns what came of it.

    It comes as a poll would bring it, so that both bring it once. Whatever goes wrong is left to
    the polls, which go on beside this and are watched; so are posts that are older than PUSHED_FOR.
    """
    intake = ports.intake
    try:
        found = ports.networks(watched.source_id).recheck([post_id]).get(post_id)
    except GehoorError as error:
        intake.metrics.count("PushesFailed")
        return f"left to the next poll: {type(error).__name__}: {error}"
    is_recent = found is not None and intake.clock() - found.mention.posted_at < PUSHED_FOR
    new = take_in_found(found, watched.brand, intake) if found and is_recent else 0
    if new:
        ports.sources.note_pushed(watched.source_id, intake.clock())
    intake.metrics.count("PushesDone")
    return f"{new} new"


def _wait_if_soon(source_id: str, ports: PollPorts) -> None:
    until, now = ports.sources.leased_until(source_id), ports.intake.clock()
    if until is not None and until - now <= SOON:
        message = f"source {source_id}: the lease of another run ends soon"
        raise Unavailable(message, until + timedelta(seconds=1))


def _goes_without_saying(pace: Pace, state: SourceState, outcome: PollOutcome) -> bool:
    """Whether the end of a run need not be written: nothing came, and that all is well is noted.

    Only where the next turn is a minute away, as it finds the lease ended by itself. Most polls
    are of this kind, and so cost one write, not two.
    """
    nothing = PollOutcome(outcome.at, 0, credential_ends_at=state.credential_ends_at)
    was_well = not state.error and state.quiet_until is None and state.rests_until is None
    noted_at = state.last_success_at if was_well and pace.usual <= EACH_RUN else None
    return outcome == nothing and noted_at is not None and outcome.at - noted_at < WELL_NOTED


def _attempt(
    watched: Watched, state: SourceState, ports: PollPorts, owner: str, deadline: datetime
) -> PollOutcome:
    reading = None
    try:
        network = ports.networks(watched.source_id)
        floor = ports.intake.clock() - watched.backfill
        reading = Reading(
            network,
            state,
            watched.brand,
            floor,
            owner,
            ports.sources,
            ports.intake,
            KnownEntries(watched.source_id, ports.taken_in, ports.intake.mentions),
        )
        more = reading.read(deadline)
    except GehoorError as error:
        now = ports.intake.clock()
        if reading is None or not reading.is_read:
            return _failed(error, watched.pace.usual, state.failures + 1, now, ports.jitter)
        pause_until = error.retry_at if isinstance(error, Transient) else None
        outcome = _kept_up(watched.pace, state, reading, now, pause_until)
        is_pause = _is_limit(error) and pause_until is not None
        return outcome if is_pause else outcome._replace(error=_told(error))
    now = ports.intake.clock()
    return _kept_up(watched.pace, state, reading, now, reading.not_before)._replace(more=more)


def _is_limit(error: GehoorError) -> bool:
    """Whether the network only wants to be read more slowly; a spent quota is for a person."""
    return isinstance(error, RateLimited) and not isinstance(error, QuotaSpent)


def _kept_up(
    pace: Pace, state: SourceState, reading: Reading, now: datetime, pause_until: datetime | None
) -> PollOutcome:
    """The end of a run that read something: what went wrong after that holds up nothing new.

    A limit that is met on the way is no failure: the rest is read when it allows. Dispatch has set
    the turn that the usual pace asks for.
    """
    known = replace(state, last_new_at=now, pushed_at=None) if reading.new else state
    interval = next_turn(pace, known, now).interval
    turn = state.next_due_at if interval == pace.usual else now + interval
    due_at = max(turn, pause_until or turn)
    return PollOutcome(
        at=now,
        new_items=reading.new,
        not_before=None if due_at == state.next_due_at else due_at,
        credential_ends_at=reading.credential_ends_at,
        rests_until=pause_until,
        cursor=reading.unsaved,
        gaps=reading.gaps if reading.unsaved is not None else (),
    )


def _failed(
    error: GehoorError, usual: timedelta, failures: int, now: datetime, jitter: Jitter
) -> PollOutcome:
    """The end of a run that read nothing: the next one waits the longer, the more have failed."""
    retry_at = error.retry_at if isinstance(error, Transient) else None
    back_off = min(usual * 2 ** min(failures - 1, 10), max(usual, LONGEST_BACK_OFF))
    due_at = max(retry_at or now, now + back_off) + back_off * SPREAD * jitter()
    return PollOutcome(now, 0, error=_told(error), not_before=due_at, rests_until=due_at)


def _told(error: GehoorError) -> str:
    return f"{type(error).__name__}: {error}"
