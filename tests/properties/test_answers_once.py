"""Each public comment of an agent is one reply, whatever happens to calls, workers and webhooks.

Webhooks come late, twice and in any order here. One that never comes is no matter of answering.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories import NOW, mention
from fakes.agent import SENTENCE
from fakes.tap import Fault
from fakes.town import LIMIT
from fakes.world import NO_HURRY, World, assert_all_well
from gehoor.domain.answer_notes import PRIVATE
from gehoor.domain.case import case_id_from
from gehoor.domain.event import CommentAdded
from gehoor.domain.mention import Visibility
from gehoor.errors import AuthExpired, RateLimited, Unavailable

Step = Callable[[World], None]
OURS = "We say"
soon = st.integers(0, 60)


def _tickets(world: World) -> list[str]:
    return sorted(world.helpdesk.tickets, key=int)


def _text(world: World, length: int) -> str:
    number = sum(len(ticket.comments) for ticket in world.helpdesk.tickets.values())
    return f"{OURS} {number}: {SENTENCE * length}".strip()


def write(which: int, length: int, public: bool, tag: str) -> Step:
    """An agent writes, perhaps more than one post holds, perhaps for the author alone."""

    def step(world: World) -> None:
        tickets = _tickets(world)
        world.comment(tickets[which % len(tickets)], _text(world, length), public, tag)

    return step


def take_back_at_once(which: int) -> Step:
    """An agent makes a public comment internal before anybody hears of it."""

    def step(world: World) -> None:
        ticket_id = _tickets(world)[which % len(_tickets(world))]
        comment_id = world.helpdesk.write(ticket_id, world.agent, _text(world, 12))
        world.helpdesk.make_private(ticket_id, comment_id)
        world.tell(CommentAdded(ticket_id, comment_id))

    return step


def ring_again(which: int) -> Step:
    """The helpdesk calls once more about some comment, its own ones too."""

    def step(world: World) -> None:
        tickets = world.helpdesk.tickets
        known = [(t, c.comment_id) for t in _tickets(world) for c in tickets[t].comments]
        world.tell(CommentAdded(*known[which % len(known)]))

    return step


def follow_up(which: int, visibility: Visibility) -> Step:
    """The customer writes below something of the thread."""

    def step(world: World) -> None:
        name = str(len(world.town.items) + 1)
        above = [*(a.native_id for a in world.town.answers), "1"]
        answered = above[which % len(above)]
        world.town.post(
            mention(name, in_reply_to=answered, visibility=visibility, posted_at=world.clock())
        )

    return step


def take_tag_off(which: int) -> Step:
    """Somebody takes the tag off a ticket by hand."""

    def step(world: World) -> None:
        tickets = _tickets(world)
        world.helpdesk.tickets[tickets[which % len(tickets)]].tags.discard(PRIVATE)

    return step


def change_limit(limit: int) -> Step:
    """The network takes shorter or longer posts."""

    def step(world: World) -> None:
        world.town.limit = limit

    return step


def reorder(world: World) -> None:
    """The queues give out the newest first."""
    world.waiting.reverse()


def fault(kind: Fault, after: int) -> Step:
    """One of the next calls goes wrong."""

    def step(world: World) -> None:
        world.tap.faults[len(world.tap.names) + after] = kind

    return step


def second_worker(after: int) -> Step:
    """Soon every message comes again, in the middle of the work on one."""

    def step(world: World) -> None:
        world.tap.before[len(world.tap.names) + after] = world.everything_again

    return step


def trouble(call: str, error: type[Exception]) -> Step:
    """One kind of call fails until somebody mends it."""

    def step(world: World) -> None:
        world.tap.errors[call] = error(f"{call} fails")

    return step


def mend(world: World) -> None:
    """Nothing fails any more."""
    world.tap.errors.clear()


CALLS = [
    "network.reply",
    "network.find_replies",
    "network.capabilities",
    "helpdesk.read_ticket",
    "helpdesk.read_comment",
    "helpdesk.tags_at",
    "helpdesk.add_comment",
    "ledger.decide",
    "ledger.finish",
    "ledger.claim",
    "cases.put",
    "cases.get",
    "answers.close",
]
which = st.integers(0, 20)
public = st.sampled_from([True, True, True, False])
writes = st.builds(write, which, st.sampled_from([0, 12, 30]), public, st.just(""))
private = st.builds(write, which, st.sampled_from([0, 12]), public, st.just(PRIVATE))
actions = st.one_of(
    writes,
    writes,
    private,
    st.builds(take_back_at_once, which),
    st.builds(ring_again, which),
    st.builds(follow_up, which, st.sampled_from([Visibility.PUBLIC, Visibility.DIRECT])),
    st.builds(take_tag_off, which),
    st.builds(change_limit, st.sampled_from([LIMIT, LIMIT - 100])),
    st.sampled_from([reorder, mend]),
)
troubles = st.one_of(
    st.builds(fault, st.sampled_from(Fault), soon),
    st.builds(second_worker, soon),
    st.builds(
        trouble, st.sampled_from(CALLS), st.sampled_from([Unavailable, RateLimited, AuthExpired])
    ),
)
scenes = st.tuples(
    st.lists(troubles, max_size=3),
    st.lists(actions, min_size=1, max_size=4),
    st.sampled_from([0, 1, 3, 20]),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(scenes, min_size=1, max_size=6))
def test_each_public_comment_is_one_reply_in_order_and_to_nobody_it_is_not_for(
    story: list[tuple[list[Step], list[Step], int]],
) -> None:
    # Given two tickets, and then anything that agents, customers and machines may do
    world = World()
    world.desk = NO_HURRY
    world.town.post(mention("1", posted_at=NOW))
    world.town.post(mention("2", by="bob", posted_at=NOW))
    world.settle()
    for goes_wrong, happens, minutes in story:
        for step in (*goes_wrong, *happens):
            step(world)
        world.settle(timedelta(minutes=minutes))
    # When all is mended and time has passed
    world.tap.errors.clear()
    world.settle(timedelta(hours=12))
    world.end()
    # Then each public comment is one reply, all of it, in order; and no other comment is any
    assert_all_well(world)
    # And what was meant for the author alone, nobody else can read
    _assert_private_where_meant(world)
    # And once all is done, doing everything again changes nothing
    before = _state(world)
    world.everything_again()
    for ticket_id in _tickets(world):
        for comment in world.helpdesk.tickets[ticket_id].comments:
            world.tell(CommentAdded(ticket_id, comment.comment_id))
    world.settle()
    assert _state(world) == before


def _assert_private_where_meant(world: World) -> None:
    for ticket_id, comment_id in world.comments:
        comments = world.helpdesk.tickets[ticket_id].comments
        [written] = [comment for comment in comments if comment.comment_id == comment_id]
        number = written.html.partition(":")[0]
        [thread] = [t for t in world.town.threads() if t[0].text.startswith(f"{number}:")]
        if PRIVATE in written.tags:
            assert {part.visibility for part in thread} == {Visibility.DIRECT}
            case_id = case_id_from(world.helpdesk.tickets[ticket_id].draft.external_id)
            assert world.cases.cases[str(case_id)].address.visibility is Visibility.DIRECT


def _state(world: World) -> tuple[object, ...]:
    tickets = world.helpdesk.tickets.values()
    return (
        list(world.town.answers),
        [list(ticket.comments) for ticket in tickets],
        [set(ticket.tags) for ticket in tickets],
        dict(world.cases.cases),
    )
