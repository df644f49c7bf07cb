"""Delivering a mention: one ticket or one comment, with what an agent needs to know."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from factories import JUDGEMENT, NOW, author, mention, profile
from fakes.stores import FakeCases
from fakes.tap import Death, Fault
from fakes.world import SOURCE, World, deliver_one
from gehoor.domain.case import case_id_of, external_id_of
from gehoor.domain.mention import Image, Mention, Visibility
from gehoor.domain.network import Broken, ImageFile
from gehoor.domain.priority import Priority
from gehoor.domain.record import MentionState
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    NotAllowed,
    QuotaSpent,
    RateLimited,
    Rejected,
    Unavailable,
)
from gehoor.usecases.once import LEASE
from gehoor.usecases.placing import PATIENCE, TIME_TO_MEND

if TYPE_CHECKING:
    from gehoor.domain.ticket import CommentDraft


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    assert not made.tap.is_dead


def take(world: World, new: Mention) -> Mention:
    """A mention that was posted and taken in."""
    world.town.post(new)
    world.mentions.put_new(new, JUDGEMENT, world.clock())
    return new


def note_edit(world: World, edited: Mention) -> None:
    assert world.mentions.note_edit(edited, JUDGEMENT, NOW)


def deliver(world: World, *mentions: Mention) -> None:
    for each in mentions:
        world.deliver({"mention_id": each.mention_id})


def comments(world: World, number: int = 0) -> list[tuple[str, bool, str]]:
    """Marker, audience and text of a ticket's comments."""
    ticket = list(world.helpdesk.tickets.values())[number]
    return [(comment.marker, comment.public, comment.html) for comment in ticket.comments]


def state(world: World, of: Mention) -> MentionState:
    return world.mentions.records[of.mention_id].state


def test_a_first_mention_opens_a_ticket_with_the_customers_words_and_a_note(world: World) -> None:
    # Given a mention
    new = take(world, mention(text="My parcel is lost", language_hint="en"))
    # When it is delivered
    deliver(world, new)
    # Then there is a ticket of the author's own
    [ticket] = world.helpdesk.tickets.values()
    case_id = case_id_of(new, new.uri)
    assert ticket.draft.external_id == external_id_of(case_id)
    assert ticket.draft.subject == "My parcel is lost"
    assert ticket.draft.priority is Priority.NORMAL
    assert {"gehoor", "brand_noordlicht", "network_town"} <= set(ticket.draft.tags)
    assert world.helpdesk.customers[ticket.draft.requester_id][0] == f"gehoor:{new.author.identity}"
    # And it shows the words to the customer's side, and the note to the agent alone
    [(marker, public, said), (note_marker, note_public, note)] = comments(world)
    assert (marker, public) == (new.mention_id, True)
    assert "My parcel is lost" in said
    assert new.permalink in said
    assert (note_marker, note_public) == (f"history:{case_id}", False)
    assert "None: this is the first one." in note
    assert "A public comment in this ticket is posted on Town, at most 500 characters" in note
    assert "everyone" in note
    assert "For a private answer, set the tag gehoor_private with it" in note
    # And the mention says where it went
    record = world.mentions.records[new.mention_id]
    assert (record.state, record.case_id) == (MentionState.DELIVERED, case_id)
    assert record.ticket_id == ticket.ticket_id
    assert world.cases.cases[case_id].address.native_id == new.native_id
    assert world.metrics.counts == {"MentionsDelivered": 1}


@pytest.mark.parametrize("mention_id", ["unknown", "delivered", "aside"])
def test_what_is_not_pending_is_left_alone(world: World, mention_id: str) -> None:
    # Given a mention that is not pending
    new = take(world, mention())
    if mention_id == "delivered":
        deliver(world, new)
    if mention_id == "aside":
        world.mentions.set_aside(new.mention_id, "refused", NOW)
    before = len(world.tap.names)
    # When its message comes
    world.deliver({"mention_id": "unknown" if mention_id == "unknown" else new.mention_id})
    # Then nothing but looks happens
    assert set(world.tap.names[before:]) == {"mentions.get_many", "identities.get_many"}


def test_a_known_author_keeps_the_customer_and_shows_the_history(world: World) -> None:
    # Given a customer with a ticket
    first = take(world, mention("1", text="The first thing"))
    deliver(world, first)
    # When they write in another thread
    deliver(world, take(world, mention("2")))
    # Then the second ticket is theirs too, and its note tells of the first
    one, two = world.helpdesk.tickets.values()
    assert one.draft.requester_id == two.draft.requester_id
    assert len(world.helpdesk.customers) == 1
    assert "1 in all, 1 still open" in comments(world, 1)[1][2]
    assert "The first thing" in comments(world, 1)[1][2]


