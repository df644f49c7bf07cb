"""One comment answers all who wait: previewed, once each, and never to whom it is not for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from factories import JUDGEMENT, mention
from fakes.world import World
from gehoor.domain.answer_notes import POST_ANYWAY, PRIVATE
from gehoor.domain.event import CommentAdded
from gehoor.domain.faces import FALSE_FACE
from gehoor.domain.first_answer import Ending
from gehoor.domain.incident import BROADCAST, BROADCAST_GO, NO_BROADCAST, Incident
from gehoor.domain.mention import Visibility
from gehoor.errors import AuthExpired, GehoorError, Rejected, Transient, Unavailable, UnknownOutcome
from gehoor.usecases.broadcast import A_MINUTE, A_ROUND, MOST_PREVIEWED
from gehoor.usecases.incidents import MOST_WORDS, UNMOVED

OUTAGE = "Al de hele ochtend geen internet in Utrecht, wat is er aan de hand?"
WORD = "we know about the outage in Utrecht and expect it to be mended by 15:00."


class Storm:
    """An incident of some people, with an agent before its problem ticket."""

    def __init__(self, people: int = 6) -> None:
        self.world = World()
        self.world.sweep()
        for n in range(people):
            self.say(n)
        self.deliver()
        self.sweep()

    def say(self, n: int, visibility: Visibility = Visibility.PUBLIC) -> None:
        post = mention(
            f"post-{n}",
            by=f"{chr(97 + n % 26) * 3}",
            text=f"{OUTAGE} {n}",
            posted_at=self.world.clock(),
            visibility=visibility,
        )
        who = replace(post.author, native_id=f"person-{n}", handle=f"@person{n}")
        self.world.town.post(replace(post, author=who))
        self.world.mentions.put_new(replace(post, author=who), JUDGEMENT, self.world.clock())

    def deliver(self) -> None:
        for name in list(self.world.mentions.pending):
            self.world.deliver({"mention_id": name})
        self.world.queues.deliveries.clear()

    def sweep(self) -> None:
        self.world.clock.advance(minutes=5)
        self.world.sweep()

    @property
    def incident(self) -> Incident:
        [incident] = self.world.incidents.incidents.values()
        return incident

    @property
    def ticket_id(self) -> str:
        return self.incident.ticket_id

    def write(self, text: str = WORD, tag: str = BROADCAST, public: bool = True) -> str:
        """The agent writes on the problem ticket, and gehoor is told."""
        comment_id = self.world.helpdesk.write(
            self.ticket_id, self.world.agent, text, public, tag=tag
        )
        self.bring(comment_id)
        return comment_id

    def bring(self, comment_id: str) -> None:
        self.world.answer({"ticket_id": self.ticket_id, "comment_id": comment_id})

    def say_go(self, comment_id: str) -> None:
        """The agent sets the tag, and all that follows is done."""
        self.world.helpdesk.tickets[self.ticket_id].tags.add(BROADCAST_GO)
        self.world.queues.send_event(CommentAdded(self.ticket_id, comment_id))
        self.follow()

    def follow(self) -> None:
        """What was asked of the queue is done, waiting for limits as the queue does."""
        while self.world.queues.events:
            message = self.world.queues.events.pop(0)
            try:
                self.world.answer(message)
            except Transient as error:
                self.world.clock.now = error.retry_at or self.world.clock() + timedelta(minutes=1)
                self.world.queues.events.append(message)

    def notes(self, marker: str) -> list[str]:
        tickets = self.world.helpdesk.tickets.values()
        return [c.html for t in tickets for c in t.comments if c.marker.startswith(marker)]

    def said(self) -> list[str]:
        return [answer.text for answer in self.world.town.answers]

    def ticket_of(self, n: int) -> str:
        records = self.world.mentions.records.values()
        [found] = [r for r in records if r.mention and r.mention.native_id == f"post-{n}"]
        return found.ticket_id


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


def watch(storm: Storm, name: str, act: Callable[[], None]) -> None:
    """Do something before every call of this name."""
    tap = storm.world.tap

    def look() -> None:
        if tap.names[-1] == name:
            act()

    tap.before |= dict.fromkeys(range(len(tap.names), len(tap.names) + 2_000), look)


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


def test_a_preview_looks_at_so_many_and_says_how_many_there_are() -> None:
    # Given more people than a preview looks at
    storm = Storm(people=MOST_PREVIEWED + 7)
    # When a broadcast is written
    before = len(storm.world.tap.names)
    storm.write()
    # Then the note tells of all, and the helpdesk was asked about no more than those
    [note] = storm.notes("preview:")
    assert f"{MOST_PREVIEWED} waiting people" in note
    assert "7 more are not in this preview" in note
    assert storm.world.tap.names[before:].count("cases.get") <= MOST_PREVIEWED + 2


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
