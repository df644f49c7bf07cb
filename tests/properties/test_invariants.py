"""The invariants of the whole way, under any order of posts, answers, faults and time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import reduce

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories import BRAND, author, mention
from fakes.tap import Fault
from fakes.world import SOURCE, World, assert_all_well
from gehoor.domain.event import Pushed
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.network import Broken
from gehoor.errors import AuthExpired, RateLimited, Unavailable
from gehoor.usecases.intake import REFERENCE_LIMIT

PLANTED = "Zwaluwstraat"
Step = Callable[[World], None]
people = st.sampled_from(["anna", "bob", "carla"])
soon = st.integers(0, 40)
PUBLIC = Visibility.PUBLIC


def _mentions(world: World) -> list[Mention]:
    return [item for item in world.town.items if isinstance(item, Mention)]


def _name(world: World) -> str:
    return str(len(world.town.items) + 1)


def post(by: str, visibility: Visibility, follows: int | None, text: str) -> Step:
    """Somebody posts, on their own or below an earlier post."""

    def step(world: World) -> None:
        above = _mentions(world)
        in_reply_to = above[follows % len(above)].native_id if above and follows else None
        said = mention(
            _name(world),
            by,
            text=f"{PLANTED} {text}",
            visibility=visibility,
            in_reply_to=in_reply_to,
            posted_at=world.clock(),
        )
        world.town.post(said)

    return step


def own_post(world: World) -> None:
    """The brand posts, below the newest post."""
    brand = author("noordlicht", handle="@Noordlicht@town.example")
    world.town.post(mention(_name(world), author=brand))


def broken(world: World) -> None:
    """Something comes that cannot be read."""
    world.town.post(Broken(f"b{_name(world)}", "no author", f"{{{PLANTED}}}"))


def poison(world: World) -> None:
    """Something comes that no store holds."""
    endless = f"https://town.example/{PLANTED}/" + "x" * REFERENCE_LIMIT
    world.town.post(mention(_name(world), "bob", permalink=endless))


def seen_again(which: int) -> Step:
    """The network lists a post once more."""

    def step(world: World) -> None:
        if world.town.items:
            world.town.post(world.town.items[which % len(world.town.items)])

    return step


def pushed(which: int, names_source: bool) -> Step:
    """The network tells of one of its posts: the newest, or any older one."""

    def step(world: World) -> None:
        told = _mentions(world)
        if told:
            source_id = SOURCE if names_source else None
            world.tell(Pushed("town", source_id, told[-1 - which % len(told)].native_id))

    return step


def read_anew(world: World) -> None:
    """An operator resets the source."""
    world.sources.states[SOURCE] = replace(world.sources.states[SOURCE], cursor={})


def _open_tickets(world: World) -> list[str]:
    tickets = world.helpdesk.tickets
    return sorted((name for name in tickets if tickets[name].status != "closed"), key=int)


def answer(which: int, public: bool) -> Step:
    """An agent writes on a ticket."""

    def step(world: World) -> None:
        tickets = _open_tickets(world)
        if tickets:
            number = sum(len(ticket.comments) for ticket in world.helpdesk.tickets.values())
            world.comment(tickets[which % len(tickets)], f"{PLANTED} answer {number}", public)

    return step


def close(which: int) -> Step:
    """An agent closes a ticket whose answers are all out, as helpdesks do after a while."""

    def step(world: World) -> None:
        world.tap.faults.clear()
        world.tap.before.clear()
        world.tap.errors.clear()
        world.settle(timedelta(hours=12))
        tickets = _open_tickets(world)
        if tickets:
            world.helpdesk.set_status(tickets[which % len(tickets)], "closed")

    return step


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
    """All is mended, and the network has forgotten its threads or found them again."""
    world.tap.errors.clear()
    world.town.forgot_threads = not world.town.forgot_threads


def reorder(world: World) -> None:
    """The queues give out the newest first."""
    world.waiting.reverse()


actions = st.one_of(
    st.builds(
        post,
        people,
        st.sampled_from(Visibility),
        st.none() | st.integers(1, 20),
        st.sampled_from(["fire", "{{x}}", "<b>", "😀", ""]),
    ),
    st.builds(answer, st.integers(0, 20), st.booleans()),
    st.builds(seen_again, st.integers(0, 20)),
    st.builds(pushed, st.integers(0, 3), st.booleans()),
    st.builds(close, st.integers(0, 20)),
    st.sampled_from([own_post, broken, poison, read_anew, mend, reorder]),
)
troubles = st.one_of(
    st.builds(fault, st.sampled_from(Fault), soon),
    st.builds(second_worker, soon),
    st.builds(
        trouble,
        st.sampled_from(
            [
                "network.read",
                "network.recheck",
                "network.thread",
                "network.capabilities",
                "helpdesk.history",
                "crm.about",
                "mentions.put_many",
                "ledger.begin_new",
                "queues.send_deliveries",
                "queues.send_event",
                "queues.send_post",
                "ledger.finish",
                "cases.put",
                "mentions.delivered",
                "answers.open",
            ]
        ),
        st.sampled_from([Unavailable, RateLimited, AuthExpired]),
    ),
)
scenes = st.tuples(
    st.lists(troubles, max_size=2), st.lists(actions, min_size=1, max_size=4), st.integers(0, 20)
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(scenes, min_size=1, max_size=6))
def test_whatever_happens_nothing_is_lost_doubled_or_told_to_more_people(
    story: list[tuple[list[Step], list[Step], int]],
) -> None:
    # Given two threads, and then anything that people, networks, workers and helpdesks may do
    world = World()
    for opening in (post("anna", PUBLIC, None, ""), post("bob", PUBLIC, 1, "")):
        opening(world)
    for goes_wrong, happens, minutes in story:
        for step in (*goes_wrong, *happens):
            step(world)
        world.settle(timedelta(minutes=minutes))
    # When all is mended and time has passed
    world.tap.errors.clear()
    world.tap.faults.clear()
    world.tap.before.clear()
    world.settle(timedelta(hours=12))
    world.end()
    # Then every post is in one place once, every public answer is out once (1, 2, 3)
    assert_all_well(world)
    # And no answer went to more people than the posts it may speak of (5)
    _assert_never_wider(world)
    # And the brand heard nothing of itself (6)
    kept = [record.mention for record in world.mentions.records.values() if record.mention]
    assert not any(BRAND.wrote(said.author) for said in kept)
    # And nothing that is queued, kept as a reason or said in an error is anybody's words (9)
    _assert_no_words_of_people(world)


def _assert_never_wider(world: World) -> None:
    posts = {said.native_id: said for said in _mentions(world)}
    for said in world.town.answers:
        widest = posts[said.address.native_id].visibility
        assert said.visibility.narrowed(widest) is said.visibility
    for case in world.cases.cases.values():
        heard = [
            record.mention.visibility
            for record in world.mentions.records.values()
            if record.mention and record.case_id == case.case_id
        ]
        assert (
            reduce(Visibility.narrowed, heard, case.address.visibility) is case.address.visibility
        )


def _assert_no_words_of_people(world: World) -> None:
    queued = [value for _, body in world.sent for value in body.values()]
    reasons = [record.reason for record in world.mentions.records.values()]
    outcomes = list(world.answers.outcomes.values())
    states = [state.error for state in world.sources.states.values()]
    for said in (*queued, *reasons, *outcomes, *states, *world.errors):
        assert PLANTED not in said
        assert "anna" not in said
