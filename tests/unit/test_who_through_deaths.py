"""Who this is, with a fault at every single outside call: raised once, given once, told once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from factories import JUDGEMENT, NOW, author, mention
from fakes.tap import Fault
from fakes.trials import repeat_at_each_call, suffer_at_each_call
from fakes.world import World, assert_all_well
from gehoor.domain.alert import AlertKind
from gehoor.domain.compose import LAST_RESORT
from gehoor.domain.faces import FALSE_FACE, Company
from gehoor.domain.priority import Priority
from gehoor.domain.routing import GroupRule, Routing
from gehoor.domain.rules import Rules

Prepare = Callable[[World], None]
ELSEWHERE = (
    *("arrivals.", "bookmarks.", "sources.", "network.", "queues.send_polls", "queues.send_reche"),
    *("outbox.overdue", "answers.knows", "helpdesk.comments_since", "crm.", "incidents."),
)
"""Calls that have nothing to do with it, and fail in other tests."""


def a_false_face_who_waits_elsewhere(prepare: Prepare) -> World:
    """Somebody with our name, and an open ticket by e-mail that an agent has, complains."""
    world = World()
    accounts = frozenset({("town", "noordlicht@town.example")})
    routing = Routing((GroupRule("Webcare"),))
    world.rules = Rules(Company(accounts, names=("Noordlicht",)), routing)
    world.helpdesk.groups = {"Webcare"}
    false = author("false", handle="@noordlicht_support@town.example")
    earlier = NOW - timedelta(days=3)
    world.town.post(mention("1", author=false, posted_at=earlier))
    world.mentions.put_new(mention("1", author=false, posted_at=earlier), JUDGEMENT, NOW)
    world.deliver({"mention_id": mention("1").mention_id})
    [old] = world.helpdesk.tickets.values()
    old.channel, old.status = "e-mail", "open"
    world.helpdesk.give(old.ticket_id, world.agent)
    world.tap.names.clear()
    prepare(world)
    world.town.post(mention("2", author=false))
    world.settle()
    world.end()
    return world


def assert_served_once(world: World) -> None:
    assert_all_well(world)
    _, ticket = world.helpdesk.tickets.values()
    assert ticket.priority is Priority.HIGH
    assert {LAST_RESORT, FALSE_FACE} <= ticket.tags
    assert ticket.group == "Webcare"
    assert ticket.agent is not None
    [record] = world.alerts.records.values()
    assert record.told_at is not None
    assert [notice.subject for notice in world.notices.told] == [AlertKind.FALSE_FACE]


@pytest.mark.parametrize("fault", Fault)
def test_all_of_it_happens_once_with_a_fault_at_any_call(fault: Fault) -> None:
    world = a_false_face_who_waits_elsewhere(lambda _world: None)
    assert_served_once(world)
    suffer_at_each_call(
        a_false_face_who_waits_elsewhere,
        world.tap.names,
        fault,
        assert_served_once,
        but=ELSEWHERE,
    )


def test_all_of_it_happens_once_though_every_message_comes_twice() -> None:
    world = a_false_face_who_waits_elsewhere(lambda _world: None)
    repeat_at_each_call(
        a_false_face_who_waits_elsewhere, world.tap.names, assert_served_once, but=ELSEWHERE
    )
