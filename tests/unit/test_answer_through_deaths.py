"""Answers in parts and answers that become private, with a fault at every single outside call."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from factories import NOW, mention
from fakes.agent import LONG
from fakes.tap import WRITES_OUTSIDE, Fault
from fakes.town import INVITES
from fakes.world import World, assert_all_well
from gehoor.domain.answer_notes import POST_ANYWAY, PRIVATE
from gehoor.domain.closing import CLOSING_AGREED
from gehoor.domain.mention import Visibility

UNFILLED = "Hi [naam], we are on it"
PUBLIC, DIRECT = Visibility.PUBLIC, Visibility.DIRECT
Prepare = Callable[[World], None]


def opened(world: World) -> str:
    """A ticket, before anything goes wrong."""
    world.town.post(mention("1", posted_at=NOW))
    world.settle()
    world.tap.names.clear()
    [ticket_id] = world.helpdesk.tickets
    return ticket_id


def parts_and_hand_over(prepare: Prepare) -> World:
    """A long public answer, a long private one, the customer's private reply, a last answer."""
    world = World()
    ticket_id = opened(world)
    prepare(world)
    world.comment(ticket_id, LONG)
    world.settle()
    private = f"Please tell us your order number. {LONG}"
    world.comment(ticket_id, private, tag=PRIVATE)
    world.settle()
    [first] = [a for a in world.town.answers if a.text.startswith("Please")]
    world.town.post(
        mention("2", in_reply_to=first.native_id, visibility=DIRECT, posted_at=NOW + timedelta(1))
    )
    world.settle()
    world.comment(ticket_id, "Found it")
    world.settle()
    world.end()
    return world


def assert_parts_and_hand_over(world: World) -> None:
    assert_all_well(world)
    widths = [[answer.visibility for answer in thread] for thread in world.town.threads()]
    assert widths == [[PUBLIC] * 3, [DIRECT] * 3, [DIRECT]]
    [ticket] = world.helpdesk.tickets.values()
    assert PRIVATE not in ticket.tags


def invitation(prepare: Prepare) -> World:
    """A private answer where the customer must write first, twice, and then for real."""
    world = World()
    ticket_id = opened(world)
    world.town.can = INVITES
    prepare(world)
    for text in ("Your order is late", "Your order is very late"):
        world.comment(ticket_id, text, tag=PRIVATE)
        world.settle()
    world.comments.clear()
    [invited] = world.town.answers
    world.town.post(
        mention("2", in_reply_to=invited.native_id, visibility=DIRECT, posted_at=NOW + timedelta(1))
    )
    world.settle()
    world.comment(ticket_id, "Your order is here", tag=PRIVATE)
    world.settle()
    world.end()
    return world


def assert_invitation(world: World) -> None:
    assert_all_well(world)
    first, last = world.town.answers
    assert (first.text, first.visibility) == (INVITES.invitation, PUBLIC)
    assert (last.text, last.visibility) == ("Your order is here", DIRECT)
    [ticket] = world.helpdesk.tickets.values()
    markers = [c.marker for c in ticket.comments if c.marker.startswith("returned:")]
    assert len(markers) == len(set(markers)) == 2
    assert PRIVATE not in ticket.tags


def stops_and_overruling(prepare: Prepare) -> World:
    """An answer that comes back, the same again with the tag, an apology, and one more."""
    world = World()
    ticket_id = opened(world)
    prepare(world)
    held = [world.comment(ticket_id, UNFILLED)]
    world.settle()
    world.comment(ticket_id, UNFILLED, tag=POST_ANYWAY)
    world.settle()
    world.comment(ticket_id, "Sorry for any inconvenience, we mend it today")
    world.settle()
    held.append(world.comment(ticket_id, "@cas has it"))
    world.settle()
    world.end()
    for comment_id in held:
        del world.comments[ticket_id, comment_id]
    return world


