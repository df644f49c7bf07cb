"""Moving a conversation to private messages, as the agent's macro asks."""

from dataclasses import replace
from functools import partial

import pytest

from factories import NOW, author, mention
from fakes.agent import LONG, Desk
from fakes.town import CAN_ANSWER, INVITES
from gehoor.domain.answer_notes import PRIVATE
from gehoor.domain.capabilities import Capabilities
from gehoor.domain.mention import Visibility
from gehoor.errors import GehoorError, NotAllowed, Rejected, Unavailable, UnknownOutcome
from gehoor.usecases.once import LEASE

PUBLIC, DIRECT = Visibility.PUBLIC, Visibility.DIRECT


@pytest.fixture
def desk() -> Desk:
    return Desk()


def reply_to_us(desk: Desk, name: str, answered: str, visibility: Visibility) -> None:
    """The customer writes below an answer of ours, and it is delivered."""
    said = mention(name, in_reply_to=answered, visibility=visibility, posted_at=NOW)
    desk.world.town.post(said)
    desk.world.settle()


@pytest.mark.parametrize("text", ["Please tell us your order number", LONG])
def test_a_private_answer_goes_to_the_author_alone(desk: Desk, text: str) -> None:
    # When an agent answers a public post with the macro
    comment_id = desk.answer(text, tag=PRIVATE)
    # Then only the author reads it
    assert {part.visibility for part in desk.world.town.answers} == {DIRECT}
    # And the note says so, and that it stays so
    [note] = desk.notes(comment_id)
    assert "Who can read it: only the author" in note
    assert "From now on every answer in this conversation stays private" in note
    # And the tag does not stick to the next answer
    assert PRIVATE not in desk.tags
    assert desk.case.handed_over


def test_the_case_is_private_before_anything_is_posted(desk: Desk) -> None:
    # Given a network that fails
    comment_id = desk.write(tag=PRIVATE)
    desk.world.tap.errors["network.reply"] = Unavailable("down")
    with pytest.raises(Unavailable):
        desk.bring(comment_id)
    # Then the case is private all the same
    assert desk.case.address.visibility is DIRECT


def test_a_later_answer_without_the_tag_stays_private_and_says_why(desk: Desk) -> None:
    # Given a conversation that was moved
    desk.answer("Please write to us here", tag=PRIVATE)
    # When the agent answers without the macro, even after a public post of the customer
    reply_to_us(desk, "2", "1", PUBLIC)
    comment_id = desk.answer("Thank you")
    # Then it is private, and the note says why
    assert [answer.visibility for answer in desk.world.town.answers] == [DIRECT, DIRECT]
    [note] = desk.notes(comment_id)
    assert "This conversation was moved to private messages before" in note


def test_a_conversation_that_came_privately_needs_no_reason() -> None:
    desk = Desk(DIRECT)
    comment_id = desk.answer("We are on it")
    [note] = desk.notes(comment_id)
    assert "moved" not in note
    assert "off the ticket" not in note


def test_the_customers_private_reply_comes_into_the_same_ticket(desk: Desk) -> None:
    # Given a conversation that was moved
    desk.answer("Please tell us your order number", tag=PRIVATE)
    # When the customer answers that message
    reply_to_us(desk, "2", "a0", DIRECT)
    # Then it is a comment of the ticket, and what follows is private
    [ticket] = desk.world.helpdesk.tickets.values()
    assert [c for c in ticket.comments if "It is broken, 2" in c.html]
    desk.answer("Found it")
    found = desk.world.town.answers[-1]
    assert (found.address.native_id, found.visibility) == ("2", DIRECT)


def test_another_ones_reply_does_not_come_into_it(desk: Desk) -> None:
    # Given a conversation that was moved
    desk.answer("Please tell us your order number", tag=PRIVATE)
    # When somebody else writes below the public post
    bob = mention("2", in_reply_to="1", author=author("bob"), posted_at=NOW)
    desk.world.town.post(bob)
    desk.world.settle()
    # Then that is a ticket of its own, answered in public
    assert len(desk.world.helpdesk.tickets) == 2
    widths = [case.address.visibility for case in desk.world.cases.cases.values()]
    assert sorted(widths) == [DIRECT, PUBLIC]


