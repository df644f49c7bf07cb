"""An answer too long for one post: in parts, each once, and all of them by one plan."""

from dataclasses import replace
from datetime import timedelta

import pytest

from factories import NOW, mention
from fakes.agent import LONG, SENTENCE, Desk
from gehoor.domain.mention import Visibility
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    Gone,
    NotAllowed,
    Rejected,
    Unavailable,
    UnknownOutcome,
)
from gehoor.usecases.once import LEASE


@pytest.fixture
def desk() -> Desk:
    return Desk()


def texts(desk: Desk) -> list[str]:
    return [answer.text for answer in desk.world.town.answers]


def test_a_long_answer_is_a_thread_below_the_post(desk: Desk) -> None:
    # When an answer comes that one post does not hold
    comment_id = desk.answer(LONG)
    # Then it is on the network in parts, each below the one before
    first, second, third = desk.world.town.answers
    assert [part.address.native_id for part in (first, second, third)] == ["1", "a0", "a1"]
    assert [part.text[-6:] for part in (first, second, third)] == [" (1/3)", " (2/3)", " (3/3)"]
    assert all(part.text.removesuffix(part.text[-6:]).endswith(".") for part in (first, second))
    # And to its author, though each part but the first is below the brand's own post
    assert {part.address.handle for part in (first, second, third)} == {"@anna@town.example"}
    # And the ticket links the first and says how many there are
    [note] = desk.notes(comment_id)
    assert "in 3 parts" in note
    assert first.permalink in note
    assert second.permalink not in note
    assert desk.outcome(comment_id) == "posted: a0"
    assert desk.world.metrics.counts == {"AnswersPosted": 1}


@pytest.mark.parametrize("visibility", list(Visibility))
def test_no_part_is_wider_than_the_post(visibility: Visibility) -> None:
    desk = Desk(visibility)
    desk.answer(LONG)
    assert [part.visibility for part in desk.world.town.answers] == [visibility] * 3


def test_what_five_posts_do_not_hold_comes_back_with_the_count(desk: Desk) -> None:
    comment_id = desk.answer(SENTENCE * 60)
    [note] = desk.notes(comment_id)
    assert "it has 2999 characters, Town takes 500 in a post, and it does not fit into 5" in note
    assert "Shorten it to about 2250 characters" in note
    assert desk.world.town.answers == []


def test_a_link_longer_than_a_post_comes_back(desk: Desk) -> None:
    comment_id = desk.answer("See https://a.example/" + "x" * 600)
    assert "does not fit into 5 posts" in desk.notes(comment_id)[0]
    assert desk.world.town.answers == []


def test_a_message_that_comes_twice_posts_each_part_once(desk: Desk) -> None:
    comment_id = desk.answer(LONG)
    desk.bring(comment_id)
    assert len(desk.world.town.answers) == 3


@pytest.mark.parametrize("error", [Unavailable("down"), UnknownOutcome("lost")])
def test_a_half_posted_answer_is_finished_by_the_same_plan(desk: Desk, error: GehoorError) -> None:
    # Given an answer that stops after its first part
    comment_id = desk.write(LONG)
    desk.fail_after(1, error)
    with pytest.raises(type(error)):
        desk.bring(comment_id)
    assert len(desk.world.town.answers) == 1
    # And a limit that changes meanwhile, and a customer who writes on
    desk.world.town.limit = 300
    desk.world.town.post(mention("2", in_reply_to="1", posted_at=NOW))
    desk.mend()
    desk.world.settle()
    # When it is brought again
    desk.world.clock.now += LEASE
    desk.bring(comment_id)
    # Then the rest is below the first part, as it was planned
    assert [part.address.native_id for part in desk.world.town.answers] == ["1", "a0", "a1"]
    assert "".join(text[:-6] for text in texts(desk)).replace(" ", "") == LONG.replace(" ", "")
    assert desk.outcome(comment_id) == "posted: a0"


