"""A broadcast comes to its end, whatever strikes it on its way and however many wait for it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from fakes.storm import WORD, Storm, watch
from gehoor.domain.incident import BROADCAST_GO
from gehoor.errors import AuthExpired, GehoorError, Rejected, Unavailable, UnknownOutcome
from gehoor.usecases.broadcast import A_ROUND
from gehoor.usecases.incidents import MOST_WORDS


@pytest.fixture
def storm() -> Storm:
    return Storm()


def begun(storm: Storm, comment_id: str) -> None:
    """The word to go is there, and nobody has acted on it yet."""
    storm.world.helpdesk.tickets[storm.ticket_id].tags.add(BROADCAST_GO)


def test_a_broadcast_that_has_begun_needs_no_tag_any_more(storm: Storm) -> None:
    # Given a broadcast of which a round is out
    storm = Storm(people=A_ROUND + 5)
    comment_id = storm.write()
    begun(storm, comment_id)
    storm.bring(comment_id)
    # When an agent tidies the tags up, and another one writes the next broadcast
    storm.world.helpdesk.tickets[storm.ticket_id].tags.discard(BROADCAST_GO)
    storm.write("something else altogether")
    storm.follow()
    # Then the first one goes its way to the end, and the other one is not mixed into it
    assert len(storm.said()) == A_ROUND + 5
    assert all(text.endswith(WORD) for text in storm.said())
    assert "15 answered" in storm.notes("broadcast-ended:")[0]


@pytest.mark.parametrize("error", [AuthExpired("token is dead"), UnknownOutcome("lost")])
def test_what_strikes_one_customer_keeps_nothing_from_the_others(
    error: GehoorError, storm: Storm
) -> None:
    # Given customers on a connection each, and the first answer of all goes wrong
    comment_id = storm.write()
    for name, record in list(storm.world.mentions.records.items()):
        storm.world.mentions.records[name] = replace(record, source_id=f"source-{name}")
    strike(storm, error, lambda: storm.world.tap.names.count("network.reply") == 1)
    # When the broadcast is sent
    begun(storm, comment_id)
    with pytest.raises(type(error)):
        storm.bring(comment_id)
    # Then all others have their answer
    assert len(storm.said()) == 5


def strike(storm: Storm, error: GehoorError, is_time: Callable[[], bool]) -> None:
    """That call of the network fails which is made when it is time."""

    def look() -> None:
        storm.world.tap.errors.pop("network.reply", None)
        if is_time():
            storm.world.tap.errors["network.reply"] = error

    watch(storm, "network.reply", look)


def test_a_dead_credential_is_told_on_the_problem_ticket_once(storm: Storm) -> None:
    # Given a network whose credential is dead
    comment_id = storm.write()
    begun(storm, comment_id)
    storm.world.tap.errors["network.reply"] = AuthExpired("renew it: gehoor secret set x")
    # When it is tried twice
    for _ in range(2):
        with pytest.raises(AuthExpired):
            storm.bring(comment_id)
        storm.world.clock.advance(minutes=3)
    # Then the agent reads why it waits, and after it is renewed all is said
    [note] = storm.notes("broadcast-waits:")
    assert "gehoor secret set x" in note
    storm.world.tap.errors.clear()
    storm.bring(comment_id)
    storm.follow()
    assert len(storm.said()) == 6


def test_sweeps_add_no_message_to_one_that_is_put_back(storm: Storm) -> None:
    # Given a broadcast that a network holds up for an hour, whose message was put back till then
    comment_id = storm.write()
    begun(storm, comment_id)
    storm.world.tap.errors["network.reply"] = Unavailable(
        "down", storm.world.clock() + timedelta(hours=1)
    )
    with pytest.raises(Unavailable):
        storm.bring(comment_id)
    storm.world.tap.errors.clear()
    # When sweeps come meanwhile
    for _ in range(12):
        storm.sweep()
    # Then there is still only that message
    assert not storm.world.queues.events


def test_an_agent_who_solves_the_ticket_too_soon_is_told_what_went_out(storm: Storm) -> None:
    # Given a broadcast of which a round is out
    storm = Storm(people=A_ROUND + 5)
    comment_id = storm.write()
    begun(storm, comment_id)
    storm.bring(comment_id)
    # When the agent solves the problem ticket
    storm.world.helpdesk.set_status(storm.ticket_id, "solved")
    storm.sweep()
    storm.follow()
    # Then nothing more goes out, and a note says to how many it went
    assert len(storm.said()) == A_ROUND
    [ended] = storm.notes("broadcast-ended:")
    assert "the incident is closed" in ended
    assert f"{A_ROUND} answered" in ended
    assert "5 were not answered" in ended


def test_a_comment_that_came_to_nothing_before_the_incident_closed_waits_no_more(
    storm: Storm,
) -> None:
    # Given a comment whose preview failed
    storm.world.tap.errors["helpdesk.read_comment"] = Unavailable("down")
    with pytest.raises(Unavailable):
        storm.write()
    storm.world.tap.errors.clear()
    [name] = storm.world.answers.pending
    # When the incident is closed, and the comment comes again
    storm.world.helpdesk.set_status(storm.ticket_id, "solved")
    storm.sweep()
    storm.bring(name.partition("/")[2])
    # Then it is not pending for ever
    assert not storm.world.answers.pending


def test_a_preview_looks_for_its_time_and_says_how_many_there_are() -> None:
    # Given many people, and a helpdesk that takes its time over each call
    storm = Storm(people=300)
    world = storm.world
    begun_at, calls = world.clock(), len(world.tap.names)
    slow = partial(world.clock.advance, milliseconds=100)
    world.tap.before = dict.fromkeys(range(calls, calls + 2_000), slow)
    # When a broadcast is written
    storm.write()
    # Then the note tells of all, those who were not looked at too
    [note] = storm.notes("preview:")
    looked_at, unseen = (int(n) for n in re.findall(r"(\d+) (?:waiting|more) ", note))
    assert 0 < looked_at < looked_at + unseen == 300
    # And it took no longer than the function has
    assert world.clock() - begun_at < timedelta(seconds=50)


def test_a_preview_of_two_hundred_looks_at_all() -> None:
    storm = Storm(people=200)
    storm.write()
    [note] = storm.notes("preview:")
    assert "200 waiting people would get it" in note
    assert "not in this preview" not in note


def test_what_became_of_all_is_read_together_in_every_round() -> None:
    # Given many who wait
    storm = Storm(people=3 * A_ROUND)
    comment_id = storm.write()
    begun(storm, comment_id)
    before = len(storm.world.tap.names)
    # When a round is sent
    storm.bring(comment_id)
    # Then nobody was asked about one by one who had no answer in it
    assert storm.world.tap.names[before:].count("ledger.decided_many") == 1
    assert storm.world.tap.names[before:].count("ledger.decided") <= 2 * A_ROUND


def test_a_word_is_offered_to_so_many_in_one_run(storm: Storm) -> None:
    # Given a broadcast that is over, and many who said it in several runs and have tickets since
    storm.say_go(storm.write())
    for some in range(3):
        for n in range(MOST_WORDS // 2):
            storm.say(100 * (some + 1) + n)
        storm.sweep()
    storm.deliver()
    # When the next sweep comes, then it offers the word to no more than it has time for
    storm.sweep()
    assert len(storm.notes("word:")) == MOST_WORDS
    # And the rest follows
    storm.sweep()
    assert len(storm.notes("word:")) == 3 * (MOST_WORDS // 2)


def test_what_could_not_be_shown_is_not_sent(storm: Storm) -> None:
    # Given an agent who sets both tags at once, and a helpdesk that refuses the preview
    storm.world.helpdesk.tickets[storm.ticket_id].tags.add(BROADCAST_GO)
    storm.world.tap.errors["helpdesk.add_comment"] = Rejected("too long")
    storm.write()
    storm.world.tap.errors.clear()
    # When sweeps come, then nothing is sent that nobody has seen
    storm.sweep()
    storm.follow()
    assert not storm.said()
    assert storm.incident.broadcast is None


def test_a_dead_credential_keeps_nobody_from_a_preview(storm: Storm) -> None:
    # Given a network that cannot be reached for want of a credential
    storm.world.tap.errors["network.measure"] = AuthExpired("renew it: gehoor secret set x")
    # When a broadcast is written, then the preview says who cannot be answered, and why
    storm.write()
    [note] = storm.notes("preview:")
    assert "6 get nothing: cannot be answered: renew it: gehoor secret set x" in note
