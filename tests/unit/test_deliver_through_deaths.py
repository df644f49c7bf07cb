"""The whole way, from post to reply, with one fault at every single outside call."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from factories import NOW, author, mention
from fakes.tap import Fault
from fakes.trials import repeat_at_each_call, suffer_at_each_call
from fakes.world import World, assert_all_well
from gehoor.domain.mention import Visibility
from gehoor.domain.network import Broken


def story(prepare: Callable[[World], None]) -> World:
    """Posts, tickets, answers, follow-ups; everything has happened at the end."""
    world = World()
    prepare(world)
    first = mention("1", text="There is a fire", posted_at=NOW)
    world.town.post(first)
    world.town.post(mention("2", in_reply_to="1", posted_at=NOW + timedelta(seconds=1)))
    world.town.post(Broken("3", "no author", "{}"))
    world.town.post(mention("4", by="bob"))
    brand = author("noordlicht", handle="@noordlicht@town.example")
    world.town.post(mention("5", author=brand))
    world.settle()
    tickets = sorted(world.helpdesk.tickets, key=int)
    for ticket_id in tickets:
        world.comment(ticket_id, f"We are on our way to {ticket_id}")
        world.comment(ticket_id, f"Do not tell them {ticket_id}", public=False)
    world.settle()
    world.town.post(mention("6", in_reply_to="1", visibility=Visibility.DIRECT, posted_at=NOW))
    world.settle()
    world.comment(world.mentions.records[first.mention_id].ticket_id, "We are there now")
    world.settle()
    world.end()
    return world


def calls_of_a_clean_run() -> list[str]:
    return story(lambda _world: None).tap.names


CALLS = calls_of_a_clean_run()


def test_a_clean_run_goes_all_the_way() -> None:
    # When nothing goes wrong
    world = story(lambda _world: None)
    # Then every post is a ticket or a comment, and every public comment a reply
    assert_all_well(world)
    assert len(world.helpdesk.tickets) == 2
    assert len(world.town.answers) == 3
    # And what was answered after the private post is private
    assert [answer.visibility for answer in world.town.answers] == [
        Visibility.PUBLIC,
        Visibility.PUBLIC,
        Visibility.DIRECT,
    ]


def assert_well_without_help(world: World) -> None:
    assert_all_well(world)
    assert not world.dead_letters


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name)
def test_no_single_fault_loses_or_doubles_anything(fault: Fault) -> None:
    # When one call on the whole way fails, then all arrives all the same, once, and without help
    suffer_at_each_call(story, CALLS, fault, assert_well_without_help)


def test_a_second_worker_at_any_moment_doubles_nothing() -> None:
    # When every message so far comes twice, in the middle of the work on one of them
    repeat_at_each_call(story, CALLS, assert_all_well)


def test_a_network_that_forgets_a_thread_between_attempts_doubles_nothing() -> None:
    for number, name in enumerate(CALLS):

        def prepare(world: World, number: int = number) -> None:
            def forget() -> None:
                world.town.forgot_threads = True

            world.tap.before[number] = forget
            world.tap.faults[number] = Fault.DIES_AFTER

        # When a worker dies, and the network names other roots from then on
        world = story(prepare)
        # Then each post is still in one ticket, once
        try:
            assert_all_well(world)
        except (AssertionError, KeyError) as failure:
            failure.add_note(f"forgotten at call {number}: {name}")
            raise
