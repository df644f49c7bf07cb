"""Catching up on comments that no webhook told of."""

from dataclasses import replace
from datetime import timedelta

import pytest

from factories import JUDGEMENT, NOW, mention, profile, ticket_draft
from fakes.world import World
from gehoor.domain.event import CommentAdded, message_of
from gehoor.domain.ticket import CommentsPage
from gehoor.errors import AuthExpired, ContractBroken, GehoorError, NotAllowed, Unavailable
from gehoor.ports.helpdesk import Helpdesk
from gehoor.usecases.catch_up import LEASE, MOST_PAGES, OVERLAP, CaughtUp, catch_up

RUN = timedelta(seconds=30)
BETWEEN = timedelta(minutes=5)


class Desk:
    """A ticket of gehoor's in a helpdesk that was caught up with until now."""

    def __init__(self) -> None:
        self.world = World()
        post = mention()
        self.world.town.post(post)
        self.world.mentions.put_new(post, JUDGEMENT, NOW)
        self.world.deliver({"mention_id": post.mention_id})
        [self.ticket_id] = self.world.helpdesk.tickets
        self.run()
        self.world.tap.names.clear()
        self.world.clock.advance(minutes=2)

    def run(self) -> CaughtUp:
        return catch_up(self.world.catch_up_ports(), self.world.clock() + RUN)

    def next_run(self) -> CaughtUp:
        self.world.clock.now += BETWEEN
        return self.run()

    def write(self, text: str = "We are on it", public: bool = True) -> str:
        """An agent writes, and nobody tells."""
        return self.world.helpdesk.write(self.ticket_id, self.world.agent, text, public)

    def write_many(self, number: int) -> list[str]:
        """Second after second."""
        found = []
        for n in range(number):
            self.world.clock.advance(seconds=1)
            found.append(self.write(f"{n}"))
        return found

    @property
    def sent(self) -> list[dict[str, str]]:
        return self.world.queues.events


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_comment_nobody_told_of_is_sent_on(desk: Desk) -> None:
    # Given an agent's comment whose webhook was lost
    comment_id = desk.write()
    # When the next run comes
    assert desk.next_run() == CaughtUp(1)
    # Then the comment is on its way
    assert desk.sent == [message_of(CommentAdded(desk.ticket_id, comment_id))]
    assert desk.world.metrics.counts["CommentsCaughtUp"] == 1
    # And it goes out once, however often runs come
    desk.world.settle()
    for _ in range(3):
        desk.next_run()
        desk.world.settle()
    assert [answer.text for answer in desk.world.town.answers] == ["We are on it"]


@pytest.mark.parametrize("state", ["pending", "ended"])
def test_a_comment_that_was_told_of_is_left_alone(desk: Desk, state: str) -> None:
    # Given a comment whose webhook arrived
    comment_id = desk.write()
    desk.world.answers.open(desk.ticket_id, comment_id, desk.world.clock())
    if state == "ended":
        desk.world.answers.close(desk.ticket_id, comment_id, "posted", desk.world.clock())
    # Then there is nothing to catch up with
    assert desk.next_run() == CaughtUp(0)
    assert desk.sent == []
    assert "CommentsCaughtUp" not in desk.world.metrics.counts


def test_internal_notes_and_customers_own_words_are_left_alone(desk: Desk) -> None:
    # Given a note of an agent's, and the customer's own words
    desk.write(public=False)
    [customer_id] = desk.world.helpdesk.customers
    desk.world.helpdesk.write(desk.ticket_id, customer_id, "Hello?")
    # Then none of it is sent on
    assert desk.next_run() == CaughtUp(0)
    assert desk.sent == []


@pytest.mark.parametrize("external_id", ["shop:17", ""])
def test_other_tickets_are_not_sent_on(desk: Desk, external_id: str) -> None:
    # Given many comments on tickets that are not gehoor's
    helpdesk = desk.world.helpdesk
    bob = helpdesk.upsert_customer(profile("bob")).customer_id
    for _ in range(150):
        ticket = helpdesk.open_ticket(ticket_draft(bob, external_id=external_id))
        helpdesk.write(ticket.ticket_id, desk.world.agent, "Hello")
    # When a run comes, and reads more than one page
    assert desk.next_run() == CaughtUp(0)
    # Then they cost a call for a hundred of them, and nothing is noted
    calls = desk.world.tap.names
    assert calls.count("helpdesk.read_tickets") <= 2 * calls.count("helpdesk.comments_since")
    assert desk.sent == []
    assert "answers.knows" not in calls


def test_a_ticket_that_one_of_gehoors_was_merged_into_is_gehoors_too(desk: Desk) -> None:
    # Given another program's ticket, into which gehoor's was merged
    helpdesk = desk.world.helpdesk
    bob = helpdesk.upsert_customer(profile("bob")).customer_id
    other = helpdesk.open_ticket(ticket_draft(bob, external_id="shop:17")).ticket_id
    helpdesk.merge_tickets(desk.ticket_id, other, desk.world.agent)
    desk.world.settle()
    # When an agent's comment there is lost
    desk.world.clock.advance(minutes=1)
    helpdesk.write(other, desk.world.agent, "We are on it")
    desk.next_run()
    desk.world.settle()
    # Then it reaches the author all the same
    assert [answer.text for answer in desk.world.town.answers] == ["We are on it"]


