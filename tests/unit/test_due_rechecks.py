"""Which posts are looked at again, and when."""

from collections import Counter
from datetime import timedelta

import pytest

from factories import JUDGEMENT, NOW, mention
from fakes.world import World
from gehoor.errors import Unavailable
from gehoor.usecases.due_rechecks import MOST, send_due_rechecks

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SWEEPS = timedelta(minutes=5)


@pytest.fixture
def world() -> World:
    made = World()
    made.recheck_after = (HOUR, 6 * HOUR, DAY)
    assert send_due_rechecks(made.due_recheck_ports()) == 0
    return made


def store(world: World, name: str) -> str:
    new = mention(name)
    assert world.mentions.put_new(new, JUDGEMENT, world.clock())
    return new.mention_id


def sweep_until(world: World, end: timedelta) -> dict[str, list[timedelta]]:
    """Sweep every five minutes; which mentions were asked for, and how long after the start."""
    asked: dict[str, list[timedelta]] = {}
    while world.clock() < NOW + end:
        world.clock.now += SWEEPS
        send_due_rechecks(world.due_recheck_ports())
        for body in world.queues.deliveries:
            asked.setdefault(body["recheck_id"], []).append(world.clock() - NOW)
        world.queues.deliveries.clear()
    return asked


def test_a_post_is_looked_at_when_it_comes_to_each_age(world: World) -> None:
    # Given two posts, one of them half an hour later
    first = store(world, "1")
    world.clock.advance(minutes=30)
    second = store(world, "2")
    # When sweeps come for two days
    asked = sweep_until(world, 2 * DAY)
    # Then each is asked for at each age, once, within one sweep
    ages = (HOUR, 6 * HOUR, DAY)
    assert asked[first] == [age + SWEEPS for age in ages]
    assert asked[second] == [age + SWEEPS + HOUR / 2 for age in ages]


def test_what_came_due_while_nobody_looked_is_made_up_for(world: World) -> None:
    # Given a post, and no sweep for three days
    only = store(world, "1")
    world.clock.advance(days=3)
    # When one comes
    assert send_due_rechecks(world.due_recheck_ports()) == 3
    # Then the post is asked for once, and the next sweep has nothing to do
    assert world.queues.deliveries == [{"recheck_id": only}]
    world.clock.now += SWEEPS
    assert send_due_rechecks(world.due_recheck_ports()) == 0


def test_a_storm_is_looked_at_in_turns_and_whole(world: World) -> None:
    # Given more posts than one run asks for
    world.recheck_after = (HOUR,)
    names = []
    for number in range(MOST + MOST // 2):
        world.clock.now += timedelta(milliseconds=1)
        names.append(store(world, str(number)))
    world.clock.advance(hours=2)
    # When two runs come
    for _ in range(2):
        assert send_due_rechecks(world.due_recheck_ports()) <= MOST
        world.clock.now += SWEEPS
    # Then every post was asked for, and at most the last of the first run twice
    asked = Counter(body["recheck_id"] for body in world.queues.deliveries)
    assert set(asked) == set(names)
    assert asked.total() <= len(names) + 1


def test_a_run_that_dies_before_its_messages_are_out_is_repeated(world: World) -> None:
    # Given a queue that takes nothing
    only = store(world, "1")
    world.clock.now += HOUR + SWEEPS
    world.tap.errors["queues.send_rechecks"] = Unavailable("full")
    with pytest.raises(Unavailable):
        send_due_rechecks(world.due_recheck_ports())
    # When it takes again
    world.tap.errors.clear()
    world.clock.now += SWEEPS
    send_due_rechecks(world.due_recheck_ports())
    # Then the post is asked for
    assert world.queues.deliveries == [{"recheck_id": only}]


def test_one_sweep_at_a_time(world: World) -> None:
    # Given a sweep that another one overtakes
    store(world, "1")
    world.clock.now += HOUR + SWEEPS
    other: list[int] = []

    def overtake() -> None:
        other.append(send_due_rechecks(world.due_recheck_ports()))

    world.tap.before[len(world.tap.names) + 1] = overtake
    # Then one of them asks
    assert send_due_rechecks(world.due_recheck_ports()) == 1
    assert other == [0]


def test_who_wants_no_looks_pays_for_none(world: World) -> None:
    world.recheck_after = ()
    calls = len(world.tap.names)
    assert send_due_rechecks(world.due_recheck_ports()) == 0
    assert len(world.tap.names) == calls