# A tag that is gone by the time gehoor looks, or comes later.


def test_a_tag_taken_off_before_gehoor_looks_counts(desk: Desk) -> None:
    # Given an answer with the macro, whose tag somebody takes off
    comment_id = desk.write("Please tell us your order number", tag=PRIVATE)
    desk.tags.remove(PRIVATE)
    # When it is brought
    desk.bring(comment_id)
    # Then it goes to the author alone
    [answer] = desk.world.town.answers
    assert answer.visibility is DIRECT


def test_a_tag_that_was_there_already_counts_for_the_next_comment_too(desk: Desk) -> None:
    # Given two answers while the tag is on the ticket, which comes off before gehoor looks
    first, second = desk.write("One", tag=PRIVATE), desk.write("Two")
    desk.tags.remove(PRIVATE)
    # When they are brought, the later one first
    desk.bring(second)
    desk.bring(first)
    # Then both are private
    assert [answer.visibility for answer in desk.world.town.answers] == [DIRECT, DIRECT]


def test_a_tag_that_comes_after_the_comment_makes_it_private(desk: Desk) -> None:
    comment_id = desk.write()
    desk.tags.add(PRIVATE)
    desk.bring(comment_id)
    [answer] = desk.world.town.answers
    assert answer.visibility is DIRECT


def test_two_private_answers_at_once_are_both_private(desk: Desk) -> None:
    # Given two answers with the macro, and the tag taken off after the first is out
    first, second = desk.write("One", tag=PRIVATE), desk.write("Two", tag=PRIVATE)
    desk.bring(first)
    assert PRIVATE not in desk.tags
    desk.bring(second)
    assert [answer.visibility for answer in desk.world.town.answers] == [DIRECT, DIRECT]


def test_without_the_tag_an_answer_is_public(desk: Desk) -> None:
    # Given a tag that was on the ticket only before the comment
    desk.tags.add(PRIVATE)
    desk.write("A note", public=False)
    desk.tags.remove(PRIVATE)
    # When an agent answers
    desk.answer("We are on it")
    # Then everybody can read it
    [answer] = desk.world.town.answers
    assert answer.visibility is PUBLIC


@pytest.mark.parametrize("error", [Unavailable("down"), NotAllowed("no")])
def test_nothing_is_posted_while_nobody_knows_whether_it_is_private(
    desk: Desk, error: GehoorError
) -> None:
    comment_id = desk.write()
    desk.world.tap.errors["helpdesk.tags_at"] = error
    with pytest.raises(type(error)):
        desk.bring(comment_id)
    assert desk.world.town.answers == []
    assert desk.notes(comment_id) == []
    desk.mend()
    desk.bring(comment_id)
    assert len(desk.world.town.answers) == 1


def test_past_tags_are_not_asked_for_when_it_does_not_matter() -> None:
    # Given a conversation that is private, and one whose tag is there
    for desk in (Desk(DIRECT), Desk()):
        desk.answer("Hello", tag=PRIVATE if desk.case.address.visibility is PUBLIC else "")
        assert "helpdesk.tags_at" not in desk.world.tap.names


# What does not work out.


def test_the_tag_stays_when_the_answer_comes_back(desk: Desk) -> None:
    # Given a network that refuses the answer
    desk.world.tap.errors["network.reply"] = Rejected("no")
    comment_id = desk.answer("Hello", tag=PRIVATE)
    # Then the next answer is private without another macro
    [note] = desk.notes(comment_id)
    assert "It was meant for: only the author" in note
    assert PRIVATE in desk.tags
    desk.mend()
    desk.answer("Hello again")
    assert [answer.visibility for answer in desk.world.town.answers] == [DIRECT]


