"""What agents do comes to one end, though webhooks come late, twice, in any order, or never."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories import author, mention, profile, ticket_draft
from fakes.tap import Fault
from fakes.world import NO_HURRY, World, assert_all_well
from gehoor.domain.event import CommentAdded, Event

AUTHORS = ("anna", "anna", "bob", "carla")
"""Whose words opened each ticket."""

ANNAS = (0, 1)
MORTAL = 3
"""The ticket that may be deleted. It is neither answered nor merged into another one nor given
away: once it is deleted, nobody can ask the helpdesk what it was."""

STRANGERS = 4
"""The ticket of another program's."""

Step = Callable[["Story"], None]
some_ticket = st.integers(0, STRANGERS)
some_gehoors = st.integers(0, MORTAL - 1)
soon = st.integers(0, 60)


@dataclass
class Story:
    """A world in which every author has a ticket, and what happened in it."""

    world: World = field(default_factory=World)
    tickets: list[str] = field(default_factory=list)
    customers: dict[str, str] = field(default_factory=dict)
    told: list[Event] = field(default_factory=list)
    given: set[int] = field(default_factory=set)
    not_always_open: set[str] = field(default_factory=set)
    written: list[str] = field(default_factory=list)
    for_the_network: list[str] = field(default_factory=list)

    def begin(self) -> Story:
        world = self.world
        world.desk = NO_HURRY
        for n, by in enumerate(AUTHORS):
            post = mention(str(n), by, posted_at=world.clock())
            world.town.post(post)
            world.settle()
            self.tickets.append(world.mentions.records[post.mention_id].ticket_id)
            self.customers[by] = world.identities.known[author(by).identity].customer_id
        for name in ("real", "other", "stranger"):
            self.customers[name] = world.helpdesk.upsert_customer(profile(name)).customer_id
        draft = ticket_draft(self.customers["stranger"], external_id="shop:17")
        self.tickets.append(world.helpdesk.open_ticket(draft).ticket_id)
        world.sweep()
        return self

    def act(self, step: Step) -> None:
        """Somebody does something; what the webhooks have to say of it is kept."""
        self.world.clock.advance(seconds=10)
        step(self)
        self.told += self.world.helpdesk.told
        self.world.helpdesk.told.clear()

    def tell(self, events: list[Event]) -> None:
        """The webhooks call."""
        for event in events:
            self.world.tell(event)
        self.told = []

    def end(self) -> None:
        """All is mended, and time passes."""
        world = self.world
        world.to_lose = 0
        for _ in range(3):
            world.end()
            world.clock.advance(minutes=6)
            world.sweep()
        world.settle(timedelta(hours=12))

    def is_workable(self, which: int) -> bool:
        ticket = self.world.helpdesk.tickets.get(self.tickets[which])
        return ticket is not None and ticket.status != "closed"

    def is_gehoors(self, which: int) -> bool:
        name, tickets = self.tickets[which], self.world.helpdesk.tickets.values()
        return which != STRANGERS or any(ticket.merged_into == name for ticket in tickets)

    def outcome(self) -> dict[str, Any]:
        """What all came to, without how often and when it was stored."""
        world = self.world
        return {
            "cases": {name: replace(case, revision=0) for name, case in world.cases.cases.items()},
            "identities": {
                name: (identity.customer_id, identity.confirmed)
                for name, identity in world.identities.known.items()
            },
            "merged": {name: set(found) for name, found in world.cases.merged.items()},
            "requesters": {
                name: ticket.requester_id
                for name, ticket in world.helpdesk.tickets.items()
                if name not in self.not_always_open
            },
            "answers": Counter(answer.text for answer in world.town.answers),
        }


# What agents do.


def answer(which: int, public: bool) -> Step:
    """An agent writes a comment."""

    def step(story: Story) -> None:
        world, ticket_id = story.world, story.tickets[which]
        if which == MORTAL or not story.is_workable(which):
            return
        text = f"answer {len(story.written)}"
        story.written.append(text)
        comment_id = world.helpdesk.write(ticket_id, world.agent, text, public)
        if public and story.is_gehoors(which):
            story.for_the_network.append(text)
        world.helpdesk.told.append(CommentAdded(ticket_id, comment_id))

    return step


def set_status(which: int, status: str) -> Step:
    """An agent solves a ticket, or opens it again."""

    def step(story: Story) -> None:
        if story.is_workable(which):
            story.not_always_open.add(story.tickets[which])
            story.world.helpdesk.set_status(story.tickets[which], status)

    return step


def merge(which: int, into: int) -> Step:
    """An agent merges a ticket into another one."""

    def step(story: Story) -> None:
        if which != into and story.is_workable(which) and story.is_workable(into):
            story.not_always_open.add(story.tickets[which])
            tickets = (story.tickets[which], story.tickets[into])
            story.world.helpdesk.merge_tickets(*tickets, story.world.agent)

    return step


