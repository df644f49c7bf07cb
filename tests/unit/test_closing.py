"""How a case ended is kept, and a last word in public is offered where the customer agreed."""

import pytest

from factories import mention
from fakes.agent import Desk
from gehoor.domain.answer_notes import PRIVATE
from gehoor.domain.closing import CLOSING_AGREED
from gehoor.domain.event import TicketStatusChanged, message_of
from gehoor.domain.mention import Visibility
from gehoor.domain.outcome import Outcome, choice_tag, chosen
from gehoor.errors import Gone, Rejected


def solve(desk: Desk, agreed: bool = True) -> None:
    """The agent solves the ticket, and the helpdesk tells."""
    if agreed:
        desk.world.helpdesk.tickets[desk.ticket_id].tags.add(CLOSING_AGREED)
    desk.world.helpdesk.set_status(desk.ticket_id, "solved")
    hear(desk)


def hear(desk: Desk) -> None:
    desk.world.answer(message_of(TicketStatusChanged(desk.ticket_id)))


def offers(desk: Desk) -> list[str]:
    comments = desk.world.helpdesk.tickets[desk.ticket_id].comments
    found = [comment for comment in comments if comment.marker.startswith("closing:")]
    assert not any(comment.public for comment in found)
    return [comment.html for comment in found]


def test_a_last_word_is_offered_when_what_left_the_public_is_solved() -> None:
    # Given a case that an agent moved to private messages
    desk = Desk()
    [note] = desk.notes(desk.answer("Write to us here", tag=PRIVATE))
    # And who was told then to ask the customer
    assert f"set the tag {CLOSING_AGREED}" in note
    # When it is solved, and the customer agreed
    solve(desk)
    # Then the agent is offered a last word, at the link and by hand
    [offer] = offers(desk)
    assert "the customer agreed to a last word in public" in offer
    assert mention().permalink in offer
    # And nothing is posted, and the ticket stays solved
    assert len(desk.world.town.answers) == 1
    assert desk.world.helpdesk.tickets[desk.ticket_id].status == "solved"


def test_an_event_that_comes_twice_offers_once() -> None:
    desk = Desk()
    desk.answer("Write to us here", tag=PRIVATE)
    solve(desk)
    hear(desk)
    desk.world.helpdesk.set_status(desk.ticket_id, "open")
    hear(desk)
    solve(desk)
    assert len(offers(desk)) == 1


def test_without_the_customers_word_nothing_is_offered_and_nothing_asked() -> None:
    desk = Desk()
    desk.answer("Write to us here", tag=PRIVATE)
    before = len(desk.world.tap.names)
    solve(desk, agreed=False)
    assert offers(desk) == []
    assert "ledger.begin" not in desk.world.tap.names[before:]


@pytest.mark.parametrize("visibility", list(Visibility))
def test_only_what_began_in_public_and_left_it_is_offered_a_last_word(
    visibility: Visibility,
) -> None:
    # Given a case that stayed where it began
    stayed = Desk(visibility)
    stayed.answer("We are on it")
    solve(stayed)
    assert offers(stayed) == []
    # And one that was moved
    moved = Desk(visibility)
    moved.answer("We are on it", tag=PRIVATE)
    solve(moved)
    assert bool(offers(moved)) == (visibility in (Visibility.PUBLIC, Visibility.UNLISTED))


def test_a_post_that_its_author_deleted_gets_no_last_word() -> None:
    desk = Desk()
    desk.answer("Write to us here", tag=PRIVATE)
    mentions = desk.world.mentions
    [record] = mentions.records.values()
    assert record.mention
    assert record.judgement
    gone = (record.mention.without_words(), record.judgement.without_words())
    mentions.note_gone(record.mention_id, *gone, desk.world.clock())
    solve(desk)
    assert offers(desk) == []


@pytest.mark.parametrize("error", [Gone("deleted"), Rejected("no")])
def test_a_note_that_cannot_be_written_keeps_nothing_else(error: Exception) -> None:
    desk = Desk()
    desk.answer("Write to us here", tag=PRIVATE)
    desk.world.tap.errors["helpdesk.add_comment"] = error
    solve(desk)
    assert not desk.case.is_open


def test_how_a_case_ended_is_kept_with_it() -> None:
    # Given an agent who says what it was about
    desk = Desk()
    desk.world.helpdesk.set_field(desk.ticket_id, "cause", "cause_delivery")
    desk.world.helpdesk.set_field(desk.ticket_id, "ended", "ended_explained")
    # When the ticket is solved
    desk.world.clock.advance(minutes=7)
    solve(desk, agreed=False)
    # Then the case says so
    at = desk.world.clock()
    assert desk.case.outcome == Outcome(at, "delivery", "explained", in_private=False)


def test_a_case_that_is_open_again_ends_anew() -> None:
    # Given a case that was solved in public without a word of why
    desk = Desk()
    solve(desk, agreed=False)
    assert desk.case.outcome
    assert desk.case.outcome.cause == ""
    # When it is opened, moved to private messages and solved with one
    desk.world.helpdesk.set_status(desk.ticket_id, "open")
    hear(desk)
    assert desk.case.is_open
    desk.answer("Write to us here", tag=PRIVATE)
    desk.world.helpdesk.set_field(desk.ticket_id, "cause", "cause_product")
    solve(desk, agreed=False)
    # Then the newer end counts
    assert (desk.case.outcome.cause, desk.case.outcome.in_private) == ("product", True)


def test_a_deleted_ticket_has_no_outcome() -> None:
    desk = Desk()
    desk.world.helpdesk.delete_ticket(desk.ticket_id)
    for event in desk.world.helpdesk.told:
        desk.world.answer(message_of(event))
    assert (desk.case.is_open, desk.case.outcome) == (False, None)


@pytest.mark.parametrize("choice", ["delivery", "Te laat!", "no answer from the customer"])
def test_a_choices_tag_names_its_field(choice: str) -> None:
    tag = choice_tag("cause", choice)
    assert tag.startswith("cause_")
    assert tag.replace("_", "").isalnum()
    assert not chosen("cause", tag).startswith("cause_")
