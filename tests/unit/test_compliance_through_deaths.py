"""The way of a deletion that only a job tells of, with one fault at every outside call."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from factories import mention
from fakes.compliance import DURATION
from fakes.tap import Fault
from fakes.trials import suffer_at_each_call
from fakes.world import SOURCE, World, assert_all_well
from gehoor.usecases.compliance import EVERY
from gehoor.usecases.recheck import SECOND_LOOK

SWEEPS = timedelta(minutes=20)
"""Longer than a dead worker's lease and than its message is hidden."""

GONE, KEPT = "1", "2"


def story(prepare: Callable[[World], None]) -> World:
    """Two posts that are delivered, of which one is deleted after a first round."""
    world = World()
    world.recheck_after = ()
    world.asked_in_jobs = (SOURCE,)
    for name in (GONE, KEPT):
        world.town.post(mention(name, by=f"person{name}"))
    world.settle()
    world.clock.now += SWEEPS
    world.town.deleted.add(GONE)
    world.tap.names.clear()
    prepare(world)
    end = world.clock() + EVERY - DURATION + SECOND_LOOK
    while world.clock() < end:
        world.wake(world.sweep)
        world.work()
        world.clock.now += SWEEPS
    world.end()
    return world


def assert_told(world: World) -> None:
    assert_all_well(world)
    deleted = {name: record.deleted_at for name, record in world.mentions.records.items()}
    assert [name for name, at in deleted.items() if at] == [mention(GONE).mention_id]


CALLS = story(lambda _world: None).tap.names


def test_a_clean_run_goes_all_the_way() -> None:
    assert_told(story(lambda _world: None))


def assert_told_without_help(world: World) -> None:
    assert_told(world)
    assert not world.dead_letters


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name)
def test_no_single_fault_loses_or_doubles_anything(fault: Fault) -> None:
    # When one call on the way fails, then all is told all the same, once, and without help
    suffer_at_each_call(story, CALLS, fault, assert_told_without_help)
