"""Following what agents do with tickets and customers."""

from datetime import timedelta

import pytest

from factories import JUDGEMENT, NOW, author, mention, profile, ticket_draft
from fakes.tap import Fault
from fakes.world import World
from gehoor.domain.case import Case
from gehoor.domain.event import (
    CustomerDeleted,
    CustomerMerged,
    Event,
    RequesterChanged,
    TicketDeleted,
    TicketMerged,
    TicketRestored,
    TicketStatusChanged,
    message_of,
)
from gehoor.domain.mention import Mention, Visibility
from gehoor.errors import NotAllowed, Unavailable
from gehoor.usecases.tickets import MOST_RACES


class Desk:
    """A helpdesk with people in it, and gehoor's workers behind it."""

    def __init__(self) -> None:
        self.world = World()
        self.helpdesk = self.world.helpdesk
        self.agent = self.world.agent

    def hear(self, post: Mention) -> str:
        """Somebody posts; the ticket it came into."""
        self.world.town.post(post)
        self.world.mentions.put_new(post, JUDGEMENT, NOW)
        self.world.deliver({"mention_id": post.mention_id})
        self.helpdesk.told.clear()
        return self.world.mentions.records[post.mention_id].ticket_id

    def hear_twice(self) -> str:
        """Anna posts in two threads; the ticket of the second one."""
        self.hear(mention("0"))
        return self.hear(mention("1"))

    def follow(self, event: Event) -> None:
        self.world.answer(message_of(event))

    def follow_all(self) -> None:
        """Follow what the helpdesk has to tell."""
        told, self.helpdesk.told = self.helpdesk.told, []
        for event in told:
            self.follow(event)

    def other_ticket(self, external_id: str = "shop:17") -> str:
        """A ticket that is not gehoor's."""
        bob = self.helpdesk.upsert_customer(profile("stranger")).customer_id
        return self.helpdesk.open_ticket(ticket_draft(bob, external_id=external_id)).ticket_id

    def answer(self, ticket_id: str, text: str = "We are on it") -> str:
        """An agent answers, and the answer is brought out; how that ended."""
        self.world.clock.advance(seconds=30)
        comment_id = self.helpdesk.write(ticket_id, self.agent, text)
        self.world.answer({"ticket_id": ticket_id, "comment_id": comment_id})
        return self.world.answers.outcomes.get(f"{ticket_id}/{comment_id}", "")

    def case(self, name: str) -> Case:
        """The case that a post opened."""
        cases = self.world.cases.cases.values()
        return next(case for case in cases if case.opened_by == mention(name).mention_id)

    def customer(self, who: str = "anna") -> str:
        return self.world.identities.known[author(who).identity].customer_id

    def requester(self, ticket_id: str) -> str:
        return self.helpdesk.tickets[ticket_id].requester_id

    def new_customer(self, name: str) -> str:
        """A customer whom the company knew without gehoor."""
        return self.helpdesk.upsert_customer(profile(name)).customer_id


@pytest.fixture
def desk() -> Desk:
    return Desk()


# Status.


@pytest.mark.parametrize(
    ("status", "is_open"),
    [("open", True), ("pending", True), ("hold", True), ("solved", False), ("closed", False)],
)
def test_a_case_is_open_as_long_as_its_ticket_is(desk: Desk, status: str, is_open: bool) -> None:
    # Given a case that is open, or was closed before
    ticket_id = desk.hear(mention("1"))
    for before in ("solved", "open"):
        desk.helpdesk.set_status(ticket_id, before)
        desk.follow_all()
        # When an agent changes its ticket
        desk.helpdesk.set_status(ticket_id, status)
        desk.follow_all()
        # Then the case follows
        assert desk.case("1").is_open is is_open


def test_a_late_event_says_how_things_are_and_not_how_they_were(desk: Desk) -> None:
    # Given a ticket that was solved and opened again, and whose events come late and twice
    ticket_id = desk.hear(mention("1"))
    for status in ("solved", "open", "solved", "open"):
        desk.helpdesk.set_status(ticket_id, status)
    # When they are followed, one after the other, in the wrong order
    for event in reversed(desk.helpdesk.told):
        desk.follow(event)
        # Then the case is as its ticket is
        assert desk.case("1").is_open


