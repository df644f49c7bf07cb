"""Whose customer an author is: what they proved to the CRM, and what an agent says, and no more."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from factories import JUDGEMENT, NOW, author, mention
from fakes.helpdesk import FakeBulk, StoredTicket
from fakes.tap import WRITES_OUTSIDE, Fault
from fakes.world import World, assert_all_well
from gehoor.domain.contact import VerifiedContact
from gehoor.domain.customer import Doubt, Identity
from gehoor.domain.mention import Mention
from gehoor.errors import GehoorError, NotAllowed, Rejected, Unavailable

ADDRESS = "anna@shop.example"
CONTACT = VerifiedContact(ADDRESS, "+31612345678")
DUPLICATE, UNLINKED = "Another customer here has", "belongs to a colleague here"


@pytest.fixture
def world() -> World:
    """A world whose CRM knows Anna's address."""
    made = World()
    prove(made)
    return made


def prove(world: World, contact: VerifiedContact = CONTACT, by: str = "anna") -> None:
    world.crm.note(f"gehoor:{author(by).identity}", contact=contact)


def deliver(world: World, new: Mention) -> StoredTicket:
    """The ticket of a mention that was taken in and delivered."""
    world.town.post(new)
    world.mentions.put_new(new, JUDGEMENT, world.clock())
    world.deliver({"mention_id": new.mention_id})
    return world.helpdesk.tickets[world.mentions.records[new.mention_id].ticket_id]


def note_of(ticket: StoredTicket) -> str:
    [note] = [c.html for c in ticket.comments if c.marker.startswith("history:")]
    return note


def anna(world: World) -> Identity:
    return world.identities.known[author().identity]


def test_who_came_by_e_mail_after_the_post_is_asked_for_a_history(world: World) -> None:
    # Given a post of Anna's, after which she wrote an e-mail
    new = mention(posted_at=world.clock())
    world.clock.advance(seconds=30)
    world.helpdesk.bring_customer(ADDRESS)
    # When the post is delivered
    deliver(world, new)
    # Then her tickets are looked for, though her record is younger than the post
    assert "helpdesk.history" in world.tap.names


def test_an_author_is_the_customer_who_has_what_they_proved_to_be_theirs(world: World) -> None:
    # Given a customer who came by e-mail
    known = world.helpdesk.bring_customer(ADDRESS)
    # When Anna writes in public for the first time
    ticket = deliver(world, mention())
    # Then the ticket is that customer's from its first word, and no other one was made
    assert (ticket.requester_id, ticket.comments[0].author_id) == (known, known)
    assert list(world.helpdesk.customers) == [known]
    # And the name stays the company's own, while handle and language are told
    assert world.helpdesk.names[known] == "A. de Vries"
    assert world.helpdesk.profiles[known].author == author()
    assert anna(world).confirmed
    # And nothing needs settling
    assert DUPLICATE not in note_of(ticket)


def test_a_new_customer_has_what_they_proved_so_that_their_mail_is_theirs(world: World) -> None:
    # When nobody has Anna's address
    ticket = deliver(world, mention())
    # Then her new customer has it, under the name the network tells
    assert world.helpdesk.addresses == dict.fromkeys(
        (CONTACT.email, CONTACT.phone), ticket.requester_id
    )
    assert not anna(world).confirmed
    # And it is not given again
    deliver(world, mention("2"))
    assert "helpdesk.add_contact" not in world.tap.names
    assert world.tap.names.count("helpdesk.find_customer") == 1


def test_an_agents_address_makes_no_agent_a_customer(world: World) -> None:
    # Given an address that is an agent's
    world.helpdesk.addresses[ADDRESS] = world.agent
    # When the CRM calls it Anna's
    tickets = [deliver(world, mention(name)) for name in ("1", "2")]
    # Then she is a customer of her own, and agents are asked who she is
    for ticket in tickets:
        assert ticket.requester_id != world.agent
        assert UNLINKED in note_of(ticket)
    assert world.helpdesk.addresses[ADDRESS] == world.agent


