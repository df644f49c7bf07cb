"""What people delete is told of once and kept by nobody; what they leave standing stays.

Whatever a network answers, whoever dies, and whenever it is looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories import mention
from fakes.tap import Fault
from fakes.world import World
from gehoor.domain.mention import Mention
from gehoor.domain.record import MentionRecord, MentionState
from gehoor.errors import AuthExpired, ContractBroken, NotAllowed, RateLimited, Unavailable
from gehoor.usecases.recheck import SECOND_LOOK

HOUR = timedelta(hours=1)
PLANTED = "Zwaluwstraat"
Step = Callable[[World], None]
some = st.integers(0, 20)
soon = st.integers(0, 40)
hours = st.sampled_from([1, 4, 9])
CALLS = (
    "network.recheck",
    "network.thread",
    "helpdesk.upsert_customer",
    "helpdesk.add_comment",
    "helpdesk.find_comment",
    "mentions.note_gone",
    "mentions.delivered",
    "ledger.finish",
    "queues.send_rechecks",
)


def _posts(world: World) -> list[Mention]:
    return [item for item in world.town.items if isinstance(item, Mention)]


def post(by: str, follows: int | None) -> Step:
    """Somebody posts, on their own or below an earlier post."""

    def step(world: World) -> None:
        above = _posts(world)
        in_reply_to = above[follows % len(above)].native_id if above and follows else None
        name = str(len(above) + 1)
        said = mention(name, by, text=f"{PLANTED} {name}", in_reply_to=in_reply_to)
        world.town.post(replace(said, posted_at=world.clock()))

    return step


def delete(which: int) -> Step:
    """An author deletes a post, for good."""

    def step(world: World) -> None:
        posts = _posts(world)
        if posts:
            world.town.deleted.add(posts[which % len(posts)].native_id)

    return step


def edit(which: int) -> Step:
    """An author edits a post."""

    def step(world: World) -> None:
        posts = _posts(world)
        if posts:
            before = posts[which % len(posts)]
            text = f"{PLANTED} edited"
            world.town.edit(replace(before, text=text, edited_at=world.clock()))

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


def wait(hours: int) -> Step:
    """Time passes, with a sweep now and then."""

    def step(world: World) -> None:
        for _ in range(hours * 2):
            world.wake(world.sweep)
            world.settle(timedelta(seconds=1))
            world.clock.now += HOUR / 2

    return step


def outage(calls: list[str], error: type[Exception], hours: int) -> Step:
    """Some kinds of calls fail for hours."""

    def step(world: World) -> None:
        world.tap.errors.update({call: error(f"{call} fails") for call in calls})
        wait(hours)(world)
        world.tap.errors.clear()

    return step


steps = st.one_of(
    st.builds(post, st.sampled_from(["anna", "bob"]), st.none() | some),
    st.builds(delete, some),
    st.builds(edit, some),
    st.builds(wait, hours),
    st.builds(fault, st.sampled_from(Fault), soon),
    st.builds(second_worker, soon),
    st.builds(
        outage,
        st.lists(st.sampled_from(CALLS), min_size=1, max_size=2),
        st.sampled_from([Unavailable, RateLimited, AuthExpired, NotAllowed, ContractBroken]),
        hours,
    ),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(steps, min_size=2, max_size=14))
def test_what_is_deleted_is_told_once_and_what_is_not_never(story: list[Step]) -> None:
    # Given anything that people, networks, workers and a helpdesk may do
    world = World()
    world.recheck_after = (HOUR, 6 * HOUR, 24 * HOUR)
    for step in (post("anna", None), *story):
        step(world)
    # When all is mended, and what is deleted was deleted for a day
    world.end()
    wait(24)(world)
    world.sent.extend(_looks(world))
    for _ in range(3):
        world.everything_again()
        world.clock.now += SECOND_LOOK
        world.settle()
    # Then each post is in one place at most, told of and erased when it was deleted, and only then
    markers = Counter(
        marker
        for ticket in world.helpdesk.tickets.values()
        for comment in ticket.comments
        for marker in comment.marker.split()
    )
    for said in _posts(world):
        found = world.mentions.records[said.mention_id]
        shown, told = (markers[f"{kind}{said.mention_id}"] for kind in ("", "gone:"))
        if said.native_id in world.town.deleted:
            assert (shown, told) == ((1, 1) if _is_delivered(found) else (0, 0))
            assert PLANTED not in str(found)
        else:
            assert (shown, told, found.deleted_at) == (1, 0, None)
            assert PLANTED in str(found)
    # And nothing that is queued, kept as a reason or said in an error is anybody's words
    reasons = [found.reason for found in world.mentions.records.values()]
    assert not any(PLANTED in said for said in (*reasons, *world.errors))


def _looks(world: World) -> list[tuple[Callable[[dict[str, str]], None], dict[str, str]]]:
    """One look more at each post, as at a later age."""
    return [(world.deliver, {"recheck_id": name}) for name in world.mentions.records]


def _is_delivered(found: MentionRecord) -> bool:
    return found.state is MentionState.DELIVERED