def test_an_event_that_changes_nothing_writes_nothing(desk: Desk) -> None:
    ticket_id = desk.hear(mention("1"))
    before = len(desk.world.tap.names)
    desk.follow(TicketStatusChanged(ticket_id))
    assert desk.world.tap.names[before:] == [
        "helpdesk.read_ticket",
        "cases.in_ticket",
        "cases.get",
        "mentions.get",
        "cases.get",
    ]


@pytest.mark.parametrize("external_id", ["shop:17", ""])
def test_what_happens_to_others_tickets_leaves_nothing_behind(desk: Desk, external_id: str) -> None:
    # Given a ticket that is not gehoor's
    desk.hear(mention("1"))
    other = desk.other_ticket(external_id)
    cases, identities = dict(desk.world.cases.cases), dict(desk.world.identities.known)
    # When all kinds of things happen to it, and to one that is not there
    for ticket_id in (other, "99"):
        for event in (
            TicketStatusChanged(ticket_id),
            TicketMerged(ticket_id, other),
            TicketDeleted(ticket_id, "nobody's"),
            TicketRestored(ticket_id),
            RequesterChanged(ticket_id),
        ):
            desk.follow(event)
    # Then nothing of it is noted
    assert desk.world.cases.cases == cases
    assert desk.world.identities.known == identities
    assert desk.world.cases.merged == {}


def test_a_status_read_before_it_changed_is_not_left_behind(desk: Desk) -> None:
    # Given a worker that reads a ticket as solved, and another one that follows its opening before
    # the first one has noted what it read
    ticket_id = desk.hear(mention("1"))
    desk.helpdesk.set_status(ticket_id, "solved")

    def open_again() -> None:
        desk.helpdesk.set_status(ticket_id, "open")
        desk.follow(TicketStatusChanged(ticket_id))

    desk.world.tap.before[len(desk.world.tap.names) + 3] = open_again
    desk.follow(TicketStatusChanged(ticket_id))
    # Then the case is as its ticket is
    assert desk.world.tap.names[-1] != "cases.put"
    assert desk.case("1").is_open


def test_a_case_that_others_always_store_comes_again(desk: Desk) -> None:
    ticket_id = desk.hear(mention("1"))
    desk.helpdesk.set_status(ticket_id, "solved")
    desk.world.cases.put = lambda case: False  # type: ignore[method-assign]
    with pytest.raises(Unavailable, match="other workers"):
        desk.follow(TicketStatusChanged(ticket_id))
    assert desk.world.tap.names.count("cases.put") >= MOST_RACES


def test_a_helpdesk_that_refuses_gehoor_is_counted(desk: Desk) -> None:
    desk.world.tap.errors["helpdesk.read_ticket"] = NotAllowed("no right")
    with pytest.raises(NotAllowed):
        desk.follow(TicketStatusChanged("1"))
    assert desk.world.metrics.counts["HelpdeskNotAllowed"] == 1


# Deleted and restored.


def test_a_deleted_tickets_case_is_closed_and_a_restored_ones_is_as_its_ticket(desk: Desk) -> None:
    # Given a ticket
    ticket_id = desk.hear(mention("1"))
    # When it is deleted
    desk.helpdesk.delete_ticket(ticket_id)
    desk.follow_all()
    # Then its case is closed
    assert not desk.case("1").is_open
    # And when it is restored, it is open again, however late the deletion comes once more
    desk.helpdesk.restore_ticket(ticket_id)
    desk.follow_all()
    desk.follow(TicketDeleted(ticket_id, desk.case("1").case_id))
    assert desk.case("1").is_open


def test_a_deletion_that_does_not_say_whose_ticket_it_was_harms_nothing(desk: Desk) -> None:
    # Given a ticket whose deletion names no case
    ticket_id = desk.hear(mention("1"))
    desk.helpdesk.delete_ticket(ticket_id)
    desk.follow(TicketDeleted(ticket_id))
    # Then the author's next word opens a new ticket all the same
    new = desk.hear(mention("2", in_reply_to="1"))
    assert new != ticket_id
    assert not desk.case("1").is_open


