"""A burst on Bluesky that no single run can read, while the server limits its calls."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bluesky_connection import connected
from fakes.clock import FakeClock
from fakes.reader import Reader
from fakes.sessions import FakeSessions
from gehoor.domain.mention import Mention
from loopback import Answer, Asked
from scripted_bluesky import NOW, json_answer, refused
from scripted_bluesky_chat import ScriptedChat, scripted_chat

MENTIONS = 5_000
SECOND = timedelta(seconds=1)


def limited(clock: FakeClock, calls: int) -> Callable[[Asked], Answer | None]:
    """Every so many calls, a minute's rest."""
    count = 0

    def answer(_: Asked) -> Answer | None:
        nonlocal count
        count += 1
        if count % calls:
            return None
        reset = {"RateLimit-Remaining": "0", "RateLimit-Reset": str(int(clock().timestamp()) + 60)}
        return json_answer({"error": "RateLimitExceeded", "message": "x"}, 429, reset)

    return answer


def reading(server: ScriptedChat, clock: FakeClock, **settings: Any) -> Reader:
    sessions = FakeSessions()

    def connect() -> Any:
        server.now = clock()
        return connected(server, sessions, **settings)

    return Reader(connect, clock)


def read_in_time(reader: Reader, clock: FakeClock, runs: int) -> None:
    """Poll each minute, as long as anything is left to read."""
    for _ in range(runs):
        outcome = reader.poll()
        assert not outcome.error or outcome.error.startswith("RateLimited"), outcome.error
        clock.advance(minutes=1)


@pytest.mark.parametrize("page_size", [100, 60])
def test_five_thousand_mentions_in_one_gap_are_all_heard(page_size: int) -> None:
    clock = FakeClock(NOW)
    with scripted_chat(page_size=page_size) as server:
        # Given a source that was read, and a server that limits calls
        server.mention("before", NOW)
        reader = reading(server, clock)
        reader.settle()
        call = "app.bsky.notification.listNotifications"
        server.answers[call] = limited(clock, calls=7)
        # When five thousand speak in one gap, forty a second, and some more while that is read
        start = clock()
        for number in range(MENTIONS):
            server.mention(f"number {number}", start + number // 40 * SECOND)
        clock.advance(minutes=3)
        read_in_time(reader, clock, 3)
        server.mention("while it is read", clock())
        read_in_time(reader, clock, 2)
        # Then news does not wait for the old
        assert reader.has_ranges
        assert "while it is read" in reader.texts
        read_in_time(reader, clock, 40)
    # And all are stored, none twice
    said = {f"number {number}" for number in range(MENTIONS)} | {"before", "while it is read"}
    stored = [one.mention for one in reader.store.records.values()]
    assert {one.text for one in stored if isinstance(one, Mention)} == said
    assert len(stored) == len(said)
    assert reader.is_settled


def test_a_lost_position_and_a_server_that_fails_lose_nothing() -> None:
    clock = FakeClock(NOW)
    with scripted_chat(page_size=20) as server:
        server.mention("before", NOW)
        reader = reading(server, clock)
        reader.settle()
        start = clock()
        for number in range(600):
            server.mention(f"number {number}", start + number * SECOND)
        clock.advance(minutes=11)
        # Given a run that ends in the middle
        reader.poll()
        assert reader.has_ranges
        # When the server forgets where that was
        call = "app.bsky.notification.listNotifications"
        server.answers[call] = lambda asked: (
            refused("InvalidRequest", "Malformed cursor") if asked.one("cursor") else None
        )
        assert reader.poll().error
        del server.answers[call]
        # Then all is read once it answers again
        read_in_time(reader, clock, 30)
    assert {f"number {number}" for number in range(600)} <= set(reader.texts)
    assert reader.is_settled


def test_a_burst_of_messages_is_read_whole() -> None:
    clock = FakeClock(NOW)
    with scripted_chat(log_size=50) as server:
        reader = reading(server, clock, messages=True)
        reader.settle()
        start = clock()
        for number in range(2_000):
            server.say(f"number {number}", start + number // 20 * SECOND, f"customer-{number % 9}")
        server.answers["chat.bsky.convo.getLog"] = limited(clock, calls=9)
        clock.advance(minutes=3)
        read_in_time(reader, clock, 25)
    assert sorted(reader.texts) == sorted(f"number {number}" for number in range(2_000))
    assert reader.is_settled
