"""Who an author is taken for, whatever anybody writes, is called, or proves, and whatever fails."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories import author, mention
from fakes.tap import Fault
from fakes.world import World, assert_all_well
from gehoor.domain.contact import VerifiedContact

AUTHORS = {
    "anna": author("anna"),
    "bob": author("bob"),
    "carla": author("carla", network="x", native_id="783214", handle="@carla"),
    "twin": author("anna", native_id="another", handle="@anna@other.example"),
}
"""Two of them have one name."""

ADDRESSES = ("anna@shop.example", "bob@shop.example", "+31612345678", "sam@desk.example")
AGENTS_ADDRESS = ADDRESSES[3]

Step = Callable[["Story"], None]
authors = st.sampled_from(sorted(AUTHORS))
addresses = st.sampled_from(ADDRESSES)


@dataclass
class Story:
    """A world, and for each author the customers whom something may have linked them to."""

    world: World = field(default_factory=World)
    proved: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    chosen: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        self.world.helpdesk.addresses[AGENTS_ADDRESS] = self.world.agent


def comes(address: str, name: str) -> Step:
    """A customer comes another way, who is called and known on X like an author."""

    def step(story: Story) -> None:
        helpdesk = story.world.helpdesk
        if address not in helpdesk.addresses:
            handle = AUTHORS[name].handle if AUTHORS[name].network == "x" else ""
            customer_id = helpdesk.bring_customer(address, handle)
            helpdesk.names[customer_id] = AUTHORS[name].display_name

    return step


def proves(name: str, address: str) -> Step:
    """An author links an address in their account at the company, in place of any before."""

    def step(story: Story) -> None:
        story.proved[name].add(address)
        phone = address if address.startswith("+") else ""
        contact = VerifiedContact("" if phone else address, phone)
        story.world.crm.note(f"gehoor:{AUTHORS[name].identity}", contact=contact)

    return step


def writes(name: str, said: str) -> Step:
    """An author posts, and may give any address."""

    def step(story: Story) -> None:
        world = story.world
        who, number = AUTHORS[name], len(world.town.items)
        post = mention(
            str(number), author=who, network=who.network, text=said, posted_at=world.clock()
        )
        world.town.post(post)

    return step


def agent_says(which: int, address: str) -> Step:
    """An agent gives a ticket to whoever has an address, a colleague too."""

    def step(story: Story) -> None:
        world = story.world
        tickets = sorted(world.helpdesk.tickets, key=int)
        owner = world.helpdesk.addresses.get(address)
        if not tickets or owner is None:
            return
        ticket = world.helpdesk.tickets[tickets[which % len(tickets)]]
        name = next(
            name
            for name, who in AUTHORS.items()
            if any(
                record.ticket_id == ticket.ticket_id and record.mention.author == who
                for record in world.mentions.records.values()
                if record.mention is not None
            )
        )
        story.chosen[name].add(owner)
        world.helpdesk.change_requester(ticket.ticket_id, owner)

    return step


def fault(kind: Fault, after: int) -> Step:
    def step(story: Story) -> None:
        tap = story.world.tap
        tap.faults[len(tap.names) + after] = kind

    return step


def second_worker(after: int) -> Step:
    def step(story: Story) -> None:
        tap = story.world.tap
        tap.before[len(tap.names) + after] = story.world.everything_again

    return step


steps = st.one_of(
    st.builds(comes, addresses, authors),
    st.builds(proves, authors, addresses),
    st.builds(writes, authors, st.sampled_from(["It broke", *ADDRESSES, "order 12345678"])),
    st.builds(agent_says, st.integers(0, 9), addresses),
    st.builds(fault, st.sampled_from(Fault), st.integers(0, 30)),
    st.builds(second_worker, st.integers(0, 30)),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(steps, min_size=1, max_size=4), min_size=1, max_size=6))
def test_nobody_is_linked_but_by_what_was_proved_or_by_an_agent(story: list[list[Step]]) -> None:
    # Given anything that authors, customers, agents, workers and the CRM may do
    told = Story()
    world = told.world
    for scene in story:
        for step in scene:
            step(told)
        world.settle(timedelta(minutes=30))
    world.settle(timedelta(hours=12))
    world.end()
    # Then each author is their own customer, one who has what they proved, or an agent's choice
    assert_all_well(world)
    for name, who in AUTHORS.items():
        identity = world.identities.known.get(who.identity)
        if identity is None:
            continue
        external_id, _ = world.helpdesk.customers[identity.customer_id]
        addresses = world.helpdesk.addresses
        proved = {addresses[one] for one in told.proved[name] if one in addresses}
        assert (
            external_id == f"gehoor:{who.identity}"
            or identity.customer_id in proved | told.chosen[name]
        )
    # And no agent is anybody's customer, nor has lost what is theirs
    linked = {identity.customer_id for identity in world.identities.known.values()}
    assert not linked & world.helpdesk.agents
    assert world.helpdesk.addresses[AGENTS_ADDRESS] == world.agent