def test_a_pending_answer_of_a_deleted_ticket_ends(desk: Desk) -> None:
    # Given an answer that waits, on a ticket that is deleted meanwhile
    ticket_id = desk.hear(mention("1"))
    comment_id = desk.helpdesk.write(ticket_id, desk.agent, "We are on it")
    desk.world.answers.open(ticket_id, comment_id, NOW)
    desk.helpdesk.delete_ticket(ticket_id)
    # When it is sent again
    desk.world.answer({"ticket_id": ticket_id, "comment_id": comment_id})
    # Then it ends
    assert desk.world.answers.pending == {}
    assert desk.world.town.answers == []


# Merged tickets.


@pytest.fixture
def merged(desk: Desk) -> tuple[Desk, str, str]:
    """Anna's ticket was merged into Bob's, and gehoor knows."""
    annas = desk.hear(mention("1", "anna"))
    desk.world.clock.advance(minutes=1)
    bobs = desk.hear(mention("2", "bob", posted_at=NOW))
    desk.world.clock.advance(minutes=1)
    desk.helpdesk.merge_tickets(annas, bobs, desk.agent)
    desk.follow_all()
    return desk, annas, bobs


def test_a_merged_tickets_case_goes_on_in_the_other_ticket(
    merged: tuple[Desk, str, str],
) -> None:
    # Given a merged ticket
    desk, annas, bobs = merged
    assert desk.case("1").ticket_id == bobs
    assert desk.case("1").is_open
    # When its author speaks again
    desk.hear(mention("3", "anna", in_reply_to="1"))
    # Then that is a comment in the ticket that is open
    texts = [comment.marker for comment in desk.helpdesk.tickets[bobs].comments]
    assert mention("3", "anna").mention_id in texts
    assert len(desk.helpdesk.tickets) == 2
    # And the case follows that ticket from now on
    desk.helpdesk.set_status(bobs, "solved")
    desk.follow_all()
    assert not desk.case("1").is_open
    assert not desk.case("2").is_open
    assert desk.case("1").left == (annas,)


def test_an_answer_in_a_merged_ticket_goes_to_who_spoke_last(
    merged: tuple[Desk, str, str],
) -> None:
    # Given two authors in one ticket, of whom Bob spoke last
    desk, _, bobs = merged
    assert desk.answer(bobs, "to bob").startswith("posted")
    # When Anna speaks, and an agent answers
    desk.hear(mention("3", "anna", in_reply_to="1", posted_at=NOW + timedelta(minutes=5)))
    assert desk.answer(bobs, "to anna").startswith("posted")
    # Then each has an answer
    answered = [(answer.text, answer.address.native_id) for answer in desk.world.town.answers]
    assert answered == [("to bob", "2"), ("to anna", "3")]


@pytest.mark.parametrize("private", ["1", "2"])
def test_an_answer_in_a_merged_ticket_is_as_private_as_any_part_of_it(
    desk: Desk, private: str
) -> None:
    # Given a public and a private conversation
    audience = {"1": Visibility.PUBLIC, "2": Visibility.PUBLIC, private: Visibility.DIRECT}
    annas = desk.hear(mention("1", "anna", visibility=audience["1"]))
    bobs = desk.hear(mention("2", "bob", posted_at=NOW, visibility=audience["2"]))
    # When they become one ticket, and an agent answers there
    desk.helpdesk.merge_tickets(annas, bobs, desk.agent)
    desk.follow_all()
    desk.answer(bobs)
    # Then the answer is private
    [answer] = desk.world.town.answers
    assert (answer.address.native_id, answer.visibility) == ("2", Visibility.DIRECT)


def test_an_answer_in_a_strangers_ticket_reaches_whoever_was_merged_into_it(desk: Desk) -> None:
    # Given another program's ticket that gehoor's was merged into
    annas, other = desk.hear(mention("1")), desk.other_ticket()
    desk.world.clock.advance(minutes=1)
    early = desk.helpdesk.write(other, desk.agent, "for the stranger")
    desk.world.clock.advance(minutes=1)
    desk.helpdesk.merge_tickets(annas, other, desk.agent)
    desk.follow_all()
    # When an agent answers there
    assert desk.answer(other, "for anna").startswith("posted")
    # And the webhook of what was written before comes late
    desk.world.answer({"ticket_id": other, "comment_id": early})
    # Then only the first one is for the network, and nothing is left of the other
    assert [answer.text for answer in desk.world.town.answers] == ["for anna"]
    assert not desk.world.answers.knows(other, early)