def test_the_first_run_starts_now(desk: Desk) -> None:
    # Given a helpdesk with years of comments, and a gehoor that never looked
    desk.write_many(5)
    desk.world.bookmarks.places.clear()
    # When it runs for the first time, and again
    desk.world.clock.now += 2 * OVERLAP
    assert desk.run() == CaughtUp(0)
    assert desk.next_run() == CaughtUp(0)
    # Then only what came since is caught up with
    desk.write()
    assert desk.next_run() == CaughtUp(1)


def test_what_the_helpdesk_lists_late_is_found_in_the_overlap(desk: Desk) -> None:
    # Given a comment that a run did not see, though it saw a later one
    helpdesk = desk.world.helpdesk
    late = desk.write("late")
    hidden = helpdesk.tickets[desk.ticket_id].comments.pop()
    desk.world.clock.advance(minutes=4)
    desk.write("later")
    assert desk.next_run() == CaughtUp(1)
    # When the helpdesk lists it
    helpdesk.tickets[desk.ticket_id].comments.append(hidden)
    # Then the next run finds it
    desk.next_run()
    assert message_of(CommentAdded(desk.ticket_id, late)) in desk.sent


def test_many_comments_are_read_over_as_many_runs_as_they_take(desk: Desk) -> None:
    # Given more comments within the overlap than a run reads
    desk.world.helpdesk.page_size = 10
    written = desk.write_many(10 * MOST_PAGES * 3)
    # When runs come
    desk.next_run()
    assert desk.world.tap.names.count("helpdesk.comments_since") == MOST_PAGES
    for _ in range(4):
        desk.next_run()
    # Then none is left out, and none is in the way of the next
    assert {message["comment_id"] for message in desk.sent} == set(written)


def test_a_run_ends_at_its_deadline_and_the_next_one_reads_that_page_again(desk: Desk) -> None:
    # Given a clock that reaches the deadline while a page is read
    comment_id = desk.write()
    desk.world.clock.now += BETWEEN
    names = desk.world.tap.names
    desk.world.tap.before[len(names) + 1] = lambda: desk.world.clock.advance(minutes=1)
    found = desk.run()
    # Then the run says so
    assert "time is up" in found.error
    assert desk.sent == []
    # And nothing is skipped
    assert desk.next_run() == CaughtUp(1)
    assert desk.sent == [message_of(CommentAdded(desk.ticket_id, comment_id))]


@pytest.mark.parametrize(
    ("error", "metric"),
    [
        (NotAllowed("403: only for admins"), "HelpdeskNotAllowed"),
        (AuthExpired("the token is dead"), "HelpdeskAuthExpired"),
        (Unavailable("down"), "CatchUpsFailed"),
    ],
)
def test_a_helpdesk_that_refuses_is_counted_and_asked_again(
    desk: Desk, error: GehoorError, metric: str
) -> None:
    # Given a helpdesk that does not tell
    desk.write()
    desk.world.tap.errors["helpdesk.comments_since"] = error
    # When a run comes
    found = desk.next_run()
    # Then its error is there for the log, and an alarm
    assert found == CaughtUp(0, f"{type(error).__name__}: {error}")
    assert desk.world.metrics.counts[metric] == 1
    assert desk.world.metrics.counts["CatchUpsFailed"] == 1
    # And once it is mended, nothing was missed
    desk.world.tap.errors.clear()
    assert desk.next_run() == CaughtUp(1)


def test_a_helpdesk_that_cannot_be_connected_is_an_error_of_the_run_alone(desk: Desk) -> None:
    def helpdesk() -> Helpdesk:
        message = "its secret is not set"
        raise AuthExpired(message)

    ports = replace(desk.world.catch_up_ports(), helpdesk=helpdesk)
    found = catch_up(ports, desk.world.clock() + RUN)
    assert found.error == "AuthExpired: its secret is not set"


@pytest.mark.parametrize("call", ["queues.send_event", "bookmarks.move", "answers.knows"])
def test_what_could_not_be_sent_is_read_again(desk: Desk, call: str) -> None:
    # Given a fault at one of the steps
    comment_id = desk.write()
    desk.world.tap.errors[call] = Unavailable("busy")
    assert desk.next_run().error == "Unavailable: busy"
    # When all is well
    desk.world.tap.errors.clear()
    desk.next_run()
    # Then the comment is on its way
    assert message_of(CommentAdded(desk.ticket_id, comment_id)) in desk.sent


def test_one_run_at_a_time(desk: Desk) -> None:
    # Given a run that died
    desk.write()
    desk.world.clock.now += BETWEEN
    desk.world.bookmarks.take("comments", "dead", desk.world.clock(), desk.world.clock() + LEASE)
    # Then another one waits for its lease
    assert desk.run() == CaughtUp(0)
    assert "helpdesk.comments_since" not in desk.world.tap.names
    assert desk.next_run() == CaughtUp(1)


def test_a_list_that_does_not_move_on_is_an_error_and_no_endless_run(desk: Desk) -> None:
    # Given a helpdesk whose next page is the same one
    desk.write()
    desk.world.clock.now += BETWEEN
    place = desk.world.bookmarks.places["comments"]
    page = CommentsPage((), place, more=True)
    desk.world.helpdesk.comments_since = lambda since: page  # type: ignore[method-assign]
    # Then the run says so
    assert desk.run().error.startswith(ContractBroken.__name__)
    assert desk.world.bookmarks.places["comments"] == place
