"""An answer that should not go out as it is comes back once; what could be better is told."""

from datetime import timedelta

import pytest

from factories import author, mention
from fakes.agent import Desk
from gehoor.domain.answer_notes import NOT_POSTED, POST_ANYWAY, PRIVATE
from gehoor.domain.coach_signs import CoachRules
from gehoor.domain.mention import Visibility
from gehoor.errors import AuthExpired, ContractBroken, GehoorError, NotAllowed, Unavailable

UNFILLED = "Hi [naam], we are on it"
APOLOGY = "Sorry Anna, we looked into it and fix it today, thanks for your patience."


@pytest.fixture
def desk() -> Desk:
    return Desk()


def follow_up(desk: Desk, text: str, by: str = "anna") -> None:
    """Somebody writes below the first post, and the author's own post moves the address."""
    world = desk.world
    below = mention("2", by, text=text, in_reply_to="1", posted_at=world.clock())
    world.town.post(below)
    if by == "anna":
        world.settle()
    else:
        last = mention("3", text="Well?", in_reply_to="2", posted_at=world.clock())
        world.town.post(last)
        world.settle()


def test_an_answer_with_a_placeholder_comes_back_with_what_to_do(desk: Desk) -> None:
    # When an agent forgets to fill one in
    comment_id = desk.answer(UNFILLED)
    # Then nothing is on the network
    assert desk.world.town.answers == []
    # And the agent reads why, and both ways on
    [note] = desk.notes(comment_id)
    assert "NOT posted on Town" in note
    assert "- a placeholder in it was not filled in: [naam]" in note
    assert "Change it and answer again." in note
    assert f"send it again with the tag {POST_ANYWAY}" in note
    assert NOT_POSTED in desk.tags
    # And what is logged has none of the answer's words
    assert desk.outcome(comment_id) == "returned: a placeholder in it was not filled in"
    assert desk.world.metrics.counts == {"AnswersReturned": 1}


def test_a_message_that_comes_twice_brings_it_back_once(desk: Desk) -> None:
    comment_id = desk.answer(UNFILLED)
    desk.bring(comment_id)
    assert len(desk.notes(comment_id)) == 1


def test_the_tag_sends_an_answer_as_it_is_and_goes_off_again(desk: Desk) -> None:
    # Given an answer that came back
    desk.answer(UNFILLED)
    # When the agent sends it again with the macro
    comment_id = desk.answer(UNFILLED, tag=POST_ANYWAY)
    # Then it is out, and the ticket says in spite of what
    assert [answer.text for answer in desk.world.town.answers] == [UNFILLED]
    [note] = desk.notes(comment_id)
    assert f"It went out because of the tag {POST_ANYWAY}" in note
    assert "- a placeholder in it was not filled in: [naam]" in note
    assert POST_ANYWAY not in desk.tags
    # And the next one is looked at as ever
    desk.answer(UNFILLED)
    assert len(desk.world.town.answers) == 1


def test_a_tag_that_comes_later_releases_no_earlier_answer(desk: Desk) -> None:
    # Given an answer that was written without the tag, and one with it before the first is brought
    first = desk.write(UNFILLED)
    desk.answer("Hi [name], we are on it", tag=POST_ANYWAY)
    # When the first is brought
    desk.bring(first)
    # Then only the second is out
    assert [answer.text for answer in desk.world.town.answers] == ["Hi [name], we are on it"]
    assert "NOT posted" in desk.notes(first)[0]


def test_the_tag_stays_for_the_answer_it_is_meant_for(desk: Desk) -> None:
    # Given a good answer on its way while an agent sets the tag for the next
    good = desk.write("We are on it")
    desk.world.helpdesk.tickets[desk.ticket_id].tags.add(POST_ANYWAY)
    # When the good one is out
    desk.bring(good)
    # Then the tag is still there
    assert POST_ANYWAY in desk.tags


@pytest.mark.parametrize("error", [AuthExpired("dead"), NotAllowed("no"), ContractBroken("HTML")])
def test_while_nobody_can_tell_whether_it_is_meant_nothing_is_decided(
    desk: Desk, error: GehoorError
) -> None:
    # Given an answer with the tag in a case that is private, so that only the coach asks for tags
    desk = Desk(Visibility.DIRECT)
    comment_id = desk.write(UNFILLED, tag=POST_ANYWAY)
    desk.world.tap.errors["helpdesk.tags_at"] = error
    # When the helpdesk cannot tell its tags
    with pytest.raises(Unavailable, match="nobody can tell"):
        desk.bring(comment_id)
    # Then it waits, and goes out once that is mended
    assert desk.notes(comment_id) == []
    desk.mend()
    desk.bring(comment_id)
    assert len(desk.world.town.answers) == 1