def test_an_answer_that_is_heard_of_before_the_merge_goes_out_after_it(desk: Desk) -> None:
    # Given an answer to Anna in a ticket that hers was merged into, after which Bob's was too
    annas, bobs = desk.hear(mention("1", "anna")), desk.hear(mention("2", "bob"))
    other = desk.other_ticket()
    desk.helpdesk.merge_tickets(annas, other, desk.agent)
    desk.world.clock.advance(minutes=1)
    comment_id = desk.helpdesk.write(other, desk.agent, "for anna")
    desk.world.clock.advance(minutes=1)
    desk.helpdesk.merge_tickets(bobs, other, desk.agent)
    # When it is heard of before any merge, and before the one that matters
    message = {"ticket_id": other, "comment_id": comment_id}
    desk.world.answer(message)
    desk.follow(TicketMerged(bobs))
    desk.world.answer(message)
    assert desk.world.town.answers == []
    # Then it goes out when it comes again after that
    desk.follow(TicketMerged(annas))
    desk.world.answer(message)
    assert [answer.address.native_id for answer in desk.world.town.answers] == ["1"]


def test_an_answer_written_before_the_merge_goes_to_whom_it_was_written(desk: Desk) -> None:
    # Given an answer to Bob that was not told of yet
    annas = desk.hear(mention("1", "anna", posted_at=NOW + timedelta(minutes=5)))
    bobs = desk.hear(mention("2", "bob"))
    comment_id = desk.helpdesk.write(bobs, desk.agent, "to bob")
    # When Anna, who spoke last, comes into his ticket before it is brought out
    desk.world.clock.advance(minutes=1)
    desk.helpdesk.merge_tickets(annas, bobs, desk.agent)
    desk.follow_all()
    desk.world.answer({"ticket_id": bobs, "comment_id": comment_id})
    # Then it goes to Bob
    assert [answer.address.native_id for answer in desk.world.town.answers] == ["2"]


def test_every_attempt_answers_the_same_author(merged: tuple[Desk, str, str]) -> None:
    # Given an answer to Bob that could not be posted
    desk, _, bobs = merged
    desk.world.clock.advance(minutes=1)
    comment_id = desk.helpdesk.write(bobs, desk.agent, "to bob")
    message = {"ticket_id": bobs, "comment_id": comment_id}
    desk.world.tap.errors["network.reply"] = Unavailable("down")
    with pytest.raises(Unavailable):
        desk.world.answer(message)
    # When Anna speaks before it is tried again
    desk.world.tap.errors.clear()
    desk.hear(mention("3", "anna", in_reply_to="1", posted_at=NOW + timedelta(hours=1)))
    desk.world.answer(message)
    # Then it goes to Bob still
    assert [answer.address.native_id for answer in desk.world.town.answers] == ["2"]


def test_what_the_helpdesk_writes_about_a_merge_is_no_answer(desk: Desk) -> None:
    # Given two tickets that are merged, with public words about it in both
    annas = desk.hear(mention("1", "anna"))
    bobs = desk.hear(mention("2", "bob"))
    desk.helpdesk.merge_tickets(annas, bobs, desk.agent, public=True)
    # When their webhooks come
    for ticket_id in (annas, bobs):
        comment_id = desk.helpdesk.tickets[ticket_id].comments[-1].comment_id
        desk.world.answer({"ticket_id": ticket_id, "comment_id": comment_id})
    # Then nobody reads them on the network
    assert desk.world.town.answers == []


@pytest.mark.parametrize("event", ["merged", "status", "into"])
def test_any_event_of_a_merged_ticket_moves_its_case(desk: Desk, event: str) -> None:
    # Given a merge of which one event alone arrives
    annas, other = desk.hear(mention("1")), desk.other_ticket()
    desk.helpdesk.merge_tickets(annas, other, desk.agent)
    told: dict[str, Event] = {
        "merged": TicketMerged(annas),
        "status": TicketStatusChanged(annas),
        "into": TicketMerged(annas, other),
    }
    desk.follow(told[event])
    assert desk.case("1").ticket_id == other