@pytest.mark.parametrize("error", [Rejected("several"), NotAllowed("403")])
def test_an_address_that_may_link_nobody_stands_in_no_mentions_way(
    world: World, error: GehoorError
) -> None:
    world.tap.errors["helpdesk.find_customer"] = error
    assert UNLINKED in note_of(deliver(world, mention()))


def test_who_proves_it_later_gets_it_and_another_customer_is_a_suggestion(world: World) -> None:
    # Given customers of whom the CRM knew nothing at first, one of them by e-mail too
    world.crm.known.clear()
    known = world.helpdesk.bring_customer(ADDRESS)
    annas, bobs = deliver(world, mention("1")), deliver(world, mention("2", by="bob"))
    # When they link their accounts and write again
    prove(world)
    prove(world, VerifiedContact("bob@shop.example"), by="bob")
    again = deliver(world, mention("3")), deliver(world, mention("4", by="bob"))
    # Then Bob's address is his customer's, and Anna's is still the other one's
    assert world.helpdesk.addresses["bob@shop.example"] == bobs.requester_id
    assert DUPLICATE not in note_of(again[1])
    assert world.helpdesk.addresses[ADDRESS] == known
    assert again[0].requester_id == annas.requester_id
    # And agents are told so until one of them says who she is
    assert DUPLICATE in note_of(again[0])
    assert DUPLICATE in note_of(deliver(world, mention("5")))
    world.helpdesk.change_requester(again[0].ticket_id, known)
    world.settle()
    last = deliver(world, mention("6"))
    assert (last.requester_id, annas.requester_id) == (known, known)
    assert DUPLICATE not in note_of(last)


def test_whom_an_agent_chose_is_left_as_the_company_has_them(world: World) -> None:
    # Given an author whom an agent gave to a customer, before they proved an address
    world.crm.known.clear()
    chosen = world.helpdesk.bring_customer()
    ticket = deliver(world, mention("1"))
    world.helpdesk.change_requester(ticket.ticket_id, chosen)
    world.settle()
    # When the CRM knows of another customer's address
    world.helpdesk.bring_customer(ADDRESS)
    prove(world)
    # Then the agent's word counts
    assert deliver(world, mention("2")).requester_id == chosen
    assert "helpdesk.add_contact" not in world.tap.names


def test_what_cannot_be_given_now_is_given_at_the_next_note(world: World) -> None:
    # Given a customer whose address the helpdesk does not take
    world.crm.known.clear()
    deliver(world, mention("1"))
    prove(world)
    world.tap.errors["helpdesk.add_contact"] = Unavailable("down")
    ticket = deliver(world, mention("2"))
    # Then the note is there, and operators can see it
    assert note_of(ticket)
    assert world.metrics.counts["ProfilesNotTold"] == 1
    # When it is mended
    world.tap.errors.clear()
    deliver(world, mention("3"))
    assert world.helpdesk.addresses[ADDRESS] == ticket.requester_id


@pytest.mark.parametrize("handle", ["@anna", "@anna_dv"])
def test_a_name_or_a_handle_links_nobody(handle: str) -> None:
    # Given a customer with the very handle on X and the very name
    world = World()
    known = world.helpdesk.bring_customer(handle="@anna")
    world.helpdesk.names[known] = "Anna"
    on_x = author(network="x", native_id="783214", handle=handle)
    # When the author writes
    ticket = deliver(world, mention(network="x", author=on_x))
    # Then they are a customer of their own, and the same handle is a suggestion
    assert ticket.requester_id != known
    assert (DUPLICATE in note_of(ticket)) == (handle == "@anna")


