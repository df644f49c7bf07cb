"""Polling a source, page by page, under a lease."""

from datetime import timedelta
from typing import Any

import pytest

from factories import BRAND, NOW, judge, mention
from fakes.world import EVERY, SOURCE, World
from gehoor.domain.health import Health, health_of
from gehoor.domain.network import Broken, Cursor, Page
from gehoor.errors import AuthExpired, GehoorError, RateLimited, Unavailable
from gehoor.ports import PollOutcome
from gehoor.usecases.intake import IntakePorts
from gehoor.usecases.poll import LONGEST_BACK_OFF, MAX_PAGES, PollPorts, Watched, poll_source


@pytest.fixture
def world() -> World:
    return World()


def poll(world: World, seconds: float = 30, network: Any = None) -> PollOutcome | None:
    """Poll once; `seconds` is the time the run has."""
    wrap = world.tap.wrap
    intake = IntakePorts(
        wrap("mentions", world.mentions), world.queues, judge, world.clock, world.metrics
    )
    networks = world.network if network is None else lambda _id: network
    ports = PollPorts(wrap("sources", world.sources), networks, intake)
    deadline = world.clock() + timedelta(seconds=seconds)
    return poll_source(Watched(SOURCE, BRAND, EVERY), ports, "me", deadline)


class Scripted:
    """A network that answers these pages, the last one for ever."""

    def __init__(self, *pages: Page) -> None:
        self.pages = list(pages)
        self.asked: list[Cursor] = []

    def poll(self, cursor: Cursor, _now: object) -> Page:
        self.asked.append(cursor)
        return self.pages.pop(0) if len(self.pages) > 1 else self.pages[0]


def test_all_pages_are_read_and_the_cursor_follows(world: World) -> None:
    # Given more than a page
    for number in range(5):
        world.town.post(mention(str(number)))
    world.town.post(Broken("9", "no author", "{}"))
    # When the source is polled
    outcome = poll(world)
    # Then all of it is stored and sent, and the source is free
    assert outcome == PollOutcome(NOW, 6)
    assert len(world.mentions.records) == 6
    assert len(world.queues.deliveries) == 5
    assert world.sources.states[SOURCE].cursor == world.town.end
    assert world.sources.leases == {}
    assert world.metrics.counts["PollsDone"] == 1


def test_nothing_new_is_no_error_and_moves_nothing(world: World) -> None:
    assert poll(world) == PollOutcome(NOW, 0)
    state = world.sources.states[SOURCE]
    assert (state.last_success_at, state.last_new_at) == (NOW, None)


def test_a_source_that_somebody_polls_is_left_alone(world: World) -> None:
    world.sources.acquire(SOURCE, "other", NOW, NOW + timedelta(minutes=2))
    world.town.post(mention())
    assert poll(world) is None
    assert world.mentions.records == {}


def test_work_is_bounded_and_the_rest_asked_for(world: World) -> None:
    # Given more than a run may read
    for number in range(2 * MAX_PAGES + 1):
        world.town.post(mention(str(number)))
    # When the source is polled
    outcome = poll(world)
    # Then the rest is asked for, and the next run reads on
    assert outcome == PollOutcome(NOW, 2 * MAX_PAGES, more=True)
    assert world.queues.polls == [{"source_id": SOURCE}]
    assert poll(world) == PollOutcome(NOW, 1)


def test_a_run_out_of_time_asks_for_the_rest(world: World) -> None:
    for number in range(5):
        world.town.post(mention(str(number)))
    assert poll(world, seconds=0) == PollOutcome(NOW, 2, more=True)
    assert world.queues.polls == [{"source_id": SOURCE}]


def test_a_poller_that_lost_its_lease_stops(world: World) -> None:
    # Given a poller that is overtaken after its first page
    for number in range(5):
        world.town.post(mention(str(number)))

    def overtake() -> None:
        world.sources.leases[SOURCE] = ("other", NOW + timedelta(minutes=2))

    world.tap.before[4] = overtake
    # When it wants to move the cursor
    outcome = poll(world)
    # Then it stops, what it stored is stored, and the other one's lease stays
    assert world.tap.names[:5] == [
        "sources.acquire",
        "network.poll",
        "mentions.put_new",
        "mentions.put_new",
        "sources.save_cursor",
    ]
    assert outcome == PollOutcome(NOW, 2)
    assert world.sources.states[SOURCE].cursor == {}
    assert world.sources.leases[SOURCE][0] == "other"