@pytest.mark.parametrize("backwards", [False, True])
def test_a_ticket_that_is_merged_twice_takes_all_its_cases_along(
    desk: Desk, backwards: bool
) -> None:
    # Given a ticket that was merged into one that was merged in its turn
    annas = desk.hear(mention("1", "anna"))
    bobs = desk.hear(mention("2", "bob"))
    other = desk.other_ticket()
    desk.helpdesk.merge_tickets(annas, bobs, desk.agent)
    desk.world.clock.advance(minutes=1)
    desk.helpdesk.merge_tickets(bobs, other, desk.agent)
    # When the events come in any order
    events = desk.helpdesk.told[::-1] if backwards else desk.helpdesk.told
    for event in events:
        desk.follow(event)
    # Then both cases are where the agents are
    assert [desk.case(name).ticket_id for name in ("1", "2")] == [other, other]
    assert set(desk.world.cases.in_ticket(other)) == {
        desk.case("1").case_id,
        desk.case("2").case_id,
    }


def test_a_case_merged_into_a_solved_ticket_is_closed(desk: Desk) -> None:
    annas, other = desk.hear(mention("1")), desk.other_ticket()
    desk.helpdesk.set_status(other, "solved")
    desk.helpdesk.merge_tickets(annas, other, desk.agent)
    desk.follow(TicketMerged(annas))
    assert not desk.case("1").is_open


def test_a_lost_merge_is_noticed_by_the_next_post(desk: Desk) -> None:
    # Given a merge that nobody told of
    annas, other = desk.hear(mention("1")), desk.other_ticket()
    desk.helpdesk.merge_tickets(annas, other, desk.agent)
    # When the author speaks again
    ticket_id = desk.hear(mention("2", in_reply_to="1"))
    # Then that is a comment where the ticket goes on, and no follow-up is opened
    assert ticket_id == other
    assert len(desk.helpdesk.tickets) == 2
    # And answers there reach the author from now on
    assert desk.answer(other).startswith("posted")


def test_where_nobody_can_tell_where_a_ticket_goes_on_a_follow_up_is_opened(desk: Desk) -> None:
    # Given a merge whose comments tell nothing
    annas, other = desk.hear(mention("1")), desk.other_ticket()
    desk.helpdesk.merge_tickets(annas, other, desk.agent)
    desk.helpdesk.merged_into = lambda ticket_id: None  # type: ignore[method-assign]
    # When the author speaks again
    ticket_id = desk.hear(mention("2", in_reply_to="1"))
    # Then it is not lost
    assert ticket_id not in {annas, other}
    assert desk.helpdesk.tickets[ticket_id].draft.follows == annas


def test_a_comment_whose_worker_died_is_not_written_again_in_the_other_ticket(desk: Desk) -> None:
    # Given a comment of which nobody noted that it is there
    annas, other = desk.hear(mention("1")), desk.other_ticket()
    more = mention("2", in_reply_to="1")
    desk.world.tap.errors["mentions.delivered"] = Unavailable("down")
    with pytest.raises(Unavailable):
        desk.hear(more)
    desk.world.tap.errors.clear()
    # When its ticket is merged before it is tried again
    desk.helpdesk.merge_tickets(annas, other, desk.agent)
    desk.follow(TicketMerged(annas))
    desk.world.deliver({"mention_id": more.mention_id})
    # Then it is there once
    markers = [c.marker for ticket in desk.helpdesk.tickets.values() for c in ticket.comments]
    assert markers.count(more.mention_id) == 1


def test_the_note_about_an_answer_is_written_where_its_ticket_goes_on(desk: Desk) -> None:
    # Given an answer that is too long, on a ticket that is merged before it is given back
    annas, other = desk.hear(mention("1")), desk.other_ticket()
    comment_id = desk.helpdesk.write(annas, desk.agent, "x" * 6_000)
    desk.helpdesk.merge_tickets(annas, other, desk.agent)
    # When it is brought
    desk.world.answer({"ticket_id": annas, "comment_id": comment_id})
    # Then the agents learn of it in the ticket that is open
    marker = f"returned:{comment_id}"
    assert desk.helpdesk.find_comment(other, marker)
    assert not desk.helpdesk.find_comment(annas, marker)


