"""Deletions that a network tells of in jobs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from factories import JUDGEMENT, mention
from fakes.compliance import DURATION
from fakes.world import RUN, SOURCE, SWEEPS, World
from gehoor.errors import AuthExpired, ContractBroken, Unavailable
from gehoor.ports.network import ComplianceJobs
from gehoor.usecases.compliance import EVERY, MOST, OVERDUE, STEP, follow_deletions
from gehoor.usecases.recheck import SECOND_LOOK

DAY = timedelta(hours=24)


@pytest.fixture
def world() -> World:
    made = World()
    made.recheck_after = ()
    made.asked_in_jobs = (SOURCE,)
    return made


def store(world: World, *names: str, source: str = SOURCE) -> list[str]:
    posts = [replace(mention(name), source_id=source) for name in names]
    for post in posts:
        world.mentions.put_new(post, JUDGEMENT, world.clock())
        world.mentions.delivered(post.mention_id, "case", "1", world.clock())
    world.clock.now += SWEEPS
    return [post.mention_id for post in posts]


def step(world: World, after: timedelta = SWEEPS) -> dict[str, str]:
    world.clock.now += after
    return follow_deletions(world.compliance_ports(), world.clock() + RUN)


def looks(world: World) -> list[str]:
    return [body["recheck_id"] for body in world.queues.deliveries]


def asked(world: World) -> list[set[str]]:
    return [set(job.asked) for job in world.jobs.jobs.values()]


def live(world: World, end: timedelta) -> None:
    """Sweep, deliver and let time pass."""
    start = world.clock()
    while world.clock() < start + end:
        world.wake(world.sweep)
        world.work()
        world.clock.now += SWEEPS


@pytest.mark.parametrize("hours", range(0, 13, 3))
def test_a_deletion_is_followed_within_a_day_at_any_age_without_paid_looks(
    world: World, hours: int
) -> None:
    # Given posts in tickets that nobody looks at again, and rounds that have begun
    for name in ("1", "2"):
        world.town.post(mention(name, by=f"person{name}"))
    world.settle()
    live(world, timedelta(days=2, hours=hours))
    assert "network.recheck" not in world.tap.names
    # When one is deleted, weeks after any age
    world.town.deleted.add("1")
    live(world, DAY)
    # Then it is erased and told of within the day, by its two looks and no other
    gone, kept = (world.mentions.records[mention(name).mention_id] for name in ("1", "2"))
    assert gone.mention == mention("1", by="person1").without_words()
    assert kept.deleted_at is None
    assert world.tap.names.count("network.recheck") == 2
    comments = [c.marker for ticket in world.helpdesk.tickets.values() for c in ticket.comments]
    assert [one for one in comments if one.startswith("gone:")] == [f"gone:{gone.mention_id}"]


def test_what_a_network_wrongly_tells_of_is_looked_at_and_stays(world: World) -> None:
    world.town.post(mention("1"))
    world.settle()
    world.clock.now += SWEEPS
    world.jobs.wrongly_told.add("1")
    live(world, DURATION + 2 * SECOND_LOOK)
    assert "network.recheck" in world.tap.names
    assert world.mentions.records[mention("1").mention_id].mention == mention("1")


def test_only_posts_of_the_source_that_are_kept_are_asked_about(world: World) -> None:
    # Given posts of two sources, one of them gone already, and a message
    store(world, "1", "dm:2")
    [gone] = store(world, "3")
    store(world, "4", source="other")
    world.mentions.note_gone(gone, mention("3").without_words(), JUDGEMENT, world.clock())
    step(world)
    assert asked(world) == [{"1"}]


def test_a_job_is_waited_for_and_the_next_round_begins_half_a_day_later(world: World) -> None:
    # Given a job under way
    [first] = store(world, "1")
    world.town.deleted.add("1")
    step(world)
    step(world)
    assert looks(world) == []
    # When it ends, the post is looked at
    step(world, DURATION)
    assert looks(world) == [first]
    # Then nothing is asked until the next round, which asks about what came meanwhile too
    store(world, "2")
    step(world, EVERY - DURATION - 4 * SWEEPS)
    assert len(asked(world)) == 1
    step(world, 2 * SWEEPS)
    assert asked(world)[1] == {"1", "2"}


def test_more_than_one_job_can_hold_is_asked_about_in_several(world: World) -> None:
    # Given more posts than are read for one job, the last of them deleted
    names = [str(number) for number in range(MOST + 50)]
    for name in names:
        world.clock.now += timedelta(milliseconds=1)
        world.mentions.put_new(mention(name), JUDGEMENT, world.clock())
    world.town.deleted.add(names[-1])
    # When jobs go on for some hours
    for _ in range(5):
        step(world, DURATION)
    # Then each post was in a job, and the round has ended
    first, second = asked(world)
    assert first | second == set(names)
    assert len(first) == MOST
    assert looks(world) == [mention(names[-1]).mention_id]
    assert world.rounds.rounds[SOURCE].is_over


def test_sources_without_posts_need_no_job(world: World) -> None:
    step(world)
    assert asked(world) == []
    assert world.rounds.rounds[SOURCE].is_over


def test_a_job_without_a_result_is_made_anew(world: World) -> None:
    [first] = store(world, "1")
    world.town.deleted.add("1")
    step(world)
    # When the network gives it up
    world.jobs.fail()
    assert "has no result" in step(world)[SOURCE]
    # Then another one tells
    assert step(world) == {}
    step(world, DURATION)
    assert looks(world) == [first]


@pytest.mark.parametrize("error", [Unavailable("down"), ContractBroken("a line is strange")])
def test_a_result_that_cannot_be_read_now_is_read_later(world: World, error: Exception) -> None:
    [first] = store(world, "1")
    world.town.deleted.add("1")
    step(world)
    world.tap.errors["jobs.deleted_in"] = error
    assert str(error) in step(world, DURATION)[SOURCE]
    world.tap.errors.clear()
    for _ in range(3):
        step(world, DURATION)
    assert first in looks(world)


def test_a_source_that_cannot_be_asked_stops_no_other_and_is_told_after_a_day(
    world: World,
) -> None:
    # Given two sources, of which the first one's secret is not for jobs
    world.asked_in_jobs = ("broken", SOURCE)
    store(world, "1", source="broken")
    store(world, "2")

    def connect(source_id: str) -> ComplianceJobs:
        if source_id == "broken":
            message = "no bearer token"
            raise AuthExpired(message)
        return world.jobs

    def run() -> dict[str, str]:
        world.clock.now += SWEEPS
        ports = replace(world.compliance_ports(), jobs=connect)
        return follow_deletions(ports, world.clock() + RUN)

    # When runs come for a day
    begun = world.clock()
    while world.clock() < begun + OVERDUE:
        assert run() == {"broken": "AuthExpired: no bearer token"}
        assert world.metrics.counts["SourcesFailing"] == 0
    # And on
    run()
    run()
    # Then the other one was asked, and the broken one counts as failing
    assert {"2"} in asked(world)
    assert world.metrics.counts["SourcesFailing"] == 1


def test_one_works_at_a_time(world: World) -> None:
    store(world, "1")
    other: list[dict[str, str]] = []
    world.tap.before[len(world.tap.names) + 1] = lambda: other.append(step(world, timedelta(0)))
    step(world)
    assert other == [{}]
    assert len(asked(world)) == 1


def test_a_run_without_time_leaves_it_to_the_next(world: World) -> None:
    store(world, "1")
    calls = len(world.tap.names)
    moment = timedelta(microseconds=1)
    follow_deletions(world.compliance_ports(), world.clock() + STEP - moment)
    assert len(world.tap.names) == calls
