"""One comment answers all who wait: previewed, once each, and never to whom it is not for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from fakes.storm import WORD, Storm, watch
from gehoor.domain.answer_notes import POST_ANYWAY, PRIVATE
from gehoor.domain.faces import FALSE_FACE
from gehoor.domain.first_answer import Ending
from gehoor.domain.incident import BROADCAST, BROADCAST_GO, NO_BROADCAST
from gehoor.errors import Rejected, Unavailable
from gehoor.usecases.broadcast import A_MINUTE, A_ROUND
from gehoor.usecases.incidents import UNMOVED


@pytest.fixture
def storm() -> Storm:
    return Storm()


def test_a_comment_with_the_tag_is_shown_first_and_sends_nothing(storm: Storm) -> None:
    # When an agent writes a broadcast
    storm.write()
    # Then a note shows to how many it would go, with three examples, and how to send it
    [note] = storm.notes("preview:")
    assert "6 waiting people" in note
    assert note.count("characters on Town") == 3
    assert BROADCAST_GO in note
    # And nothing is sent, nor is the tag left for the next comment
    assert not storm.said()
    assert BROADCAST not in storm.world.helpdesk.tickets[storm.ticket_id].tags


def test_the_word_to_go_sends_it_to_each_once(storm: Storm) -> None:
    # Given a broadcast that was shown
    comment_id = storm.write()
    # When the agent says go
    storm.say_go(comment_id)
    # Then everybody is greeted by their own name and told what the agent wrote
    said = storm.said()
    assert len(said) == 6
    assert all(text.endswith(f",\n{WORD}") for text in said)
    assert {text.split(",")[0].split()[-1] for text in said} == {
        "Aaa",
        "Bbb",
        "Ccc",
        "Ddd",
        "Eee",
        "Fff",
    }
    assert len({text.split()[0] for text in said}) > 1
    # And each ticket, and the problem ticket, tells so
    assert len(storm.notes("broadcast:")) == 6
    [ended] = storm.notes("broadcast-ended:")
    assert "6 answered" in ended
    assert BROADCAST_GO not in storm.world.helpdesk.tickets[storm.ticket_id].tags


def test_the_sweep_finds_a_tag_that_came_without_a_comment(storm: Storm) -> None:
    storm.write()
    storm.world.helpdesk.tickets[storm.ticket_id].tags.add(BROADCAST_GO)
    storm.sweep()
    storm.follow()
    assert len(storm.said()) == 6


def test_the_word_to_go_that_was_there_before_the_preview_counts_for_nothing(storm: Storm) -> None:
    # Given an agent who sets both tags at once
    storm.world.helpdesk.tickets[storm.ticket_id].tags.add(BROADCAST_GO)
    comment_id = storm.write()
    # When everything is followed
    storm.bring(comment_id)
    storm.sweep()
    storm.follow()
    # Then it was shown only
    assert len(storm.notes("preview:")) == 1
    assert not storm.said()


@pytest.mark.parametrize("kind", ["without the tag", "internal"])
def test_other_comments_on_the_problem_ticket_are_for_the_agents(kind: str, storm: Storm) -> None:
    comment_id = storm.write(
        tag="" if kind == "without the tag" else BROADCAST, public=kind != "internal"
    )
    storm.say_go(comment_id)
    assert not storm.notes("preview:")
    assert not storm.said()


def test_everything_again_answers_nobody_again(storm: Storm) -> None:
    # Given a broadcast that is over
    comment_id = storm.write()
    storm.say_go(comment_id)
    # When its messages come again, and so does the tag
    storm.say_go(comment_id)
    storm.sweep()
    storm.follow()
    # Then nobody hears it twice
    assert len(storm.said()) == 6
    assert len(storm.notes("broadcast:")) == 6


def test_a_second_broadcast_is_an_answer_of_its_own(storm: Storm) -> None:
    storm.say_go(storm.write())
    storm.say_go(storm.write("it is mended, thank you for your patience"))
    assert len(storm.said()) == 12


def solved(storm: Storm) -> None:
    storm.world.helpdesk.set_status(storm.ticket_of(0), "solved")


def opted_out(storm: Storm) -> None:
    storm.world.helpdesk.tickets[storm.ticket_of(0)].tags.add(NO_BROADCAST)


def looking_like_us(storm: Storm) -> None:
    storm.world.helpdesk.tickets[storm.ticket_of(0)].tags.add(FALSE_FACE)


def answered(storm: Storm) -> None:
    storm.world.clock.advance(minutes=1)
    storm.world.helpdesk.tickets[storm.ticket_of(0)].status = "open"
    storm.world.helpdesk.write(storm.ticket_of(0), storm.world.agent, "We are on it")


def made_private(storm: Storm) -> None:
    [case] = [c for c in storm.world.cases.cases.values() if c.ticket_id == storm.ticket_of(0)]
    storm.world.cases.put(case.to_the_author_alone())


def forgotten(storm: Storm) -> None:
    [case] = [c for c in storm.world.cases.cases.values() if c.ticket_id == storm.ticket_of(0)]
    del storm.world.cases.cases[case.case_id]


def deleted_ticket(storm: Storm) -> None:
    storm.world.helpdesk.delete_ticket(storm.ticket_of(0))


def merged_ticket(storm: Storm) -> None:
    storm.world.helpdesk.merge_tickets(storm.ticket_of(0), storm.ticket_of(1), storm.world.agent)


def gone_post(storm: Storm) -> None:
    storm.world.town.deleted.add("post-0")


OBSTACLES = [
    solved,
    opted_out,
    looking_like_us,
    answered,
    made_private,
    forgotten,
    deleted_ticket,
    merged_ticket,
    gone_post,
]


@pytest.mark.parametrize("obstacle", OBSTACLES, ids=lambda made: made.__name__)
@pytest.mark.parametrize("when", ["before the preview", "after it"])
def test_who_does_not_wait_is_not_answered(
    obstacle: Callable[[Storm], None], when: str, storm: Storm
) -> None:
    # Given one person who is not to be answered
    if when == "before the preview":
        obstacle(storm)
    comment_id = storm.write()
    if when == "after it":
        obstacle(storm)
    # When the broadcast is sent
    storm.say_go(comment_id)
    # Then the five others hear it, and the agent reads why one did not
    posts = {answer.address.native_id for answer in storm.world.town.answers}
    assert posts == {f"post-{n}" for n in range(1, 6)}
    [ended] = storm.notes("broadcast-ended:")
    assert "5 answered" in ended
    assert ended.count("<br>") == 3


def test_who_wrote_again_after_an_answer_waits_again(storm: Storm) -> None:
    # Given a customer who was answered, and wrote again
    answered(storm)
    storm.world.clock.advance(minutes=1)
    [case] = [c for c in storm.world.cases.cases.values() if c.ticket_id == storm.ticket_of(0)]
    storm.world.cases.put(replace(case, answers_at=storm.world.clock()))
    # When the broadcast is sent, then they hear it too
    storm.say_go(storm.write())
    assert len(storm.said()) == 6


def test_a_comment_made_internal_stops_the_rest(storm: Storm) -> None:
    # Given a broadcast of which two are out
    comment_id = storm.write()
    replies = 0

    def stop() -> None:
        nonlocal replies
        replies += 1
        if replies == 3:
            storm.world.helpdesk.make_private(storm.ticket_id, comment_id)

    watch(storm, "network.reply", stop)
    # When the agent takes it back at the third
    storm.say_go(comment_id)
    # Then no more than that one went out, and the agent is told
    assert len(storm.said()) == 3
    [ended] = storm.notes("broadcast-ended:")
    assert "stopped" in ended
    assert "3 answered" in ended


def test_a_comment_that_was_changed_after_it_was_shown_is_not_sent(storm: Storm) -> None:
    comment_id = storm.write()
    storm.world.helpdesk.redact(storm.ticket_id, comment_id, "something else")
    storm.say_go(comment_id)
    assert not storm.said()
    assert "something else than what was shown" in storm.notes("broadcast-ended:")[0]


def test_a_later_person_is_offered_the_word_and_not_answered(storm: Storm) -> None:
    # Given a broadcast that is over
    storm.say_go(storm.write())
    # When somebody else says it
    storm.say(20)
    storm.deliver()
    storm.sweep()
    storm.follow()
    # Then their agent reads what the others were told, and the customer hears nothing by itself
    [note] = storm.notes("word:")
    assert WORD in note
    assert len(storm.said()) == 6
    ticket = storm.world.helpdesk.tickets[storm.ticket_of(20)]
    assert ticket.problem_id == storm.ticket_id
    # And is told so once
    storm.sweep()
    assert len(storm.notes("word:")) == 1


def test_who_is_not_in_a_ticket_yet_is_offered_the_word_there(storm: Storm) -> None:
    # Given somebody whose ticket is still to come when the broadcast is sent
    storm.say(20)
    storm.sweep()
    storm.say_go(storm.write())
    assert len(storm.said()) == 6
    # When it is there
    storm.deliver()
    storm.sweep()
    # Then it has the word
    assert len(storm.notes("word:")) == 1


def test_a_network_that_fails_holds_up_nothing_for_good(storm: Storm) -> None:
    # Given a network that is down
    comment_id = storm.write()
    storm.world.tap.errors["network.reply"] = Unavailable("down")
    storm.world.helpdesk.tickets[storm.ticket_id].tags.add(BROADCAST_GO)
    with pytest.raises(Unavailable):
        storm.bring(comment_id)
    # When it is back
    storm.world.tap.errors.clear()
    storm.world.clock.advance(minutes=3)
    storm.bring(comment_id)
    storm.follow()
    # Then all are answered, once
    assert len(storm.said()) == 6


def test_a_text_that_a_network_refuses_is_told(storm: Storm) -> None:
    storm.world.tap.errors["network.reply"] = Rejected("the text is too odd")
    storm.say_go(storm.write())
    [ended] = storm.notes("broadcast-ended:")
    assert "could not be answered: the text is too odd" in ended


def test_many_are_answered_at_a_pace() -> None:
    # Given more people than one connection answers at once
    storm = Storm(people=A_MINUTE)
    comment_id = storm.write()
    begun = storm.world.clock()
    # When they are answered
    storm.say_go(comment_id)
    # Then all are, not faster than that
    assert len(storm.said()) == A_MINUTE
    assert storm.world.clock() - begun >= timedelta(seconds=45)


def test_a_round_is_bounded(storm: Storm) -> None:
    storm = Storm(people=A_ROUND + 5)
    comment_id = storm.write()
    storm.world.helpdesk.tickets[storm.ticket_id].tags.add(BROADCAST_GO)
    # When the function runs once
    storm.bring(comment_id)
    # Then it asks for the others' turn
    assert len(storm.said()) == A_ROUND
    [message] = storm.world.queues.events
    assert message["comment_id"] == comment_id


def test_a_broadcast_that_nobody_is_at_goes_on_with_the_sweep(storm: Storm) -> None:
    # Given a broadcast whose message was lost half-way
    storm = Storm(people=A_ROUND + 5)
    comment_id = storm.write()
    storm.world.helpdesk.tickets[storm.ticket_id].tags.add(BROADCAST_GO)
    storm.bring(comment_id)
    storm.world.queues.events.clear()
    # When sweeps come
    for _ in range(UNMOVED // timedelta(minutes=5) + 1):
        storm.sweep()
    storm.follow()
    # Then the others are answered too
    assert len(storm.said()) == A_ROUND + 5


def test_nothing_is_sent_once_the_incident_is_closed(storm: Storm) -> None:
    comment_id = storm.write()
    storm.world.helpdesk.set_status(storm.ticket_id, "solved")
    storm.sweep()
    storm.say_go(comment_id)
    assert not storm.said()


def test_a_comment_that_no_webhook_told_of_is_caught_up(storm: Storm) -> None:
    # Given a broadcast comment whose webhook was lost
    comment_id = storm.world.helpdesk.write(storm.ticket_id, storm.world.agent, WORD, tag=BROADCAST)
    # When sweeps come
    storm.sweep()
    storm.sweep()
    # Then it is on its way
    assert storm.world.queues.events[0]["comment_id"] == comment_id


def test_what_would_hold_an_answer_back_is_told_in_the_preview(storm: Storm) -> None:
    # Given a word with a placeholder and a phone number for all
    storm.write("Hi [name], call us on 06-12345678")
    # Then the agent reads that before it goes to anybody
    [note] = storm.notes("preview:")
    assert "a placeholder in it was not filled in: [name]" in note
    assert "everybody could read personal data in it: phone number" in note
    # And one without a fault has no such words
    storm.write("We know, and are on it.")
    assert "Think twice" not in storm.notes("preview:")[1]


def test_an_answer_in_several_posts_is_told_in_the_preview(storm: Storm) -> None:
    storm.write("We know. " * 70)
    assert "6 of these answers need several posts" in storm.notes("preview:")[0]


def test_no_personal_word_is_in_an_outcome(storm: Storm) -> None:
    storm.say_go(storm.write())
    outcomes = storm.world.answers.outcomes
    assert outcomes
    assert not any("Aaa" in outcome for outcome in outcomes.values())


def test_an_ordinary_private_tag_is_none_of_a_broadcast(storm: Storm) -> None:
    # Given a customer's ticket that is to be answered privately
    storm.world.helpdesk.tickets[storm.ticket_of(0)].tags.add(PRIVATE)
    # When a broadcast is sent, then that customer is left to their agent
    storm.say_go(storm.write())
    assert len(storm.said()) == 5


def test_errors_pass_through_for_the_queue(storm: Storm) -> None:
    storm.world.tap.errors["helpdesk.read_comment"] = Unavailable("down")
    # When the helpdesk cannot tell what the comment says, then it comes again
    with pytest.raises(Unavailable):
        storm.write()
    assert storm.world.answers.pending


def test_what_an_agents_answer_is_held_back_for_holds_a_broadcast_back_too(storm: Storm) -> None:
    # Given a broadcast with a placeholder that nobody filled in
    comment_id = storm.write("Dear [name], it is mended by 15:00")
    # When it is shown, and sent all the same
    storm.say_go(comment_id)
    # Then the preview says that nobody would get it, and nobody does
    assert "0 waiting people" in storm.notes("preview:")[0]
    assert "6 get nothing" in storm.notes("preview:")[0]
    assert not storm.said()


def test_the_tag_that_overrules_lets_a_broadcast_out(storm: Storm) -> None:
    tags = storm.world.helpdesk.tickets[storm.ticket_id].tags
    tags.add(POST_ANYWAY)
    storm.say_go(storm.write("Dear [name], it is mended by 15:00"))
    assert len(storm.said()) == 6


def test_the_clocks_of_the_answered_stop_and_no_promise_is_each_ones_own(storm: Storm) -> None:
    # When a broadcast with a promise is out
    storm.say_go(storm.write("we will have it mended tomorrow at 15:00, promised"))
    # Then nobody waits for a first answer any more, and no agent is reminded for each customer
    cases = storm.world.cases.cases.values()
    clocks = [case.clock for case in cases if case.clock]
    assert len(clocks) == 6
    assert {clock.ending for clock in clocks} == {Ending.ANSWERED}
    assert not any(case.promises for case in cases)
