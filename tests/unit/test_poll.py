"""Polling a source, page by page, under a lease."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from factories import BRAND, NOW, judge, mention
from fakes.watching import watching
from fakes.world import BACKFILL, EVERY, PACE, SOURCE, World
from gehoor.domain.health import LEAST_PATIENCE, Health, health_of
from gehoor.domain.listing import Ask, Entry, Listing
from gehoor.domain.network import Broken
from gehoor.domain.pace import Pace
from gehoor.errors import (
    AuthExpired,
    GehoorError,
    NotAllowed,
    PositionLost,
    QuotaSpent,
    RateLimited,
    Unavailable,
)
from gehoor.ports.sources import PollOutcome
from gehoor.usecases.intake import IntakePorts
from gehoor.usecases.known_entries import TakenIn
from gehoor.usecases.poll import (
    LEASE,
    LONGEST_BACK_OFF,
    SOON,
    WELL_NOTED,
    PollPorts,
    Watched,
    poll_source,
)
from gehoor.usecases.reading import MAX_PAGES, MOST_BARREN


@pytest.fixture
def world() -> World:
    return World()


def poll(
    world: World,
    seconds: float = 30,
    network: Any = None,
    pace: Pace = PACE,
    jitter: float = 0.0,
) -> PollOutcome | None:
    """Poll once; `seconds` is the time the run has."""
    wrap = world.tap.wrap
    intake = IntakePorts(
        wrap("mentions", world.mentions),
        world.forgotten,
        world.queues,
        judge,
        world.clock,
        world.metrics,
        watching(),
    )
    networks = world.network if network is None else lambda _id: network
    ports = PollPorts(
        wrap("sources", world.sources), networks, intake, lambda: jitter, world.taken_in
    )
    deadline = world.clock() + timedelta(seconds=seconds)
    return poll_source(Watched(SOURCE, BRAND, pace, BACKFILL), ports, "me", deadline)


class Scripted:
    """A network that answers these pages, the last one for ever; errors among them are raised."""

    def __init__(self, *pages: Listing | GehoorError, names: tuple[str, ...] = ("posts",)) -> None:
        self.pages = list(pages)
        self.asked: list[Ask] = []
        self._names = names

    def lists(self) -> tuple[str, ...]:
        return self._names

    def read(self, ask: Ask, _now: object) -> Listing:
        self.asked.append(ask)
        page = self.pages.pop(0) if len(self.pages) > 1 else self.pages[0]
        if isinstance(page, GehoorError):
            raise page
        return page


def page(*names: str, older: str | None = None, **fields: Any) -> Listing:
    """A page of mentions a minute apart, the first is the newest; `older` leads on."""
    entries = tuple(
        Entry(name, NOW - timedelta(minutes=number), mention(name))
        for number, name in enumerate(names)
    )
    return Listing(entries, older={"at": older} if older else None, **fields)


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
    assert world.town.is_read(world.sources.states[SOURCE].cursor)
    assert world.sources.leases == {}
    assert world.metrics.counts["PollsFailed"] == 0


def test_where_the_last_page_ends_is_written_with_the_end_of_the_run(world: World) -> None:
    # Given a list of two pages
    network = Scripted(page("2", older="below"), page("1"))
    # When it is read
    poll(world, network=network)
    # Then the first page's place is saved before the second is read, and the last one at the end
    assert world.tap.names[-5:] == [
        "mentions.put_many",
        "sources.save_cursor",
        "mentions.known",
        "mentions.put_many",
        "sources.release",
    ]
    # And nothing of it is read again
    assert poll(world, network=Scripted(page("2", "1"))) == PollOutcome(NOW, 0)


def test_nothing_new_is_no_error_and_moves_nothing(world: World) -> None:
    assert poll(world) == PollOutcome(NOW, 0)
    state = world.sources.states[SOURCE]
    assert (state.last_success_at, state.last_new_at) == (NOW, None)


def test_nothing_new_that_is_noted_lately_costs_one_write(world: World) -> None:
    # Given a source of every minute that was well a moment ago
    poll(world)
    for _ in range(2):
        # When its next turns bring nothing
        world.clock.advance(minutes=1)
        world.tap.names.clear()
        assert poll(world) == PollOutcome(world.clock(), 0)
        # Then its lease is taken, and nothing more is written: it ends by itself
        stored = [name for name in world.tap.names if not name.startswith("network.")]
        assert stored == ["sources.acquire"]
        assert world.sources.states[SOURCE].last_success_at == NOW


def test_that_all_is_well_is_noted_again_long_before_a_source_counts_as_stale(
    world: World,
) -> None:
    # Given a source that brings nothing for long
    for _ in range(30):
        poll(world)
        # When somebody judges it right before its next turn
        world.clock.advance(minutes=1)
        noted_at = world.sources.states[SOURCE].last_success_at
        # Then its last success is hardly older than that
        assert noted_at is not None
        assert world.clock() - noted_at <= WELL_NOTED
    assert WELL_NOTED * 2 < LEAST_PATIENCE


@pytest.mark.parametrize(
    "last", [page(not_before=NOW + timedelta(seconds=70)), Unavailable("down"), page("1")]
)
def test_what_there_is_to_tell_is_written_and_the_next_success_after_it(
    world: World, last: Listing | GehoorError
) -> None:
    # Given a source of every minute that was well, and then was not, or brought something
    poll(world)
    world.clock.advance(minutes=1)
    poll(world, network=Scripted(last))
    # When the next poll brings nothing
    assert world.sources.leases == {}
    world.clock.advance(minutes=2)
    poll(world, network=Scripted(page()))
    # Then that it is well is known
    state = world.sources.states[SOURCE]
    assert (state.error, state.rests_until, state.quiet_until) == ("", None, None)


def test_a_source_of_longer_turns_is_given_back_each_time(world: World) -> None:
    # Given a source that pushes may hurry
    slow = Pace(timedelta(minutes=15), timedelta(minutes=15), timedelta(minutes=15))
    for _ in range(3):
        poll(world, pace=slow)
        # Then a moment after its turn it can be polled again
        assert world.sources.leases == {}


def test_a_turn_that_comes_a_little_early_waits_for_the_lease_of_the_last(world: World) -> None:
    # Given a poll that left its lease to end by itself
    poll(world)
    world.clock.advance(minutes=1)
    poll(world)
    ends_at = world.clock() + LEASE
    # When the next turn comes before that end
    world.clock.now = ends_at - SOON
    with pytest.raises(Unavailable) as caught:
        poll(world)
    # Then it comes back right after that, and is polled
    assert caught.value.retry_at == ends_at + timedelta(seconds=1)
    world.clock.now = caught.value.retry_at
    assert poll(world) == PollOutcome(world.clock(), 0)


def test_a_source_that_somebody_polls_is_left_alone(world: World) -> None:
    world.sources.acquire(SOURCE, "other", NOW, NOW + timedelta(minutes=2))
    world.town.post(mention())
    assert poll(world) is None
    assert world.mentions.records == {}


def test_work_is_bounded_and_the_rest_asked_for(world: World) -> None:
    # Given more than a run may read
    for number in range(2 * (MAX_PAGES + 1) + 1):
        world.town.post(mention(str(number)))
    # When the source is polled
    outcome = poll(world)
    # Then the rest is asked for, and the next run reads on
    assert outcome == PollOutcome(NOW, 2 * (MAX_PAGES + 1), more=True)
    assert world.queues.polls == [{"source_id": SOURCE}]
    assert poll(world) == PollOutcome(NOW, 1)


def test_what_is_new_does_not_wait_for_what_is_left(world: World) -> None:
    # Given a run that left something, and a post since
    for number in range(3 * MAX_PAGES):
        world.town.post(mention(str(number)))
    poll(world)
    world.town.post(mention("new"))
    # When the next run has time for a page only
    poll(world, seconds=0)
    # Then it brought the new one, and the rest still comes
    assert mention("new").mention_id in world.mentions.records
    poll(world)
    assert len(world.mentions.records) == 3 * MAX_PAGES + 1


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
        "network.lists",
        "network.read",
        "mentions.put_many",
        "sources.save_cursor",
    ]
    assert outcome == PollOutcome(NOW, 2)
    assert world.sources.states[SOURCE].cursor == {}
    assert world.sources.leases[SOURCE][0] == "other"


def test_the_network_may_ask_for_a_pause(world: World) -> None:
    # Given a network that has more, but asks for a pause
    pause = NOW + timedelta(hours=6)
    network = Scripted(page("1", older="below", not_before=pause))
    # When it is polled
    outcome = poll(world, network=network)
    # Then the source waits, and is not stale while it does
    assert outcome == PollOutcome(NOW, 1, not_before=pause, rests_until=pause)
    assert len(network.asked) == 1
    state = world.sources.states[SOURCE]
    assert state.next_due_at == pause
    later = pause - timedelta(minutes=1)
    assert health_of(state, EVERY, timedelta(days=7), later) is Health.FRESH


def test_the_end_of_a_credential_is_kept_with_the_source_at_no_write_of_its_own(
    world: World,
) -> None:
    # Given a network that tells when its credential ends
    ends_at = NOW + timedelta(days=7)
    told = Scripted(page("1", credential_ends_at=ends_at))
    poll(world, network=Scripted(page("1")))
    before = len(world.tap.names)
    world.clock.now += WELL_NOTED
    poll(world, network=Scripted(page("1")))
    calls = len(world.tap.names) - before
    # When it is polled
    world.clock.now += WELL_NOTED
    poll(world, network=told)
    # Then the source knows, and a poll makes as many calls as before
    assert world.sources.states[SOURCE].credential_ends_at == ends_at
    assert len(world.tap.names) - before == 2 * calls


def test_a_pause_never_brings_a_turn_forward(world: World) -> None:
    world.sources.claim_turn(SOURCE, NOW, NOW + timedelta(hours=1))
    poll(world, network=Scripted(page(not_before=NOW + timedelta(minutes=1))))
    assert world.sources.states[SOURCE].next_due_at == NOW + timedelta(hours=1)


def test_a_limit_met_on_the_way_is_a_pause_and_no_failure(world: World) -> None:
    # Given a network whose limit is spent after a page
    retry_at = NOW + timedelta(minutes=15)
    network = Scripted(page("1", older="below"), RateLimited("spent", retry_at))
    # When it is polled
    outcome = poll(world, network=network)
    # Then what came is kept, and the rest is read when the limit allows
    assert outcome == PollOutcome(NOW, 1, not_before=retry_at, rests_until=retry_at)
    poll(world, network=Scripted(page("1", older="below"), page("2")))
    assert len(world.mentions.records) == 2


def test_a_quota_spent_on_the_way_is_told_though_something_came(world: World) -> None:
    # Given a source whose quota of the day is spent after a page
    midnight = NOW + timedelta(hours=9)
    network = Scripted(page("1", older="below"), QuotaSpent("units are spent", midnight))
    # When it is polled
    outcome = poll(world, network=network)
    # Then what came is kept, and the source says why it rests until then
    assert outcome == PollOutcome(
        NOW, 1, "QuotaSpent: units are spent", midnight, rests_until=midnight
    )
    health = health_of(world.sources.states[SOURCE], EVERY, timedelta(days=7), NOW)
    assert health is Health.OUT_OF_QUOTA


def test_pages_that_lead_nowhere_are_frozen(world: World) -> None:
    # Given a network that gives the same page for ever
    same = Scripted(page("1", older="below"))
    # When it is polled
    outcome = poll(world, network=same)
    # Then the run ends, what is new is stored, and the source says what is wrong
    assert outcome is not None
    assert outcome.error.startswith("FrozenCursor: source masto")
    assert len(same.asked) == 2
    assert len(world.mentions.records) == 1
    state = world.sources.states[SOURCE]
    assert health_of(state, EVERY, timedelta(days=7), NOW) is Health.FROZEN
    # And its turn is no later for that: what is new is read, and the rest not given up
    assert state.next_due_at == NOW
    poll(world, network=Scripted(page("2", "1", older="below")))
    assert len(world.mentions.records) == 2
    poll(world, network=Scripted(page("2", "1"), page("0")))
    assert len(world.mentions.records) == 3


def test_pages_that_go_round_are_frozen(world: World) -> None:
    # Given a network that goes from page to page and comes to nothing new
    rounds = [page("1", older=str(number)) for number in range(50)]
    network = Scripted(*rounds)
    # When it is polled
    outcome = poll(world, network=network)
    # Then that ends soon
    assert outcome is not None
    assert outcome.error.startswith("FrozenCursor")
    assert len(network.asked) == 1 + MOST_BARREN


def test_an_empty_page_in_between_ends_nothing(world: World) -> None:
    network = Scripted(page("1", older="a"), page(older="b"), page("2"))
    assert poll(world, network=network) == PollOutcome(NOW, 2)


def test_a_lost_position_starts_the_range_again(world: World) -> None:
    # Given a network that has forgotten where a run stopped
    poll(world, seconds=0, network=Scripted(page("1", older="a")))
    network = Scripted(
        page("1", older="a"), PositionLost("gone"), page("1", older="b"), page("2", "3")
    )
    # When it is read on
    outcome = poll(world, network=network)
    # Then it is read from the newest, and nothing is missed
    assert outcome == PollOutcome(NOW, 2)
    positions = [ask.position for ask in network.asked]
    assert positions == [None, {"at": "a"}, None, {"at": "b"}]


def test_what_was_read_before_a_loss_may_come_again(world: World) -> None:
    # Given a network that forgets its positions after many pages
    pages = [page(str(number), older=str(number)) for number in range(MOST_BARREN + 3)]
    network = Scripted(*pages[:-1], PositionLost("gone"), *pages, page("end"))
    # When it is read from the newest again
    outcome = poll(world, network=network)
    # Then pages that this run knows are no standstill
    assert outcome is not None
    assert (outcome.error, len(world.mentions.records)) == ("", MOST_BARREN + 4)


def test_a_newest_page_that_is_refused_is_asked_for_once(world: World) -> None:
    network = Scripted(PositionLost("odd"))
    outcome = poll(world, network=network)
    assert outcome is not None
    assert outcome.error == "PositionLost: odd"
    assert len(network.asked) == 1


def test_what_an_adapter_remembers_is_kept_until_it_says_otherwise(world: World) -> None:
    network = Scripted(page("1", memory={"etag": "a"}), page(), page(memory={}), page())
    for _ in range(4):
        poll(world, network=network)
        world.clock.advance(minutes=1)
    assert [ask.memory for ask in network.asked] == [{}, {"etag": "a"}, {"etag": "a"}, {}]


def test_an_adapter_is_told_what_was_given_out_before(world: World) -> None:
    # Given an entry that was read
    poll(world, network=Scripted(page("1")))
    # When its list is read again by another process, which has but the cursor
    world.taken_in = TakenIn()
    network = Scripted(page("1"))
    poll(world, network=network)
    # Then only what is new needs to be read out of it
    [again] = network.asked
    assert again.knows("1")
    assert not again.knows("2")


def test_a_page_in_another_order_is_no_news(world: World) -> None:
    # Given entries of one time that come in any order
    same = [Entry(name, NOW, mention(name)) for name in "abc"]
    orders = [Listing(tuple(order), {"at": "below"}) for order in (same, same[::-1], same)]
    network = Scripted(*orders)
    poll(world, seconds=0, network=network)
    world.tap.names.clear()
    # When they are read again
    poll(world, seconds=0, network=network)
    # Then the cursor is not written
    assert "sources.save_cursor" not in world.tap.names


def test_a_dead_token_is_told_at_once(world: World) -> None:
    dead = AuthExpired("the token is dead")
    network = Scripted(dead, page("1"), names=("mentions", "messages"))
    outcome = poll(world, network=network)
    assert outcome is not None
    assert outcome.error == f"AuthExpired: {dead}"
    assert len(network.asked) == 1


def test_a_gap_that_shows_nothing_is_below_what_was_read(world: World) -> None:
    # Given a walk that goes on in another run, where the network shows nothing more
    poll(world, seconds=0, network=Scripted(page("1", "2", older="a")))
    nothing = (page(older="b"), page(cut_off=True))
    poll(world, network=Scripted(page("1", "2", older="a"), *nothing))
    # Then the gap ends at what was read last
    [gap] = world.sources.states[SOURCE].gaps
    assert gap.until == NOW - timedelta(minutes=1)


def test_a_network_that_loses_every_position_is_frozen(world: World) -> None:
    lost = PositionLost("gone")
    network = Scripted(page("1", older="a"), lost, page("1", older="b"), lost)
    outcome = poll(world, network=network)
    assert outcome is not None
    assert outcome.error.startswith("FrozenCursor: source masto")


@pytest.mark.parametrize(
    "error", [NotAllowed("no right to read"), Unavailable("its index is down")]
)
def test_a_list_that_cannot_be_read_holds_up_no_other(world: World, error: GehoorError) -> None:
    # Given two lists, of which the first cannot be read
    network = Scripted(error, page("1", older="a"), page("2"), names=("messages", "mentions"))
    # When they are polled
    outcome = poll(world, network=network)
    # Then the other one is read to its end, and the source says what is wrong
    assert outcome is not None
    assert (outcome.new_items, outcome.error) == (2, f"{type(error).__name__}: {error}")


def test_a_network_that_is_down_takes_no_longer_than_a_run(world: World) -> None:
    # Given a network whose lists all fail
    network = Scripted(Unavailable("down"), page("1"), names=("mentions", "messages"))
    # When the time is up after the first
    outcome = poll(world, seconds=0, network=network)
    # Then the others are not asked for, and the run has failed
    assert outcome is not None
    assert outcome.error == "Unavailable: down"
    assert len(network.asked) == 1


def test_a_gap_is_counted_and_stays_with_the_source(world: World) -> None:
    # Given a network that shows no more though there is more
    for seconds in (0, 0):
        poll(world, seconds=seconds, network=Scripted(page("1", older="a")))
    found = timedelta(minutes=1)
    world.clock.advance(minutes=1)
    poll(world, network=Scripted(page("1", older="a"), page("2", "3", cut_off=True)))
    # Then what it hides is known by its bounds, and counted
    state = world.sources.states[SOURCE]
    [gap] = state.gaps
    assert (gap.list_name, gap.since) == ("posts", NOW - BACKFILL)
    assert (gap.until, gap.found_at) == (NOW - timedelta(minutes=1), NOW + found)
    assert world.metrics.counts["GapsFound"] == 1
    # And it is closed
    poll(world, network=Scripted(page("1", older="a")))
    assert world.metrics.counts["GapsFound"] == 1


@pytest.mark.parametrize(("hours", "since"), [(2, NOW - timedelta(hours=2)), (99, NOW - BACKFILL)])
def test_a_gap_begins_where_the_network_can_tell_it_does(
    world: World, hours: int, since: datetime
) -> None:
    # Given a network that knows from when on it hides something
    hides = Listing((), cut_off=True, cut_off_since=NOW - timedelta(hours=hours))
    # When it is read, then the gap begins there, and never below what is read
    poll(world, network=Scripted(hides))
    [gap] = world.sources.states[SOURCE].gaps
    assert (gap.since, gap.until) == (since, NOW)


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
    world.tap.errors["network.read"] = error
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
    world.tap.errors["network.read"] = Unavailable("down")
    waits = []
    for _ in range(9):
        poll(world)
        waits.append(world.sources.states[SOURCE].next_due_at - NOW)
    # Then the waits double up to the longest
    minutes = [wait.total_seconds() / 60 for wait in waits]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert timedelta(hours=1) == LONGEST_BACK_OFF


def test_what_failed_together_does_not_come_back_together(world: World) -> None:
    world.tap.errors["network.read"] = Unavailable("down")
    poll(world, jitter=0.4)
    assert world.sources.states[SOURCE].next_due_at == NOW + EVERY * 1.1


@pytest.mark.parametrize(
    ("idle", "interval"),
    [
        (timedelta(minutes=1), timedelta(minutes=2)),
        (timedelta(minutes=12), timedelta(minutes=3)),
        (timedelta(minutes=30), None),
        (timedelta(hours=2), timedelta(minutes=10)),
        (timedelta(days=2), timedelta(minutes=30)),
    ],
)
def test_busy_sources_are_read_sooner_and_quiet_ones_later(
    world: World, idle: timedelta, interval: timedelta | None
) -> None:
    # Given a source that is read each five minutes, and brought something a while ago
    pace = Pace(timedelta(minutes=5), timedelta(minutes=2), timedelta(minutes=30))
    poll(world, network=Scripted(page("1")), pace=pace)
    world.clock.advance(seconds=idle.total_seconds())
    world.sources.claim_turn(SOURCE, world.clock(), world.clock() + pace.usual)
    # When it is read again
    outcome = poll(world, network=Scripted(page("1")), pace=pace)
    # Then its next turn comes sooner or later, or as usual
    assert outcome is not None
    assert outcome.not_before == (world.clock() + interval if interval else None)
    # And something new is a reason to read it before, for the network asked for no rest
    assert outcome.rests_until is None
    # And it is not stale until then
    later = world.clock() + (interval or pace.usual)
    health = health_of(world.sources.states[SOURCE], pace.usual, timedelta(days=7), later)
    assert health is Health.FRESH


def test_a_source_that_never_brought_anything_is_quiet(world: World) -> None:
    pace = Pace(timedelta(minutes=5), timedelta(minutes=2), timedelta(minutes=30))
    world.clock.advance(hours=2)
    world.sources.claim_turn(SOURCE, world.clock(), world.clock() + pace.usual)
    outcome = poll(world, network=Scripted(page()), pace=pace)
    assert outcome is not None
    assert outcome.not_before == world.clock() + timedelta(minutes=10)


def test_the_other_side_may_name_a_later_time(world: World) -> None:
    retry_at = NOW + timedelta(hours=3)
    world.tap.errors["network.read"] = RateLimited("spent", retry_at)
    poll(world)
    assert world.sources.states[SOURCE].next_due_at == retry_at


def test_a_source_without_a_connection_fails_like_any_other(world: World) -> None:
    # Given a source that left the configuration while its message was under way
    world.is_configured = False
    outcome = poll(world)
    assert outcome is not None
    assert outcome.error.startswith("Gone: source masto is not in the configuration")


def test_a_store_that_is_down_loses_nothing(world: World) -> None:
    # Given a store that fails
    world.town.post(mention("1"))
    world.town.post(mention("2"))
    world.tap.errors["mentions.put_many"] = Unavailable("storing a mention: AWS is busy")
    assert poll(world) is not None
    assert world.sources.states[SOURCE].cursor == {}
    # When it is back
    world.tap.errors.clear()
    # Then both come
    assert poll(world) == PollOutcome(NOW, 2)


def test_a_bug_is_noted_and_not_hidden(world: World) -> None:
    # Given a fault nobody foresaw
    world.tap.errors["network.read"] = ZeroDivisionError()
    # When the source is polled
    with pytest.raises(ZeroDivisionError):
        poll(world)
    # Then the source is free, and says that the run was cut short
    state = world.sources.states[SOURCE]
    assert state.error.startswith("Interrupted")
    assert world.sources.leases == {}
