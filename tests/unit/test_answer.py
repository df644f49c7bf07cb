"""Bringing an agent's comment to the network, or giving it back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from factories import NOW, author, mention, profile
from fakes.agent import Desk
from gehoor.domain.capabilities import Capabilities
from gehoor.domain.mention import Visibility
from gehoor.domain.ticket import CommentDraft
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    Gone,
    NotAllowed,
    QuotaSpent,
    RateLimited,
    Rejected,
    Unavailable,
    UnknownOutcome,
)
from gehoor.usecases.once import LEASE


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_public_answer_is_posted_and_shown_in_the_ticket(desk: Desk) -> None:
    # When an agent's public comment comes
    comment_id = desk.write()
    desk.bring(comment_id)
    # Then it is on the network, below the post
    [answer] = desk.world.town.answers
    assert (answer.text, answer.address.native_id) == ("We are on it", "1")
    # And the ticket shows where, and who can read it
    [note] = desk.notes(comment_id)
    assert "Your answer is on Town since 22 Nov 2026, 10:00 UTC" in note
    assert "Who can read it: everyone" in note
    assert "https://town.example/posts/a0" in note
    assert desk.outcome(comment_id) == "posted: a0"
    assert desk.world.metrics.counts == {"AnswersPosted": 1}


def test_a_message_that_comes_twice_posts_once(desk: Desk) -> None:
    comment_id = desk.write()
    desk.bring(comment_id)
    desk.bring(comment_id)
    assert len(desk.world.town.answers) == 1
    assert len(desk.notes(comment_id)) == 1


@pytest.mark.parametrize("visibility", list(Visibility))
def test_an_answer_is_never_wider_than_the_post(visibility: Visibility) -> None:
    # Given a post for some
    desk = Desk(visibility)
    # When it is answered, after the author took another handle
    comment_id = desk.write()
    renamed = replace(profile(), author=author(handle="@anna_new@town.example"))
    desk.world.helpdesk.upsert_customer(renamed)
    desk.bring(comment_id)
    # Then the answer goes to the address stored with the case
    [answer] = desk.world.town.answers
    assert answer.visibility is visibility
    assert answer.address.handle == "@anna@town.example"
    # And the ticket says who can read it
    [note] = desk.notes(comment_id)
    assert ("only the author" in note) == (visibility in {"followers", "direct"})


@pytest.mark.parametrize("kind", ["internal", "customer's", "gehoor's"])
def test_what_is_no_public_comment_of_an_agent_stays_in_the_ticket(desk: Desk, kind: str) -> None:
    # Given a comment that is not for the network
    helpdesk = desk.world.helpdesk
    if kind == "internal":
        comment_id = desk.write(public=False)
    elif kind == "customer's":
        [customer_id] = helpdesk.customers
        comment_id = helpdesk.write(desk.ticket_id, customer_id, "Hello?")
    else:
        draft = CommentDraft("<p>Hello</p>", public=True, marker="m")
        comment_id = helpdesk.add_comment(desk.ticket_id, draft)
    # When its event comes
    desk.bring(comment_id)
    # Then nothing goes out
    assert desk.world.town.answers == []
    assert desk.notes(comment_id) == []
    assert desk.outcome(comment_id) == "not a public comment of an agent"


def test_a_comment_taken_back_before_it_is_posted_stays_in_the_ticket(desk: Desk) -> None:
    comment_id = desk.write()
    desk.world.helpdesk.make_private(desk.ticket_id, comment_id)
    desk.bring(comment_id)
    assert desk.world.town.answers == []


def test_a_comment_that_is_gone_ends(desk: Desk) -> None:
    desk.bring("99")
    assert desk.outcome("99") == "the comment is no longer there"


@pytest.mark.parametrize("external_id", [None, "shop:17", "deleted"])
def test_other_tickets_comments_leave_nothing_behind(desk: Desk, external_id: str | None) -> None:
    # Given a ticket that is not gehoor's, or is deleted
    helpdesk = desk.world.helpdesk
    ticket = helpdesk.tickets[desk.ticket_id]
    ticket.draft = replace(ticket.draft, external_id=external_id or "")
    comment_id = desk.write()
    if external_id == "deleted":
        helpdesk.delete_ticket(desk.ticket_id)
    # When its event comes
    before = len(desk.world.tap.names)
    desk.bring(comment_id)
    # Then it is looked at, and nothing is noted
    calls = [name for name in desk.world.tap.names[before:] if name != "cases.in_ticket"]
    assert calls == ["helpdesk.read_ticket", "answers.drop"]
    assert desk.world.answers.pending == {}
    assert desk.world.answers.outcomes == {}


@pytest.mark.parametrize("error", [Unavailable("down"), AuthExpired("dead"), NotAllowed("no")])
def test_while_the_helpdesk_is_out_of_reach_the_answer_is_kept(
    desk: Desk, error: GehoorError
) -> None:
    # Given a helpdesk that cannot tell whose ticket it is
    comment_id = desk.write()
    desk.world.tap.errors["helpdesk.read_ticket"] = error
    with pytest.raises(type(error)):
        desk.bring(comment_id)
    # Then the answer is pending, whatever becomes of the message
    assert list(desk.world.answers.pending) == [f"{desk.ticket_id}/{comment_id}"]
    # And goes out by the sweep
    desk.world.tap.errors.clear()
    desk.world.settle()
    assert len(desk.world.town.answers) == 1


def test_an_answer_kept_during_an_outage_ends_when_the_ticket_is_not_gehoors(desk: Desk) -> None:
    # Given an answer on somebody else's ticket, noted while nobody could tell
    desk.world.answers.open(desk.ticket_id, "5", NOW)
    ticket = desk.world.helpdesk.tickets[desk.ticket_id]
    ticket.draft = replace(ticket.draft, external_id="shop:17")
    # When the helpdesk can tell
    desk.bring("5")
    # Then it is pending no more, and nothing is left of it
    assert desk.world.answers.pending == {}
    assert not desk.world.answers.knows(desk.ticket_id, "5")


def test_a_comment_written_before_the_case_is_stored_waits_for_it(desk: Desk) -> None:
    # Given a ticket whose case is not stored yet
    [case] = desk.world.cases.cases.values()
    del desk.world.cases.cases[case.case_id]
    comment_id = desk.write()
    # When the comment comes
    with pytest.raises(Unavailable, match="case is not stored yet"):
        desk.bring(comment_id)
    # Then it is posted once the case is there
    desk.world.cases.cases[case.case_id] = case
    desk.bring(comment_id)
    assert len(desk.world.town.answers) == 1


def test_a_source_that_only_reads_gives_the_answer_back_with_the_link(desk: Desk) -> None:
    # Given a feed
    instead = "Answer below the article:"
    desk.world.town.can = Capabilities(reply=False, message=False, text_limit=None, instead=instead)
    # When an agent answers
    comment_id = desk.write()
    desk.bring(comment_id)
    # Then an internal note says what to do
    [note] = desk.notes(comment_id)
    assert "Your answer was NOT posted on Town: gehoor cannot answer here" in note
    assert instead in note
    assert mention().permalink in note
    assert desk.outcome(comment_id) == "returned: gehoor cannot answer here"
    assert desk.world.metrics.counts == {"AnswersReturned": 1}


def test_an_answer_that_is_too_long_comes_back_with_the_excess(desk: Desk) -> None:
    # Given a network whose readers do not follow several posts
    desk.world.town.can = replace(desk.world.town.can, threads=False)
    # When an answer is too long for one
    comment_id = desk.write("x" * 512)
    desk.bring(comment_id)
    # Then it comes back with what to do
    [note] = desk.notes(comment_id)
    assert "it has 512 characters, Town takes 500" in note
    assert "Shorten it by 12 characters" in note
    assert desk.world.town.answers == []


def test_an_answer_without_text_comes_back(desk: Desk) -> None:
    # Given a comment with a picture alone
    comment_id = desk.write(" ")
    # When it comes
    desk.bring(comment_id)
    # Then nothing goes out
    assert desk.world.town.answers == []
    assert "it has no text" in desk.notes(comment_id)[0]


@pytest.mark.parametrize("error", [Rejected("no"), NotAllowed("no right"), ContractBroken("HTML")])
def test_what_the_network_refuses_comes_back_with_its_reason(
    desk: Desk, error: GehoorError
) -> None:
    comment_id = desk.write()
    desk.world.tap.errors["network.reply"] = error
    desk.bring(comment_id)
    [note] = desk.notes(comment_id)
    assert f"NOT posted on Town: {error}" in note
    assert mention().permalink in note


def test_an_answer_that_comes_back_reopens_the_ticket_it_solved(desk: Desk) -> None:
    # Given an agent who answers and solves in one, and a network that refuses
    comment_id = desk.write()
    desk.world.helpdesk.set_status(desk.ticket_id, "solved")
    desk.world.tap.errors["network.reply"] = Rejected("no")
    # When it is brought
    desk.bring(comment_id)
    # Then the ticket is open, and a view can find it
    ticket = desk.world.helpdesk.tickets[desk.ticket_id]
    assert ticket.status == "open"
    assert "gehoor_not_posted" in ticket.tags


@pytest.mark.parametrize("trouble", ["deleted post", "removed source"])
def test_an_answer_to_nothing_comes_back(desk: Desk, trouble: str) -> None:
    if trouble == "deleted post":
        desk.world.town.deleted.add("1")
    else:
        desk.world.is_configured = False
    comment_id = desk.write()
    desk.bring(comment_id)
    [note] = desk.notes(comment_id)
    assert ("the post to answer is no longer on Town" in note) == (trouble == "deleted post")
    assert ("source masto was removed" in note) == (trouble == "removed source")
    assert desk.world.town.answers == []


@pytest.mark.parametrize(
    "error",
    [
        AuthExpired("masto: the token is dead"),
        QuotaSpent("masto: the money of the day is spent", NOW + timedelta(hours=9)),
    ],
)
def test_what_lasts_delays_the_answer_and_says_so_once(desk: Desk, error: GehoorError) -> None:
    # Given a network whose token is dead, or whose quota is spent until the next day
    comment_id = desk.write()
    desk.world.helpdesk.set_status(desk.ticket_id, "solved")
    desk.world.tap.errors["network.capabilities"] = error
    for _ in range(3):
        with pytest.raises(type(error)):
            desk.bring(comment_id)
    # Then the agent is told once, and the answer stays pending
    [note] = desk.notes(comment_id)
    assert f"not posted yet on Town: {error}" in note
    ticket = desk.world.helpdesk.tickets[desk.ticket_id]
    assert (ticket.status, "gehoor_delayed" in ticket.tags) == ("open", True)
    assert desk.outcome(comment_id) is None
    assert desk.world.metrics.counts == {"AnswersDelayed": 3}
    # And goes out once that is mended, after which the ticket says so too
    desk.world.tap.errors.clear()
    desk.bring(comment_id)
    assert len(desk.world.town.answers) == 1
    assert len(desk.notes(comment_id)) == 2


@pytest.mark.parametrize(
    "error", [Unavailable("down"), RateLimited("spent", NOW + timedelta(minutes=5))]
)
def test_what_may_pass_leaves_the_answer_pending(desk: Desk, error: GehoorError) -> None:
    comment_id = desk.write()
    desk.world.tap.errors["network.reply"] = error
    with pytest.raises(type(error)):
        desk.bring(comment_id)
    assert desk.notes(comment_id) == []
    desk.world.tap.errors.clear()
    desk.bring(comment_id)
    assert len(desk.world.town.answers) == 1


def test_after_a_lost_answer_the_network_is_asked_before_posting_again(desk: Desk) -> None:
    # Given a reply that went out, and whose answer was lost
    comment_id = desk.write()
    [case] = desk.world.cases.cases.values()
    desk.world.town.reply(case.address, "We are on it", "key")
    desk.world.tap.errors["network.reply"] = UnknownOutcome("no answer")
    with pytest.raises(UnknownOutcome):
        desk.bring(comment_id)
    # When it is tried again after the lease
    desk.world.clock.now += LEASE
    desk.bring(comment_id)
    # Then the one that is there counts
    assert len(desk.world.town.answers) == 1
    assert desk.outcome(comment_id) == "posted: a0"


def test_a_ticket_deleted_after_posting_needs_no_note(desk: Desk) -> None:
    # Given a ticket that disappears while its answer goes out
    comment_id = desk.write()
    desk.world.tap.errors["helpdesk.add_comment"] = Gone("deleted")
    # When it is brought
    desk.bring(comment_id)
    # Then the answer is out and ended
    assert len(desk.world.town.answers) == 1
    assert desk.outcome(comment_id) == "posted: a0"


@pytest.mark.parametrize(
    "error", [RateLimited("spent"), Unavailable("down"), UnknownOutcome("lost")]
)
def test_the_same_words_twice_are_two_posts(desk: Desk, error: GehoorError) -> None:
    # Given an answer on the network
    first = desk.write("Thanks, we look into it")
    desk.bring(first)
    # And another one in the same words, which did not arrive
    second = desk.write("Thanks, we look into it")
    desk.world.tap.errors["network.reply"] = error
    with pytest.raises(type(error)):
        desk.bring(second)
    desk.world.tap.errors.clear()
    # When it is tried again
    desk.world.clock.now += LEASE
    desk.bring(second)
    # Then it is posted itself, and the first one's post is not taken for it
    assert [answer.native_id for answer in desk.world.town.answers] == ["a0", "a1"]
    assert desk.outcome(second) == "posted: a1"


def test_a_post_taken_for_another_answer_is_made_good(desk: Desk) -> None:
    # Given an answer that was lost on its way to the network
    first, second = desk.write("Thanks"), desk.write("Thanks")
    desk.world.tap.errors["network.reply"] = UnknownOutcome("lost")
    with pytest.raises(UnknownOutcome):
        desk.bring(first)
    desk.world.tap.errors.clear()
    desk.world.clock.now += LEASE
    # When its worker looks for it between another answer's post and the note whose that is
    claims = desk.world.tap.names.count("ledger.claim")

    def look() -> None:
        if desk.world.tap.names.count("ledger.claim") == claims + 1:
            desk.bring(first)

    for number in range(len(desk.world.tap.names), len(desk.world.tap.names) + 30):
        desk.world.tap.before[number] = look
    with pytest.raises(UnknownOutcome, match="taken for another answer"):
        desk.bring(second)
    desk.world.tap.before.clear()
    # Then the other one is posted again, and both are out
    desk.world.clock.now += LEASE
    desk.bring(second)
    assert (desk.outcome(first), desk.outcome(second)) == ("posted: a0", "posted: a1")
    assert len(desk.world.town.answers) == 2


@pytest.mark.parametrize("error", [Rejected("comment TooLong"), ContractBroken("HTML")])
def test_a_note_the_helpdesk_refuses_keeps_no_answer_pending(
    desk: Desk, error: GehoorError
) -> None:
    comment_id = desk.write()
    desk.world.tap.errors["helpdesk.add_comment"] = error
    desk.bring(comment_id)
    assert desk.outcome(comment_id) == "posted: a0"
    assert desk.world.metrics.counts == {"AnswersPosted": 1, "NotesRefused": 1}


@pytest.mark.parametrize("call", ["read_ticket", "read_comment", "add_comment"])
@pytest.mark.parametrize(
    ("error", "metric"),
    [(AuthExpired("dead"), "HelpdeskAuthExpired"), (NotAllowed("no"), "HelpdeskNotAllowed")],
)
def test_a_helpdesk_that_refuses_gehoor_is_counted(
    desk: Desk, call: str, error: GehoorError, metric: str
) -> None:
    comment_id = desk.write()
    desk.world.tap.errors[f"helpdesk.{call}"] = error
    with pytest.raises(type(error)):
        desk.bring(comment_id)
    assert desk.world.metrics.counts[metric] == 1


def test_the_note_says_that_attachments_were_not_sent(desk: Desk) -> None:
    # Given an answer with two pictures
    comment_id = desk.world.helpdesk.write(desk.ticket_id, desk.world.agent, "Look", attachments=2)
    # When it is posted
    desk.bring(comment_id)
    # Then the agent learns that the customer does not see them
    [note] = desk.notes(comment_id)
    assert "Its 2 attachments were NOT sent" in note


def test_an_answer_keeps_the_post_it_has_and_leaves_the_next_one_to_its_own(desk: Desk) -> None:
    # Given two answers in the same words, each out, and neither noted
    first, second = desk.write("Thanks"), desk.write("Thanks")
    desk.world.tap.errors["ledger.finish"] = Unavailable("down")
    with pytest.raises(Unavailable):
        desk.bring(first)
    desk.world.tap.errors = {"ledger.claim": Unavailable("down")}
    with pytest.raises(Unavailable):
        desk.bring(second)
    desk.world.tap.errors.clear()
    # When they are brought again, the older one first
    desk.world.clock.now += LEASE
    desk.bring(first)
    desk.bring(second)
    # Then each has its own post, and nothing is posted twice
    assert (desk.outcome(first), desk.outcome(second)) == ("posted: a0", "posted: a1")
    assert len(desk.world.town.answers) == 2


def test_an_answer_to_somebody_who_was_forgotten_comes_back(desk: Desk) -> None:
    # Given a ticket whose author was forgotten
    desk.world.cases.forget(desk.case.case_id, NOW)
    # When an agent answers in it
    comment_id = desk.answer("We are on it")
    # Then nothing is posted, and the agent knows why
    assert desk.world.town.answers == []
    [note] = desk.notes(comment_id)
    assert "NOT posted: gehoor does not know any more where it goes" in note
    assert desk.outcome(comment_id) == "returned: the author of this ticket is not known any more"
    assert not desk.world.answers.pending
