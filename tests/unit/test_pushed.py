"""What networks push: a hurry for what polls bring anyway, never a second way in."""

from datetime import datetime, timedelta

import pytest

from factories import BRAND, NOW, author, mention
from fakes.world import BACKFILL, EVERY, PACE, SOURCE, World
from gehoor.domain.event import Pushed
from gehoor.domain.health import Health, health_of
from gehoor.domain.pace import PUSHES_HOLD, Pace
from gehoor.domain.reach import Reach, ReachThresholds
from gehoor.errors import AuthExpired, ContractBroken, Gone, QuotaSpent, RateLimited, Unavailable
from gehoor.ports.sources import PollOutcome
from gehoor.usecases.poll import PollPorts, Watched, look_at_post, poll_source
from gehoor.usecases.pushed import PushPorts, follow_push

NETWORKS = {SOURCE: "town", "second": "town", "news": "feed"}


@pytest.fixture
def world() -> World:
    return World()


def push(world: World, pushed: Pushed) -> list[dict[str, str]]:
    """What is asked for."""
    ports = PushPorts(NETWORKS, world.sources, world.queues, world.clock)
    follow_push(pushed, ports)
    return world.queues.polls


def rest(world: World, error: str) -> datetime:
    """A poll ends with a pause; until when."""
    until = NOW + timedelta(minutes=15)
    world.sources.acquire(SOURCE, "me", NOW, until)
    outcome = PollOutcome(NOW, 0, error, not_before=until, rests_until=until)
    world.sources.release(SOURCE, "me", outcome)
    return until


def ports_of(world: World) -> PollPorts:
    return PollPorts(
        world.sources, world.network, world.intake_ports(), lambda: 0.0, world.taken_in
    )


def look(world: World, post_id: str) -> str:
    return look_at_post(Watched(SOURCE, BRAND, PACE, BACKFILL), post_id, ports_of(world))


def test_a_post_is_looked_at_for_the_source_that_the_subscription_names(world: World) -> None:
    found = push(world, Pushed("town", SOURCE, "35"))
    assert found == [{"source_id": SOURCE, "post_id": "35"}]


@pytest.mark.parametrize("named", [None, "unknown", "news"])
def test_without_a_source_of_that_network_all_of_them_are_polled(
    world: World, named: str | None
) -> None:
    # When a push names no source, one that is gone, or one of another network
    found = push(world, Pushed("town", named, "35"))
    # Then the network's lists tell whose the post is
    assert found == [{"source_id": SOURCE}, {"source_id": "second"}]


def test_what_is_no_post_is_read_with_its_source(world: World) -> None:
    assert push(world, Pushed("town", "second")) == [{"source_id": "second"}]


def test_a_network_that_nobody_reads_asks_for_nothing(world: World) -> None:
    assert push(world, Pushed("x", "acme", "35")) == []


def test_a_source_that_is_polled_seldom_is_hurried(world: World) -> None:
    # Given a source whose next turn is far off, because little happens there
    world.sources.acquire(SOURCE, "me", NOW, NOW + timedelta(minutes=1))
    world.sources.release(SOURCE, "me", PollOutcome(NOW, 0, not_before=NOW + timedelta(hours=1)))
    assert push(world, Pushed("town", SOURCE)) == [{"source_id": SOURCE}]


@pytest.mark.parametrize("error", ["", "RateLimited: slow", "QuotaSpent: no money"])
def test_a_source_that_rests_is_left_in_peace(world: World, error: str) -> None:
    # Given a source whose network asked for a pause, whether or not it brought something before
    until = rest(world, error)
    # Then a push does not end it, and the others are polled
    assert push(world, Pushed("town")) == [{"source_id": "second"}]
    world.clock.now = until
    assert push(world, Pushed("town", SOURCE))[1:] == [{"source_id": SOURCE}]


def test_a_post_is_looked_at_while_only_lists_rest(world: World) -> None:
    rest(world, "")
    assert push(world, Pushed("town", SOURCE, "35")) == [{"source_id": SOURCE, "post_id": "35"}]


def test_a_source_that_fails_is_asked_for_no_post(world: World) -> None:
    # Given a source that rests because something is wrong
    until = rest(world, "QuotaSpent: no money")
    # Then the next poll brings what is pushed
    assert push(world, Pushed("town", SOURCE, "35")) == []
    world.clock.now = until
    assert push(world, Pushed("town", SOURCE, "35")) == [{"source_id": SOURCE, "post_id": "35"}]


def test_a_pushed_post_is_taken_in_and_sent_on(world: World) -> None:
    post = mention("35")
    world.town.post(post)
    assert look(world, "35") == "1 new"
    assert world.queues.deliveries == [{"mention_id": post.mention_id}]
    assert world.metrics.counts["PushesDone"] == 1


def test_a_source_that_is_heard_by_push_alone_is_not_silent(world: World) -> None:
    # Given a source that brought nothing for long
    world.clock.advance(days=30)
    world.town.post(mention("35", posted_at=world.clock()))
    look(world, "35")
    # Then a pushed post is news
    assert world.sources.states[SOURCE].last_new_at == world.clock()
    # And what is no news is none
    world.clock.advance(days=1)
    look(world, "35")
    assert world.sources.states[SOURCE].last_new_at == world.clock() - timedelta(days=1)


