"""A storm's incident and its broadcast, with a fault at every single outside call."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from factories import JUDGEMENT, mention
from fakes.tap import Fault
from fakes.trials import Story, Verdict, repeat_at_each_call, suffer_at_each_call
from fakes.world import World
from gehoor.domain.incident import BROADCAST, BROADCAST_GO, Incident

Prepare = Callable[[World], None]
OUTAGE = "Al de hele ochtend geen internet in Utrecht, wat is er aan de hand?"
WORD = "we know about it and expect it to be mended by 15:00."
PEOPLE = 5
MOST_ROUNDS = 12


def complained(world: World) -> None:
    """A brand that is watched, and people whose complaints have tickets; nothing went wrong yet."""
    world.wake(world.sweep)
    for n in range(PEOPLE):
        said = mention(f"post-{n}", text=f"{OUTAGE} {n}", posted_at=world.clock())
        post = replace(said, author=replace(said.author, native_id=f"person-{n}"))
        world.town.post(post)
        world.mentions.put_new(post, JUDGEMENT, world.clock())
        world.deliver({"mention_id": post.mention_id})


def live(world: World, is_over: Callable[[], bool]) -> None:
    """Let messages and sweeps come until it is over, and then once more without faults."""
    for _ in range(MOST_ROUNDS):
        world.work()
        if is_over():
            break
        world.clock.advance(minutes=5)
        world.wake(world.sweep)
    world.tap.faults.clear()
    world.tap.before.clear()
    for _ in range(2):
        world.clock.advance(minutes=5)
        world.wake(world.sweep)
        world.work()


def incident_of(world: World) -> Incident | None:
    return next(iter(world.incidents.incidents.values()), None)


def heard(prepare: Prepare) -> World:
    """A storm is heard, gets its problem ticket, and its tickets are tied to it."""
    world = World()
    complained(world)
    world.tap.names.clear()
    prepare(world)
    live(world, lambda: len(tied(world)) == PEOPLE)
    return world


def tied(world: World) -> list[str]:
    return [t.ticket_id for t in world.helpdesk.tickets.values() if t.problem_id]


def assert_heard_once(world: World) -> None:
    [incident] = world.incidents.incidents.values()
    problems = [t for t in world.helpdesk.tickets.values() if "gehoor_incident" in t.tags]
    assert [ticket.ticket_id for ticket in problems] == [incident.ticket_id]
    assert len(tied(world)) == PEOPLE
    assert [notice.subject for notice in world.notices.told] == ["incident.opened"]
    assert incident.is_open
    assert incident.is_told


def broadcast(prepare: Prepare) -> World:
    """One comment answers all of them: shown, sent, told."""
    world = World()
    complained(world)
    live(world, lambda: len(tied(world)) == PEOPLE)
    [incident] = world.incidents.incidents.values()
    world.tap.names.clear()
    prepare(world)
    world.comment(incident.ticket_id, WORD, tag=BROADCAST)
    live_until_shown(world)
    world.helpdesk.tickets[incident.ticket_id].tags.add(BROADCAST_GO)
    live(world, lambda: is_sent(world))
    return world


def live_until_shown(world: World) -> None:
    for _ in range(MOST_ROUNDS):
        world.work()
        found = incident_of(world)
        if found is not None and found.broadcast is not None and not world.answers.pending:
            return
        world.clock.advance(minutes=5)
        world.wake(world.sweep)


def is_sent(world: World) -> bool:
    incident = incident_of(world)
    return bool(incident and incident.broadcast and incident.broadcast.ended_at)


def assert_answered_once(world: World) -> None:
    answered = Counter(answer.address.native_id for answer in world.town.answers)
    assert answered == {f"post-{n}": 1 for n in range(PEOPLE)}
    assert all(answer.text.endswith(WORD) for answer in world.town.answers)
    markers = Counter(
        comment.marker.partition(":")[0]
        for ticket in world.helpdesk.tickets.values()
        for comment in ticket.comments
        if not comment.public
    )
    assert markers["preview"] == 1
    assert markers["broadcast"] == PEOPLE
    assert markers["broadcast-ended"] == 1
    assert is_sent(world)
    assert not world.answers.pending
    assert not world.dead_letters


STORIES = {"heard": (heard, assert_heard_once), "broadcast": (broadcast, assert_answered_once)}
story = pytest.mark.parametrize(("tell", "check"), STORIES.values(), ids=STORIES)


@story
def test_a_clean_run_goes_all_the_way(tell: Story, check: Verdict) -> None:
    check(tell(lambda _world: None))


@story
@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name)
def test_no_single_fault_loses_or_doubles_anything(
    tell: Story, check: Verdict, fault: Fault
) -> None:
    # When one call on the whole way fails, then all is told and answered all the same, once
    suffer_at_each_call(tell, tell(lambda _world: None).tap.names, fault, check)


@story
def test_a_second_worker_at_any_moment_doubles_nothing(tell: Story, check: Verdict) -> None:
    # When every message so far comes twice, in the middle of the work on one of them
    repeat_at_each_call(tell, tell(lambda _world: None).tap.names, check)


def test_a_worker_that_dies_again_and_again_answers_nobody_twice() -> None:
    # Given a broadcast whose worker dies at every fortieth call
    def prepare(world: World) -> None:
        world.tap.faults |= dict.fromkeys(range(20, 400, 40), Fault.DIES_AFTER)

    # When it is over
    world = broadcast(prepare)
    # Then everybody heard it once
    assert_answered_once(world)