def test_the_network_may_ask_for_a_pause(world: World) -> None:
    # Given a network that has more, but asks for a pause
    pause = NOW + timedelta(hours=6)
    page = Page((mention(),), {"at": 1}, more=True, not_before=pause)
    # When it is polled
    outcome = poll(world, network=Scripted(page))
    # Then the source waits, and is not stale while it does
    assert outcome == PollOutcome(NOW, 1, not_before=pause)
    state = world.sources.states[SOURCE]
    assert state.next_due_at == pause
    later = pause - timedelta(minutes=1)
    assert health_of(state, EVERY, timedelta(days=7), later) is Health.FRESH


def test_a_pause_never_brings_a_turn_forward(world: World) -> None:
    world.sources.claim_turn(SOURCE, NOW, NOW + timedelta(hours=1))
    page = Page((), {}, not_before=NOW + timedelta(minutes=1))
    outcome = poll(world, network=Scripted(page))
    assert outcome is not None
    assert outcome.not_before == NOW + timedelta(hours=1)


def test_a_cursor_that_does_not_move_though_there_is_more_is_frozen(world: World) -> None:
    # Given a network that gives the same page for ever
    same = Scripted(Page((mention(),), {"at": 1}, more=True))
    # When it is polled
    outcome = poll(world, network=same)
    # Then the run ends, what is new is stored, and the source says what is wrong
    assert outcome is not None
    assert outcome.error.startswith("FrozenCursor: source masto")
    assert len(same.asked) == 2
    assert len(world.mentions.records) == 1
    state = world.sources.states[SOURCE]
    assert health_of(state, EVERY, timedelta(days=7), NOW) is Health.FROZEN


@pytest.mark.parametrize(
    ("error", "health"),
    [
        (AuthExpired("masto: the token is dead"), Health.AUTH_EXPIRED),
        (Unavailable("masto: down"), Health.NEW),
    ],
)
def test_an_error_ends_the_run_and_stays_with_the_source(
    world: World, error: GehoorError, health: Health
) -> None:
    # When the network fails
    world.tap.errors["network.poll"] = error
    outcome = poll(world)
    # Then the source says how, waits a turn, and is free
    state = world.sources.states[SOURCE]
    assert outcome is not None
    assert state.error == outcome.error == f"{type(error).__name__}: {error}"
    assert state.next_due_at == NOW + EVERY
    assert health_of(state, EVERY, timedelta(days=7), NOW) is health
    assert world.sources.leases == {}
    assert world.metrics.counts == {"PollsFailed": 1}


def test_failures_back_off_up_to_an_hour(world: World) -> None:
    # When a network is down for long
    world.tap.errors["network.poll"] = Unavailable("down")
    waits = []
    for _ in range(9):
        poll(world)
        waits.append(world.sources.states[SOURCE].next_due_at - NOW)
    # Then the waits double up to the longest
    minutes = [wait.total_seconds() / 60 for wait in waits]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert timedelta(hours=1) == LONGEST_BACK_OFF


def test_the_other_side_may_name_a_later_time(world: World) -> None:
    retry_at = NOW + timedelta(hours=3)
    world.tap.errors["network.poll"] = RateLimited("spent", retry_at)
    poll(world)
    assert world.sources.states[SOURCE].next_due_at == retry_at


def test_a_source_without_a_connection_fails_like_any_other(world: World) -> None:
    # Given a source that left the configuration while its message was under way
    world.is_configured = False
    outcome = poll(world)
    assert outcome is not None
    assert outcome.error.startswith("Gone: source masto is not in the configuration")


def test_a_store_that_is_down_loses_nothing(world: World) -> None:
    # Given a store that fails at the second mention
    world.town.post(mention("1"))
    world.town.post(mention("2"))
    world.tap.errors["mentions.put_new"] = Unavailable("storing a mention: AWS is busy")
    assert poll(world) is not None
    assert world.sources.states[SOURCE].cursor == {}
    # When it is back
    world.tap.errors.clear()
    # Then both come
    assert poll(world) == PollOutcome(NOW, 2)


def test_a_bug_is_noted_and_not_hidden(world: World) -> None:
    # Given a fault nobody foresaw
    world.tap.errors["network.poll"] = ZeroDivisionError()
    # When the source is polled
    with pytest.raises(ZeroDivisionError):
        poll(world)
    # Then the source is free, and says that the run was cut short
    state = world.sources.states[SOURCE]
    assert state.error.startswith("Interrupted")
    assert world.sources.leases == {}