def test_a_merge_before_the_case_is_stored_waits_for_it(desk: Desk) -> None:
    # Given a ticket whose case is not stored yet
    annas, other = desk.hear(mention("1")), desk.other_ticket()
    case = desk.world.cases.cases.pop(desk.case("1").case_id)
    desk.helpdesk.merge_tickets(annas, other, desk.agent)
    # When the merge comes
    with pytest.raises(Unavailable, match="not stored yet"):
        desk.follow(TicketMerged(annas))
    # Then it is followed once the case is there
    desk.world.cases.cases[case.case_id] = case
    desk.follow(TicketMerged(annas))
    assert desk.case("1").ticket_id == other


# Another requester.


def test_the_customer_an_agent_chooses_is_the_authors(desk: Desk) -> None:
    # Given an author whom the company knows by another name
    ticket_id, real = desk.hear(mention("1")), desk.new_customer("real")
    # When an agent gives the ticket to that customer
    desk.helpdesk.change_requester(ticket_id, real)
    desk.follow_all()
    # Then the author is that customer from now on, confirmed
    identity = desk.world.identities.known[author().identity]
    assert (identity.customer_id, identity.confirmed, identity.linked_at) == (
        real,
        True,
        desk.world.clock(),
    )
    next_ticket = desk.hear(mention("2", posted_at=NOW))
    assert desk.requester(next_ticket) == real


def test_the_authors_other_open_tickets_are_given_to_that_customer_too(desk: Desk) -> None:
    # Given an author with tickets that are open, solved, deleted, and given to somebody else
    names = ("open", "solved", "deleted", "elsewhere")
    tickets = {name: desk.hear(mention(name)) for name in names}
    real, colleague = desk.new_customer("real"), desk.new_customer("colleague")
    desk.helpdesk.set_status(tickets["solved"], "solved")
    desk.helpdesk.change_requester(tickets["elsewhere"], colleague)
    desk.follow(TicketStatusChanged(tickets["solved"]))
    before = desk.customer()
    desk.helpdesk.delete_ticket(tickets["deleted"])
    ticket_id = desk.hear(mention("1"))
    # When an agent chooses the customer in one of them
    desk.helpdesk.change_requester(ticket_id, real)
    desk.follow(RequesterChanged(ticket_id, desk.world.clock()))
    # Then the open one that was the author's is that customer's, and no other
    assert desk.requester(tickets["open"]) == real
    assert desk.requester(tickets["solved"]) == before
    assert desk.requester(tickets["elsewhere"]) == colleague


def test_a_ticket_given_to_an_agent_links_nobody(desk: Desk) -> None:
    ticket_id, before = desk.hear(mention("1")), desk.customer()
    desk.helpdesk.change_requester(ticket_id, desk.agent)
    desk.follow_all()
    assert desk.customer() == before


def test_a_ticket_given_back_to_whom_it_was_changes_nothing(desk: Desk) -> None:
    ticket_id = desk.hear(mention("1"))
    before = desk.world.identities.known[author().identity]
    desk.helpdesk.change_requester(ticket_id, desk.customer())
    desk.follow_all()
    assert desk.world.identities.known[author().identity] == before


def test_a_late_choice_leaves_a_closed_ticket_as_it_is(desk: Desk) -> None:
    # Given a ticket that was given away and solved, before another one was given to somebody else
    first, second = desk.hear(mention("1")), desk.hear(mention("2"))
    chosen = [desk.new_customer("first"), desk.new_customer("second")]
    desk.helpdesk.change_requester(first, chosen[0])
    early = desk.helpdesk.told.pop()
    desk.helpdesk.set_status(first, "solved")
    desk.world.clock.advance(minutes=1)
    desk.helpdesk.change_requester(second, chosen[1])
    desk.follow_all()
    # When the first one's event comes late
    desk.follow(early)
    # Then neither the link nor the solved ticket is changed
    assert desk.customer() == chosen[1]
    assert desk.requester(first) == chosen[0]


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0), (1, 0, 1, 0)])
def test_of_two_choices_the_later_one_counts_in_whichever_order_they_come(
    desk: Desk, order: tuple[int, ...]
) -> None:
    # Given two tickets of an author, given to two customers one after the other
    first, second = desk.hear(mention("1")), desk.hear(mention("2"))
    chosen = [desk.new_customer("first"), desk.new_customer("second")]
    for ticket_id, customer_id in zip((first, second), chosen, strict=True):
        desk.world.clock.advance(minutes=1)
        desk.helpdesk.change_requester(ticket_id, customer_id)
    events = [event for event in desk.helpdesk.told if isinstance(event, RequesterChanged)]
    # When the events come in any order and more than once, and gehoor's own changes after them
    for n in order:
        desk.follow(events[n])
    desk.helpdesk.told = desk.helpdesk.told[2:]
    while desk.helpdesk.told:
        desk.follow_all()
    # Then the author and all open tickets are the second one's
    assert desk.customer() == chosen[1]
    assert {desk.requester(first), desk.requester(second)} == {chosen[1]}


