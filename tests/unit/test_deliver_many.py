"""Delivering what waits together: in few calls, each mention once, a bad one by itself."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from factories import JUDGEMENT, NOW, author, mention, profile
from fakes.helpdesk import FakeBulk
from fakes.world import World
from gehoor.domain.contact import NO_CONTACT, VerifiedContact
from gehoor.domain.customer import HeardThread, Identity
from gehoor.domain.judgement import Risk, Urgency
from gehoor.domain.mention import Image, Mention, Visibility
from gehoor.domain.priority import Priority
from gehoor.domain.record import MentionState
from gehoor.domain.ticket import CommentDraft, Customer, CustomerProfile
from gehoor.errors import (
    AuthExpired,
    NotAllowed,
    RateLimited,
    Rejected,
    TicketLimited,
    Unavailable,
    UnknownOutcome,
)
from gehoor.ports.helpdesk import CUSTOMERS_AT_ONCE
from gehoor.usecases.authors import WORTH_A_BULK
from gehoor.usecases.deliver_many import deliver_mentions
from gehoor.usecases.once import LEASE

MANY = 20
JOB_TAKES = timedelta(seconds=30)


class Storm:
    """A world with a helpdesk that can open many tickets at once."""

    def __init__(self) -> None:
        self.world = World()
        self.bulk = FakeBulk(self.world.helpdesk, self.world.clock, JOB_TAKES)
        self.world.helpdesk.bulk = self.bulk

    def take(self, *posts: Mention, urgency: Urgency = Urgency.NORMAL) -> list[str]:
        for post in posts:
            self.world.town.post(post)
            judgement = replace(JUDGEMENT, urgency=urgency)
            self.world.mentions.put_new(post, judgement, self.world.clock())
        return [post.mention_id for post in posts]

    def deliver(self, ids: list[str]) -> dict[str, Exception]:
        deadline = self.world.clock() + timedelta(seconds=40)
        return dict(deliver_mentions(ids, self.world.deliver_ports(), deadline))

    def limit_new_customers(self, seconds_each: float) -> None:
        """Let the helpdesk take one at once, and the next after so long."""
        helpdesk, clock = self.world.helpdesk, self.world.clock
        make, free_at = helpdesk.upsert_customer, [clock()]

        def limited(profile: CustomerProfile, contact: VerifiedContact = NO_CONTACT) -> Customer:
            if clock() < free_at[0]:
                message = "its limit is spent"
                raise RateLimited(message, free_at[0])
            free_at[0] = clock() + timedelta(seconds=seconds_each)
            return make(profile, contact)

        helpdesk.upsert_customer = limited  # type: ignore[method-assign]

    def calls(self) -> Counter[str]:
        return Counter(n for n in self.world.tap.names if n.startswith("helpdesk."))

    def states(self, ids: list[str]) -> set[MentionState]:
        return {self.world.mentions.records[name].state for name in ids}


@pytest.fixture
def storm() -> Storm:
    return Storm()


def posts(count: int = MANY, by: str = "person") -> list[Mention]:
    return [mention(f"{by}-{n}", by=f"{by}{n}") for n in range(count)]


def test_many_new_cases_are_opened_by_one_job(storm: Storm) -> None:
    # Given mentions of authors nobody knows
    ids = storm.take(*posts())
    # When they come together, and the helpdesk's job is done
    assert storm.deliver(ids) == {}
    assert storm.world.helpdesk.tickets == {}
    assert storm.states(ids) == {MentionState.PENDING}
    storm.world.settle()
    # Then each has a ticket of its own, with its note
    assert storm.states(ids) == {MentionState.DELIVERED}
    markers = Counter(
        comment.marker for t in storm.world.helpdesk.tickets.values() for comment in t.comments
    )
    assert {markers[name] for name in ids} == {1}
    assert len(storm.world.helpdesk.tickets) == MANY
    assert sum(marker.startswith("history:") for marker in markers) == MANY
    # And until agents could work, the helpdesk was called once for each author and for the bulk
    calls = storm.calls()
    assert calls["helpdesk.upsert_customer"] == MANY
    assert calls["helpdesk.bulk.open_tickets"] == 1
    assert calls["helpdesk.open_ticket"] == 0
    assert storm.world.bulks.bulks == {}


def test_a_bulk_is_accounted_for_in_few_calls_last_that_its_mentions_are_delivered(
    storm: Storm,
) -> None:
    # Given many cases that one job opened
    storm.deliver(storm.take(*posts()))
    storm.world.tap.names.clear()
    # When the job is over
    storm.world.settle()
    # Then whoever finds a mention delivered finds its case, and its note on the way
    writes = ("cases.open", "bulks.want", "mentions.delivered")
    assert [n for n in storm.world.tap.names if n.startswith(writes)] == [
        "cases.open_many",
        "bulks.want",
        "mentions.delivered_many",
    ]
    assert storm.world.metrics.counts["MentionsDelivered"] == MANY


def test_newcomers_are_noted_together_before_their_tickets_are_asked_for(storm: Storm) -> None:
    # When mentions of authors nobody knows come together
    assert storm.deliver(storm.take(*posts())) == {}
    # Then one call notes them all with their cases, before the helpdesk is told of a ticket
    names = storm.world.tap.names
    assert (names.count("identities.put_many"), names.count("identities.put")) == (1, 0)
    assert names.index("identities.put_many") < names.index("helpdesk.bulk.open_tickets")
    known = storm.world.identities.known
    assert {thread.case_id for identity in known.values() for thread in identity.threads} == {
        opening.case_id for bulk in storm.world.bulks.bulks.values() for opening in bulk.openings
    }


def test_what_else_a_newcomer_wrote_joins_their_first_post(storm: Storm) -> None:
    # Given a newcomer among many, who writes twice
    storm.world.join_within = timedelta(hours=1)
    ids = storm.take(*posts(), mention("again", by="person0", posted_at=NOW))
    # When both come together
    storm.deliver(ids)
    storm.world.settle()
    # Then they are in one ticket
    assert storm.states(ids) == {MentionState.DELIVERED}
    assert len(storm.world.helpdesk.tickets) == MANY


def test_a_newcomer_whom_another_worker_notes_meanwhile_joins_that_ones_case(storm: Storm) -> None:
    # Given many newcomers, one of whom another worker notes with another post in the meantime
    storm.world.join_within = timedelta(hours=1)
    ids = storm.take(*posts())
    name = author("person7").identity
    thread = HeardThread("elsewhere", "elsewhere", "noordlicht", NOW)
    put_many = storm.world.identities.put_many

    def note_first(identities: Sequence[Identity]) -> Sequence[Identity | None]:
        storm.world.identities.put(Identity(name, "7", threads=(thread,)))
        return put_many(identities)

    storm.world.identities.put_many = note_first  # type: ignore[method-assign]
    # When they come together
    storm.deliver(ids)
    # Then that one's post goes into the case of the other, who is noted still
    threads = storm.world.identities.known[name].threads
    assert {heard.case_id for heard in threads} == {"elsewhere"}
    assert len(threads) == 2
    [handed] = storm.world.bulks.bulks.values()
    assert ids[7] not in {opening.record_id for opening in handed.openings}


@pytest.mark.parametrize("when", ["errors", "errors_after"])
def test_newcomers_who_cannot_be_noted_together_are_noted_one_by_one(
    storm: Storm, when: str
) -> None:
    # Given a store that does not tell what became of many, before or after they were stored
    errors = getattr(storm.world.tap, when)
    errors["identities.put_many"] = Unavailable("storing identities: AWS is busy")
    ids = storm.take(*posts())
    # When newcomers come together
    assert storm.deliver(ids) == {}
    # Then each is noted, the helpdesk made each customer by one call, and one job opens all tickets
    assert len(storm.world.identities.known) == MANY
    assert storm.calls()["helpdesk.upsert_customer"] == MANY
    assert storm.calls()["helpdesk.bulk.open_tickets"] == 1


def test_a_newcomer_the_helpdesk_does_not_take_harms_no_other(storm: Storm) -> None:
    # Given many newcomers, of whom the helpdesk does not take one
    helpdesk = storm.world.helpdesk
    make = helpdesk.upsert_customer

    def picky(profile: CustomerProfile, contact: VerifiedContact = NO_CONTACT) -> Customer:
        if profile.author == author("person7"):
            reason = "name TooLong"
            raise Rejected(reason)
        return make(profile, contact)

    helpdesk.upsert_customer = picky  # type: ignore[method-assign]
    ids = storm.take(*posts())
    # When they come together
    assert storm.deliver(ids) == {}
    storm.world.settle()
    # Then that one's post alone is aside
    records = storm.world.mentions.records
    assert records[ids[7]].reason == "Rejected: name TooLong"
    assert storm.states([*ids[:7], *ids[8:]]) == {MentionState.DELIVERED}


def test_newcomers_do_not_hold_up_who_is_known(storm: Storm) -> None:
    # Given a case, and a helpdesk whose limit has no room for many newcomers in a batch's time
    storm.deliver(storm.take(mention("0", by="anna")))
    storm.limit_new_customers(5)
    # When they come together with what the case's author adds
    more = mention("1", by="anna", in_reply_to="0", posted_at=NOW)
    failures = storm.deliver(storm.take(*posts(), more))
    # Then only newcomers have to come again
    assert failures
    assert more.mention_id not in failures


def test_authors_the_helpdesk_knows_cost_one_call_together(storm: Storm) -> None:
    # Given authors whom the helpdesk knows though gehoor forgot them
    for n in range(MANY):
        storm.world.helpdesk.upsert_customer(profile(f"person{n}"))
    ids = storm.take(*posts())
    # When they come together
    storm.deliver(ids)
    # Then they were recognised
    assert storm.calls()["helpdesk.bulk.known_customers"] == 1
    assert storm.calls()["helpdesk.upsert_customer"] == 0
    assert len(storm.world.helpdesk.customers) == MANY


def test_a_limit_between_two_lists_of_authors_asks_for_none_again(storm: Storm) -> None:
    # Given more authors than are asked for in one call, and a limit that the first one spends
    asked: list[int] = []
    known_customers = storm.bulk.known_customers

    def limited(external_ids: Sequence[str]) -> Mapping[str, Customer]:
        asked.append(len(external_ids))
        if len(asked) == 2:
            message = "its limit is spent"
            raise RateLimited(message, storm.world.clock() + timedelta(seconds=5))
        return known_customers(external_ids)

    storm.bulk.known_customers = limited  # type: ignore[method-assign]
    # When they come together
    ids = storm.take(*posts(CUSTOMERS_AT_ONCE + WORTH_A_BULK))
    assert storm.deliver(ids) == {}
    # Then what was answered is not asked for again
    assert asked == [CUSTOMERS_AT_ONCE, WORTH_A_BULK, WORTH_A_BULK]


def test_few_are_opened_one_by_one(storm: Storm) -> None:
    ids = storm.take(*posts(WORTH_A_BULK - 1))
    assert storm.deliver(ids) == {}
    assert len(storm.world.helpdesk.tickets) == WORTH_A_BULK - 1
    assert storm.calls()["helpdesk.bulk.open_tickets"] == 0


def test_a_batch_waits_for_the_helpdesks_limit(storm: Storm) -> None:
    # Given a helpdesk that takes a new customer a second
    ids = storm.take(*posts())
    storm.limit_new_customers(1)
    # When many come together
    failures = storm.deliver(ids)
    # Then nobody is sent back, and one job opens them all
    assert failures == {}
    assert storm.calls()["helpdesk.bulk.open_tickets"] == 1
    storm.world.settle()
    assert storm.states(ids) == {MentionState.DELIVERED}


def test_those_met_in_time_are_opened_together_and_the_rest_comes_again(storm: Storm) -> None:
    # Given a helpdesk whose limit has no room for all of them in the time of a batch
    ids = storm.take(*posts())
    storm.limit_new_customers(2)
    # When they come together
    failures = storm.deliver(ids)
    # Then there was time to hand over those it had room for
    assert WORTH_A_BULK <= MANY - len(failures) < MANY
    assert storm.calls()["helpdesk.bulk.open_tickets"] == 1
    assert storm.calls()["helpdesk.open_ticket"] == 0
    # And the rest comes again, and every customer was made once
    assert storm.deliver(list(failures)) == {}
    assert len(storm.world.helpdesk.customers) == MANY


def test_those_met_in_time_wait_for_company_when_they_are_few(storm: Storm) -> None:
    # Given a helpdesk with room for a few only
    ids = storm.take(*posts())
    storm.limit_new_customers(5)
    # When they come together
    failures = storm.deliver(ids)
    # Then all come again soon, for single calls would spend more of what is scarce
    assert {type(error) for error in failures.values()} <= {Unavailable, RateLimited}
    assert set(failures) == set(ids)
    assert storm.world.helpdesk.tickets == {}
    # And those who were met are known then, and go together with others
    assert len(storm.deliver(ids)) < MANY - WORTH_A_BULK + 1
    assert storm.calls()["helpdesk.bulk.open_tickets"] == 1
    assert storm.calls()["helpdesk.open_ticket"] == 0


def test_a_limit_that_is_spent_for_longer_than_a_batch_may_wait_sends_it_back(storm: Storm) -> None:
    # Given a helpdesk that takes nothing for minutes
    ids = storm.take(*posts())
    later = storm.world.clock() + timedelta(minutes=3)
    storm.world.tap.errors["helpdesk.bulk.known_customers"] = RateLimited("429", later)
    # When they come together, then nobody waits, and the time to come again is told
    failures = storm.deliver(ids)
    assert {error.retry_at for error in failures.values() if isinstance(error, RateLimited)} == {
        later
    }
    assert storm.world.clock() == NOW


def test_a_ticket_the_job_did_not_open_goes_aside_with_the_helpdesks_reason(
    storm: Storm,
) -> None:
    # Given many cases of which the helpdesk will not take one
    ids = storm.take(*posts())
    storm.deliver(ids)
    [removed] = [
        customer
        for customer, (name, _) in storm.world.helpdesk.customers.items()
        if name.endswith("/person7")
    ]
    # When that one's customer is gone by the time the job works, and nobody can be made anew
    storm.world.helpdesk.remove_customer(removed)
    storm.world.tap.errors["helpdesk.upsert_customer"] = Rejected("name TooLong")
    storm.world.settle()
    # Then that one alone is aside
    aside = [r for r in storm.world.mentions.records.values() if r.state is MentionState.ASIDE]
    assert [(r.mention_id, r.reason) for r in aside] == [(ids[7], "Rejected: name TooLong")]
    assert len(storm.world.helpdesk.tickets) == MANY - 1


@pytest.mark.parametrize("error", [RateLimited("429"), Unavailable("503"), NotAllowed("403")])
def test_a_bulk_that_was_not_taken_begins_anew(storm: Storm, error: Exception) -> None:
    # Given a helpdesk that takes no bulk now
    ids = storm.take(*posts())
    storm.world.tap.errors["helpdesk.bulk.open_tickets"] = error
    # When they come together
    failures = storm.deliver(ids)
    # Then all come again, as if nothing had been begun
    assert set(failures) == set(ids)
    assert set(failures.values()) == {error}
    assert storm.world.ledger.promises == {}
    storm.world.tap.errors.clear()
    assert storm.deliver(ids) == {}
    storm.world.settle()
    assert len(storm.world.helpdesk.tickets) == MANY


def test_a_bulk_the_helpdesk_refuses_goes_one_by_one(storm: Storm) -> None:
    ids = storm.take(*posts())
    storm.world.tap.errors["helpdesk.bulk.open_tickets"] = Rejected("TooManyValues")
    assert storm.deliver(ids) == {}
    assert len(storm.world.helpdesk.tickets) == MANY
    assert storm.states(ids) == {MentionState.DELIVERED}


@pytest.mark.parametrize("reached", [True, False], ids=["it was taken", "it was not"])
def test_a_bulk_whose_answer_was_lost_doubles_nothing(storm: Storm, reached: bool) -> None:
    # Given a bulk whose answer is lost, on its way there or back
    ids = storm.take(*posts())
    if reached:
        storm.world.tap.errors_after["helpdesk.bulk.open_tickets"] = UnknownOutcome("lost")
    else:
        storm.world.tap.errors["helpdesk.bulk.open_tickets"] = UnknownOutcome("lost")
    assert storm.deliver(ids) == {}
    storm.world.tap.errors.clear()
    storm.world.tap.errors_after.clear()
    # When time passes
    storm.world.settle()
    # Then each mention is in one ticket
    assert storm.states(ids) == {MentionState.DELIVERED}
    assert len(storm.world.helpdesk.tickets) == MANY


def test_nobody_repeats_a_case_while_the_helpdesk_is_at_work(storm: Storm) -> None:
    # Given a bulk that takes longer than a promise's lease
    storm.bulk._takes = LEASE * 3
    ids = storm.take(*posts())
    storm.deliver(ids)
    storm.world.clock.now += LEASE * 2
    # When the sweep sends one of its mentions again
    failures = storm.deliver(ids[:1])
    # Then it waits, and is delivered once
    assert isinstance(failures[ids[0]], Unavailable)
    storm.world.settle()
    assert len(storm.world.helpdesk.tickets) == MANY


def test_what_one_author_adds_becomes_one_comment(storm: Storm) -> None:
    # Given a case, and an author who goes on and on, in a wrong order and more urgent each time
    first = mention("0", by="anna")
    storm.deliver(storm.take(first))
    more = [
        mention(str(n), by="anna", in_reply_to="0", posted_at=NOW + timedelta(minutes=n))
        for n in range(1, 6)
    ]
    ids = storm.take(*reversed(more), urgency=Urgency.CRITICAL)
    # When it comes together
    assert storm.deliver(ids) == {}
    # Then one comment says it all in order, and the ticket is as urgent as the most urgent words
    [ticket] = storm.world.helpdesk.tickets.values()
    said = ticket.comments[-1]
    assert said.marker.split() == [post.mention_id for post in more]
    assert [said.html.index(post.text) for post in more] == sorted(
        said.html.index(post.text) for post in more
    )
    assert ticket.priority is Priority.URGENT
    assert storm.states(ids) == {MentionState.DELIVERED}
    # And the answer goes to the newest
    [case] = storm.world.cases.cases.values()
    assert case.address.native_id == "5"
    # And a second delivery of any of them adds nothing
    storm.world.mentions.records[ids[0]] = replace(
        storm.world.mentions.records[ids[0]], state=MentionState.PENDING, ticket_id=""
    )
    assert storm.deliver(ids[:1]) == {}
    assert ticket.comments[-1] is said


def test_who_wrote_once_does_not_wait_for_who_writes_without_end(storm: Storm) -> None:
    # Given a case, whose ticket takes no more for some seconds
    storm.deliver(storm.take(mention("0", by="anna")))
    helpdesk, clock = storm.world.helpdesk, storm.world.clock
    add, free_at = helpdesk.add_comment, clock() + timedelta(seconds=20)

    def limited(ticket_id: str, draft: CommentDraft) -> str:
        if draft.public and clock() < free_at:
            message = "the ticket's limit is spent"
            raise RateLimited(message, free_at)
        return add(ticket_id, draft)

    helpdesk.add_comment = limited  # type: ignore[method-assign]
    # When its author goes on and on, and then somebody else says something
    more = [mention(str(n), by="anna", in_reply_to="0", posted_at=NOW) for n in range(1, 6)]
    assert storm.deliver(storm.take(*more, mention("6", by="bob"))) == {}
    # Then the other one's ticket is there while the author's posts still wait
    flooded, bobs = helpdesk.tickets.values()
    assert bobs.created_at < free_at <= flooded.comments[-1].created_at


def test_a_private_post_among_many_narrows_the_case_before_it_is_written(storm: Storm) -> None:
    storm.deliver(storm.take(mention("0", by="anna")))
    more = [
        mention("1", by="anna", in_reply_to="0", visibility=Visibility.DIRECT, posted_at=NOW),
        mention("2", by="anna", in_reply_to="0", posted_at=NOW + timedelta(minutes=1)),
    ]
    storm.deliver(storm.take(*more))
    [case] = storm.world.cases.cases.values()
    assert case.address.visibility is Visibility.DIRECT
    names = storm.world.tap.names
    assert names.index("cases.put") < len(names) - names[::-1].index("helpdesk.add_comment")


def test_posts_too_long_for_one_comment_become_several(storm: Storm) -> None:
    storm.deliver(storm.take(mention("0", by="anna")))
    more = [
        mention(str(n), by="anna", in_reply_to="0", text="long " * 4_000, posted_at=NOW)
        for n in range(1, 6)
    ]
    ids = storm.take(*more)
    assert storm.deliver(ids) == {}
    [ticket] = storm.world.helpdesk.tickets.values()
    assert {name for c in ticket.comments for name in c.marker.split()} >= set(ids)
    assert storm.states(ids) == {MentionState.DELIVERED}


def test_what_the_time_does_not_suffice_for_comes_again_at_once(storm: Storm) -> None:
    ids = storm.take(*posts(3))
    failures = deliver_mentions(ids, storm.world.deliver_ports(), storm.world.clock())
    assert set(failures) == set(ids)
    assert all(
        isinstance(error, Unavailable) and error.retry_at == storm.world.clock()
        for error in failures.values()
    )


def test_a_fault_with_one_mention_harms_only_that(storm: Storm) -> None:
    # Given a mention whose record breaks the code
    ids = storm.take(*posts(3))
    broken = storm.world.mentions.records[ids[1]]
    storm.world.mentions.records[ids[1]] = replace(broken, judgement=None)
    # When all come together
    assert storm.deliver(ids) == {}
    # Then that one is aside
    assert len(storm.world.helpdesk.tickets) == 2
    assert storm.world.mentions.records[ids[1]].state is MentionState.ASIDE


def test_a_risk_is_a_tag_of_the_ticket_that_a_follow_up_adds_it_to(storm: Storm) -> None:
    storm.deliver(storm.take(mention("0", by="anna")))
    new = mention("1", by="anna", in_reply_to="0", posted_at=NOW)
    storm.world.town.post(new)
    storm.world.mentions.put_new(new, replace(JUDGEMENT, risk=Risk.SAFETY), NOW)
    storm.deliver([new.mention_id])
    [ticket] = storm.world.helpdesk.tickets.values()
    assert "risk_safety" in ticket.tags


def test_an_identity_met_before_it_was_stored_is_stored(storm: Storm) -> None:
    ids = storm.take(*posts())
    storm.deliver(ids)
    assert all(
        isinstance(storm.world.identities.known[author(f"person{n}").identity], Identity)
        for n in range(MANY)
    )


def test_pictures_follow_with_the_note_of_a_ticket_opened_in_bulk(storm: Storm) -> None:
    # Given many posts with a picture
    images = (Image("https://town.example/1.png"),)
    ids = storm.take(*(replace(post, images=images) for post in posts()))
    # When they were opened together
    storm.deliver(ids)
    storm.world.settle()
    # Then each note brings the picture
    notes = [
        comment.attachments
        for ticket in storm.world.helpdesk.tickets.values()
        for comment in ticket.comments
        if not comment.public
    ]
    assert notes == [1] * MANY


def test_an_edit_among_many_is_noted(storm: Storm) -> None:
    first = mention("0", by="anna")
    storm.deliver(storm.take(first))
    edited = replace(first, text="Changed", edited_at=NOW + timedelta(minutes=5))
    storm.world.mentions.note_edit(edited, JUDGEMENT, NOW)
    assert storm.deliver([first.mention_id]) == {}
    [ticket] = storm.world.helpdesk.tickets.values()
    assert "Changed" in ticket.comments[-1].html


@pytest.mark.parametrize(
    ("call", "error", "metric"),
    [
        ("helpdesk.bulk.open_tickets", AuthExpired("401"), "HelpdeskAuthExpired"),
        ("helpdesk.bulk.known_customers", NotAllowed("403"), "HelpdeskNotAllowed"),
    ],
)
def test_a_helpdesk_that_refuses_gehoor_in_a_storm_is_counted(
    storm: Storm, call: str, error: Exception, metric: str
) -> None:
    # Given a helpdesk that takes no bulk from gehoor
    ids = storm.take(*posts())
    storm.world.tap.errors[call] = error
    # When many come together
    failures = storm.deliver(ids)
    # Then all come again, and an alarm can tell why
    assert set(failures.values()) == {error}
    assert storm.world.metrics.counts[metric] == 1


def test_the_limit_of_a_network_holds_up_only_what_asks_that_network(storm: Storm) -> None:
    # Given a network that tells no thread for half a minute
    soon = storm.world.clock() + timedelta(seconds=30)
    storm.world.tap.errors["network.thread"] = RateLimited("429", soon)
    reply = mention("reply", by="anna", in_reply_to="elsewhere")
    ids = storm.take(reply, mention("new", by="bob"))
    # When a reply comes with a post that answers nothing
    failures = storm.deliver(ids)
    # Then nobody waited: the reply comes again in time, and the other is delivered
    assert storm.world.clock() == NOW
    assert {name: cast("Unavailable", e).retry_at for name, e in failures.items()} == {
        reply.mention_id: soon
    }
    assert len(storm.world.helpdesk.tickets) == 1


def test_the_limit_of_one_ticket_holds_up_only_that_ticket(storm: Storm) -> None:
    # Given a ticket that has had its changes for half a minute
    storm.deliver(storm.take(mention("0", by="anna")))
    soon = storm.world.clock() + timedelta(seconds=30)
    storm.world.tap.errors["helpdesk.add_comment"] = TicketLimited("spent", soon)
    more = mention("1", by="anna", in_reply_to="0", posted_at=NOW)
    # When more is to be written there
    failures = storm.deliver(storm.take(more))
    # Then it goes back to its queue, and nobody waits for it
    assert set(failures) == {more.mention_id}
    assert storm.world.clock() == NOW


def test_a_network_that_fails_does_not_send_back_the_few_who_are_well(storm: Storm) -> None:
    # Given a network whose threads cannot be read
    storm.world.tap.errors["network.thread"] = Unavailable("its server is down")
    replies = [mention(f"r{n}", by=f"p{n}", in_reply_to="elsewhere") for n in range(MANY)]
    ids = storm.take(*replies, *posts(3))
    # When its replies come with a few posts that answer nothing
    failures = storm.deliver(ids)
    # Then the few are delivered, though the others come again
    assert set(failures) == set(ids[:MANY])
    assert len(storm.world.helpdesk.tickets) == 3


def test_posts_with_many_pictures_become_several_comments(storm: Storm) -> None:
    # Given an author who adds post after post, each with as many pictures as are brought
    storm.deliver(storm.take(mention("0", by="anna")))
    images = tuple(Image(f"https://town.example/{n}.png") for n in range(4))
    more = [
        mention(str(n), by="anna", in_reply_to="0", images=images, posted_at=NOW)
        for n in range(1, 4)
    ]
    # When they come together
    assert storm.deliver(storm.take(*more)) == {}
    # Then no comment needs more uploads than a single post does
    [ticket] = storm.world.helpdesk.tickets.values()
    assert [c.attachments for c in ticket.comments if c.public] == [0, 4, 4, 4]