def test_a_lost_answer_is_found_below_the_post_it_answered(desk: Desk) -> None:
    # Given an answer that arrived, which nobody saw
    comment_id = desk.write("We are on it")
    desk.world.town.reply(desk.case.address, "We are on it", "key")
    desk.world.tap.errors["network.reply"] = UnknownOutcome("lost")
    with pytest.raises(UnknownOutcome):
        desk.bring(comment_id)
    desk.mend()
    # And a customer who writes on, so that the case answers another post
    desk.world.town.post(mention("2", in_reply_to="1", posted_at=NOW))
    desk.world.settle()
    assert desk.case.address.native_id == "2"
    # When it is tried again
    desk.world.clock.now += LEASE
    desk.bring(comment_id)
    # Then the one that is there counts
    assert len(desk.world.town.answers) == 1
    assert desk.outcome(comment_id) == "posted: a0"


@pytest.mark.parametrize("error", [Rejected("no"), NotAllowed("no right"), ContractBroken("HTML")])
def test_a_part_refused_for_good_tells_what_is_out_and_what_is_not(
    desk: Desk, error: GehoorError
) -> None:
    # Given a network that refuses the third part
    comment_id = desk.write(LONG)
    desk.fail_after(2, error)
    desk.bring(comment_id)
    # Then the note links what is there, and gives the rest back
    [note] = desk.notes(comment_id)
    assert (
        f"Only 2 of the 3 parts of your answer are on Town; the rest was NOT posted: {error}"
        in note
    )
    for part in desk.world.town.answers:
        assert part.permalink in note
    assert LONG[-200:] in note
    assert "(3/3)" not in note
    # And the answer has ended
    assert desk.outcome(comment_id) == f"returned after 2 of 3 parts: {error}"
    assert desk.world.metrics.counts == {"AnswersReturned": 1}
    assert "gehoor_not_posted" in desk.tags


def test_a_part_deleted_in_the_middle_ends_the_rest(desk: Desk) -> None:
    # Given a first part that is deleted on the network before the second is there
    comment_id = desk.write(LONG)
    desk.fail_after(1, Unavailable("down"))
    with pytest.raises(Unavailable):
        desk.bring(comment_id)
    desk.mend()
    desk.world.town.deleted.add("a0")
    # When it goes on
    desk.bring(comment_id)
    # Then the agent learns where it stopped
    [note] = desk.notes(comment_id)
    assert "Only 1 of the 3 parts" in note
    assert "the post to answer is no longer on Town" in note


def test_a_source_removed_in_the_middle_tells_what_is_out(desk: Desk) -> None:
    comment_id = desk.write(LONG)
    desk.fail_after(1, Unavailable("down"))
    with pytest.raises(Unavailable):
        desk.bring(comment_id)
    desk.mend()
    desk.world.is_configured = False
    desk.bring(comment_id)
    [note] = desk.notes(comment_id)
    assert "Only 1 of the 3 parts" in note
    assert "source masto was removed" in note


def test_a_dead_token_in_the_middle_delays_the_rest(desk: Desk) -> None:
    # Given a token that dies after the first part
    comment_id = desk.write(LONG)
    desk.fail_after(1, AuthExpired("masto: the token is dead"))
    with pytest.raises(AuthExpired):
        desk.bring(comment_id)
    # Then the agent knows where the first part is
    [note] = desk.notes(comment_id)
    assert "not posted yet on Town" in note
    assert "Its first part is:" in note
    # And the rest goes out with a new token
    desk.mend()
    desk.bring(comment_id)
    assert len(desk.world.town.answers) == 3


# What becomes of the comment meanwhile.


def change(desk: Desk, comment_id: str, happens: str) -> None:
    helpdesk = desk.world.helpdesk
    if happens == "made internal":
        helpdesk.make_private(desk.ticket_id, comment_id)
    elif happens == "redacted":
        helpdesk.redact(desk.ticket_id, comment_id, "▇" * 60 + LONG[60:])
    else:
        comments = helpdesk.tickets[desk.ticket_id].comments
        comments[:] = [comment for comment in comments if comment.comment_id != comment_id]