def test_where_nobody_can_be_written_to_privately_the_answer_comes_back(desk: Desk) -> None:
    # Given a network with public answers alone
    desk.world.town.can = Capabilities(reply=True, message=False, text_limit=500)
    comment_id = desk.answer("Your address is ...", tag=PRIVATE)
    # Then nothing is on the network, and the agent learns what to do
    assert desk.world.town.answers == []
    [note] = desk.notes(comment_id)
    assert "gehoor cannot write privately on Town" in note
    assert f"Take the tag {PRIVATE} off the ticket and answer again" in note
    assert PRIVATE in desk.tags
    # And without the tag the next answer is public
    desk.tags.remove(PRIVATE)
    desk.answer("See our page")
    [answer] = desk.world.town.answers
    assert (answer.text, answer.visibility) == ("See our page", PUBLIC)


def test_a_source_that_only_reads_gives_a_private_answer_back_too(desk: Desk) -> None:
    instead = "Answer below the article:"
    desk.world.town.can = Capabilities(reply=False, message=False, text_limit=None, instead=instead)
    comment_id = desk.answer("Hello", tag=PRIVATE)
    [note] = desk.notes(comment_id)
    assert "gehoor cannot answer here" in note
    assert instead in note


# Where the customer must write first.


@pytest.fixture
def inviting(desk: Desk) -> Desk:
    desk.world.town.can = INVITES
    return desk


def test_the_customer_is_invited_and_the_agent_gets_the_text_back(inviting: Desk) -> None:
    # When an agent answers privately where the customer must write first
    comment_id = inviting.answer("Your order 12345 is late", tag=PRIVATE)
    # Then the customer is invited in public, without a word of the answer
    [invitation] = inviting.world.town.answers
    assert (invitation.text, invitation.visibility) == (INVITES.invitation, PUBLIC)
    # And the agent learns that it was not sent, and what to do
    [note] = inviting.notes(comment_id)
    assert "Your answer was NOT posted on Town" in note
    assert "gehoor invited the customer in public" in note
    assert invitation.permalink in note
    assert "Once they have, answer again" in note
    assert "Your order 12345 is late" in note
    # And the tag stays, so that the next answer is not public
    assert PRIVATE in inviting.tags
    assert "lets gehoor write privately only to people who did so first" in str(
        inviting.outcome(comment_id)
    )


def test_the_customer_is_invited_once_for_each_case(inviting: Desk) -> None:
    first = inviting.answer("One", tag=PRIVATE)
    reply_to_us(inviting, "2", "1", PUBLIC)
    second = inviting.answer("Two", tag=PRIVATE)
    inviting.bring(first)
    [invitation] = inviting.world.town.answers
    assert invitation.permalink in inviting.notes(second)[0]


@pytest.mark.parametrize("error", [Unavailable("down"), UnknownOutcome("lost")])
def test_an_invitation_that_was_lost_is_not_repeated(inviting: Desk, error: GehoorError) -> None:
    # Given an invitation that arrived, which nobody saw
    comment_id = inviting.write("Hello", tag=PRIVATE)
    inviting.world.town.reply(inviting.case.address, INVITES.invitation, "key")
    inviting.world.tap.errors["network.reply"] = error
    with pytest.raises(type(error)):
        inviting.bring(comment_id)
    inviting.mend()
    # And a customer who writes on
    reply_to_us(inviting, "2", "1", PUBLIC)
    # When it is tried again
    inviting.world.clock.now += LEASE
    inviting.bring(comment_id)
    # Then the one that is there counts
    assert len(inviting.world.town.answers) == 1
    assert "lets gehoor write privately only to people who did so first" in str(
        inviting.outcome(comment_id)
    )


def test_an_invitation_that_is_refused_is_told(inviting: Desk) -> None:
    inviting.world.tap.errors["network.reply"] = Rejected("spam")
    comment_id = inviting.answer("Hello", tag=PRIVATE)
    [note] = inviting.notes(comment_id)
    assert "the invitation to do so could not be posted: spam" in note


def test_an_answer_taken_back_in_time_invites_nobody(inviting: Desk) -> None:
    comment_id = inviting.write("Hello", tag=PRIVATE)
    take_back = partial(inviting.world.helpdesk.make_private, inviting.ticket_id, comment_id)
    inviting.at_call("helpdesk.read_comment", 2, take_back)
    inviting.bring(comment_id)
    assert inviting.world.town.answers == []
    assert inviting.notes(comment_id) == []


