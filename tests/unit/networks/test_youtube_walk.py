"""YouTube polled as gehoor does: nothing is lost, whatever comes between."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from fakes.clock import FakeClock
from fakes.quota import FakeQuota
from fakes.reader import Reader
from fakes.wiring import network_wiring
from gehoor.http import Http
from gehoor.networks import youtube
from gehoor.networks._youtube_quota import resets_at
from gehoor.ports.network import Network
from loopback import Answer, Asked
from scripted_youtube import (
    API,
    CONSENT,
    OWN,
    START,
    TOKEN_PATH,
    ScriptedYouTube,
    json_answer,
    refusal,
    scripted_youtube,
)

HOSTS = frozenset({"127.0.0.1"})


def reader_of(server: ScriptedYouTube, clock: FakeClock, **fields: Any) -> Reader:
    """The channel as it is polled, over a new connection each time."""
    known = {"id": "s", "network": "youtube", "brand": "b", "channel": OWN, "secret": "/gehoor/s"}
    urls = {"base_url": f"{server.url}{API}", "token_url": f"{server.url}{TOKEN_PATH}"}
    found = youtube.Settings.model_validate(known | urls | fields)
    http, quota, secret = Http(clock, HOSTS), FakeQuota(), json.dumps(CONSENT)

    def connect() -> Network:
        return youtube.connect(found, network_wiring(http, secret, quota=quota))

    return Reader(connect, clock)


@contextmanager
def polled(**knobs: Any) -> Iterator[tuple[ScriptedYouTube, Reader, FakeClock]]:
    fields = knobs.pop("fields", {})
    with scripted_youtube(**knobs) as server:
        clock = FakeClock(START)
        yield server, reader_of(server, clock, **fields), clock


def every_seventh(answer: Answer) -> Callable[[Asked], Answer | None]:
    """What a server answers that is busy now and then."""
    asked = 0

    def prepared(_: Asked) -> Answer | None:
        nonlocal asked
        asked += 1
        return answer if asked % 7 == 0 else None

    return prepared


def poll_for_days(server: ScriptedYouTube, reader: Reader, clock: FakeClock, units: int) -> int:
    """Poll each quarter of an hour for four days of the quota; how many are new."""
    new = 0
    for _ in range(4):
        server.units = units
        end = resets_at(clock())
        while clock() < end:
            outcome = reader.poll()
            new += outcome.new_items
            rest = timedelta(minutes=15)
            if outcome.not_before is not None:
                rest = max(rest, outcome.not_before - clock())
            clock.advance(seconds=min(rest, end - clock()).total_seconds())
    return new


BUSY = json_answer({}, 429, {"Retry-After": "30"})


@pytest.mark.parametrize(
    ("page_size", "busy"), [(100, refusal(403, "rateLimitExceeded")), (20, BUSY)]
)
def test_five_thousand_comments_in_one_gap_are_stored_once(page_size: int, busy: Answer) -> None:
    # Given a source that was read, and five thousand comments since, three of which have replies
    with polled(page_size=page_size) as (server, reader, clock):
        server.comment("before", START)
        reader.settle()
        said = {f"number {number}" for number in range(5_000)}
        for number in range(5_000):
            comment = server.comment(f"number {number}", clock())
            if number % 2_000 == 0:
                server.reply(comment["id"], f"reply to {number}", clock())
                said.add(f"reply to {number}")
            clock.advance(seconds=1)
        # And a server that is too busy now and then, and a quota that is spent each day
        server.answers[f"{API}/commentThreads"] = every_seventh(busy)
        before = len(reader.store.mentions)
        # When it is polled for days
        new = poll_for_days(server, reader, clock, units=12_000 // page_size)
        # Then every comment is stored, once
        assert set(reader.texts[before:]) == said
        assert new == len(said)
        # And what is not watched for replies, as so many began at once, is told
        assert reader.metrics.counts["GapsFound"] >= 1


def test_the_newest_comment_does_not_wait_for_the_gap() -> None:
    with polled() as (server, reader, clock):
        server.comment("before", START)
        reader.settle()
        for number in range(5_000):
            server.comment(f"number {number}", clock() + timedelta(seconds=number / 100))
        clock.advance(minutes=1)
        server.comment("the newest", clock())

        reader.poll()

        assert "the newest" in reader.texts[:101]
        assert reader.has_ranges


MOST_THREADS = 3
"""So few that much happens in each."""


class Channel(RuleBasedStateMachine):
    """A channel on which anything happens in any order, and that is polled now and then."""

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self._said: dict[str, str] = {}
        self._held: list[dict[str, Any]] = []
        self._was_removed = self._was_approved = False

    @initialize(shown=st.integers(1, 5), oldest_first=st.booleans())
    def begin(self, shown: int, oldest_first: bool) -> None:
        stage = polled(shown_replies=shown, oldest_first=oldest_first, page_size=7)
        self._server, self._reader, self._clock = self._open.enter_context(stage)

    @precondition(lambda self: len(self._server.threads) < MOST_THREADS)
    @rule()
    def a_thread_begins(self) -> None:
        self._note(self._server.comment(self._text("thread"), self._clock()))

    @rule(which=st.integers(0, 5), count=st.integers(1, 9))
    def people_reply(self, which: int, count: int) -> None:
        for _ in range(count if self._server.threads else 0):
            self._note(self._reply(which, self._text("reply")))

    @rule(which=st.integers(0, 5))
    def the_brand_replies(self, which: int) -> None:
        if self._server.threads:
            self._reply(which, "ours", "own")

    @rule(which=st.integers(0, 5))
    def a_reply_is_held_back(self, which: int) -> None:
        if self._server.threads:
            held = self._reply(which, self._text("held"))
            held["snippet"]["moderationStatus"] = "heldForReview"
            self._held.append(held)

    @precondition(lambda self: self._held and not self._was_removed)
    @rule()
    def a_reply_is_let_through(self) -> None:
        held = self._held.pop()
        held["snippet"]["moderationStatus"] = "published"
        self._was_approved = True
        if held["snippet"]["parentId"] in self._server.threads:
            self._note(held)

    @precondition(lambda self: self._reader.texts and not self._was_approved)
    @rule(which=st.integers(0, 5))
    def a_comment_that_was_heard_is_deleted(self, which: int) -> None:
        heard = self._reader.store.mentions
        name = heard[which % len(heard)].native_id
        self._server.remove(name)
        self._was_removed = True
        # What was said below it since is gone before anybody could hear it.
        for one in [one for one in self._said if one.startswith(f"{name}.")]:
            if self._said[one] not in self._reader.texts:
                del self._said[one]

    @precondition(lambda self: not self._was_approved)
    @rule(which=st.integers(0, 5))
    def a_reply_is_written_anew(self, which: int) -> None:
        heard = [one for one in self._reader.store.mentions if one.in_reply_to]
        there = [one for one in heard if self._is_there(one.native_id)]
        if there:
            old = there[which % len(there)]
            self._server.remove(old.native_id)
            self._was_removed = True
            text = self._text("anew")
            self._note(self._server.reply(str(old.in_reply_to), text, self._clock()))

    @rule(seconds=st.integers(600, 4_000))
    def time_passes(self, seconds: int) -> None:
        self._clock.advance(seconds=seconds)

    @rule()
    def it_is_polled(self) -> None:
        self._reader.read_all()
        self._was_removed = self._was_approved = False
        stored = self._reader.store.records.values()
        heard = [record.mention.text for record in stored if record.mention]
        assert sorted(heard) == sorted(self._said.values())

    def teardown(self) -> None:
        self._open.close()

    def _text(self, kind: str) -> str:
        self._clock.advance(seconds=1)
        return f"{kind} {self._clock()}"

    def _note(self, comment: dict[str, Any]) -> None:
        self._said[comment["id"]] = comment["snippet"]["textOriginal"]

    def _is_there(self, name: str) -> bool:
        return any(one["id"] == name for found in self._server.replies.values() for one in found)

    def _reply(self, which: int, text: str, author: str = "anna") -> dict[str, Any]:
        threads = list(self._server.threads)
        return self._server.reply(threads[which % len(threads)], text, self._clock(), author)


TestEveryCommentIsStoredOnce = Channel.TestCase
TestEveryCommentIsStoredOnce.settings = settings(
    max_examples=80, stateful_step_count=30, deadline=None
)
