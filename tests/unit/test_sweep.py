"""The safety net."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from factories import JUDGEMENT, NOW, case, mention
from fakes.world import EVERY, SILENCE, SOURCE, World
from gehoor.domain.desk import Desk
from gehoor.domain.event import CommentAdded, message_of
from gehoor.domain.health import Health
from gehoor.domain.judgement import Urgency
from gehoor.domain.record import MentionState
from gehoor.errors import ContractBroken, Gone, Unavailable
from gehoor.ports.sources import PollOutcome
from gehoor.usecases.sweep import (
    BATCH,
    GIVEN_UP_AFTER,
    HEARTBEAT,
    LATE,
    LONGEST_WAIT,
    MOST_WOKEN,
    PATIENCE,
    Expected,
    SweepPorts,
    sweep,
)

RUN = timedelta(seconds=30)


@pytest.fixture
def world() -> World:
    made = World()
    made.mentions.put_new(mention(), JUDGEMENT, NOW)
    return made


def ports(world: World) -> SweepPorts:
    wrap = world.tap.wrap
    return SweepPorts(
        outbox=wrap("outbox", world.outbox),
        mentions=wrap("mentions", world.mentions),
        sources=wrap("sources", world.sources),
        queues=wrap("queues", world.queues),
        clock=world.clock,
        metrics=world.metrics,
        catch_up=world.catch_up_ports(),
        rechecks=world.due_recheck_ports(),
        compliance=world.compliance_ports(),
        storms=world.storm_ports(),
    )


def run(world: World, after: timedelta = PATIENCE + timedelta(seconds=1)) -> int:
    world.clock.now += after
    return sweep({}, ports(world), world.clock() + RUN).resent


def test_what_waits_too_long_is_sent_again(world: World) -> None:
    # Given a mention and an answer whose messages were lost
    world.answers.open("35436", "1", NOW)
    # When the sweep comes after a while
    assert run(world) == 2
    # Then both are on their way again
    assert world.queues.deliveries == [{"mention_id": mention().mention_id}]
    assert world.queues.events == [message_of(CommentAdded("35436", "1"))]
    assert world.metrics.counts["Resent"] == 2


def test_what_is_urgent_goes_ahead_when_it_is_sent_again_too(world: World) -> None:
    # Given an urgent mention whose message was lost
    urgent = mention("2")
    world.mentions.put_new(urgent, replace(JUDGEMENT, urgency=Urgency.CRITICAL), NOW)
    # When the sweep comes after a while
    run(world)
    # Then each is on its own queue
    assert world.queues.urgent == [{"mention_id": urgent.mention_id}]
    assert world.queues.deliveries == [{"mention_id": mention().mention_id}]


def test_a_record_that_cannot_be_read_is_sent_again_all_the_same(world: World) -> None:
    world.tap.errors["mentions.get"] = ContractBroken("schema 99")
    assert run(world) == 1
    assert world.queues.deliveries == [{"mention_id": mention().mention_id}]


def test_what_is_new_is_left_to_its_message(world: World) -> None:
    assert run(world, PATIENCE) == 0
    assert "Resent" not in world.metrics.counts


def test_the_waits_grow(world: World) -> None:
    # When nothing helps for days
    sent = []
    for minutes in range(0, 3 * 24 * 60, 5):
        world.clock.now = NOW + timedelta(minutes=minutes, seconds=1)
        if sweep({}, ports(world), world.clock() + RUN).resent:
            sent.append(minutes)
    # Then it is sent less and less often
    waits = [later - before for before, later in pairwise(sent)]
    assert waits == [5, 10, 20, 40, 80, 160, 320, *[360] * (len(waits) - 7)]
    assert timedelta(minutes=360) == LONGEST_WAIT


def test_a_mention_is_sent_again_for_two_weeks_and_then_set_aside(world: World) -> None:
    # Given a mention that was tried very often
    [mention_id] = world.mentions.records
    for _ in range(60):
        world.mentions.count_attempt(mention_id, NOW)
    # When the sweep comes within two weeks
    assert run(world, GIVEN_UP_AFTER) == 1
    # And after them
    assert run(world, LONGEST_WAIT) == 0
    # Then it is aside, with a reason, and alarmed
    record = world.mentions.records[mention_id]
    assert record.state is MentionState.ASIDE
    assert "not delivered in 14 days and 61 attempts" in record.reason
    assert world.metrics.counts["MentionsAside"] == 1


def test_what_waits_is_counted_whether_it_is_sent_again_or_not(world: World) -> None:
    # Given a mention and two answers, which no sweep can help
    world.answers.open("35436", "1", NOW)
    world.answers.open("35436", "2", NOW)
    run(world)
    assert world.metrics.counts["MentionsWaiting"] == 0
    assert world.metrics.counts["AnswersWaiting"] == 0
    # When a quarter of an hour has passed
    world.clock.now = NOW + LATE + timedelta(seconds=1)
    run(world, timedelta(0))
    # Then they are counted, though their next attempt is not due
    assert world.metrics.counts["MentionsWaiting"] == 1
    assert world.metrics.counts["AnswersWaiting"] == 2


def test_a_long_backlog_ends_at_the_deadline_and_goes_on_next_time(world: World) -> None:
    # Given more than two batches, and a clock that reaches the deadline after the first one
    for number in range(2, 2 + 2 * BATCH):
        world.mentions.put_new(mention(str(number)), JUDGEMENT, NOW)
    world.clock.now += PATIENCE + timedelta(seconds=1)
    deadline = world.clock() + RUN
    world.tap.before[BATCH] = lambda: world.clock.advance(minutes=1)
    # When the sweep comes
    assert sweep({}, ports(world), deadline).resent == BATCH
    # Then the next one sends the rest
    assert sweep({}, ports(world), world.clock() + RUN).resent == BATCH + 1
    assert len({message["mention_id"] for message in world.queues.deliveries}) == 2 * BATCH + 1


def test_the_sources_are_judged_before_a_backlog_is_sent(world: World) -> None:
    world.clock.now += PATIENCE + timedelta(seconds=1)
    sweep({SOURCE: Expected(EVERY, SILENCE)}, ports(world), world.clock() + RUN)
    assert world.tap.names.index("sources.get") < world.tap.names.index("outbox.overdue")


def test_an_answer_is_never_given_up(world: World) -> None:
    # Given an answer that was tried very often
    world.mentions.pending.clear()
    world.answers.open("35436", "1", NOW)
    world.answers.attempts["35436/1"] = 10_000
    # Then it is sent again
    assert run(world) == 1
    assert world.queues.events == [message_of(CommentAdded("35436", "1"))]


def test_what_is_delivered_meanwhile_is_not_sent(world: World) -> None:
    # Given a mention that is delivered while the sweep runs
    [mention_id] = world.mentions.records

    def deliver() -> None:
        world.mentions.delivered(mention_id, "case", "1", NOW)

    world.tap.before[1] = deliver
    # Then it is not sent
    assert run(world) == 0
    assert world.queues.deliveries == []


@pytest.mark.parametrize("call", ["outbox.postpone", "queues.send_deliveries", "queues.send_event"])
def test_one_that_cannot_be_sent_does_not_stop_the_others(world: World, call: str) -> None:
    # Given a mention and an answer, of which one cannot be sent
    world.answers.open("35436", "1", NOW)
    if call == "outbox.postpone":
        world.tap.before[1] = lambda: world.tap.errors.update({call: Gone("strange")})
        world.tap.before[2] = world.tap.errors.clear
    else:
        world.tap.errors[call] = Unavailable("full")
    # When the sweep comes
    run(world)
    # Then one of them goes, and the other is counted and stays pending
    assert world.metrics.counts["ResendsFailed"] == 1
    assert world.metrics.counts["Resent"] == 1
    assert len(world.mentions.pending) == 1


def overdue_cases(world: World, many: int) -> list[str]:
    """Cases whose first answers are long overdue; their ids, the oldest first."""
    clocks = [Desk().first_answer(JUDGEMENT, NOW - timedelta(hours=n)) for n in range(many, 0, -1)]
    cases = [case(mention(f"c{n}"), clocks=(clock,)) for n, clock in enumerate(clocks)]
    for one in cases:
        world.cases.put(one)
    return [one.case_id for one in cases]


def woken(world: World) -> list[str]:
    return [body["clock_id"] for body in world.queues.urgent if "clock_id" in body]


def test_cases_of_which_something_is_due_are_woken_the_oldest_first(world: World) -> None:
    # Given more of them than one run takes, and one that has time
    due = overdue_cases(world, MOST_WOKEN + 5)
    world.cases.put(case(clocks=(Desk().first_answer(JUDGEMENT, NOW),)))
    # When the sweep runs, and again before anything was told
    swept = sweep({}, ports(world), world.clock() + RUN)
    assert swept.woken == MOST_WOKEN
    assert woken(world) == due[:MOST_WOKEN]
    sweep({}, ports(world), world.clock() + RUN)
    # Then what was left came first, and nothing twice
    assert woken(world) == due


def test_a_case_is_woken_again_when_nothing_came_of_it(world: World) -> None:
    [case_id] = overdue_cases(world, 1)
    for minutes in (0, 4, 6):
        world.clock.now = NOW + timedelta(minutes=minutes)
        sweep({}, ports(world), world.clock() + RUN)
    assert woken(world) == [case_id, case_id]


def test_a_queue_that_takes_nothing_loses_no_case(world: World) -> None:
    # Given a queue that is down for one run
    [case_id] = overdue_cases(world, 1)
    world.tap.errors["queues.send_clocks"] = Unavailable("down")
    assert sweep({}, ports(world), world.clock() + RUN).woken == 0
    world.tap.errors.clear()
    # Then the case is woken in a later one
    world.clock.advance(minutes=6)
    sweep({}, ports(world), world.clock() + RUN)
    assert woken(world) == [case_id]


def test_every_source_is_judged_and_counted() -> None:
    # Given sources in every state
    world = World()
    errors = {
        "dead": "AuthExpired: the token is dead",
        "down": "Unavailable: down",
        "frozen": "FrozenCursor: it does not move",
    }
    for name in ("new", "stale", "silent", "fresh", *errors):
        world.sources.add(name, NOW)
    for name in ("silent", "fresh", *errors):
        world.sources.leases[name] = ("me", NOW)
    for name, error in errors.items():
        world.sources.release(name, "me", PollOutcome(NOW, 0, error))
    world.clock.now += SILENCE + timedelta(minutes=1)
    world.sources.release("silent", "me", PollOutcome(world.clock(), 0))
    world.sources.release("fresh", "me", PollOutcome(world.clock(), 1))
    world.sources.add("new", world.clock())
    # When the sweep looks, also for one that is not there and one that cannot be read
    expected = {
        name: Expected(EVERY, SILENCE)
        for name in ("new", "stale", "silent", "fresh", "missing", *errors)
    }
    healths = sweep(expected, ports(world), world.clock() + RUN).healths
    # Then each is told apart
    assert healths == {
        "new": Health.NEW,
        "stale": Health.STALE,
        "silent": Health.SILENT,
        "fresh": Health.FRESH,
        "missing": Health.STALE,
        "dead": Health.AUTH_EXPIRED,
        "down": Health.FAILING,
        "frozen": Health.FROZEN,
    }
    # And every one that is not well is in a metric with an alarm
    counts = {name: n for name, n in world.metrics.counts.items() if name.startswith("Sources")}
    assert counts == {
        "SourcesAuthExpired": 1,
        "SourcesFailing": 2,
        "SourcesStale": 2,
        "SourcesSilent": 1,
    }


@pytest.mark.parametrize(("days", "count"), [(4, 0), (2, 1), (-1, 1)])
def test_a_credential_that_ends_soon_is_counted_while_its_source_is_well(
    world: World, days: int, count: int
) -> None:
    # Given a source that works, with a credential that ends some day
    ends_at = NOW + timedelta(days=days)
    world.sources.leases[SOURCE] = ("me", NOW)
    world.sources.release(SOURCE, "me", PollOutcome(NOW, 1, credential_ends_at=ends_at))
    # When the sweep looks
    healths = sweep({SOURCE: Expected(EVERY, SILENCE)}, ports(world), NOW + RUN).healths
    # Then there is an alarm days before, and the source is as well as before
    assert world.metrics.counts["CredentialsEnding"] == count
    assert healths == {SOURCE: Health.FRESH}


def test_a_source_that_rests_for_want_of_quota_is_told_until_it_may_go_on(world: World) -> None:
    # Given a source whose quota of the day is spent
    outcome = PollOutcome(NOW, 0, "QuotaSpent: units are spent", NOW + timedelta(hours=9))
    world.sources.leases[SOURCE] = ("me", NOW)
    world.sources.release(SOURCE, "me", outcome)
    # When the sweep looks hours later
    world.clock.advance(hours=8)
    sweep({SOURCE: Expected(EVERY, SILENCE)}, ports(world), world.clock() + RUN)
    # Then the alarm has its reason, and no other alarm goes for it
    assert world.metrics.counts["QuotaSpent"] == 1
    assert world.metrics.counts["SourcesFailing"] == 0


def test_a_sweep_that_finds_all_well_sends_its_heartbeat_alone(world: World) -> None:
    # Given nothing pending, and a source that is well
    world.mentions.pending.clear()
    world.sources.leases[SOURCE] = ("me", NOW)
    world.sources.release(SOURCE, "me", PollOutcome(NOW, 1))
    # When the sweep looks
    sweep({SOURCE: Expected(EVERY, SILENCE)}, ports(world), NOW + RUN)
    # Then it tells that it did, and sends no zeros that would be paid for
    assert dict(world.metrics.counts) == {HEARTBEAT: 0}


def test_a_damaged_source_counts_as_failing(world: World) -> None:
    world.tap.errors["sources.get"] = ContractBroken("source masto: no next_due_at")
    expected = {SOURCE: Expected(EVERY, SILENCE)}
    healths = sweep(expected, ports(world), world.clock() + RUN).healths
    assert healths == {SOURCE: Health.FAILING}