def delete_or_restore(story: Story) -> None:
    """An agent deletes a ticket, or takes that back."""
    helpdesk, ticket_id = story.world.helpdesk, story.tickets[MORTAL]
    story.not_always_open.add(ticket_id)
    if ticket_id in helpdesk.deleted:
        helpdesk.restore_ticket(ticket_id)
    else:
        helpdesk.delete_ticket(ticket_id)


def give(which: int, customer: str) -> Step:
    """An agent gives a ticket to a customer, once each."""

    def step(story: Story) -> None:
        if story.is_workable(which) and which not in story.given:
            story.given.add(which)
            customer_id = story.customers[customer]
            story.world.helpdesk.change_requester(story.tickets[which], customer_id)

    return step


def merge_customers(story: Story) -> None:
    """An agent merges Bob into a customer whom the company knew.

    Whose tickets are given away as well is not tried here: the helpdesk moves a merged customer's
    tickets by itself, and then looks as if an agent had chosen for each of them.
    """
    if story.customers["bob"] in story.world.helpdesk.customers:
        story.world.helpdesk.merge_customers(story.customers["bob"], story.customers["real"])


actions = st.one_of(
    st.builds(answer, some_ticket, st.booleans()),
    st.builds(answer, st.just(STRANGERS), st.just(True)),
    st.builds(set_status, some_ticket, st.sampled_from(["open", "pending", "solved"])),
    st.builds(merge, some_gehoors, some_ticket),
    st.builds(merge, some_gehoors, st.just(STRANGERS)),
    st.builds(give, st.sampled_from(ANNAS), st.sampled_from(["real", "other"])),
    st.sampled_from([merge_customers, delete_or_restore]),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    steps=st.lists(actions, min_size=1, max_size=12),
    order=st.randoms(use_true_random=False),
    faults=st.lists(st.tuples(soon, st.sampled_from(Fault)), max_size=3),
    again=soon,
)
def test_in_any_order_twice_and_through_deaths_all_comes_to_the_same_end(
    steps: list[Step], order: Any, faults: list[tuple[int, Fault]], again: int
) -> None:
    # Given what comes of it when each event is followed at once
    expected = Story().begin()
    for step in steps:
        expected.act(step)
        expected.tell(expected.told)
        expected.world.settle()
    expected.end()
    # When the same happens, and its events come late, in any order, some twice, while workers die
    found = Story().begin()
    for step in steps:
        found.act(step)
    twice = [event for event in found.told if order.random() < 0.5]
    events = order.sample([*found.told, *twice], len(found.told) + len(twice))
    tap = found.world.tap
    tap.faults |= {len(tap.names) + after: fault for after, fault in faults}
    tap.before[len(tap.names) + again] = found.world.everything_again
    found.tell(events)
    found.world.settle()
    found.end()
    # Then it comes to the same end, with each public answer out once
    assert found.outcome() == expected.outcome()
    assert found.outcome()["answers"] == Counter(found.for_the_network)
    # And all of it again changes nothing
    found.world.everything_again()
    found.end()
    assert found.outcome() == expected.outcome()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 2), st.booleans(), st.booleans(), st.integers(0, 9)),
        min_size=1,
        max_size=8,
    ),
    order=st.randoms(use_true_random=False),
    faults=st.lists(st.tuples(soon, st.sampled_from(Fault)), max_size=3),
)
def test_whichever_webhooks_are_lost_each_public_comment_is_one_reply(
    steps: list[tuple[int, bool, bool, int]], order: Any, faults: list[tuple[int, Fault]]
) -> None:
    # Given agents who write in public and not, while calls come in any order, twice, or never
    story = Story().begin()
    world, tap = story.world, story.world.tap
    del world.helpdesk.tickets[story.tickets.pop()]
    tap.faults |= {len(tap.names) + after: fault for after, fault in faults}
    for which, public, is_lost, minutes in steps:
        text = f"answer {len(world.comments)}-{minutes}"
        comment_id = world.helpdesk.write(story.tickets[which], world.agent, text, public)
        event = CommentAdded(story.tickets[which], comment_id)
        if public:
            world.comments[event.ticket_id, comment_id] = text
        for _ in range(0 if is_lost else order.randint(1, 2)):
            world.tell(event)
        world.waiting.reverse()
        world.clock.advance(minutes=minutes)
        world.settle(timedelta(minutes=minutes))
    # When all is mended and time has passed
    story.end()
    # Then every public comment is a reply once, shown in its ticket, and no other is one
    assert_all_well(world)
    # And all of it again changes nothing
    before = story.outcome()
    world.everything_again()
    story.end()
    assert story.outcome() == before
    assert_all_well(world)
