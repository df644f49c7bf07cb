"""Words that can, or cannot, be read again in time, with one fault at every outside call."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from factories import mention
from fakes.tap import Fault
from fakes.world import World, assert_all_well
from gehoor.domain.refresh import AHEAD, LAST_MOMENT
from gehoor.errors import Unavailable

TERM = timedelta(days=30)
SWEEPS = timedelta(hours=1)
OF_EACH = 5
"""A day has hundreds of sweeps that find nothing to do: the first calls of each kind fail."""

POST = mention("1")


def story(prepare: Callable[[World], None], is_down: bool) -> World:
    """A post that is delivered, until its words may be kept no longer."""
    world = World()
    world.recheck_after = ()
    world.refresh_within = {"town": TERM}
    world.wake(world.sweep)
    world.town.post(POST)
    world.settle()
    seen_at = world.mentions.records[POST.mention_id].seen_at
    if is_down:
        world.tap.errors["network.recheck"] = Unavailable("down")
    world.clock.now = seen_at + TERM - AHEAD
    world.tap.names.clear()
    prepare(world)
    while world.clock() < seen_at + TERM - LAST_MOMENT + 4 * SWEEPS:
        world.wake(world.sweep)
        world.work()
        world.clock.now += SWEEPS
    return world


@pytest.mark.parametrize("is_down", [False, True], ids=["answers", "down"])
@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name)
def test_no_single_fault_keeps_words_too_long_or_erases_them_early(
    fault: Fault, is_down: bool
) -> None:
    calls = story(lambda _world: None, is_down).tap.names
    for number, name in enumerate(calls):
        if calls[:number].count(name) >= OF_EACH:
            continue

        def prepare(world: World, number: int = number) -> None:
            world.tap.faults[number] = fault

        # When one call on the way fails
        world = story(prepare, is_down)
        # Then the words are fresh, or they are erased, and nobody is told
        try:
            assert_all_well(world)
            found = world.mentions.records[POST.mention_id]
            assert found.mention == (POST.without_words() if is_down else POST)
            assert world.clock() - found.fresh_at < TERM
            assert found.deleted_at is None
            assert not world.dead_letters
        except AssertionError as failure:
            failure.add_note(f"{fault.name} at call {number}: {name}")
            raise