def test_a_follow_up_becomes_a_comment_and_takes_the_address(world: World) -> None:
    # Given a ticket
    first = take(world, mention("1"))
    deliver(world, first)
    # When the author goes on in the thread
    more = take(world, mention("2", in_reply_to="1", text="And now?", posted_at=NOW))
    deliver(world, more)
    # Then it is a comment of the customer in the same ticket, and answers go to it
    [ticket] = world.helpdesk.tickets.values()
    assert [marker for marker, _, _ in comments(world)][-1] == more.mention_id
    assert ticket.comments[-1].author_id == ticket.draft.requester_id
    [case] = world.cases.cases.values()
    assert case.address.native_id == "2"
    assert world.mentions.records[more.mention_id].ticket_id == ticket.ticket_id


def test_a_follow_up_opens_the_ticket_that_was_solved(world: World) -> None:
    # Given a ticket that an agent has solved
    deliver(world, take(world, mention("1")))
    [ticket_id] = world.helpdesk.tickets
    world.helpdesk.set_status(ticket_id, "solved")
    # When the customer goes on
    deliver(world, take(world, mention("2", in_reply_to="1")))
    # Then an agent sees it
    assert world.helpdesk.tickets[ticket_id].status == "open"


def test_another_author_in_the_thread_has_a_ticket_of_their_own(world: World) -> None:
    deliver(world, take(world, mention("1")))
    deliver(world, take(world, mention("2", by="bob", in_reply_to="1")))
    assert len(world.helpdesk.tickets) == 2


def test_an_older_mention_delivered_late_leaves_the_address(world: World) -> None:
    # Given a case whose newest mention is known
    deliver(world, take(world, mention("1")))
    deliver(world, take(world, mention("3", in_reply_to="1", posted_at=NOW)))
    # When an older one comes late
    late = mention("2", in_reply_to="1", posted_at=NOW - timedelta(seconds=30))
    deliver(world, take(world, late))
    # Then it is shown, and answers still go to the newest
    assert len(comments(world)) == 4
    [case] = world.cases.cases.values()
    assert case.address.native_id == "3"


@pytest.mark.parametrize("private", [Visibility.DIRECT, Visibility.FOLLOWERS])
def test_once_private_a_case_stays_private(world: World, private: Visibility) -> None:
    # Given a public case in which the author then writes in private
    deliver(world, take(world, mention("1")))
    deliver(world, take(world, mention("2", in_reply_to="1", visibility=private, posted_at=NOW)))
    # When they write in public again
    later = NOW + timedelta(minutes=1)
    deliver(world, take(world, mention("3", in_reply_to="1", posted_at=later)))
    # Then answers go to the newest post, and only to them
    [case] = world.cases.cases.values()
    assert (case.address.native_id, case.address.visibility) == ("3", private)


def test_the_case_is_narrowed_before_the_agent_can_read_a_private_comment(world: World) -> None:
    # Given a public case and a private follow-up
    deliver(world, take(world, mention("1")))
    private = take(
        world, mention("2", in_reply_to="1", visibility=Visibility.DIRECT, posted_at=NOW)
    )
    # When it is delivered
    before = len(world.tap.names)
    deliver(world, private)
    # Then the case was stored before the comment was written
    calls = world.tap.names[before:]
    assert calls.index("cases.put") < calls.index("helpdesk.add_comment")


def test_two_workers_that_store_a_case_at_once_both_count(world: World) -> None:
    # Given a case, and two follow-ups under way: one private, one newer and public
    deliver(world, take(world, mention("1")))
    private = mention("2", in_reply_to="1", visibility=Visibility.DIRECT, posted_at=NOW)
    newer = mention("3", in_reply_to="1", posted_at=NOW + timedelta(seconds=1))
    take(world, private)
    take(world, newer)
    world.clock.now += PATIENCE

    def overtake() -> None:
        deliver(world, newer)

    # When one overtakes the other between its reading and its storing
    start = len(world.tap.names)
    world.tap.before[start + 6] = overtake
    deliver(world, private)
    # Then the case has the newest address and the narrowest audience
    assert world.tap.names[start + 5 : start + 8] == ["cases.get", "cases.put", "cases.get"]
    [case] = world.cases.cases.values()
    assert (case.address.native_id, case.address.visibility) == ("3", Visibility.DIRECT)
    assert len(comments(world)) == 4


def test_a_case_that_is_always_overtaken_is_stored_later(world: World) -> None:
    # Given a store in which others are always faster
    new = take(world, mention())

    class Crowded(FakeCases):
        def put(self, _case: object) -> bool:
            return False

    ports = replace(world.deliver_ports(), cases=Crowded())
    # When the mention is delivered
    with pytest.raises(Unavailable, match="other workers"):
        deliver_one(new.mention_id, ports)
    # Then it stays pending
    assert state(world, new) is MentionState.PENDING


