"""Loops of machines end, and people who write a lot are heard."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

import pytest

from factories import mention
from fakes.agent import LONG, Desk
from fakes.budget import FakeBudget
from fakes.helpdesk import FakeBulk
from fakes.world import World, assert_all_well
from gehoor.domain.answer_notes import NOT_POSTED
from gehoor.domain.budget import Lane, Limit
from gehoor.domain.ticket import CommentDraft
from gehoor.errors import RateLimited, TicketLimited, Unavailable
from gehoor.helpdesks._zendesk_limits import UPDATES_OF_TICKET
from gehoor.usecases.loop_guard import ANSWERS_A_DAY

RECEIPT = "We received your message"
TEN_MINUTES = timedelta(minutes=10)
TAKEN_IN_TEN_MINUTES = 30
"""Updates of one ticket by one user, as Zendesk documents it."""


class Machines:
    """A bot that answers every answer, and an automation that answers every comment of a customer.

    The bot answers below the answer, or with a new post in a thread of its own.
    """

    def __init__(self, world: World, in_thread: bool) -> None:
        self._world = world
        self._in_thread = in_thread
        self._names = count(1)
        self._answered: set[str] = set()
        self._read: set[str] = set()

    def speak(self, below: str | None = None) -> None:
        self._world.town.post(
            mention(
                f"bot-{next(self._names)}",
                "bot",
                in_reply_to=below if self._in_thread else None,
                posted_at=self._world.clock(),
            )
        )

    def react(self) -> bool:
        """Whether any of them had something to say."""
        world = self._world
        answers = [one for one in world.town.answers if one.native_id not in self._answered]
        unread = [
            (ticket_id, comment.comment_id)
            for ticket_id, ticket in world.helpdesk.tickets.items()
            for comment in ticket.comments
            if comment.author_id in world.helpdesk.customers
            and comment.comment_id not in self._read
        ]
        for answer in answers:
            self.speak(answer.native_id)
        for ticket_id, _ in unread:
            world.comment(ticket_id, f"{RECEIPT} {len(self._read)}")
        self._answered |= {answer.native_id for answer in answers}
        self._read |= {comment_id for _, comment_id in unread}
        return bool(answers or unread)


@pytest.mark.parametrize("in_thread", [True, False], ids=["one thread", "new threads"])
def test_a_bot_and_an_automation_that_answer_each_other_come_to_an_end(in_thread: bool) -> None:
    # Given a bot that answers every answer, and an automation that answers every comment
    world = World()
    machines = Machines(world, in_thread)
    machines.speak()
    # When time passes
    world.settle()
    rounds = 0
    while machines.react():
        world.settle()
        rounds += 1
        assert rounds < 10 * ANSWERS_A_DAY, "it never ends"
    # Then they had so many rounds, and the last answer came back to the agents with what to do
    assert len(world.town.answers) == ANSWERS_A_DAY
    assert world.metrics.counts["LoopsStopped"] == 1
    stopped = [ticket for ticket in world.helpdesk.tickets.values() if NOT_POSTED in ticket.tags]
    assert len(stopped) == 1
    note = stopped[0].comments[-1]
    assert not note.public
    assert "20 answers went to this author today" in note.html
    assert "switch it off for this ticket" in note.html
    # And all that the bot said is in tickets, once
    world.comments.clear()
    world.town.answers.clear()
    assert_all_well(world)


@pytest.fixture
def busy() -> Iterator[Desk]:
    """An agent who answered as often as one author is answered in a day."""
    desk = Desk()
    for number in range(ANSWERS_A_DAY):
        assert desk.outcome(desk.answer(f"Answer {number}"))
    yield desk
    desk.mend()


def test_one_answer_too_many_for_a_day_goes_out_the_next_day(busy: Desk) -> None:
    # When the agent writes once more, and again after midnight
    held = busy.answer("Still there?")
    busy.world.clock.advance(hours=14)
    sent = busy.answer("Good morning")
    # Then the first came back with the time, and the second is out
    [note] = busy.notes(held)
    assert "write again after 23 Nov, 00:00 UTC" in note
    assert str(busy.outcome(held)).startswith("returned: ")
    assert str(busy.outcome(sent)).startswith("posted: ")
    assert [one.text for one in busy.world.town.answers[ANSWERS_A_DAY:]] == ["Good morning"]


def test_other_authors_are_answered_all_the_same(busy: Desk) -> None:
    busy.world.town.post(mention("2", by="bob"))
    busy.world.settle()
    _, busy.ticket_id = busy.world.helpdesk.tickets
    assert str(busy.outcome(busy.answer("Hello Bob"))).startswith("posted: ")


def test_an_answer_that_is_begun_is_brought_to_its_end(busy: Desk) -> None:
    # Given an answer that was counted, and then could not be posted
    busy.world.quota.refund(*_only_window(busy))
    busy.world.tap.errors["network.reply"] = Unavailable("down")
    comment_id = busy.write("The last one")
    with pytest.raises(Unavailable):
        busy.bring(comment_id)
    # When the network is well again, and the day's answers are spent
    busy.mend()
    busy.world.clock.advance(minutes=3)
    busy.bring(comment_id)
    # Then it is out
    assert str(busy.outcome(comment_id)).startswith("posted: ")


def test_an_answer_counts_once_however_many_posts_and_deliveries_it_takes() -> None:
    desk = Desk()
    comment_id = desk.answer(LONG)
    desk.bring(comment_id)
    assert len(desk.world.town.answers) == 3
    assert desk.world.tap.names.count("quota.take") == 1


def test_attempts_that_decide_nothing_do_not_count() -> None:
    # Given an answer that cannot be begun, however often it is tried
    desk = Desk()
    comment_id = desk.write("We are on it")
    desk.world.tap.errors["ledger.decide"] = Unavailable("busy")
    for _ in range(ANSWERS_A_DAY + 1):
        with pytest.raises(Unavailable):
            desk.bring(comment_id)
    # When it can
    desk.mend()
    desk.bring(comment_id)
    # Then it goes out, and counts once
    assert str(desk.outcome(comment_id)).startswith("posted: ")
    assert list(desk.world.quota.spent.values()) == [1]


def _only_window(desk: Desk) -> tuple[str, int, datetime]:
    [(name, until)] = desk.world.quota.spent
    return name, 1, until


def test_an_author_who_writes_without_end_neither_outruns_the_helpdesk_nor_hides_others() -> None:
    # Given a helpdesk that counts how often a ticket is changed, and gehoor's limit for that
    world = World()
    world.helpdesk.bulk = FakeBulk(world.helpdesk, world.clock, timedelta(seconds=30))
    world.in_batches = True
    world.join_within = timedelta(hours=24)
    budget = FakeBudget(world.clock)
    changes: dict[str, list[datetime]] = {}
    add = world.helpdesk.add_comment

    def limited(ticket_id: str, draft: CommentDraft) -> str:
        try:
            budget.take(Limit(ticket_id, UPDATES_OF_TICKET, TEN_MINUTES), Lane.NORMAL)
        except RateLimited as error:
            raise TicketLimited(str(error), error.retry_at) from error
        changes.setdefault(ticket_id, []).append(world.clock())
        return add(ticket_id, draft)

    world.helpdesk.add_comment = limited  # type: ignore[method-assign]
    # When somebody writes ten posts a minute below the first, and in the middle somebody else one
    world.town.post(mention("0", by="flood", posted_at=world.clock()))
    world.settle()
    for number in range(300):
        posted = mention(f"flood-{number}", "flood", in_reply_to="0", posted_at=world.clock())
        world.town.post(posted)
        if number == 150:
            bobs_at = world.clock()
            world.town.post(mention("bob", by="bob", posted_at=bobs_at))
        if number % 10 == 9:
            world.settle(timedelta(minutes=1))
    world.settle()
    # Then the other one's ticket is opened by the first poll after that
    flooded, bobs = world.helpdesk.tickets
    assert world.helpdesk.tickets[bobs].created_at - bobs_at <= timedelta(minutes=1)
    # And all of the flood is in one ticket, each post once, in few changes that the helpdesk takes
    assert_all_well(world)
    moments = changes[flooded]
    in_ten_minutes = (sum(start <= at < start + TEN_MINUTES for at in moments) for start in moments)
    assert max(in_ten_minutes) <= TAKEN_IN_TEN_MINUTES
    assert len(moments) < 300 / 5
