"""Clocks with a fault at every single outside call: each thing is told once, whoever dies."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from factories import NOW, mention
from fakes.tap import Fault
from fakes.trials import repeat_at_each_call, suffer_at_each_call
from fakes.world import SWEEPS, World, assert_all_well
from gehoor.domain.first_answer import Ending, Stage
from gehoor.domain.notice import Subject

Prepare = Callable[[World], None]
ELSEWHERE = (
    *("arrivals.", "bookmarks.", "sources.", "network.lists", "network.read", "queues.send_polls"),
    *("queues.send_rechecks", "outbox.overdue", "answers.knows", "helpdesk.comments_since"),
)
"""Calls that have nothing to do with clocks, and fail in other tests."""

TOLD = ("answer_due_half", "answer_due_soon", "answer_overdue", "promise_due")


def pass_time(world: World, span: timedelta) -> None:
    """With a sweep every five minutes, and all that comes of it."""
    end = world.clock() + span
    while world.clock() < end:
        world.clock.now += SWEEPS
        world.wake(world.sweep)
        world.settle(timedelta(minutes=2))


def overdue_and_promised(prepare: Prepare) -> World:
    """Nobody answers in time; the answer then promises something, and its ticket is solved."""
    world = World()
    world.town.post(mention("1", posted_at=NOW))
    world.settle()
    [ticket_id] = world.helpdesk.tickets
    pass_time(world, timedelta(minutes=25))
    world.tap.names.clear()
    prepare(world)
    pass_time(world, timedelta(minutes=75))
    world.comment(ticket_id, "We'll get back to you within an hour.")
    world.settle()
    world.helpdesk.set_status(ticket_id, "solved")
    pass_time(world, timedelta(minutes=50))
    world.end()
    return world


def assert_told_once(world: World) -> None:
    assert_all_well(world)
    [ticket] = world.helpdesk.tickets.values()
    markers = Counter(comment.marker.partition(":")[0] for comment in ticket.comments)
    assert {kind: markers[kind] for kind in TOLD} == dict.fromkeys(TOLD, 1)
    assert [notice.subject for notice in world.notices.told] == list(Subject)
    [case] = world.cases.cases.values()
    [clock] = case.clocks
    assert (clock.told, clock.ending, clock.is_within) == (Stage.OVERDUE, Ending.ANSWERED, False)
    assert case.wakes_at is None
    assert ticket.status == "open"
    assert ticket.tags & set(TOLD) == {"promise_due"}


def test_nothing_is_told_twice_when_nothing_goes_wrong() -> None:
    world = overdue_and_promised(lambda _world: None)
    assert_told_once(world)
    assert world.notices.calls == world.notices.told


@pytest.mark.parametrize("fault", Fault)
def test_each_thing_is_told_once_with_a_fault_at_any_call(fault: Fault) -> None:
    world = overdue_and_promised(lambda _world: None)
    suffer_at_each_call(
        overdue_and_promised, world.tap.names, fault, assert_told_once, but=ELSEWHERE
    )


def test_each_thing_is_told_once_though_every_message_comes_twice() -> None:
    world = overdue_and_promised(lambda _world: None)
    repeat_at_each_call(overdue_and_promised, world.tap.names, assert_told_once, but=ELSEWHERE)