def test_a_follow_up_waits_for_the_mention_it_follows(world: World) -> None:
    # Given a post and its follow-up, both on their way
    first = take(world, mention("1", text="My parcel is lost"))
    more = take(world, mention("2", in_reply_to="1", text="Anybody there?"))
    # When the follow-up comes first
    with pytest.raises(Unavailable) as failure:
        deliver(world, more)
    # Then it waits a little, a bit longer the longer it takes
    assert failure.value.retry_at == NOW + timedelta(seconds=5)
    world.clock.now += timedelta(seconds=60)
    with pytest.raises(Unavailable) as failure:
        deliver(world, more)
    assert failure.value.retry_at == NOW + timedelta(seconds=90)
    # And the first one's words open the ticket
    deliver(world, first, more)
    [ticket] = world.helpdesk.tickets.values()
    assert ticket.draft.subject == "My parcel is lost"


def test_a_follow_up_does_not_wait_for_ever(world: World) -> None:
    # Given a first post that cannot be delivered
    first = take(world, mention("1"))
    more = take(world, mention("2", in_reply_to="1", text="Anybody there?"))
    # When its time is over
    world.clock.now += PATIENCE
    deliver(world, more)
    # Then the follow-up opens the ticket, and the first one becomes a comment in it
    [ticket] = world.helpdesk.tickets.values()
    assert ticket.draft.subject == "Anybody there?"
    deliver(world, first)
    assert len(world.helpdesk.tickets) == 1
    assert [marker for marker, _, _ in comments(world)][-1] == first.mention_id


@pytest.mark.parametrize("before", ["nobody's", "another author's", "set aside"])
def test_a_follow_up_waits_for_nothing_else(world: World, before: str) -> None:
    # Given an earlier post that is no mention, somebody else's, or given up
    first = mention("1", by="bob" if before == "another author's" else "anna")
    if before == "nobody's":
        world.town.post(first)
    else:
        take(world, first)
    if before == "set aside":
        world.mentions.set_aside(first.mention_id, "refused", NOW)
    # Then the follow-up is delivered at once
    more = take(world, mention("2", in_reply_to="1"))
    deliver(world, more)
    assert state(world, more) is MentionState.DELIVERED


def test_the_earlier_posts_of_the_thread_are_in_the_note(world: World) -> None:
    world.town.post(mention("1", by="bob", text="I have the same"))
    deliver(world, take(world, mention("2", in_reply_to="1")))
    assert "I have the same" in comments(world)[1][2]


@pytest.mark.parametrize("status", ["closed", "deleted"])
def test_a_ticket_that_takes_no_more_is_followed_by_another(world: World, status: str) -> None:
    # Given a case whose ticket is over
    deliver(world, take(world, mention("1")))
    [over] = list(world.helpdesk.tickets)
    if status == "closed":
        world.helpdesk.set_status(over, "closed")
    else:
        world.helpdesk.delete_ticket(over)
    # When the author goes on, twice
    second = take(world, mention("2", in_reply_to="1", posted_at=NOW))
    third = take(world, mention("3", in_reply_to="2", posted_at=NOW + timedelta(seconds=1)))
    deliver(world, second, third)
    # Then there is one new ticket with both, and the mentions say so
    [new] = set(world.helpdesk.tickets) - {over}
    markers = [comment.marker for comment in world.helpdesk.tickets[new].comments]
    assert (markers[0], markers[2]) == (second.mention_id, third.mention_id)
    record = world.mentions.records[third.mention_id]
    assert record.ticket_id == new
    # And an answer in it has an address
    assert world.helpdesk.read_ticket(new).external_id == external_id_of(record.case_id)
    # And the new ticket follows up the closed one
    follows = world.helpdesk.tickets[new].draft.follows
    assert follows == (over if status == "closed" else None)
    assert world.cases.cases[record.case_id].address.native_id == "3"


def test_a_customer_who_was_removed_is_made_anew(world: World) -> None:
    # Given a known author whose customer record was removed or merged
    deliver(world, take(world, mention("1")))
    [old] = world.helpdesk.customers
    world.helpdesk.remove_customer(old)
    # When they write in a new thread
    deliver(world, take(world, mention("2")))
    # Then they are a customer again
    [new] = world.helpdesk.customers
    assert list(world.helpdesk.tickets.values())[1].draft.requester_id == new
    assert world.identities.known[author().identity].customer_id == new


def test_a_follow_up_of_a_customer_who_was_removed_is_written_as_the_new_one(world: World) -> None:
    # Given a case whose customer was removed
    deliver(world, take(world, mention("1")))
    [old] = world.helpdesk.customers
    world.helpdesk.remove_customer(old)
    # When they go on in the thread
    deliver(world, take(world, mention("2", in_reply_to="1")))
    # Then the comment is theirs
    [ticket] = world.helpdesk.tickets.values()
    [new] = world.helpdesk.customers
    assert ticket.comments[-1].author_id == new


