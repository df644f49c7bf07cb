"""First answers that are waited for, and promises that come back, from the post to the agent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from factories import JUDGEMENT, NOW, author, mention
from factories import case as stored_case
from fakes.world import World, assert_all_well
from gehoor.domain.case import MOST_CLOCKS, Case
from gehoor.domain.desk import Desk
from gehoor.domain.desk_hours import DeskHours, Shift
from gehoor.domain.first_answer import Ending, Stage
from gehoor.domain.notice import Subject
from gehoor.errors import NotAllowed, Rejected, Unavailable

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = ((Shift(time(9), time(17)),),) * 5 + ((), ())
HOUR = timedelta(hours=1)
STAGE_TAGS = {"answer_due_half", "answer_due_soon", "answer_overdue"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


def opened(world: World, **changes: Any) -> str:
    """A ticket for a post of just now."""
    world.town.post(mention("1", posted_at=world.clock(), **changes))
    world.settle()
    return max(world.helpdesk.tickets, key=int)


def wait(world: World, **units: float) -> None:
    """Time passes, with a sweep every five minutes."""
    end = world.clock() + timedelta(**units)
    while world.clock() < end:
        world.clock.now = min(end, world.clock() + timedelta(minutes=5))
        world.wake(world.sweep)
        world.settle(timedelta(minutes=1))


def notes(world: World, ticket_id: str, kind: str) -> list[str]:
    comments = world.helpdesk.tickets[ticket_id].comments
    return [c.html for c in comments if c.marker.startswith(kind)]


def stage_tags(world: World, ticket_id: str) -> set[str]:
    return world.helpdesk.tickets[ticket_id].tags & STAGE_TAGS


def only_case(world: World) -> Case:
    [case] = world.cases.cases.values()
    return case


def test_the_ticket_says_when_its_first_answer_is_due() -> None:
    # Given a desk that opens on Monday, and a post on Sunday
    world = World()
    world.desk = Desk(DeskHours(AMSTERDAM, OFFICE))
    ticket_id = opened(world)
    # Then the ticket's field and its note say so
    ticket = world.helpdesk.tickets[ticket_id]
    assert dict(ticket.draft.fields)["first_answer_due"] == "2026-11-23 10:00 (Europe/Amsterdam)"
    [note] = notes(world, ticket_id, "history:")
    assert "<br>First answer due Mon 23 Nov 2026, 10:00 (Europe/Amsterdam)" in note
    # And so does the case
    assert only_case(world).wakes_at == at("2026-11-23 09:30")


def test_agents_are_told_at_each_stage_once() -> None:
    # Given a ticket that nobody answers
    world = World()
    ticket_id = opened(world)
    seen = []
    # When its time runs out
    for _ in range(20):
        wait(world, minutes=5)
        seen.append(stage_tags(world, ticket_id))
    # Then each stage was told once, its tag in the place of the one before
    assert list(dict.fromkeys(map(frozenset, seen))) == [
        set(),
        {"answer_due_half"},
        {"answer_due_soon"},
        {"answer_overdue"},
    ]
    assert [len(notes(world, ticket_id, tag)) for tag in sorted(STAGE_TAGS)] == [1, 1, 1]
    [overdue] = notes(world, ticket_id, "answer_overdue")
    assert "it was due Sun 22 Nov 2026, 11:00 (UTC). Nothing is on Town yet" in overdue
    # And somebody outside was told of the last two, by ids alone
    assert [(notice.subject, notice.data["ticket_id"]) for notice in world.notices.calls] == [
        (Subject.ANSWER_SOON, ticket_id),
        (Subject.ANSWER_OVERDUE, ticket_id),
    ]
    assert world.notices.calls[0].data == {
        "case_id": only_case(world).case_id,
        "ticket_id": ticket_id,
        "due_at": "2026-11-22T11:00:00Z",
        "link": f"https://desk.example/tickets/{ticket_id}",
    }
    assert only_case(world).wakes_at is None


def test_after_an_outage_only_the_last_stage_is_told() -> None:
    # Given a ticket, and a sweep that did not run for long
    world = World()
    ticket_id = opened(world)
    world.clock.advance(hours=5)
    # When it runs again
    wait(world, minutes=10)
    # Then what is over is not told as if it were ahead
    assert [len(notes(world, ticket_id, tag)) for tag in sorted(STAGE_TAGS)] == [0, 0, 1]


def test_the_clock_stops_when_the_answer_is_on_the_network() -> None:
    # Given an answer that is typed in time, and a network that takes nothing until later
    world = World()
    ticket_id = opened(world)
    world.tap.errors["network.reply"] = Unavailable("down")
    world.clock.advance(minutes=20)
    world.comment(ticket_id, "We are on it")
    wait(world, minutes=45)
    # Then it is waited for all the same
    assert stage_tags(world, ticket_id) == {"answer_overdue"}
    # When the network takes it
    world.tap.errors.clear()
    wait(world, minutes=60)
    # Then the clock has stopped, and no tag says otherwise
    clock = only_case(world).clock
    assert clock is not None
    assert (clock.ending, clock.is_within) == (Ending.ANSWERED, False)
    assert stage_tags(world, ticket_id) == set()
    assert_all_well(world)


def test_an_answer_is_measured_by_network_and_by_intent() -> None:
    # Given a desk's hours that begin an hour after the post
    world = World()
    world.clock.now = at("2026-11-23 08:00")
    world.desk = Desk(DeskHours(AMSTERDAM, OFFICE))
    ticket_id = opened(world)
    # When it is answered a quarter into them, and once more
    world.clock.now = at("2026-11-23 09:15")
    world.comment(ticket_id, "We are on it")
    world.settle()
    world.clock.advance(minutes=5)
    world.comment(ticket_id, "And done")
    world.settle()
    # Then the first alone counts, in the desk's time
    assert world.metrics.values == [
        (name, value, by)
        for by in ({}, {"network": "town"}, {"intent": "complaint"})
        for name, value in (("FirstAnswerSeconds", 900.0), ("FirstAnswersInTime", 1.0))
    ]
    clock = only_case(world).clock
    assert clock is not None
    assert clock.took == timedelta(minutes=15)


def test_nobody_waits_in_a_ticket_that_was_solved_without_an_answer() -> None:
    # Given a ticket that an agent solves, while the webhook that says so is lost
    world = World()
    ticket_id = opened(world)
    world.helpdesk.set_status(ticket_id, "solved")
    world.helpdesk.told.clear()
    # When time passes
    wait(world, hours=2)
    # Then nothing is told, and the case is no answered one
    assert [notes(world, ticket_id, tag) for tag in STAGE_TAGS] == [[], [], []]
    assert world.notices.calls == []
    case = only_case(world)
    assert case.clock is not None
    assert (case.is_open, case.clock.ending, case.wakes_at) == (False, None, None)


def test_the_clock_of_a_ticket_that_is_merely_opened_again_goes_on() -> None:
    # Given a ticket that was solved by mistake
    world = World()
    ticket_id = opened(world)
    for status in ("solved", "open"):
        world.helpdesk.set_status(ticket_id, status)
        world.settle()
    # When its time is over
    wait(world, minutes=70)
    # Then agents are told
    assert stage_tags(world, ticket_id) == {"answer_overdue"}


def come_back(world: World) -> None:
    """The author writes again below the first post."""
    name = str(len(world.town.items) + 1)
    world.town.post(mention(name, in_reply_to="1", posted_at=world.clock()))
    world.settle()


def test_a_customer_who_comes_back_after_the_case_was_solved_is_clocked_anew() -> None:
    # Given a case that was answered and solved
    world = World()
    ticket_id = opened(world)
    world.comment(ticket_id, "We are on it")
    world.settle()
    world.helpdesk.set_status(ticket_id, "solved")
    world.settle()
    wait(world, hours=3)
    # When the author writes again
    come_back(world)
    wait(world, minutes=40)
    # Then both answers have a clock
    first, second = only_case(world).clocks
    assert (first.ending, second.ending, second.told) == (Ending.ANSWERED, None, Stage.HALF)
    assert stage_tags(world, ticket_id) == {"answer_due_half"}


def test_a_customer_who_writes_on_after_an_answer_starts_no_clock() -> None:
    world = World()
    ticket_id = opened(world)
    world.comment(ticket_id, "We are on it")
    world.settle()
    come_back(world)
    assert only_case(world).wakes_at is None
    assert len(only_case(world).clocks) == 1


def test_a_case_keeps_few_clocks() -> None:
    case = stored_case(is_open=False)
    for n in range(9):
        clock = Desk().first_answer(JUDGEMENT, NOW + n * HOUR)
        case = replace(case.after(mention(posted_at=NOW), clock), is_open=False)
    assert len(case.clocks) == MOST_CLOCKS
    assert [clock.ending for clock in case.clocks[:-1]] == [Ending.SOLVED] * (MOST_CLOCKS - 1)


def test_nobody_waits_for_an_answer_to_a_post_that_is_gone() -> None:
    # Given a post whose author deletes it
    world = World()
    world.desk = Desk(target=timedelta(hours=30))
    ticket_id = opened(world)
    world.town.deleted.add("1")
    wait(world, hours=3)
    # Then its clock has stopped
    clock = only_case(world).clock
    assert clock is not None
    assert clock.ending is Ending.WITHDRAWN
    # And when they write again there is another
    come_back(world)
    assert [clock.ending for clock in only_case(world).clocks] == [Ending.WITHDRAWN, None]
    assert ticket_id in world.helpdesk.tickets


def test_an_answer_stops_the_clocks_of_all_that_was_merged_into_its_ticket() -> None:
    # Given two people in one ticket
    world = World()
    first = opened(world)
    world.clock.advance(minutes=1)
    ben = author("ben")
    world.town.post(replace(mention("2", posted_at=world.clock()), author=ben))
    world.settle()
    second = max(world.helpdesk.tickets, key=int)
    world.helpdesk.merge_tickets(first, second, world.agent)
    world.settle()
    # When an agent answers there
    world.clock.advance(minutes=1)
    world.comment(second, "We are on it")
    world.settle()
    # Then the one who spoke last is answered, and nobody waits for another answer
    endings = {
        case.opened_by: case.clock and case.clock.ending for case in world.cases.cases.values()
    }
    assert sorted(map(str, endings.values())) == ["answered", "merged"]
    assert len(world.metrics.values) == 6


def test_a_note_or_a_notice_that_is_refused_keeps_nothing_from_going_on() -> None:
    # Given a helpdesk and a receiver that refuse
    world = World()
    ticket_id = opened(world)
    world.tap.errors["helpdesk.add_comment"] = Rejected("too long")
    world.tap.errors["notices.send"] = NotAllowed("no right")
    wait(world, minutes=70)
    # Then it is counted, and told no more
    assert world.metrics.counts["NotesRefused"] == 3
    assert world.metrics.counts["NoticesRefused"] == 2
    assert only_case(world).wakes_at is None
    assert stage_tags(world, ticket_id) == set()


# Promises.


def promised(world: World, text: str = "We'll call you tomorrow at 3pm.") -> str:
    """A ticket with a promise in its answer, which an agent solves at once."""
    ticket_id = opened(world)
    world.comment(ticket_id, text)
    world.settle()
    world.helpdesk.set_status(ticket_id, "solved")
    world.settle()
    return ticket_id


def test_a_promise_with_a_time_brings_its_ticket_back_before_it_is_due() -> None:
    # Given a promise for Monday, 15:00, in a ticket that is solved
    world = World()
    world.desk = Desk(DeskHours(AMSTERDAM, OFFICE))
    ticket_id = promised(world)
    ticket = world.helpdesk.tickets[ticket_id]
    [told] = notes(world, ticket_id, "posted:")
    assert "You promised something for Mon 23 Nov 2026, 15:00 (Europe/Amsterdam): “We" in told
    assert "This ticket comes back on Mon 23 Nov 2026, 13:00 (Europe/Amsterdam)" in told
    # When two hours of the desk's time are left
    world.clock.now = at("2026-11-23 12:50")
    wait(world, minutes=5)
    assert ticket.status == "solved"
    wait(world, minutes=15)
    # Then it is open again, once, with the words that the customer will hold us to
    assert (ticket.status, ticket.priority) == ("open", "high")
    assert "promise_due" in ticket.tags
    [note] = notes(world, ticket_id, "promise_due")
    assert "is due Mon 23 Nov 2026, 15:00 (Europe/Amsterdam): “We'll call you tomorrow" in (
        note.replace("&#x27;", "'").replace("&#39;", "'")
    )
    assert [notice.subject for notice in world.notices.calls] == [Subject.PROMISE_DUE]
    wait(world, hours=5)
    assert len(notes(world, ticket_id, "promise_due")) == 1


def test_a_later_answer_keeps_a_promise_and_says_so() -> None:
    # Given a promise
    world = World()
    ticket_id = promised(world)
    # When an agent answers again before it is due, with another one
    world.clock.advance(hours=1)
    world.comment(ticket_id, "We tried to call. We'll call you on Tuesday.")
    world.settle()
    # Then the note about that answer says that the first is kept
    *_, told = notes(world, ticket_id, "posted:")
    assert "gehoor takes this answer for the one that was promised" in told
    first, second = only_case(world).promises
    assert (first.waits, second.waits) == (False, True)
    # And only the second comes back
    wait(world, hours=70)
    assert len(notes(world, ticket_id, "promise_due")) == 1


def test_a_promise_that_came_back_is_over_once_an_agent_answers() -> None:
    world = World()
    ticket_id = promised(world, "We'll get back to you within 24 hours.")
    wait(world, hours=23)
    assert "promise_due" in world.helpdesk.tickets[ticket_id].tags
    world.comment(ticket_id, "Here it is")
    world.settle()
    assert "promise_due" not in world.helpdesk.tickets[ticket_id].tags


def test_a_promise_that_an_agent_tags_as_kept_does_not_come_back_but_the_next_does() -> None:
    # Given a promise that was kept by phone
    world = World()
    ticket_id = promised(world)
    tags = world.helpdesk.tickets[ticket_id].tags
    tags.add("promise_kept")
    wait(world, hours=30)
    assert notes(world, ticket_id, "promise_due") == []
    # When an agent promises again
    world.comment(ticket_id, "We'll call you tomorrow.")
    world.settle()
    # Then the tag is off, and this one comes back
    assert "promise_kept" not in tags
    wait(world, hours=48)
    assert len(notes(world, ticket_id, "promise_due")) == 1


def test_a_promise_for_soon_comes_back_halfway() -> None:
    world = World()
    promised(world, "We'll get back to you within half an hour.")
    [promise] = only_case(world).promises
    assert promise.notice_at == promise.due_at - timedelta(minutes=15)


@pytest.mark.parametrize("public", [True, False])
def test_only_what_the_customer_could_read_is_a_promise(public: bool) -> None:
    world = World()
    ticket_id = opened(world)
    world.comment(ticket_id, "We'll call you tomorrow at 3pm.", public=public)
    world.settle()
    assert len(only_case(world).promises) == public


def test_a_deleted_ticket_brings_no_promise_back() -> None:
    world = World()
    ticket_id = promised(world)
    world.helpdesk.delete_ticket(ticket_id)
    world.settle()
    wait(world, hours=30)
    assert world.notices.calls == []
    assert only_case(world).wakes_at is None
