"""X read by the engine: bursts, limits, and what X shows no more."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fakes.clock import FakeClock
from fakes.quota import FakeQuota
from fakes.reader import Reader
from fakes.wiring import network_wiring
from gehoor.http import Http
from gehoor.networks._x_money import next_day
from loopback import Answer, Asked
from scripted_x import OWN_ID, SECRET, ScriptedX, connected, problem, scripted_x

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVERY_THIRD = 3


@pytest.fixture
def server() -> Iterator[ScriptedX]:
    with scripted_x() as script:
        yield script


def reader_of(server: ScriptedX, quota: FakeQuota | None = None, **fields: Any) -> Reader:
    """The stand-in polled as gehoor does, by another worker each time."""
    clock, spent = FakeClock(NOW), quota or FakeQuota()

    def connect() -> Any:
        http = Http(clock, frozenset({"127.0.0.1"}))
        wiring = network_wiring(http, SECRET, sessions=server.sessions, quota=spent)
        return connected(server, wiring, **{"daily_budget_usd": 100, **fields})

    return Reader(connect, clock)


def limited_each_third_time(clock: FakeClock) -> Callable[[Asked], Answer | None]:
    """A path whose every third call comes too early."""
    calls = 0

    def answer(_: Asked) -> Answer | None:
        nonlocal calls
        calls += 1
        if calls % EVERY_THIRD:
            return None
        too_many = problem(429, "Too Many Requests")
        reset = f"{(clock() + timedelta(minutes=15)).timestamp():.0f}"
        headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}
        return Answer(too_many.body, 429, too_many.headers | headers)

    return answer


def poll_on(reader: Reader, polls: int) -> None:
    """Poll as often, each time as late as the network asks."""
    for _ in range(polls):
        outcome = reader.poll()
        wait = (outcome.not_before or reader.clock()) - reader.clock()
        reader.clock.advance(seconds=max(wait, timedelta(minutes=1)).total_seconds())


def stored(reader: Reader) -> list[str]:
    """What is in the store; the engine gives it more than once what it reads again."""
    mentions = [record.mention for record in reader.store.records.values()]
    return [mention.text for mention in mentions if mention]


def test_five_thousand_in_one_gap_arrive_whole_and_once(server: ScriptedX) -> None:
    # Given a search that was read, and a network with limits
    reader = reader_of(server, query="noordlicht")
    server.mention("before", NOW)
    reader.settle()
    server.answers["/2/tweets/search/recent"] = limited_each_third_time(reader.clock)

    # When five thousand speak between two polls
    said = [f"number {number}" for number in range(5_000)]
    for number, text in enumerate(said):
        server.mention(text, reader.clock() - timedelta(milliseconds=number))
    poll_on(reader, polls=60)

    # Then all are heard, none twice, and nothing is missed
    assert sorted(stored(reader)) == sorted(["before", *said])
    assert reader.state.gaps == ()


def test_what_is_newest_does_not_wait_for_the_gap(server: ScriptedX) -> None:
    reader = reader_of(server, query="noordlicht")
    for number in range(3_000):
        server.mention(f"number {number}", NOW - timedelta(milliseconds=number))
    reader.poll()
    server.mention("now", reader.clock())

    reader.poll()

    assert "now" in reader.texts
    assert len(reader.texts) < 3_000 + 2


def test_mentions_beyond_xs_reach_are_a_gap_that_is_told(server: ScriptedX) -> None:
    # Given an account that was read
    reader = reader_of(server)
    server.mention("before", NOW)
    reader.settle()
    began = reader.clock()

    # When more speak between two polls than X shows
    for number in range(900):
        server.mention(f"number {number}", began + timedelta(seconds=number))
    reader.clock.advance(minutes=30)
    reader.settle()

    # Then what it shows is heard, and what it does not is told
    assert len(stored(reader)) == 1 + 800
    [gap] = reader.state.gaps
    assert gap.list_name == "mentions"
    assert abs(gap.until - (began + timedelta(seconds=100))) < timedelta(seconds=1)
    assert reader.metrics.counts["GapsFound"] == 1


def test_a_burst_of_messages_arrives_whole_and_once(server: ScriptedX) -> None:
    reader = reader_of(server, messages=True)
    for number in range(300):
        server.message(f"number {number}", NOW - timedelta(seconds=number))
    server.mention("in public", NOW)

    reader.settle()

    assert sorted(reader.texts) == sorted(["in public", *(f"number {n}" for n in range(300))])


def test_polling_a_day_long_costs_what_is_new(server: ScriptedX) -> None:
    # Given an account of which somebody speaks each hour
    quota = FakeQuota()
    reader = reader_of(server, quota)
    for hour in range(11):
        server.mention(f"number {hour}", reader.clock(), f"user{hour}")
        for _ in range(60):
            reader.poll()
            reader.clock.advance(minutes=1)

    # When it was polled each minute
    # Then each post was counted once, as X does, and each author and the account once
    assert len(reader.texts) == 11
    spent = quota.used("x:s:usd", next_day(NOW)) / 1_000_000
    assert spent == pytest.approx(11 * 0.005 + 11 * 0.010 + 0.010)
    assert sum(one.path == f"/2/users/{OWN_ID}/mentions" for one in server.asked) == 660


def test_a_source_whose_money_is_spent_goes_on_the_next_day(server: ScriptedX) -> None:
    # Given a day on which more is said than may be paid for
    reader = reader_of(server, query="noordlicht", daily_budget_usd=1)
    for number in range(400):
        server.mention(f"number {number}", NOW - timedelta(seconds=number))

    # When it is polled until it rests, and then on and on
    outcome = reader.poll()
    while not outcome.error:
        reader.clock.advance(minutes=1)
        outcome = reader.poll()
    on_the_first_day = len(stored(reader))
    poll_on(reader, polls=40)

    # Then it rests until the next day, and nothing is lost
    assert outcome.error.startswith("QuotaSpent: ")
    assert outcome.not_before == datetime(2026, 3, 2, tzinfo=UTC)
    assert 100 <= on_the_first_day <= 160
    assert sorted(stored(reader)) == sorted(f"number {number}" for number in range(400))