def test_where_no_tag_is_told_the_way_on_is_by_hand(desk: Desk) -> None:
    desk.world.helpdesk.tells_tags = False
    [note] = desk.notes(desk.answer(UNFILLED))
    assert POST_ANYWAY not in note
    assert f'answer at <a href="{mention().permalink}"' in note


def test_what_is_begun_is_never_held_back(desk: Desk) -> None:
    # Given an answer whose plan is made, when its network fails
    comment_id = desk.write("We look into it with @bob")
    desk.world.coach_rules = CoachRules(own=frozenset({"bob"}))
    desk.world.tap.errors["network.reply"] = Unavailable("down")
    with pytest.raises(Unavailable):
        desk.bring(comment_id)
    # When the company's list has become shorter
    desk.world.coach_rules = CoachRules()
    desk.mend()
    desk.bring(comment_id)
    # Then the answer goes out all the same
    assert len(desk.world.town.answers) == 1
    assert desk.outcome(comment_id) == "posted: a0"


def test_what_came_back_stays_back_whatever_changes_until_its_note(desk: Desk) -> None:
    # Given an answer that is held back, when the helpdesk fails before the note
    comment_id = desk.write("See https://elsewhere.example/x")
    desk.world.coach_rules = CoachRules(links=frozenset({"noordlicht.example"}))
    desk.world.tap.errors["helpdesk.add_comment"] = Unavailable("down")
    with pytest.raises(Unavailable):
        desk.bring(comment_id)
    # When the company allows every link meanwhile
    desk.world.coach_rules = CoachRules()
    desk.mend()
    desk.bring(comment_id)
    # Then the answer that the agent reads came back is not out
    assert desk.world.town.answers == []
    [note] = desk.notes(comment_id)
    assert "it links to a domain that is not on the company" in note


def test_somebody_elses_handle_holds_back_unless_they_are_in_the_thread(desk: Desk) -> None:
    # Given an answer that names somebody nobody in the thread knows
    assert ": @cas<" in desk.notes(desk.answer("@cas has your parcel"))[0]
    # And a thread that Bob joins
    follow_up(desk, "I have it too", by="bob")
    # When Bob is named
    desk.answer("@anna @bob we look into it for both of you")
    # Then that goes out
    assert len(desk.world.town.answers) == 1


def test_an_order_number_is_theirs_once_they_wrote_it_anywhere_above(desk: Desk) -> None:
    # Given a customer who named no number
    text = "Order number 77120045 arrives today"
    assert "77120045" in desk.notes(desk.answer(text))[0]
    # When they write it in a second post
    follow_up(desk, "It is order number 77120045")
    desk.answer(text)
    # Then it may be named
    assert [answer.text for answer in desk.world.town.answers] == [text]


def test_a_thread_that_cannot_be_read_holds_nothing_back(desk: Desk) -> None:
    desk.world.tap.errors["network.thread"] = NotAllowed("no right to read it")
    desk.answer("@cas has your parcel")
    assert len(desk.world.town.answers) == 1


def test_an_opening_post_that_cannot_be_read_holds_nothing_back(desk: Desk) -> None:
    desk.world.tap.errors["mentions.get"] = ContractBroken("damaged")
    desk.answer("Order number 77120045 arrives today")
    assert len(desk.world.town.answers) == 1


@pytest.mark.parametrize(
    ("post", "tags", "is_held"),
    [
        ("It has been broken since Monday and nobody answers my calls", (), True),
        ("It has been broken since Monday and nobody answers my calls", ("language_nl",), False),
        ("It is broken", (), False),
    ],
)
def test_an_answer_in_another_language_comes_back(
    post: str, tags: tuple[str, ...], is_held: bool
) -> None:
    # Given a post in English, of some length
    desk = Desk(text=post)
    desk.world.helpdesk.tickets[desk.ticket_id].tags.update(tags)
    # When an agent answers in Dutch
    desk.world.spoken = "nl"
    text = "Wat vervelend! We kijken vandaag nog wat er aan de hand is, en bellen je daarna."
    comment_id = desk.answer(text)
    # Then it comes back, unless the ticket says Dutch too or the post is too short to tell
    assert (desk.world.town.answers == []) == is_held
    assert ("nl and not en" in desk.notes(comment_id)[0]) == is_held