@pytest.mark.parametrize("happens", ["made internal", "redacted", "removed"])
@pytest.mark.parametrize("text", ["We are on it", LONG])
def test_a_comment_changed_between_look_and_post_is_not_posted(
    desk: Desk, happens: str, text: str
) -> None:
    # Given a comment that is taken back or changed after gehoor read it, right before the post
    comment_id = desk.write(text)
    desk.at_call("helpdesk.read_comment", 2, lambda: change(desk, comment_id, happens))
    # When it is brought
    desk.bring(comment_id)
    # Then nothing of it is on the network
    assert desk.world.town.answers == []
    # And a change is told, because the agent still waits for it; taking back is no news
    notes = desk.notes(comment_id)
    assert len(notes) == (happens == "redacted")
    assert all("the comment was changed while it was on its way" in note for note in notes)


@pytest.mark.parametrize("happens", ["made internal", "redacted", "removed"])
def test_a_comment_changed_between_two_parts_stops_the_rest(desk: Desk, happens: str) -> None:
    # Given a comment that is taken back or changed when its first part is out
    comment_id = desk.write(LONG)
    desk.at_call("helpdesk.read_comment", 3, lambda: change(desk, comment_id, happens))
    # When it is brought
    desk.bring(comment_id)
    # Then the rest stays off the network, and the note links what is there
    assert len(desk.world.town.answers) == 1
    [note] = desk.notes(comment_id)
    assert "Only 1 of the 3 parts" in note
    assert desk.world.town.answers[0].permalink in note


@pytest.mark.parametrize("happens", ["made internal", "redacted"])
def test_a_comment_changed_between_two_attempts_stops_the_rest(desk: Desk, happens: str) -> None:
    # Given an answer that stops after its first part, and whose comment then changes
    comment_id = desk.write(LONG)
    desk.fail_after(1, Unavailable("down"))
    with pytest.raises(Unavailable):
        desk.bring(comment_id)
    desk.mend()
    change(desk, comment_id, happens)
    # When it is brought again, and again
    for _ in range(2):
        desk.bring(comment_id)
    # Then the agent is told once, with the link, and no more goes out
    assert len(desk.world.town.answers) == 1
    [note] = desk.notes(comment_id)
    assert "Only 1 of the 3 parts" in note
    assert "▇" not in note


def test_a_lost_answer_whose_comment_was_changed_comes_back(desk: Desk) -> None:
    # Given an answer whose end nobody saw, and whose words are other ones now
    comment_id = desk.write("Your number is 12345678")
    desk.world.tap.errors["network.reply"] = UnknownOutcome("lost")
    with pytest.raises(UnknownOutcome):
        desk.bring(comment_id)
    desk.mend()
    desk.world.helpdesk.redact(desk.ticket_id, comment_id, "Your number is ▇▇▇▇▇▇▇▇")
    # When it is tried again
    desk.world.clock.now += LEASE
    desk.bring(comment_id)
    # Then nothing is posted blindly, and the agent learns where to look
    assert desk.world.town.answers == []
    [note] = desk.notes(comment_id)
    assert "Look whether it is there in its former words" in note
    assert mention().permalink in note


def test_an_answer_out_and_then_made_internal_is_told_to_be_out(desk: Desk) -> None:
    # Given an answer on the network that nobody noted, and a comment that is internal by now
    comment_id = desk.write("We are on it")
    desk.world.tap.errors["ledger.finish"] = Unavailable("down")
    with pytest.raises(Unavailable):
        desk.bring(comment_id)
    desk.mend()
    desk.world.helpdesk.make_private(desk.ticket_id, comment_id)
    # When it is tried again
    desk.world.clock.now += LEASE
    desk.bring(comment_id)
    # Then the agent learns that it is out
    assert "Your answer is on Town" in desk.notes(comment_id)[0]
    assert len(desk.world.town.answers) == 1