@pytest.mark.parametrize("after", range(14))
def test_a_worker_that_dies_on_the_way_leaves_the_same_to_do(desk: Desk, after: int) -> None:
    # Given an author with two open tickets, one of which an agent gives to a customer
    first, second = desk.hear(mention("1")), desk.hear(mention("2"))
    real = desk.new_customer("real")
    desk.helpdesk.change_requester(first, real)
    # When the worker dies anywhere, and the message comes again
    desk.world.tap.faults[len(desk.world.tap.names) + after] = Fault.DIES_AFTER
    desk.world.settle()
    # Then both tickets and the author are that customer's
    assert desk.customer() == real
    assert {desk.requester(first), desk.requester(second)} == {real}


def test_the_requester_of_a_ticket_that_others_were_merged_into_is_its_own_authors(
    merged: tuple[Desk, str, str],
) -> None:
    # Given Anna's case in Bob's ticket
    desk, _, bobs = merged
    anna, real = desk.customer("anna"), desk.new_customer("real")
    # When an agent gives that ticket to another customer
    desk.helpdesk.change_requester(bobs, real)
    desk.follow_all()
    # Then that says who Bob is, and nothing of Anna
    assert desk.customer("bob") == real
    assert desk.customer("anna") == anna


def test_a_choice_for_the_author_leaves_the_ticket_alone_that_theirs_was_merged_into(
    merged: tuple[Desk, str, str],
) -> None:
    # Given Anna's case in Bob's ticket, both by chance with one customer, and a new one of hers
    desk, _, bobs = merged
    desk.helpdesk.change_requester(bobs, desk.customer("anna"))
    desk.helpdesk.told.clear()
    new = desk.hear(mention("3", "anna", posted_at=NOW))
    real = desk.new_customer("real")
    # When an agent chooses the customer in the new one
    desk.helpdesk.change_requester(new, real)
    desk.follow_all()
    # Then Bob's ticket stays as it is
    assert desk.customer("anna") == real
    assert desk.requester(bobs) != real


def test_an_identity_that_others_always_store_comes_again(desk: Desk) -> None:
    ticket_id, real = desk.hear(mention("1")), desk.new_customer("real")
    desk.helpdesk.change_requester(ticket_id, real)
    desk.world.identities.put = lambda identity: None  # type: ignore[method-assign]
    with pytest.raises(Unavailable, match="other workers"):
        desk.follow(RequesterChanged(ticket_id))


# Merged and deleted customers.


@pytest.mark.parametrize("named", ["neither", "loser first", "winner first"])
def test_a_merged_customers_identities_are_the_one_who_lives_on(desk: Desk, named: str) -> None:
    # Given an author with tickets
    desk.hear_twice()
    loser, winner = desk.customer(), desk.new_customer("winner")
    # When their customer is merged into another one, whichever way the event tells
    desk.helpdesk.merge_customers(loser, winner)
    told = {
        "neither": CustomerMerged(loser),
        "loser first": CustomerMerged(loser, winner),
        "winner first": CustomerMerged(winner, loser),
    }
    desk.follow(told[named])
    # Then the author is that other one
    identity = desk.world.identities.known[author().identity]
    assert (identity.customer_id, identity.confirmed) == (winner, True)
    # And again changes nothing
    desk.follow(told[named])
    assert desk.world.identities.known[author().identity] == identity


