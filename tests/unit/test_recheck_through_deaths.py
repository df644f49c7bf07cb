"""The way of a deletion and an edit into the ticket, with one fault at every outside call."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from factories import NOW, mention
from fakes.tap import Fault
from fakes.trials import repeat_at_each_call, suffer_at_each_call
from fakes.world import World, assert_all_well
from gehoor.domain.alert import AlertKind
from gehoor.domain.mention import Mention
from gehoor.domain.reach import Reach, ReachThresholds
from gehoor.usecases.recheck import SECOND_LOOK

AGE = timedelta(hours=6)
SWEEPS = timedelta(minutes=20)
"""Longer than a dead worker's lease and than its message is hidden."""

GONE, EDITED, KEPT = "1", "2", "3"


def story(prepare: Callable[[World], None]) -> World:
    """Three posts that are delivered; then one is deleted, one edited, and two go far."""
    world = World()
    world.thresholds = ReachThresholds(likes=500, reposts_an_hour=100)
    world.recheck_after = (AGE, 2 * AGE)
    world.sweep()
    posts = [mention(name, by=f"person{name}") for name in (GONE, EDITED, KEPT)]
    for post in posts:
        world.town.post(post)
    world.settle()
    world.clock.now = NOW + AGE + timedelta(minutes=5)
    world.town.deleted.add(GONE)
    world.town.edit(replace(posts[1], text="Changed", edited_at=NOW))
    world.town.reach |= dict.fromkeys((EDITED, KEPT), Reach(likes=10**6, reposts=10**6))
    world.tap.names.clear()
    prepare(world)
    while world.clock() < NOW + AGE + 3 * SECOND_LOOK:
        world.wake(world.sweep)
        world.work()
        world.clock.now += SWEEPS
    world.end()
    return world


def assert_told(world: World) -> None:
    assert_all_well(world)
    posts = [item for item in world.town.items if isinstance(item, Mention)]
    records = {post.native_id: world.mentions.records[post.mention_id] for post in posts}
    assert [name for name, found in records.items() if found.deleted_at] == [GONE]
    comments = [c for ticket in world.helpdesk.tickets.values() for c in ticket.comments]
    edits = [c for c in comments if c.marker.startswith("edited:")]
    assert ["Changed" in comment.html for comment in edits] == [True]
    assert not any(comment.public for comment in edits)
    kinds = (AlertKind.REPUTATION, AlertKind.SPREADING)
    signals = {(one.about, one.subject) for one in world.notices.told if one.subject in kinds}
    abouts = [f"mention:{records[name].mention_id}" for name in (EDITED, KEPT)]
    assert signals == {(about, kind) for about in abouts for kind in kinds}


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


def test_a_second_worker_at_any_moment_doubles_nothing() -> None:
    # When every message so far comes twice, in the middle of the work on one of them
    repeat_at_each_call(story, CALLS, assert_told)