def test_what_the_helpdesk_refuses_is_set_aside_with_its_reason(world: World) -> None:
    # When the helpdesk refuses the ticket for good
    new = take(world, mention())
    world.tap.errors["helpdesk.open_ticket"] = Rejected("subject TooLong")
    deliver(world, new)
    # Then the mention is aside, and can be sent again
    record = world.mentions.records[new.mention_id]
    assert record.state is MentionState.ASIDE
    assert record.reason == "Rejected: subject TooLong"
    assert world.metrics.counts == {"MentionsAside": 1}
    world.tap.errors.clear()
    world.mentions.make_pending(new.mention_id, NOW)
    deliver(world, new)
    assert state(world, new) is MentionState.DELIVERED


def test_a_comment_the_helpdesk_refuses_is_set_aside(world: World) -> None:
    deliver(world, take(world, mention("1")))
    more = take(world, mention("2", in_reply_to="1"))
    world.tap.errors["helpdesk.add_comment"] = Rejected("comment TooLong")
    deliver(world, more)
    assert state(world, more) is MentionState.ASIDE


@pytest.mark.parametrize(
    "error",
    [
        Unavailable("down"),
        AuthExpired("dead"),
        NotAllowed("no right"),
        ContractBroken("a maintenance page"),
    ],
)
@pytest.mark.parametrize("call", ["helpdesk.upsert_customer", "helpdesk.open_ticket"])
def test_what_may_pass_leaves_the_mention_pending(
    world: World, call: str, error: GehoorError
) -> None:
    # When the helpdesk cannot serve
    new = take(world, mention())
    world.tap.errors[call] = error
    with pytest.raises(type(error)):
        deliver(world, new)
    # Then the mention waits, and goes through later
    assert state(world, new) is MentionState.PENDING
    assert world.metrics.counts["HelpdeskAuthExpired"] == isinstance(error, AuthExpired)
    assert world.metrics.counts["HelpdeskNotAllowed"] == isinstance(error, NotAllowed)
    world.tap.errors.clear()
    deliver(world, new)
    assert state(world, new) is MentionState.DELIVERED