def test_a_merge_is_followed_only_when_the_helpdesk_confirms_it(desk: Desk) -> None:
    # Given two customers who both live
    desk.hear_twice()
    desk.hear(mention("2", "bob"))
    before = dict(desk.world.identities.known)
    # When an event says that they were merged
    desk.follow(CustomerMerged(desk.customer("anna"), desk.customer("bob")))
    # Then nothing is changed
    assert desk.world.identities.known == before


def test_a_winner_who_is_gone_too_is_not_linked(desk: Desk) -> None:
    # Given a merge into a customer who was merged in their turn
    desk.hear_twice()
    loser, middle, winner = desk.customer(), desk.new_customer("m"), desk.new_customer("w")
    desk.helpdesk.merge_customers(loser, middle)
    desk.helpdesk.merge_customers(middle, winner)
    # When only the first one's event comes
    desk.follow(CustomerMerged(loser, middle))
    # Then the one who has the tickets is the author's
    assert desk.customer() == winner


def test_who_lives_on_is_told_by_the_authors_own_ticket_and_not_where_it_goes_on(
    desk: Desk,
) -> None:
    # Given an author whose ticket goes on in Bob's
    annas, bobs = desk.hear_twice(), desk.hear(mention("2", "bob"))
    desk.helpdesk.merge_tickets(annas, bobs, desk.agent)
    desk.follow_all()
    loser, winner = desk.customer("anna"), desk.new_customer("winner")
    desk.helpdesk.merge_customers(loser, winner)
    # When the event does not say who lives on
    desk.follow(CustomerMerged(loser))
    # Then nobody takes Bob for the author
    assert desk.customer("anna") == winner


def test_a_customer_merged_with_no_ticket_left_to_tell_is_made_anew_later(desk: Desk) -> None:
    # Given an author whose tickets were deleted
    for name in "01":
        desk.helpdesk.delete_ticket(desk.hear(mention(name)))
    loser, winner = desk.customer(), desk.new_customer("winner")
    # When their customer is merged, and the event does not say into whom
    desk.helpdesk.merge_customers(loser, winner)
    desk.follow(CustomerMerged(loser))
    # Then nobody guesses
    assert desk.customer() == loser


def test_the_event_of_a_deletion_follows_a_merge_too(desk: Desk) -> None:
    desk.hear_twice()
    loser, winner = desk.customer(), desk.new_customer("winner")
    desk.helpdesk.merge_customers(loser, winner)
    desk.follow(CustomerDeleted(loser))
    assert desk.customer() == winner


@pytest.mark.parametrize("is_told", [True, False])
def test_who_was_heard_once_is_the_one_who_lives_on_from_the_next_contact(
    desk: Desk, is_told: bool
) -> None:
    # Given an author who was heard once, and whose customer was merged, whether or not that is told
    desk.hear(mention("1"))
    loser, winner = desk.customer(), desk.new_customer("winner")
    desk.helpdesk.merge_customers(loser, winner)
    if is_told:
        desk.follow(CustomerMerged(loser, winner))
    # When they speak again
    ticket_id = desk.hear(mention("2", posted_at=NOW))
    # Then they are the one who lives on, and so are their tickets
    assert desk.customer() == desk.requester(ticket_id) == winner
    assert [found.name for found in desk.world.identities.of_customer(winner)] == [
        author().identity
    ]


def test_a_deleted_customer_is_made_anew_at_the_next_contact(desk: Desk) -> None:
    # Given a customer who was removed
    desk.hear(mention("1"))
    gone = desk.customer()
    desk.helpdesk.remove_customer(gone)
    desk.follow_all()
    assert desk.customer() == gone
    # When the author speaks again
    ticket_id = desk.hear(mention("2", posted_at=NOW))
    # Then there is a new one
    assert desk.requester(ticket_id) == desk.customer() != gone


def test_a_customer_without_identities_is_not_asked_for(desk: Desk) -> None:
    before = len(desk.world.tap.names)
    desk.follow(CustomerMerged("8", "9"))
    desk.follow(CustomerDeleted("8"))
    assert set(desk.world.tap.names[before:]) == {"identities.of_customer"}