@pytest.mark.parametrize("error", [NotAllowed("no"), AuthExpired("dead"), ContractBroken("HTML")])
def test_nothing_is_posted_while_nobody_can_tell_whether_it_is_still_public(
    desk: Desk, error: GehoorError
) -> None:
    # Given a helpdesk that fails right before the post
    comment_id = desk.write()
    reads = desk.world.tap.names.count("helpdesk.read_comment")

    def fail() -> None:
        if desk.world.tap.names.count("helpdesk.read_comment") == reads + 2:
            desk.world.tap.errors["helpdesk.read_comment"] = error

    desk.world.tap.before |= dict.fromkeys(range(400), fail)
    with pytest.raises(Unavailable, match="whether the comment is still public"):
        desk.bring(comment_id)
    assert desk.world.town.answers == []
    # Then it goes out once the helpdesk can tell, and no note said anything else
    desk.mend()
    desk.bring(comment_id)
    assert len(desk.world.town.answers) == 1
    assert len(desk.notes(comment_id)) == 1


def test_a_case_that_becomes_private_between_two_parts_narrows_the_rest(desk: Desk) -> None:
    # Given an answer that stops after its first part
    comment_id = desk.write(LONG)
    desk.fail_after(1, Unavailable("down"))
    with pytest.raises(Unavailable):
        desk.bring(comment_id)
    desk.mend()
    # And a customer who writes on privately
    private = mention("2", in_reply_to="1", visibility=Visibility.DIRECT, posted_at=NOW)
    desk.world.town.post(private)
    desk.world.settle()
    # When the rest goes out
    desk.bring(comment_id)
    # Then only the author reads it, and the note tells who reads what
    widths = [part.visibility for part in desk.world.town.answers]
    assert widths == [Visibility.PUBLIC, Visibility.DIRECT, Visibility.DIRECT]
    [note] = desk.notes(comment_id)
    assert "from part 1 on everyone; from part 2 on only the author" in note


def test_a_case_forgotten_right_before_the_post_keeps_it_back(desk: Desk) -> None:
    comment_id = desk.write()
    reads = desk.world.tap.names.count("cases.get")

    def forget() -> None:
        if desk.world.tap.names.count("cases.get") == reads + 2:
            desk.world.cases.cases.clear()

    desk.world.tap.before |= dict.fromkeys(range(400), forget)
    with pytest.raises(Unavailable, match="not stored any more"):
        desk.bring(comment_id)
    assert desk.world.town.answers == []


def test_a_stored_promise_from_before_there_were_parts_still_counts(desk: Desk) -> None:
    # Given an answer that an earlier version posted and did not note in the ticket
    comment_id = desk.write("We are on it")
    key = f"reply:{desk.ticket_id}:{comment_id}"
    desk.world.ledger.begin(key, NOW, timedelta(minutes=2))
    result = {"native_id": "a7", "permalink": "https://town.example/posts/a7"}
    desk.world.ledger.finish(key, result, NOW)
    # When it is brought
    desk.bring(comment_id)
    # Then it is not posted again
    assert desk.world.town.answers == []
    assert desk.outcome(comment_id) == "posted: a7"
    assert "everyone" in desk.notes(comment_id)[0]


def test_what_the_ledger_keeps_of_an_answer_is_not_its_text(desk: Desk) -> None:
    desk.answer(LONG)
    kept = f"{desk.world.ledger.choices} {desk.world.ledger.promises}"
    assert "parcel" not in kept


def test_a_network_without_threads_gets_one_post(desk: Desk) -> None:
    desk.world.town.can = replace(desk.world.town.can, threads=False)
    comment_id = desk.answer(LONG)
    assert desk.world.town.answers == []
    assert "Shorten it by 699 characters" in desk.notes(comment_id)[0]


def test_a_ticket_deleted_between_look_and_post_posts_nothing(desk: Desk) -> None:
    comment_id = desk.write()
    helpdesk = desk.world.helpdesk
    reads = desk.world.tap.names.count("helpdesk.read_comment")

    def delete() -> None:
        if desk.world.tap.names.count("helpdesk.read_comment") == reads + 2:
            helpdesk.tickets.pop(desk.ticket_id, None)

    desk.world.tap.before |= dict.fromkeys(range(400), delete)
    desk.bring(comment_id)
    assert desk.world.town.answers == []
    with pytest.raises(Gone):
        helpdesk.read_ticket(desk.ticket_id)
