"""Words that a network lets nobody keep for longer than 30 days without reading them again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from factories import NOW, mention
from fakes.world import World
from gehoor import networks
from gehoor.domain.mention import Mention
from gehoor.domain.record import MentionRecord, MentionState
from gehoor.errors import Unavailable

TERM = timedelta(days=30)
SWEEPS = timedelta(hours=3)
POST = mention("1")


@pytest.fixture
def world() -> World:
    """A post in a ticket, on a network with such terms; no look at any other age."""
    made = World()
    made.recheck_after = ()
    made.refresh_within = {"town": TERM}
    made.wake(made.sweep)
    made.town.post(POST)
    made.settle()
    return made


def record(world: World, post: Mention = POST) -> MentionRecord:
    return world.mentions.records[post.mention_id]


def live(world: World, days: float) -> None:
    end = world.clock() + timedelta(days=days)
    while world.clock() < end:
        world.wake(world.sweep)
        world.work()
        found = record(world)
        has_words = found.mention is not None and found.mention.text != ""
        assert not has_words or world.clock() - found.fresh_at < TERM
        world.clock.now += SWEEPS


def notes(world: World) -> list[str]:
    comments = [c.marker for ticket in world.helpdesk.tickets.values() for c in ticket.comments]
    return [one for one in comments if one.startswith("gone:")]


def test_words_are_read_again_in_time_for_as_long_as_they_are_kept(world: World) -> None:
    live(world, 200)
    assert record(world).mention == POST
    assert world.tap.names.count("network.recheck") == 200 // 27
    assert notes(world) == []


def test_what_the_network_tells_besides_the_words_is_refreshed_too(world: World) -> None:
    # Given an author who has another name by now
    renamed = replace(POST, author=replace(POST.author, display_name="Anna B."))
    world.town.edit(renamed)
    live(world, 28)
    assert record(world).mention == renamed


@pytest.mark.parametrize("days", [0, 30, 100])
def test_what_cannot_be_refreshed_in_time_is_erased_and_nobody_is_told(
    world: World, days: float
) -> None:
    # Given a network that cannot be asked, from the beginning or after some time
    live(world, days)
    world.tap.errors["network.recheck"] = Unavailable("down")
    live(world, 31)
    # Then the words are erased in time, and the ticket gets no note
    found = record(world)
    assert found.mention == POST.without_words()
    assert found.judgement is not None
    assert found.judgement == found.judgement.without_words()
    assert found.deleted_at is None
    assert notes(world) == []
    assert world.metrics.counts["WordsExpired"] == 1
    assert not world.dead_letters
    # And nothing brings them back
    world.tap.errors.clear()
    live(world, 60)
    assert record(world).mention == POST.without_words()


def test_what_the_network_leaves_out_is_tried_again_and_then_erased(world: World) -> None:
    # Given a source that left the configuration, of which nothing can be told
    world.is_configured = False
    live(world, 28)
    assert record(world).mention == POST
    live(world, 2)
    assert record(world).mention == POST.without_words()


def test_a_network_that_is_back_in_time_has_its_words_kept(world: World) -> None:
    world.tap.errors["network.recheck"] = Unavailable("down")
    live(world, 28)
    world.tap.errors.clear()
    live(world, 60)
    assert record(world).mention == POST


def test_words_that_were_edited_are_as_fresh_as_the_edit(world: World) -> None:
    edited = replace(POST, text="Changed", edited_at=NOW + timedelta(days=20))
    live(world, 21)
    world.town.edit(edited)
    live(world, 60)
    assert record(world).mention == edited


def test_an_edit_of_what_was_set_aside_is_refreshed_and_stays_aside(world: World) -> None:
    aside = replace(record(world), state=MentionState.ASIDE)
    world.mentions.records[POST.mention_id] = aside
    world.mentions.pending.clear()
    edited = replace(POST, text="Changed", edited_at=NOW)
    world.town.edit(edited)
    live(world, 28)
    assert (record(world).mention, record(world).state) == (edited, MentionState.ASIDE)


def test_a_post_that_is_deleted_meanwhile_is_told_of(world: World) -> None:
    world.town.deleted.add("1")
    live(world, 28)
    assert record(world).deleted_at is not None
    assert notes(world) == [f"gone:{POST.mention_id}"]


def test_other_networks_words_are_left_alone(world: World) -> None:
    world.refresh_within = {"elsewhere": TERM}
    calls = world.tap.names.count("network.recheck")
    end = world.clock() + timedelta(days=60)
    while world.clock() < end:
        world.wake(world.sweep)
        world.work()
        world.clock.now += SWEEPS
    assert world.tap.names.count("network.recheck") == calls
    assert record(world).mention == POST


def test_youtube_has_such_terms_and_other_networks_have_not() -> None:
    with_terms = {name: networks.refresh_within(name) for name in networks.names()}
    assert {name: time for name, time in with_terms.items() if time} == {"youtube": TERM}