def test_a_record_that_cannot_be_read_goes_aside(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a stored mention that nobody can read: among many it is left out
    new = take(world, mention())
    monkeypatch.setattr(world.mentions, "get_many", lambda _names: {})
    world.tap.errors["mentions.get"] = ContractBroken("mention 1: the stored item has no seen_at")
    # When it is delivered
    deliver(world, new)
    # Then it is aside
    assert state(world, new) is MentionState.ASIDE
    assert world.mentions.records[new.mention_id].reason.startswith("ContractBroken: mention 1")


def test_an_item_that_nobody_could_read_goes_aside_again(world: World) -> None:
    # Given a broken item that somebody made pending without reading it
    world.mentions.put_broken(Broken("9", "no author", "{}"), SOURCE, NOW)
    [mention_id] = world.mentions.records
    world.mentions.make_pending(mention_id, NOW)
    # When it is delivered
    world.deliver({"mention_id": mention_id})
    # Then it is aside, with what to do
    record = world.mentions.records[mention_id]
    assert record.state is MentionState.ASIDE
    assert "gehoor mention redeliver" in record.reason


def test_a_repaired_item_is_delivered_under_its_own_record(world: World) -> None:
    # Given a broken item that was read again
    world.mentions.put_broken(Broken("9", "no author", "{}"), SOURCE, NOW)
    [record_id] = world.mentions.records
    world.mentions.repair(record_id, mention("9"), JUDGEMENT)
    world.mentions.make_pending(record_id, NOW)
    # When it is delivered
    world.deliver({"mention_id": record_id})
    # Then its record says where it is
    assert world.mentions.records[record_id].state is MentionState.DELIVERED
    # And the same post, seen once more by another source, changes nothing in the ticket
    again = take(world, mention("9", source_id="alerts"))
    deliver(world, again)
    assert len(world.helpdesk.tickets) == 1
    assert len(comments(world)) == 2


@pytest.mark.parametrize("in_reply_to", [None, "0"])
@pytest.mark.parametrize("trouble", ["removed source", "dead token", "deleted post"])
def test_the_ticket_opens_though_the_network_is_out_of_reach(
    world: World, in_reply_to: str | None, trouble: str
) -> None:
    # Given a mention whose network can no longer be asked
    new = take(world, mention(in_reply_to=in_reply_to))
    if trouble == "removed source":
        world.is_configured = False
    elif trouble == "dead token":
        for call in ("thread", "capabilities"):
            world.tap.errors[f"network.{call}"] = AuthExpired("the token is dead")
    else:
        world.town.deleted.add(new.native_id)
    # When it is delivered, after a dead token had its time to be mended
    world.clock.now += TIME_TO_MEND
    deliver(world, new)
    # Then the ticket is there, in a thread of its own if need be
    assert state(world, new) is MentionState.DELIVERED
    note = comments(world)[1][2]
    if trouble == "deleted post":
        assert "at most 500 characters" in note
    else:
        assert "Town could not be asked what is possible" in note


@pytest.mark.parametrize(
    "error",
    [
        AuthExpired("the token is dead"),
        NotAllowed("no right"),
        QuotaSpent("units are spent", NOW + timedelta(hours=9)),
    ],
)
def test_a_thread_waits_for_what_a_person_mends(world: World, error: GehoorError) -> None:
    # Given a case, and a follow-up that comes while the network cannot be asked
    deliver(world, take(world, mention("1")))
    more = take(world, mention("2", in_reply_to="1"))
    world.tap.errors["network.thread"] = error
    # When it is delivered within the hour
    for minutes, wait in ((0, 10), (55, 5)):
        world.clock.now = NOW + timedelta(minutes=minutes)
        with pytest.raises(Unavailable, match="thread cannot be read") as failure:
            deliver(world, more)
        assert failure.value.retry_at == world.clock.now + timedelta(minutes=wait)
    # Then it waits, and joins its conversation once that is mended
    world.tap.errors.clear()
    deliver(world, more)
    assert len(world.helpdesk.tickets) == 1
    assert state(world, more) is MentionState.DELIVERED


def test_a_mention_does_not_wait_for_the_next_day_to_pay_for_its_thread(world: World) -> None:
    # Given a mention whose network's quota for conversations is spent for the rest of the day
    new = take(world, mention(in_reply_to="0"))
    world.tap.errors["network.thread"] = QuotaSpent("money is spent", NOW + timedelta(hours=9))
    # When it was delivered in vain for an hour
    world.clock.now += TIME_TO_MEND
    deliver(world, new)
    # Then its ticket is there
    assert state(world, new) is MentionState.DELIVERED


def test_a_network_that_cannot_serve_now_is_waited_for(world: World) -> None:
    new = take(world, mention(in_reply_to="0"))
    world.tap.errors["network.thread"] = Unavailable("down")
    with pytest.raises(Unavailable):
        deliver(world, new)
    assert world.helpdesk.tickets == {}


def test_a_case_noted_at_the_first_attempt_stays(world: World) -> None:
    # Given a follow-up that died after its comment was written
    deliver(world, take(world, mention("1")))
    more = take(world, mention("2", in_reply_to="1"))
    world.tap.errors["mentions.delivered"] = Unavailable("down")
    with pytest.raises(Unavailable):
        deliver(world, more)
    # When the network names no thread any more
    world.tap.errors.clear()
    world.town.forgot_threads = True
    deliver(world, more)
    # Then it stays where it was
    assert len(world.helpdesk.tickets) == 1
    assert len(comments(world)) == 3


@pytest.mark.parametrize(
    "error", [Rejected("no right to see"), NotAllowed("no right"), ContractBroken("no `user`")]
)
def test_a_ticket_without_history_is_better_than_none(world: World, error: GehoorError) -> None:
    # Given a customer who wrote before
    deliver(world, take(world, mention("1")))
    # When the helpdesk does not tell their past
    world.tap.errors["helpdesk.history"] = error
    deliver(world, take(world, mention("2")))
    # Then the ticket is there, and claims nothing about it
    assert "The helpdesk could not be asked" in comments(world, 1)[1][2]
    assert "first one" not in comments(world, 1)[1][2]


def test_of_a_customer_made_for_the_mention_no_history_is_asked(world: World) -> None:
    # When somebody nobody knows writes for the first time
    deliver(world, take(world, mention()))
    # Then the note says so, and the helpdesk was not asked
    assert "None: this is the first one." in comments(world)[1][2]
    assert "helpdesk.history" not in world.tap.names


def test_of_a_customer_whom_the_helpdesk_knew_before_the_history_is_asked(world: World) -> None:
    # Given a customer of the helpdesk, whom gehoor has forgotten
    world.helpdesk.upsert_customer(profile())
    world.clock.advance(seconds=1)
    # When they write
    deliver(world, take(world, mention(posted_at=world.clock())))
    # Then the helpdesk is asked
    assert "helpdesk.history" in world.tap.names


def test_a_ticket_without_a_note_is_better_than_none(world: World) -> None:
    # When the helpdesk refuses the note
    new = take(world, mention())
    world.tap.errors["helpdesk.add_comment"] = Rejected("comment TooLong")
    deliver(world, new)
    # Then the ticket is there, and the missing note is counted
    assert state(world, new) is MentionState.DELIVERED
    assert world.metrics.counts == {"MentionsDelivered": 1, "NotesRefused": 1}


def test_after_a_lost_answer_the_ticket_is_found_without_itself_in_its_history(
    world: World,
) -> None:
    # Given a worker that died between the ticket and its note
    new = take(world, mention())
    world.tap.errors["helpdesk.add_comment"] = Unavailable("down")
    with pytest.raises(Unavailable):
        deliver(world, new)
    # When the next one takes over
    world.tap.errors.clear()
    world.clock.now += LEASE
    deliver(world, new)
    # Then there is one ticket, and its note does not count it as an earlier one
    assert len(world.helpdesk.tickets) == 1
    assert "None: this is the first one." in comments(world)[1][2]


@pytest.mark.parametrize(
    "text",
    [
        "😀" * 100_000,
        "{" * 100_000,
        "\"<&'" * 25_000,
        "https://evil.example/" + "a\"'" * 33_000,
        "x" * 100_000,
        "\n\n" * 50_000,
        "a\u0301\u0302\u0303" * 25_000,
        "\x00" * 100_000,
        "\u202e" * 100_000,
        "# **{{ticket.requester.email}}** <script>alert(1)</script> <img src=x onerror=y>",
    ],
    ids=["emoji", "braces", "markup", "link", "plain", "lines", "marks", "nul", "bidi", "all"],
)
def test_whatever_is_posted_becomes_a_ticket_the_helpdesk_takes(world: World, text: str) -> None:
    # When it is posted, read, and delivered
    posted = mention(text=text, title=text)
    world.town.post(posted)
    world.settle()
    # Then the ticket is there, with a subject, and with the link to the post
    [ticket] = world.helpdesk.tickets.values()
    first: CommentDraft = ticket.draft.first
    assert len(first.html.encode()) <= 65_535
    assert posted.permalink in first.html
    assert 0 < len(ticket.draft.subject) <= 80
    # And nothing of it runs, fills in or hides
    for shown in (first.html, ticket.draft.subject):
        assert "{{" not in shown
        assert not {"\x00", "\u202e"} & set(shown)
    assert "<script" not in first.html
    assert "<img" not in first.html


def test_the_next_post_of_an_author_joins_the_open_case(world: World) -> None:
    # Given a desk where posts within a day belong together, and an author's first post
    world.join_within = timedelta(days=1)
    deliver(world, take(world, mention("1", text="My parcel is lost")))
    # When the author posts again, not as a reply
    again = mention("2", text="Hello? Anybody?", posted_at=NOW + timedelta(hours=2))
    deliver(world, take(world, again))
    # Then it is a comment in the same ticket, and answers go to the newest post
    [ticket] = world.helpdesk.tickets.values()
    assert ticket.comments[-1].marker == again.mention_id
    [case] = world.cases.cases.values()
    assert case.address.native_id == "2"
    # And a reply in the second thread stays there too
    reply = mention("3", in_reply_to="2", posted_at=NOW + timedelta(hours=3))
    deliver(world, take(world, reply))
    assert len(world.helpdesk.tickets) == 1


@pytest.mark.parametrize(
    ("changes", "is_open"),
    [
        ({"posted_at": NOW + timedelta(days=2)}, True),
        ({"visibility": Visibility.DIRECT, "posted_at": NOW}, True),
        ({"brand": "another", "posted_at": NOW}, True),
        ({"posted_at": NOW}, False),
    ],
    ids=["too late", "in private", "to another brand", "after it was solved"],
)
def test_a_post_opens_a_case_of_its_own(
    world: World, changes: dict[str, Any], is_open: bool
) -> None:
    # Given an author's first post, in a case that agents may have solved
    world.join_within = timedelta(days=1)
    deliver(world, take(world, mention("1")))
    [case] = world.cases.cases.values()
    world.cases.put(replace(case, is_open=is_open))
    # When another one comes that does not belong to it
    deliver(world, take(world, mention("2", **changes)))
    # Then it has a ticket of its own
    assert len(world.helpdesk.tickets) == 2


def test_two_first_posts_at_once_are_one_case(world: World) -> None:
    # Given two posts of an author nobody knows
    world.join_within = timedelta(days=1)
    first, second = take(world, mention("1")), take(world, mention("2"))
    before_it = (
        *("mentions.get_many", "identities.get_many"),
        *("crm.about", "helpdesk.upsert_customer"),
    )
    place = len(world.tap.names) + len(before_it)
    world.tap.before[place] = lambda: deliver(world, first)
    # When one is delivered while the other is about to be
    deliver(world, second)
    # Then they are in one ticket, of one customer
    assert tuple(world.tap.names[place - len(before_it) : place]) == before_it
    [ticket] = world.helpdesk.tickets.values()
    assert len(world.helpdesk.customers) == 1
    assert ticket.comments[-1].marker == second.mention_id


def test_what_the_network_tells_of_a_customer_is_kept_up_to_date(world: World) -> None:
    # Given a customer
    deliver(world, take(world, mention("1")))
    [customer_id] = world.helpdesk.customers
    # When they write on the same day, and on another one under another name
    before = len(world.tap.names)
    deliver(world, take(world, mention("2")))
    assert "helpdesk.update_customer" not in world.tap.names[before:]
    renamed = author(display_name="Anna B", handle="@anna_b@town.example")
    deliver(world, take(world, mention("3", author=renamed, posted_at=NOW + timedelta(days=1))))
    # Then the helpdesk knows that, and when
    profile = world.helpdesk.profiles[customer_id]
    assert (profile.author, profile.last_contact) == (renamed, (NOW + timedelta(days=1)).date())
    assert world.helpdesk.names[customer_id] == "Anna B"


def test_the_name_of_a_customer_whom_an_agent_chose_stays(world: World) -> None:
    # Given an identity that an agent linked to a customer of the company's own
    deliver(world, take(world, mention("1")))
    chosen = world.helpdesk.upsert_customer(profile("bob")).customer_id
    [identity] = world.identities.known.values()
    world.identities.put(identity.linked_to(chosen))
    # When the author writes again
    new = mention("2", author=author(display_name="xX_anna_Xx"))
    deliver(world, take(world, new))
    # Then the ticket is that customer's, who keeps the name and gets the contact
    assert list(world.helpdesk.tickets.values())[1].requester_id == chosen
    assert world.helpdesk.names[chosen] == "Bob"
    assert world.helpdesk.profiles[chosen].author.display_name == "xX_anna_Xx"


def test_an_author_whose_names_nobody_could_ask_for_keeps_those_that_are_known(
    world: World,
) -> None:
    # Given an author who is known by name
    deliver(world, take(world, mention("1")))
    [customer_id] = world.helpdesk.customers
    before = world.helpdesk.profiles[customer_id].author
    # When they are heard again, and there is no money to ask who it is
    nameless = author(handle="user 1001", display_name="", named=False)
    deliver(world, take(world, mention("2", author=nameless)))
    # Then they are called what they were called
    assert world.helpdesk.profiles[customer_id].author == before


def test_a_profile_that_cannot_be_told_stands_in_no_mentions_way(world: World) -> None:
    # Given a customer, and a helpdesk that refuses to change customers
    deliver(world, take(world, mention("1")))
    new = take(world, mention("2", author=author(display_name="Anna B")))
    world.tap.errors["helpdesk.update_customer"] = NotAllowed("no")
    # When they write under another name
    deliver(world, new)
    # Then the mention is delivered, and operators can see what was not told
    assert state(world, new) is MentionState.DELIVERED
    assert world.metrics.counts["ProfilesNotTold"] == 1


def test_a_merged_customer_is_followed_though_nobody_told(world: World) -> None:
    # Given a case whose customer was merged into another one
    deliver(world, take(world, mention("1")))
    [loser] = world.helpdesk.customers
    winner = world.helpdesk.upsert_customer(profile("bob")).customer_id
    world.helpdesk.merge_customers(loser, winner)
    # When the author goes on, and starts anew
    deliver(world, take(world, mention("2", in_reply_to="1")))
    deliver(world, take(world, mention("3")))
    # Then both are the one they were merged into
    assert list(world.helpdesk.customers) == [winner]
    one, two = world.helpdesk.tickets.values()
    assert one.comments[-1].author_id == winner
    assert two.requester_id == winner
    assert world.identities.known[author().identity].confirmed


def test_the_pictures_of_a_post_are_in_the_ticket(world: World) -> None:
    # Given a post with pictures of which one cannot be had
    images = tuple(Image(f"https://town.example/{n}.png") for n in range(3))
    world.town.deleted.add(images[1].url)
    first = take(world, mention("1", images=images))
    reply = take(world, mention("2", in_reply_to="1", images=images[:1], posted_at=NOW))
    # When it is delivered, and a reply with one
    deliver(world, first, reply)
    # Then the customer's comments carry those that could be had, and operators know of the other
    [ticket] = world.helpdesk.tickets.values()
    said = [comment.attachments for comment in ticket.comments if comment.public]
    assert said == [2, 1]
    assert world.metrics.counts["ImagesLeftOut"] == 1
    assert world.helpdesk.uploads == {}


def test_a_server_of_pictures_that_does_not_answer_is_waited_for_once(world: World) -> None:
    # Given a post with pictures on a server that answers nothing
    asked: list[str] = []

    def silent(image: Image) -> ImageFile:
        asked.append(image.url)
        message = "it took too long"
        raise Unavailable(message)

    images = tuple(Image(f"https://town.example/{n}.png") for n in range(4))
    new = take(world, mention("1", images=images))
    # When it is delivered
    deliver_one(new.mention_id, replace(world.deliver_ports(), images=silent))
    # Then the ticket is there without them, and operators know
    assert state(world, new) is MentionState.DELIVERED
    assert asked == [images[0].url]
    assert world.metrics.counts["ImagesLeftOut"] == len(images)


@pytest.mark.parametrize(("after_s", "uploads"), [(4, 5), (60, 3)])
def test_a_limit_amid_pictures_is_waited_for_when_it_is_near(
    world: World, after_s: int, uploads: int
) -> None:
    # Given a helpdesk whose limit is spent by two pictures of four, for a while
    upload, free_at = world.helpdesk.upload, world.clock() + timedelta(seconds=after_s)
    taken: list[ImageFile] = []

    def limited(file: ImageFile) -> str:
        taken.append(file)
        if len(taken) > 2 and world.clock() < free_at:
            message = "its limit is spent"
            raise RateLimited(message, free_at)
        return upload(file)

    world.helpdesk.upload = limited  # type: ignore[method-assign]
    images = tuple(Image(f"https://town.example/{n}.png") for n in range(4))
    new = take(world, mention("1", images=images))
    # When it is delivered
    with suppress(RateLimited):
        deliver(world, new)
    # Then no picture is uploaded twice for a limit that is free in a moment
    assert len(taken) == uploads
    assert len(world.helpdesk.tickets) == (after_s == 4)


def test_a_helpdesk_without_files_gets_the_ticket_all_the_same(world: World) -> None:
    world.tap.errors["helpdesk.upload"] = Rejected("no files here")
    new = take(world, mention("1", images=(Image("https://town.example/1.png"),)))
    deliver(world, new)
    assert state(world, new) is MentionState.DELIVERED


def test_an_edit_is_shown_in_the_ticket_once(world: World) -> None:
    # Given a mention that was delivered
    first = take(world, mention("1", text="It works"))
    deliver(world, first)
    # When its author edits it, and that is heard twice
    edited = replace(first, text="It does not work", edited_at=NOW + timedelta(minutes=5))
    assert world.mentions.note_edit(edited, JUDGEMENT, world.clock())
    assert not world.mentions.note_edit(edited, JUDGEMENT, world.clock())
    deliver(world, first, first)
    # Then an internal note shows the new words, and the old ones stay
    [(_, _, said), _, (marker, public, note)] = comments(world)
    assert marker.startswith(f"edited:{first.mention_id}:")
    assert not public
    assert "It does not work" in note
    assert "It works" in said
    assert state(world, first) is MentionState.DELIVERED


def test_an_edit_heard_at_any_moment_of_a_delivery_is_shown() -> None:
    # Given each call that a delivery makes
    world = World()
    deliver(world, take(world, mention("1", text="It works")))
    for number in range(len(world.tap.names)):
        # When the author edits the post right before that call
        world = World()
        first = take(world, mention("1", text="It works"))
        edited = replace(first, text="It does not work", edited_at=NOW)
        world.tap.before[number] = partial(note_edit, world, edited)
        deliver(world, first)
        deliver(world, first)
        # Then the new words are in the ticket, in its first comment or in a note
        assert any("It does not work" in said for _, _, said in comments(world)), number
        assert state(world, first) is MentionState.DELIVERED


@pytest.mark.parametrize("number", range(30))
@pytest.mark.parametrize("is_reply", [False, True])
def test_an_edit_between_two_attempts_is_shown(is_reply: bool, number: int) -> None:
    # Given a delivery whose worker dies right after one of its calls
    world = World()
    if is_reply:
        deliver(world, take(world, mention("0", by="anna")))
    first = take(
        world, mention("1", by="anna", text="It works", in_reply_to="0" if is_reply else None)
    )
    world.tap.faults[len(world.tap.names) + number] = Fault.DIES_AFTER
    with suppress(Death):
        deliver(world, first)
    world.tap.revive()
    world.tap.faults.clear()
    # When the author edits the post before the next attempt
    note_edit(world, replace(first, text="It does not work", edited_at=NOW))
    world.clock.advance(minutes=3)
    deliver(world, first)
    deliver(world, first)
    # Then the new words are in the ticket
    assert any("It does not work" in said for _, _, said in comments(world))
    assert state(world, first) is MentionState.DELIVERED


@pytest.mark.parametrize("told", [True, False])
def test_an_edit_of_a_post_whose_ticket_was_merged_is_shown_where_it_goes_on(
    world: World, told: bool
) -> None:
    # Given two tickets that an agent merged, whether or not a webhook tells
    posts = [take(world, mention("1")), take(world, mention("2", by="bob"))]
    deliver(world, *posts)
    loser, winner = (world.mentions.records[post.mention_id].ticket_id for post in posts)
    world.helpdesk.merge_tickets(loser, winner, world.agent)
    if told:
        world.work()
    # When the author of the one that was closed edits the post
    edited = replace(posts[0], text="It burns", edited_at=NOW + timedelta(minutes=5))
    note_edit(world, edited)
    deliver(world, edited, edited)
    # Then the agent sees it in the ticket that goes on, once
    markers = {
        ticket_id: [c.marker for c in ticket.comments if c.marker.startswith("edited:")]
        for ticket_id, ticket in world.helpdesk.tickets.items()
    }
    assert {ticket_id: len(found) for ticket_id, found in markers.items()} == {loser: 0, winner: 1}
    assert state(world, edited) is MentionState.DELIVERED


def test_an_edit_of_a_post_whose_ticket_is_over_needs_no_note(world: World) -> None:
    first = take(world, mention("1"))
    deliver(world, first)
    [ticket_id] = world.helpdesk.tickets
    world.helpdesk.set_status(ticket_id, "closed")
    edited = replace(first, text="Never mind", edited_at=NOW + timedelta(minutes=5))
    world.mentions.note_edit(edited, JUDGEMENT, world.clock())
    deliver(world, first)
    assert state(world, first) is MentionState.DELIVERED
    assert len(comments(world)) == 2