PUSHED_PACE = Pace(EVERY, EVERY, EVERY, safety=timedelta(minutes=15))


def turn_after_poll(world: World) -> timedelta:
    """How long after a poll the next one is due."""
    world.sources.claim_turn(SOURCE, world.clock(), world.clock() + EVERY)
    watched = Watched(SOURCE, BRAND, PUSHED_PACE, BACKFILL)
    poll_source(watched, ports_of(world), "me", world.clock() + timedelta(seconds=30))
    return world.sources.states[SOURCE].next_due_at - world.clock()


def test_while_pushes_come_polls_are_the_safety_net(world: World) -> None:
    # Given a source that no push ever told of
    assert turn_after_poll(world) == EVERY
    # When a push brings a post, and polls after it nothing
    world.clock.advance(minutes=1)
    world.town.post(mention("35", posted_at=world.clock()))
    look(world, "35")
    # Then they come seldom, until pushes have not come for long, and the source is well all along
    for _ in range(2):
        assert turn_after_poll(world) == PUSHED_PACE.safety
        world.clock.advance(minutes=15)
        state = world.sources.states[SOURCE]
        assert health_of(state, EVERY, timedelta(days=7), world.clock()) is Health.FRESH
    world.clock.now = state.pushed_at + PUSHES_HOLD if state.pushed_at else NOW
    assert turn_after_poll(world) == EVERY


def test_a_post_of_which_no_push_told_ends_the_trust_in_pushes(world: World) -> None:
    # Given a source that is polled seldom, as pushes come
    world.town.post(mention("35"))
    look(world, "35")
    assert turn_after_poll(world) == PUSHED_PACE.safety
    # When a poll brings what none told of
    world.clock.advance(minutes=15)
    world.town.post(mention("36", posted_at=world.clock()))
    assert turn_after_poll(world) == EVERY
    # Then polls come as usual, until a push is first again
    world.clock.advance(minutes=1)
    assert turn_after_poll(world) == EVERY
    world.town.post(mention("37", posted_at=world.clock()))
    look(world, "37")
    world.clock.advance(minutes=1)
    assert turn_after_poll(world) == PUSHED_PACE.safety


def test_a_push_that_is_played_back_slows_nothing(world: World) -> None:
    # Given a post that a poll has brought
    world.town.post(mention("35"))
    assert turn_after_poll(world) == EVERY
    # When a push tells of it
    world.clock.advance(minutes=1)
    assert look(world, "35") == "0 new"
    # Then polls come as before
    assert turn_after_poll(world) == EVERY


def test_a_post_that_comes_by_push_and_by_poll_is_one_mention(world: World) -> None:
    # Given a post that is pushed, twice, and polled in between
    world.town.post(mention("35"))
    assert look(world, "35") == "1 new"
    world.poll({"source_id": SOURCE})
    assert look(world, "35") == "0 new"
    # Then it is one mention, on its way once
    assert len(world.mentions.records) == 1
    assert len(world.queues.deliveries) == 1


@pytest.mark.parametrize(("minutes", "outcome"), [(49, "1 new"), (50, "0 new")])
def test_a_push_that_comes_late_is_left_to_the_polls(
    world: World, minutes: int, outcome: str
) -> None:
    # Given a call that is played back, or comes late
    world.town.post(mention("35", posted_at=NOW - timedelta(minutes=minutes)))
    # Then only a recent post is taken in
    assert look(world, "35") == outcome
    # And the poll brings it, if it did not yet
    world.poll({"source_id": SOURCE})
    assert len(world.queues.deliveries) == 1


def test_the_brands_own_post_is_no_mention(world: World) -> None:
    own = mention("35", author=author("noordlicht"))
    world.town.post(own)
    assert look(world, "35") == "0 new"
    assert world.mentions.records == {}


def test_how_far_a_pushed_post_goes_is_told(world: World) -> None:
    world.thresholds = ReachThresholds(followers=50_000)
    world.town.post(mention("35"))
    world.town.reach["35"] = Reach(followers=120_000)
    assert look(world, "35") == "1 new"
    [told] = world.alerts.records.values()
    assert told.alert.evidence == "followers 120,000"


@pytest.mark.parametrize("post_id", ["gone", "unknown"])
def test_a_post_that_is_not_there_is_nothing(world: World, post_id: str) -> None:
    world.town.deleted.add("gone")
    assert look(world, post_id) == "0 new"


@pytest.mark.parametrize(
    "error",
    [
        RateLimited("slow", NOW + timedelta(minutes=15)),
        QuotaSpent("spent", NOW + timedelta(hours=9)),
        Unavailable("down"),
        AuthExpired("dead"),
        Gone("the source is gone"),
        ContractBroken("odd"),
    ],
)
def test_whatever_goes_wrong_is_left_to_the_polls(world: World, error: Exception) -> None:
    # Given a network that fails
    world.town.post(mention("35"))
    world.tap.errors["network.recheck"] = error
    # When a post is looked at
    assert look(world, "35").startswith(f"left to the next poll: {type(error).__name__}")
    assert world.metrics.counts["PushesFailed"] == 1
    # Then the next poll brings it
    world.poll({"source_id": SOURCE})
    assert len(world.queues.deliveries) == 1