def assert_stops_and_overruling(world: World) -> None:
    assert_all_well(world)
    texts = [answer.text for answer in world.town.answers]
    assert texts == [UNFILLED, "Sorry for any inconvenience, we mend it today"]
    [ticket] = world.helpdesk.tickets.values()
    assert POST_ANYWAY not in ticket.tags
    notes = [comment for comment in ticket.comments if comment.marker.startswith("returned:")]
    assert ["[naam]" in note.html for note in notes] == [True, False]
    [overruled] = [c for c in ticket.comments if "It went out because" in c.html]
    assert overruled.marker.startswith("posted:")
    assert len(world.replies.replies["noordlicht"]) == 2
    assert len(world.replies.apologies) == 1


def closing(prepare: Prepare) -> World:
    """A conversation that leaves the public, and is solved once its customer agreed to a word."""
    world = World()
    ticket_id = opened(world)
    prepare(world)
    world.comment(ticket_id, "Write to us here", tag=PRIVATE)
    world.settle()
    ticket = world.helpdesk.tickets[ticket_id]
    ticket.tags.add(CLOSING_AGREED)
    world.helpdesk.set_field(ticket_id, "cause", "cause_delivery")
    world.helpdesk.set_status(ticket_id, "solved")
    world.settle()
    world.end()
    return world


def assert_closing(world: World) -> None:
    assert_all_well(world)
    [ticket] = world.helpdesk.tickets.values()
    offers = [c.marker for c in ticket.comments if c.marker.startswith("closing:")]
    assert len(offers) == 1
    [case] = world.cases.cases.values()
    assert not case.is_open
    assert case.outcome
    assert (case.outcome.cause, case.outcome.in_private) == ("delivery", True)


STORIES = {
    "parts": (parts_and_hand_over, assert_parts_and_hand_over),
    "invitation": (invitation, assert_invitation),
    "closing": (closing, assert_closing),
    "stops": (stops_and_overruling, assert_stops_and_overruling),
}
story = pytest.mark.parametrize(("tell", "check"), STORIES.values(), ids=STORIES)


def calls_of(tell: Callable[[Prepare], World]) -> list[str]:
    return tell(lambda _world: None).tap.names


@story
def test_a_clean_run_goes_all_the_way(
    tell: Callable[[Prepare], World], check: Callable[[World], None]
) -> None:
    check(tell(lambda _world: None))


@story
@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name)
def test_no_single_fault_loses_or_doubles_anything(
    tell: Callable[[Prepare], World], check: Callable[[World], None], fault: Fault
) -> None:
    for number, name in enumerate(calls_of(tell)):
        if fault is Fault.REPEATED and name in WRITES_OUTSIDE:
            continue

        def prepare(world: World, number: int = number) -> None:
            world.tap.faults[number] = fault

        # When one call of the whole way fails
        world = tell(prepare)
        # Then everything is out all the same, once, in order, to the right people
        try:
            check(world)
            assert not world.dead_letters
        except (AssertionError, KeyError, ValueError) as failure:
            failure.add_note(f"{fault.name} at call {number}: {name}")
            raise


@story
def test_a_second_worker_at_any_moment_doubles_nothing(
    tell: Callable[[Prepare], World], check: Callable[[World], None]
) -> None:
    for number, name in enumerate(calls_of(tell)):

        def prepare(world: World, number: int = number) -> None:
            world.tap.before[number] = world.everything_again

        # When every message so far comes twice, in the middle of the work on one of them
        world = tell(prepare)
        # Then nothing is lost or shown twice
        try:
            check(world)
        except (AssertionError, KeyError, ValueError) as failure:
            failure.add_note(f"second worker at call {number}: {name}")
            raise


@story
def test_a_worker_that_dies_while_the_limit_changes_finishes_what_was_begun(
    tell: Callable[[Prepare], World], check: Callable[[World], None]
) -> None:
    for number, name in enumerate(calls_of(tell)):

        def prepare(world: World, number: int = number) -> None:
            def change() -> None:
                if world.ledger.choices:
                    world.town.limit = 450

            world.tap.before[number] = change
            world.tap.faults[number] = Fault.DIES_AFTER

        # When a worker dies, and from then on the network takes shorter posts
        world = tell(prepare)
        # Then no answer is out in two ways at once
        try:
            check(world)
        except (AssertionError, KeyError, ValueError) as failure:
            failure.add_note(f"limit changes at call {number}: {name}")
            raise
