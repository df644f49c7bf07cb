"""What becomes of posts that are deleted or edited after they were heard."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from factories import JUDGEMENT, NOW, mention
from fakes.world import World
from gehoor.domain.alert import AlertKind
from gehoor.domain.mention import Image, Mention
from gehoor.domain.reach import Reach, ReachThresholds
from gehoor.domain.record import MentionRecord, MentionState
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    Gone,
    NotAllowed,
    RateLimited,
    Rejected,
    Unavailable,
)
from gehoor.ports.network import RECHECKED_AT_ONCE
from gehoor.usecases.gone import DELETED_BEFORE
from gehoor.usecases.recheck import LOOK_AGAIN, SECOND_LOOK, recheck_posts

RUN = timedelta(seconds=30)
ERRORS = [
    AuthExpired("the token is dead"),
    NotAllowed("a scope is missing"),
    ContractBroken("a page where JSON is due"),
    Rejected("no such call"),
    RateLimited("slowly"),
    Unavailable("down"),
    Gone("the list is not where it was"),
]


@pytest.fixture
def world() -> World:
    return World()


def heard(world: World, *posts: Mention) -> None:
    """The posts are on the network, and delivered."""
    for post in posts:
        world.town.post(post)
    world.settle()
    assert {record(world, post).state for post in posts} == {MentionState.DELIVERED}


def record(world: World, post: Mention) -> MentionRecord:
    return world.mentions.records[post.mention_id]


def look(world: World, *posts: Mention) -> Mapping[str, Exception]:
    names = [post.mention_id for post in posts]
    return recheck_posts(names, world.recheck_ports(), world.clock() + RUN)


def retry_at(failure: Exception) -> object:
    assert isinstance(failure, Unavailable)
    return failure.retry_at


def look_twice(world: World, *posts: Mention) -> Mapping[str, Exception]:
    look(world, *posts)
    world.clock.now += SECOND_LOOK
    return look(world, *posts)


def notes(world: World, kind: str = "gone:") -> list[tuple[str, bool, str]]:
    """Ticket, whether it is public, and text of each note of one kind."""
    return [
        (ticket.ticket_id, comment.public, comment.html)
        for ticket in world.helpdesk.tickets.values()
        for comment in ticket.comments
        if comment.marker.startswith(kind)
    ]


def test_a_post_that_is_still_there_is_left_alone(world: World) -> None:
    only = mention("1")
    heard(world, only)
    before = record(world, only)
    assert look_twice(world, only) == {}
    assert record(world, only) == before
    assert notes(world) == []


def test_a_deleted_post_is_told_of_in_its_ticket_and_erased(world: World) -> None:
    # Given a post with a picture, which is delivered and then deleted
    only = mention("1", title="Broken", images=(Image("https://town.example/1.png"),))
    heard(world, only)
    world.town.deleted.add("1")
    # When it is missing at two looks
    assert look_twice(world, only) == {}
    # Then the ticket has an internal note that says what to do, once, however often anybody looks
    look_twice(world, only)
    [(_, public, said)] = notes(world)
    assert not public
    assert "no longer on Town" in said
    assert "redact" in said
    assert only.permalink in said
    assert only.text not in said
    # And gehoor keeps none of its words
    found = record(world, only)
    assert found.deleted_at == NOW + SECOND_LOOK
    assert found.mention == replace(only, text="", title=None, images=())
    assert found.judgement is not None
    assert found.judgement.reasons == ()
    assert found.state is MentionState.DELIVERED
    assert world.metrics.counts["PostsGone"] == 1


def test_one_look_is_not_enough(world: World) -> None:
    # Given a post that the network shows no more
    only = mention("1")
    heard(world, only)
    world.town.deleted.add("1")
    # When it is looked at, and once more too soon
    for minutes in (0, 59):
        world.clock.now = NOW + timedelta(minutes=minutes)
        failure = look(world, only)[only.mention_id]
        # Then another look is due an hour after the first
        assert retry_at(failure) == NOW + SECOND_LOOK
    assert record(world, only).deleted_at is None
    assert notes(world) == []


def test_a_post_that_comes_back_begins_anew(world: World) -> None:
    # Given a post that was missing once, and is there again
    only = mention("1")
    heard(world, only)
    world.town.deleted.add("1")
    look(world, only)
    world.town.deleted.clear()
    world.clock.now += SECOND_LOOK
    assert look(world, only) == {}
    # When it is missing again a day later
    world.clock.advance(days=1)
    world.town.deleted.add("1")
    # Then that is a first look
    assert retry_at(look(world, only)[only.mention_id]) == world.clock() + SECOND_LOOK
    assert record(world, only).deleted_at is None


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_what_goes_wrong_says_nothing_about_a_post(world: World, error: GehoorError) -> None:
    # Given a network that fails at every look for a day, with one of two posts deleted
    posts = [mention("1"), mention("2")]
    heard(world, *posts)
    world.town.deleted.add("2")
    world.tap.errors["network.recheck"] = error
    for _ in range(24):
        failures = look(world, *posts)
        # Then each comes again after a while
        assert {retry_at(failure) for failure in failures.values()} == {world.clock() + LOOK_AGAIN}
        assert len(failures) == len(posts)
        world.clock.now += LOOK_AGAIN
    assert not any(record(world, post).missing_since for post in posts)
    # And once it is mended, two looks tell of the one that is gone
    world.tap.errors.clear()
    assert look_twice(world, *posts) == {}
    assert [record(world, post).deleted_at is not None for post in posts] == [False, True]


def test_a_network_that_asks_for_longer_is_given_longer(world: World) -> None:
    only = mention("1")
    heard(world, only)
    until = NOW + timedelta(hours=5)
    world.tap.errors["network.recheck"] = RateLimited("slowly", until)
    assert retry_at(look(world, only)[only.mention_id]) == until


def test_a_source_that_left_the_configuration_is_not_asked(world: World) -> None:
    only = mention("1")
    heard(world, only)
    world.is_configured = False
    assert look_twice(world, only) == {}
    assert record(world, only).missing_since is None


def test_what_a_network_cannot_tell_stays_as_it_is(world: World) -> None:
    # Given a post that the network leaves out of its answer
    only = mention("1")
    heard(world, only)
    world.town.items.clear()
    # Then nothing comes of it
    assert look_twice(world, only) == {}
    assert record(world, only).missing_since is None


def test_many_are_asked_for_in_few_calls_until_one_fails(world: World) -> None:
    # Given two calls and a half of posts
    posts = [mention(str(n), by=f"person{n}") for n in range(RECHECKED_AT_ONCE * 5 // 2)]
    heard(world, *posts)
    # When they are looked at
    calls = world.tap.names.count("network.recheck")
    assert look(world, *posts) == {}
    assert world.tap.names.count("network.recheck") == calls + 3
    # And the network fails at the second call
    world.town.deleted.add("0")

    def fail() -> None:
        world.tap.errors["network.recheck"] = RateLimited("slowly")

    reads = len(posts)
    world.tap.before[len(world.tap.names) + reads + 1] = fail
    failures = look(world, *posts)
    # Then those of the first call are done, the others come again, and nobody asks on
    assert world.tap.names.count("network.recheck") == calls + 5
    first = [post.mention_id for post in posts[:RECHECKED_AT_ONCE]]
    assert set(failures) == {posts[0].mention_id, *failures.keys() - set(first)}
    assert len(failures) == 1 + len(posts) - RECHECKED_AT_ONCE


def test_nothing_is_begun_when_the_time_is_up(world: World) -> None:
    only = mention("1")
    heard(world, only)
    failures = recheck_posts([only.mention_id], world.recheck_ports(), world.clock())
    assert retry_at(failures[only.mention_id]) == world.clock()
    assert "network.recheck" not in world.tap.names


def test_a_damaged_record_is_left_to_operators(world: World) -> None:
    only = mention("1")
    heard(world, only)
    world.tap.errors["mentions.get"] = ContractBroken("it cannot be read")
    assert look(world, only) == {}


def test_an_edit_that_no_poll_brings_is_shown_in_the_ticket(world: World) -> None:
    # Given a post that its author edits after it was delivered
    first = mention("1", text="It works")
    heard(world, first)
    edited = replace(first, text="It does not work", edited_at=NOW + timedelta(minutes=5))
    world.town.edit(edited)
    # When it is looked at, twice
    assert look_twice(world, first) == {}
    world.settle()
    # Then a note shows the new words, once
    [(_, public, said)] = notes(world, "edited:")
    assert not public
    assert "It does not work" in said
    assert record(world, first).mention == edited
    # And a later edit is another one
    world.town.edit(replace(edited, text="It smokes", edited_at=NOW + timedelta(minutes=9)))
    look(world, first)
    world.settle()
    assert len(notes(world, "edited:")) == 2


def told_of_reach(world: World) -> list[tuple[str, str, str]]:
    world.settle()
    return [(one.about, one.subject, one.data["evidence"]) for one in world.notices.told]


def test_a_post_that_grows_is_told_once_when_it_goes_far_and_once_when_it_is_fast(
    world: World,
) -> None:
    # Given a post of which nobody took notice when it was heard
    world.thresholds = ReachThresholds(likes=500, reposts_an_hour=100)
    only = mention("1", posted_at=NOW)
    heard(world, only)
    before = record(world, only)
    about = f"mention:{only.mention_id}"
    # When a look finds that many like it, then that is told
    world.clock.now = NOW + timedelta(hours=1)
    world.town.reach["1"] = Reach(likes=600, reposts=90)
    assert look(world, only) == {}
    far = (about, AlertKind.REPUTATION, "likes 600")
    assert told_of_reach(world) == [far]
    # And once it spreads fast, that is told besides
    world.clock.now = NOW + timedelta(hours=6)
    world.town.reach["1"] = Reach(likes=9_000, reposts=600)
    assert look(world, only) == {}
    fast = (about, AlertKind.SPREADING, "reposts 600 (100 an hour)")
    assert told_of_reach(world) == [far, fast]
    # And nothing is told again, and nothing else came of it
    world.town.reach["1"] = Reach(likes=90_000, reposts=90_000)
    assert look_twice(world, only) == {}
    assert told_of_reach(world) == [far, fast]
    assert record(world, only) == before
    assert len(world.helpdesk.tickets) == 1


def test_an_edit_that_a_look_brings_brings_its_reach(world: World) -> None:
    world.thresholds = ReachThresholds(likes=500)
    only = mention("1")
    heard(world, only)
    world.town.edit(replace(only, text="It smokes", edited_at=NOW))
    world.town.reach["1"] = Reach(likes=600)
    assert look_twice(world, only) == {}
    assert [evidence for _, _, evidence in told_of_reach(world)] == ["likes 600"]
    assert len(notes(world, "edited:")) == 1


def test_no_call_is_made_for_reach(world: World) -> None:
    # Given two equal posts, one of which goes far and fast
    world.thresholds = ReachThresholds(likes=500, reposts_an_hour=100)
    plain, famous = mention("1"), mention("2", by="bob")
    heard(world, plain, famous)
    world.town.reach["2"] = Reach(likes=10**6, reposts=10**6)

    def asked(post: Mention) -> list[str]:
        world.tap.names.clear()
        look(world, post)
        return [name for name in world.tap.names if not name.startswith("alerts.")]

    # Then a look at either asks the same, but for what sends the signals on
    signals = ["queues.send_alerts"] * 2
    assert asked(famous) == [*asked(plain), *signals]


def test_a_signal_that_cannot_be_stored_comes_with_the_next_look(world: World) -> None:
    world.thresholds = ReachThresholds(likes=500)
    only = mention("1")
    heard(world, only)
    world.town.reach["1"] = Reach(likes=600)
    world.tap.errors["alerts.put_new"] = Unavailable("down")
    assert set(look(world, only)) == {only.mention_id}
    world.tap.errors.clear()
    assert look(world, only) == {}
    assert len(told_of_reach(world)) == 1


def test_an_edit_on_its_way_is_not_shown_once_the_post_is_gone(world: World) -> None:
    # Given an edit that is heard, and waits for the helpdesk
    first = mention("1")
    heard(world, first)
    edited = replace(first, text="Something private", edited_at=NOW)
    assert world.mentions.note_edit(edited, JUDGEMENT, NOW)
    # When the post is deleted
    world.town.deleted.add("1")
    assert look_twice(world, first) == {}
    world.deliver({"mention_id": first.mention_id})
    # Then only that is told
    assert notes(world, "edited:") == []
    assert len(notes(world)) == 1
    assert record(world, first).state is MentionState.DELIVERED
    # And an edit that a poll still brings changes nothing
    again = replace(edited, edited_at=NOW + timedelta(hours=9))
    assert not world.mentions.note_edit(again, JUDGEMENT, NOW)


def test_no_ticket_is_opened_for_what_was_deleted_before_it_came(world: World) -> None:
    # Given a post that waits for a helpdesk that is down
    only = mention("1")
    world.town.post(only)
    world.tap.errors["helpdesk.upsert_customer"] = Unavailable("down")
    world.settle(timedelta(minutes=2))
    world.town.deleted.add("1")
    # When it is missing at two looks
    failures = look_twice(world, only)
    # Then a look comes later, for what may be under way
    assert retry_at(failures[only.mention_id]) == world.clock() + LOOK_AGAIN
    # And once the helpdesk is up, no ticket and no customer is made, and nobody is alarmed
    world.tap.errors.clear()
    world.settle()
    assert look(world, only) == {}
    found = record(world, only)
    assert (found.state, found.reason) == (MentionState.ASIDE, DELETED_BEFORE)
    assert world.helpdesk.tickets == {}
    assert len(world.helpdesk.customers) == 0
    assert world.metrics.counts["MentionsAside"] == 0


def test_a_follow_up_that_was_deleted_before_it_came_is_no_comment(world: World) -> None:
    # Given a follow-up that waits, as its thread cannot be read
    first = mention("1")
    heard(world, first)
    again = mention("2", in_reply_to="1", posted_at=NOW + timedelta(minutes=1))
    world.town.post(again)
    world.tap.errors["network.thread"] = Unavailable("down")
    world.settle(timedelta(minutes=2))
    # When it is deleted, and the thread can be read again
    world.town.deleted.add("2")
    look_twice(world, again)
    world.tap.errors.clear()
    world.settle()
    # Then it is aside, and the ticket says nothing of it
    assert record(world, again).reason == DELETED_BEFORE
    [ticket] = world.helpdesk.tickets.values()
    assert [comment.marker for comment in ticket.comments if comment.public] == [first.mention_id]


@pytest.mark.parametrize(("name", "unnoted"), [("1", "cases.put"), ("2", "ledger.finish")])
def test_what_is_half_way_comes_to_its_end_and_is_told_of(
    world: World, name: str, unnoted: str
) -> None:
    # Given a post, or a follow-up, that came to the helpdesk, which nobody could note
    posts = [mention("1"), mention("2", in_reply_to="1", posted_at=NOW + timedelta(minutes=1))]
    if name == "2":
        heard(world, posts[0])
    post = posts[int(name) - 1]
    world.town.post(post)
    world.tap.errors[unnoted] = Unavailable("down")
    world.settle(timedelta(minutes=2))
    assert record(world, post).state is MentionState.PENDING
    # When it is deleted meanwhile
    world.town.deleted.add(name)
    look_twice(world, post)
    world.tap.errors.clear()
    world.settle()
    # Then it is delivered, once, and told of
    assert record(world, post).state is MentionState.DELIVERED
    assert look(world, post) == {}
    [ticket] = world.helpdesk.tickets.values()
    markers = [comment.marker for comment in ticket.comments]
    assert markers.count(post.mention_id) == 1
    assert markers.count(f"gone:{post.mention_id}") == 1


def test_a_post_whose_ticket_was_merged_is_told_of_where_it_goes_on(world: World) -> None:
    # Given two tickets that an agent merges, of which no webhook tells
    posts = [mention("1"), mention("2", by="bob")]
    heard(world, *posts)
    loser, winner = (record(world, post).ticket_id for post in posts)
    world.helpdesk.merge_tickets(loser, winner, world.agent)
    world.helpdesk.told.clear()
    # When the post of the one that is closed is deleted
    world.town.deleted.add("1")
    assert look_twice(world, posts[0]) == {}
    # Then the note is in the other one
    assert [ticket_id for ticket_id, _, _ in notes(world)] == [winner]


@pytest.mark.parametrize("error", [Gone("it is closed"), Rejected("not with these characters")])
def test_a_ticket_that_takes_no_note_holds_up_nothing(world: World, error: GehoorError) -> None:
    only = mention("1")
    heard(world, only)
    world.town.deleted.add("1")
    world.tap.errors["helpdesk.add_comment"] = error
    assert look_twice(world, only) == {}
    assert record(world, only).deleted_at is not None
    assert world.metrics.counts["NotesRefused"] == isinstance(error, Rejected)


def test_what_was_set_aside_is_erased_too(world: World) -> None:
    # Given a post that the helpdesk refused
    only = mention("1")
    world.town.post(only)
    world.tap.errors["helpdesk.open_ticket"] = Rejected("no such form")
    world.settle()
    assert record(world, only).state is MentionState.ASIDE
    # When it is deleted
    world.town.deleted.add("1")
    assert look_twice(world, only) == {}
    # Then its words are gone here as well
    found = record(world, only)
    assert found.state is MentionState.ASIDE
    assert found.mention == only.without_words()


def test_it_goes_by_itself_from_the_sweep_to_the_note(world: World) -> None:
    # Given a sweep every five minutes, and a post that is deleted after two hours
    only = mention("1")
    heard(world, only)
    for _ in range(9 * 12):
        world.clock.advance(minutes=5)
        if world.clock() - NOW > timedelta(hours=2):
            world.town.deleted.add("1")
        world.sweep()
        world.settle(timedelta(seconds=1))
    # Then it is noticed by the look after six hours and the one after that
    noticed = record(world, only).deleted_at
    assert noticed is not None
    assert timedelta(hours=7) <= noticed - NOW <= timedelta(hours=7, minutes=15)
    assert len(notes(world)) == 1
