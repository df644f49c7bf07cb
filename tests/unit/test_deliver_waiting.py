"""What a queue hands over at once, when it is notes that wait for the helpdesk's limit."""

from datetime import timedelta

import pytest

from factories import JUDGEMENT, mention
from fakes.world import World
from gehoor.errors import RateLimited, TicketLimited
from gehoor.usecases.deliver_many import deliver_mentions
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.deliver_waiting import deliver_waiting

NAMES = ("anna", "ben", "cas")
WAIT = timedelta(seconds=30)


def deliver(world: World, case_ids: list[str]) -> dict[str, Exception]:
    messages = [{"case_id": case_id} for case_id in case_ids]
    ports, deadline = world.deliver_ports, world.clock() + WAIT
    return dict(deliver_waiting(messages, ports(), ports, world.recheck_ports, deadline))


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def waiting(world: World) -> list[str]:
    """Cases whose tickets are open and still want their notes."""
    posts = [mention(name, by=name) for name in NAMES]
    for post in posts:
        world.mentions.put_new(post, JUDGEMENT, world.clock())
    ids = [post.mention_id for post in posts]
    assert deliver_mentions(ids, world.deliver_ports(), world.clock() + WAIT) == {}
    for case in world.cases.cases.values():
        world.notes.open(case.case_id, case.opened_by, world.clock())
        world.ledger.withdraw(f"note:{case.case_id}")
    world.tap.names.clear()
    return list(world.cases.cases)


def test_notes_that_find_the_limit_spent_wait_unread(world: World, waiting: list[str]) -> None:
    # Given a limit that is spent for a while
    spent = RateLimited("spent", world.clock() + WAIT)
    world.tap.errors["helpdesk.add_comment"] = spent
    # When notes wait, then all come again at its time, and one was read
    assert deliver(world, waiting) == dict.fromkeys(waiting, spent)
    assert world.tap.names.count("notes.get") == 1
    # And they are written then
    world.tap.errors.clear()
    world.clock.advance(seconds=WAIT.total_seconds())
    assert deliver(world, waiting) == {}
    assert world.notes.wanted == {}


def test_the_limit_of_one_ticket_holds_up_no_others(world: World, waiting: list[str]) -> None:
    # Given a ticket that takes no more for a while
    world.tap.errors["helpdesk.add_comment"] = TicketLimited("spent", world.clock() + WAIT)
    # When its note waits with others, then each is tried
    assert set(deliver(world, waiting)) == set(waiting)
    assert world.tap.names.count("notes.get") == len(NAMES)


def test_notes_are_written_through_what_is_built_once_a_batch(
    world: World, waiting: list[str]
) -> None:
    # Given notes that wait
    messages = [{"case_id": case_id} for case_id in waiting]
    built: list[DeliverPorts] = []

    def spare() -> DeliverPorts:
        built.append(world.deliver_ports())
        return built[-1]

    # When they are written together
    deadline = world.clock() + WAIT
    deliver_waiting(messages, world.deliver_ports(), spare, world.recheck_ports, deadline)
    # Then all are, through the same ports
    assert world.notes.wanted == {}
    assert len(built) == 1
