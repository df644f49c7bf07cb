"""A storm on its way into the helpdesk, opened in bulk, with one fault at every outside call."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from factories import NOW, mention
from fakes.helpdesk import FakeBulk
from fakes.tap import Fault
from fakes.trials import repeat_at_each_call, suffer_at_each_call
from fakes.world import World, assert_all_well
from gehoor.usecases.authors import WORTH_A_BULK

JOB_TAKES = timedelta(seconds=20)
AUTHORS = WORTH_A_BULK + 1


def storm(prepare: Callable[[World], None]) -> World:
    """Many authors at once, some of whom go on while the helpdesk is at work on the first posts."""
    world = World()
    world.in_batches = True
    world.join_within = timedelta(hours=1)
    world.helpdesk.bulk = FakeBulk(world.helpdesk, world.clock, JOB_TAKES)
    prepare(world)
    for n in range(AUTHORS):
        world.town.post(mention(f"first-{n}", by=f"person{n}"))
    world.settle(longest=timedelta(seconds=1))
    for n in range(3):
        again = mention(f"again-{n}", by="person0", posted_at=NOW + timedelta(seconds=n))
        world.town.post(again)
    world.settle()
    world.end()
    return world


CALLS = storm(lambda _world: None).tap.names


def test_a_clean_storm_goes_all_the_way() -> None:
    # When nothing goes wrong
    world = storm(lambda _world: None)
    # Then every first post has a ticket from one job, and what was added is in one comment
    assert_all_well(world)
    assert len(world.helpdesk.tickets) == AUTHORS
    assert CALLS.count("helpdesk.bulk.open_tickets") == 1
    assert CALLS.count("helpdesk.open_ticket") == 0
    said = [c.marker for t in world.helpdesk.tickets.values() for c in t.comments if c.public]
    assert len(said) == AUTHORS + 1
    notes = [c for t in world.helpdesk.tickets.values() for c in t.comments if not c.public]
    assert len(notes) == AUTHORS


def assert_well_without_help(world: World) -> None:
    assert_all_well(world)
    assert not world.dead_letters
    assert not world.bulks.bulks
    assert not world.notes.wanted


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name)
def test_no_single_fault_loses_or_doubles_anything(fault: Fault) -> None:
    # When one call on the whole way fails, then all arrives all the same, once, and without help
    suffer_at_each_call(storm, CALLS, fault, assert_well_without_help)


def test_a_second_worker_at_any_moment_doubles_nothing() -> None:
    # When every message so far comes twice, in the middle of the work on one of them
    repeat_at_each_call(storm, CALLS, assert_all_well)