def test_the_tickets_risk_counts_for_what_is_admitted(desk: Desk) -> None:
    text = "This is our fault, we fix it today"
    desk.answer(text)
    desk.world.helpdesk.tickets[desk.ticket_id].tags.add("risk_legal")
    [note] = desk.notes(desk.answer(text))
    assert len(desk.world.town.answers) == 1
    assert "“our fault” (risk: legal)" in note


def test_an_answer_meant_privately_may_ask_for_what_a_public_one_may_not(desk: Desk) -> None:
    text = "What is your order number?"
    assert "asks for personal data" in desk.notes(desk.answer(text))[0]
    desk.answer(text, tag=PRIVATE)
    assert [answer.visibility for answer in desk.world.town.answers] == [Visibility.DIRECT]


def test_hints_stand_in_the_note_that_says_it_is_posted(desk: Desk) -> None:
    # When an answer could be better
    comment_id = desk.answer("Sorry for any inconvenience, we fix it today")
    # Then it is out, and one note says both
    assert len(desk.world.town.answers) == 1
    [note] = desk.notes(comment_id)
    assert "For next time:" in note
    assert "“any inconvenience” reads as no apology" in note


def test_the_same_answer_to_somebody_else_is_told() -> None:
    # Given an answer to Anna, and a ticket of Bob's
    desk = Desk()
    desk.answer("Thanks for your message. We looked into it, and it works again since ten.")
    bob = mention("5", "bob", posted_at=desk.world.clock())
    desk.world.town.post(bob)
    desk.world.settle()
    [ticket_id] = set(desk.world.helpdesk.tickets) - {desk.ticket_id}
    first, desk.ticket_id = desk.ticket_id, ticket_id
    # When Bob gets it too
    [note] = desk.notes(
        desk.answer("Hi Bob, thanks for your message. We looked into it, it works again since ten.")
    )
    # Then it is out, and the agent reads where the first one is
    assert len(desk.world.town.answers) == 2
    assert f"nearly the same as the answer in #{first}" in note


def test_apologies_to_one_author_are_counted_across_threads(desk: Desk) -> None:
    # Given an apology
    assert "For next time" not in desk.notes(desk.answer(APOLOGY))[0]
    # When another thread of the same author gets one a week later
    desk.world.clock.now += timedelta(days=7)
    desk.world.town.post(mention("7", posted_at=desk.world.clock()))
    desk.world.settle()
    [ticket_id] = set(desk.world.helpdesk.tickets) - {desk.ticket_id}
    desk.ticket_id = ticket_id
    [note] = desk.notes(desk.answer(APOLOGY))
    # Then the agent reads of the first
    assert "This customer had an apology on 22 Nov 2026 already" in note


def test_a_memory_that_cannot_be_read_keeps_no_note_back(desk: Desk) -> None:
    desk.world.tap.errors["replies.recent"] = ContractBroken("damaged")
    comment_id = desk.answer("Sorry for any inconvenience")
    assert len(desk.notes(comment_id)) == 1
    assert desk.outcome(comment_id) == "posted: a0"
    assert desk.world.metrics.counts == {"AnswersPosted": 1, "HintsNotTold": 1}


def test_an_answer_that_is_brought_again_is_no_copy_of_itself(desk: Desk) -> None:
    # Given an apology that is out, whose note failed
    comment_id = desk.write(APOLOGY)
    desk.world.tap.errors["helpdesk.add_comment"] = Unavailable("down")
    with pytest.raises(Unavailable):
        desk.bring(comment_id)
    # When it is brought again
    desk.mend()
    desk.bring(comment_id)
    # Then it counts once
    [note] = desk.notes(comment_id)
    assert "For next time" not in note
    assert len(desk.world.replies.replies["noordlicht"]) == 1


def test_what_is_kept_of_an_answer_can_not_be_read(desk: Desk) -> None:
    desk.answer(APOLOGY)
    [kept] = desk.world.replies.replies["noordlicht"].values()
    assert "Anna" not in repr(kept)
    assert author().native_id not in repr(kept)