def test_what_an_author_only_wrote_links_nobody() -> None:
    # Given a customer with an address
    world = World()
    known = world.helpdesk.bring_customer(ADDRESS)
    # When somebody writes that address, in private
    ticket = deliver(world, mention(text=f"I am {ADDRESS}"))
    # Then that is a suggestion, and no look-up
    assert ticket.requester_id != known
    assert "Wrote, unchecked: e-mail a…@shop.example" in note_of(ticket)
    assert "helpdesk.find_customer" not in world.tap.names


def test_in_a_storm_no_crm_is_waited_for_and_the_notes_give_what_was_proved(world: World) -> None:
    # Given many new authors at once, of whom the CRM knows one
    world.helpdesk.bulk = FakeBulk(world.helpdesk, world.clock, timedelta(0))
    world.in_batches = True
    for n in range(12):
        world.town.post(mention(str(n), by="anna" if n == 3 else f"person{n}"))
    world.settle()
    # Then no CRM was asked before all tickets were there, and the address is hers all the same
    first = world.tap.names.index("crm.about")
    assert first > world.tap.names.index("helpdesk.bulk.open_tickets")
    assert "helpdesk.find_customer" not in world.tap.names
    assert world.helpdesk.addresses[ADDRESS] == anna(world).customer_id
    assert_all_well(world)


def test_two_first_posts_at_once_are_linked_once() -> None:
    # Given two posts of an author nobody knows, and the customer they are
    for number in range(len(_calls_of_one_delivery())):
        world = _about_to_deliver()
        [known] = world.helpdesk.customers
        # When one is delivered in the middle of the other, at any of its calls
        world.tap.before[number] = _delivering(world, "1")
        _delivering(world, "2")()
        # Then there is one customer, and one link
        assert list(world.helpdesk.customers) == [known]
        assert {ticket.requester_id for ticket in world.helpdesk.tickets.values()} == {known}
        assert anna(world).customer_id == known


def _about_to_deliver() -> World:
    world = World()
    prove(world)
    world.helpdesk.bring_customer(ADDRESS)
    for name in ("1", "2"):
        world.town.post(mention(name))
        world.mentions.put_new(mention(name), JUDGEMENT, world.clock())
    return world


def _delivering(world: World, name: str) -> Callable[[], None]:
    return lambda: world.deliver({"mention_id": mention(name).mention_id})


def _calls_of_one_delivery() -> list[str]:
    world = _about_to_deliver()
    _delivering(world, "2")()
    return world.tap.names


def story(prepare: Callable[[World], None], is_known: bool) -> World:
    """Anna writes before and after she proves an address, which another customer may have."""
    world = World()
    if is_known:
        world.helpdesk.bring_customer(ADDRESS)
    prove(world)
    prepare(world)
    world.town.post(mention("1", posted_at=NOW))
    world.settle()
    world.crm.known.clear()
    world.town.post(mention("2", by="bob", posted_at=NOW))
    world.settle()
    prove(world, VerifiedContact("bob@shop.example"), by="bob")
    world.town.post(mention("3", by="bob", posted_at=NOW + timedelta(days=1)))
    world.settle()
    world.end()
    return world


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name)
def test_no_single_fault_links_anybody_else(fault: Fault, is_known: bool) -> None:
    for number, name in enumerate(story(lambda _: None, is_known).tap.names):
        if fault is Fault.REPEATED and name in WRITES_OUTSIDE:
            continue

        def prepare(world: World, number: int = number) -> None:
            world.tap.faults[number] = fault

        # When one call of the whole way fails
        world = story(prepare, is_known)
        # Then all arrives, and each identity is a customer's who is there
        assert_all_well(world)
        for by, address in (("anna", ADDRESS), ("bob", "bob@shop.example")):
            identity = world.identities.known[author(by).identity]
            assert identity.customer_id in world.helpdesk.customers
            # And who proved an address has it, or agents are asked, or the CRM is at the next note
            owner = world.helpdesk.addresses.get(address)
            is_settled = owner == identity.customer_id or Doubt.DUPLICATE in identity.doubts
            assert is_settled or not identity.contact, f"{fault.name} at {number}: {name}"