def test_once_the_customer_wrote_privately_the_answer_goes_out(inviting: Desk) -> None:
    # Given a customer who was invited and wrote
    inviting.answer("One", tag=PRIVATE)
    reply_to_us(inviting, "2", "a0", DIRECT)
    # When the agent answers again
    comment_id = inviting.answer("Your order 12345 is late", tag=PRIVATE)
    # Then it goes to the author alone, and the tag is off
    answer = inviting.world.town.answers[-1]
    assert (answer.text, answer.visibility) == ("Your order 12345 is late", DIRECT)
    assert PRIVATE not in inviting.tags
    assert "Your answer is on Town" in inviting.notes(comment_id)[0]


# Answers that are under way when the tag comes.


def half_out(desk: Desk) -> str:
    """A public answer whose first part is out, and whose ticket then gets the tag."""
    comment_id = desk.write(LONG)
    desk.fail_after(1, Unavailable("down"))
    with pytest.raises(Unavailable):
        desk.bring(comment_id)
    desk.mend()
    desk.tags.add(PRIVATE)
    return comment_id


def test_the_rest_of_an_answer_goes_to_the_author_alone_once_the_tag_is_there(desk: Desk) -> None:
    comment_id = half_out(desk)
    desk.bring(comment_id)
    assert [p.visibility for p in desk.world.town.answers] == [PUBLIC, DIRECT, DIRECT]
    # And the tag is kept, as it may be meant for the next answer
    assert PRIVATE in desk.tags
    assert "from part 2 on only the author" in desk.notes(comment_id)[0]


def test_the_rest_of_an_answer_stays_off_where_it_cannot_be_private(desk: Desk) -> None:
    # Given a network with public answers alone
    desk.world.town.can = replace(CAN_ANSWER, message=False)
    comment_id = half_out(desk)
    # When it goes on
    desk.bring(comment_id)
    # Then the rest is not posted, and the note links what is there
    assert [p.visibility for p in desk.world.town.answers] == [PUBLIC]
    [note] = desk.notes(comment_id)
    assert "Only 1 of the 3 parts" in note
    assert "gehoor cannot write privately on Town" in note


def test_a_private_answer_races_with_a_delivery(desk: Desk) -> None:
    # Given a follow-up that is stored while the case is made private
    comment_id = desk.write("Hello", tag=PRIVATE)
    follow_up = mention("2", in_reply_to="1", posted_at=NOW)

    def deliver() -> None:
        if desk.world.tap.names[-1] == "cases.put":
            desk.world.tap.before.clear()
            stored = desk.world.cases.cases[desk.case.case_id]
            assert desk.world.cases.put(stored.after(follow_up))

    desk.world.tap.before |= dict.fromkeys(range(400), deliver)
    desk.bring(comment_id)
    # Then both are in the case, and the answer is private
    assert desk.case.address.native_id == "2"
    assert desk.case.address.visibility is DIRECT
    assert [answer.visibility for answer in desk.world.town.answers] == [DIRECT]


def test_a_case_that_others_keep_storing_is_for_later(desk: Desk) -> None:
    comment_id = desk.write("Hello", tag=PRIVATE)

    def store() -> None:
        if desk.world.tap.names[-1] == "cases.put":
            case_id = desk.case.case_id
            stored = desk.world.cases.cases[case_id]
            desk.world.cases.cases[case_id] = replace(stored, revision=stored.revision + 1)

    desk.world.tap.before |= dict.fromkeys(range(400), store)
    with pytest.raises(Unavailable, match="being stored by other workers"):
        desk.bring(comment_id)
    assert desk.world.town.answers == []


def test_a_case_that_becomes_private_right_before_the_post_narrows_it(desk: Desk) -> None:
    # Given a private post of the customer that comes in while an answer is on its way
    comment_id = desk.write("Hello")
    follow_up = mention("2", in_reply_to="1", visibility=DIRECT, posted_at=NOW)
    desk.at_call("cases.get", 2, lambda: desk.world.cases.put(desk.case.after(follow_up)))
    # When it is posted
    desk.bring(comment_id)
    # Then only the author reads it
    [answer] = desk.world.town.answers
    assert answer.visibility is DIRECT
    assert "only the author" in desk.notes(comment_id)[0]
