"""Receiving a webhook: the status its sender needs to do the right thing, and each call once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import pytest

from factories import NOW
from fakes.clock import FakeClock, FakeMetrics
from fakes.queues import FakeQueues
from fakes.stores import FakeInbox, FakeReplays
from fakes.tap import Tap
from gehoor.domain.event import CommentAdded, Event, message_of
from gehoor.domain.ticket import Comment
from gehoor.errors import AuthExpired, ContractBroken, NotAllowed, Unavailable
from gehoor.usecases.receive import RETRY_AFTER_S, Answer, Received, Webhook, receive, shake_hands

ANSWER = CommentAdded("35436", "1")


class Sender:
    """A webhook that is forged, unreadable, of no concern, or an answer: as its body says."""

    def verify(self, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
        if body == b"forged" or secret != "known":
            message = "the signature does not hold"
            raise NotAllowed(message)

    def names(self, headers: Mapping[str, str], body: bytes) -> Sequence[str]:
        return list(headers.values())

    def read(self, body: bytes) -> Event | None:
        if body == b"unreadable":
            message = "not an event"
            raise ContractBroken(message)
        return None if body == b"no concern" else ANSWER


class Door:
    """The receiver, with what is behind it."""

    def __init__(self) -> None:
        self.tap = Tap()
        self.queues = FakeQueues()
        self.replays = FakeReplays()
        self.inbox = FakeInbox()
        self.metrics = FakeMetrics()

    def call(
        self, body: bytes, *names: str, secret: str = "known", sender: Webhook | None = None
    ) -> Received:
        return receive(
            sender or Sender(),
            {f"name-{n}": name for n, name in enumerate(names or ("a call",))},
            body,
            lambda _max_age: secret,
            lambda: self.tap.wrap("inbox", self.inbox),
            self.tap.wrap("queues", self.queues),
            lambda: self.tap.wrap("replays", self.replays),
            FakeClock(),
            self.metrics,
        )


SENT = Comment("1", "We are on it", public=True, by_agent=True, created_at=NOW)


class Teller(Sender):
    """A sender that brings the comment along."""

    def read(self, body: bytes) -> CommentAdded | None:
        return CommentAdded("35436", SENT.comment_id, SENT)


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.mark.parametrize(
    ("body", "status", "reason", "metric", "sent"),
    [
        (b"answer", 200, "", "WebhooksTaken", 1),
        (b"no concern", 200, "", "WebhooksTaken", 0),
        (b"forged", 401, "the signature does not hold", "WebhooksRefused", 0),
        (b"unreadable", 400, "not an event", "WebhooksUntaken", 0),
    ],
)
def test_the_status_says_what_became_of_it(
    door: Door, body: bytes, status: int, reason: str, metric: str, sent: int
) -> None:
    assert door.call(body) == (status, reason)
    assert door.metrics.counts == {metric: 1}
    assert door.queues.events == [message_of(ANSWER)] * sent


def test_a_comment_that_was_sent_along_is_kept_and_only_its_ids_go_on(door: Door) -> None:
    # Given a sender that cannot be asked later
    # When it sends a comment
    found = door.call(b"answer", sender=Teller())
    # Then the inbox has it, and the queue its ids
    assert found == (200, "")
    assert door.inbox.read("35436", "1") == SENT
    assert door.queues.events == [message_of(ANSWER)]


def test_what_could_not_be_kept_goes_nowhere_and_comes_again(door: Door) -> None:
    # Given an inbox that cannot be reached
    door.tap.errors["inbox.keep"] = Unavailable("busy")
    # When a comment is sent
    found = door.call(b"answer", sender=Teller())
    # Then its sender comes again, and nobody looks for it meanwhile
    assert found == (503, "busy")
    assert door.metrics.counts == {"WebhooksUntaken": 1}
    assert door.queues.events == []


def test_a_helpdesk_that_can_be_asked_needs_no_inbox(door: Door) -> None:
    door.tap.errors["inbox.keep"] = AssertionError()
    assert door.call(b"answer").status == 200


def test_a_sender_nobody_knows_is_not_found(door: Door) -> None:
    def never(_max_age: timedelta) -> str:
        raise AssertionError

    clock, metrics = FakeClock(), FakeMetrics()
    found = receive(None, {}, b"", never, FakeInbox, door.queues, FakeReplays, clock, metrics)
    assert found.status == 404


@pytest.mark.parametrize("error", [AuthExpired("not set"), Unavailable("busy")])
def test_without_its_secret_the_sender_comes_again(door: Door, error: Exception) -> None:
    def secret(_max_age: timedelta) -> str:
        raise error

    clock = FakeClock()
    found = receive(
        Sender(), {}, b"answer", secret, FakeInbox, door.queues, FakeReplays, clock, door.metrics
    )
    assert found == (503, str(error))
    assert door.metrics.counts == {"WebhooksUntaken": 1}


def test_when_the_queue_is_down_the_sender_comes_again(door: Door) -> None:
    # Given a queue that is down
    door.tap.errors["queues.send_event"] = Unavailable("busy")
    # When a call comes
    assert door.call(b"answer") == (503, "busy")
    assert door.metrics.counts == {"WebhooksUntaken": 1}
    # Then the same call is taken once the queue is well
    door.tap.errors.clear()
    assert door.call(b"answer").status == 200
    assert door.queues.events == [message_of(ANSWER)]
    # Zendesk repeats a 503 only when it is asked to come back within a minute
    assert RETRY_AFTER_S < 60


@pytest.mark.parametrize("names", [("a", "b"), ("a", "another"), ("another", "b"), ("b",)])
def test_a_call_that_was_taken_has_no_effect_again(door: Door, names: tuple[str, ...]) -> None:
    # Given a call that was taken
    door.call(b"answer", "a", "b")
    # When it comes again, under one of its names at least
    found = door.call(b"answer", *names)
    # Then its sender is content, and nothing happens
    assert found == (200, "")
    assert door.queues.events == [message_of(ANSWER)]
    assert door.metrics.counts == {"WebhooksTaken": 1, "WebhooksReplayed": 1}


def test_another_call_that_says_the_same_is_taken(door: Door) -> None:
    door.call(b"answer", "a", "b")
    door.call(b"answer", "c", "d")
    assert len(door.queues.events) == 2


@pytest.mark.parametrize("body", [b"forged", b"unreadable", b"no concern"])
def test_what_is_not_taken_is_not_remembered(door: Door, body: bytes) -> None:
    door.call(body, "a")
    assert door.replays.names == set()
    assert "replays.seen" not in door.tap.names


def test_a_call_is_remembered_only_once_it_is_on_its_way(door: Door) -> None:
    door.call(b"answer")
    assert door.tap.names == ["replays.seen", "queues.send_event", "replays.remember"]


@pytest.mark.parametrize("call", ["replays.seen", "replays.remember"])
def test_without_its_memory_a_call_is_taken_all_the_same(door: Door, call: str) -> None:
    # Given a store of replays that is down
    door.tap.errors[call] = Unavailable("busy")
    # When a call comes
    assert door.call(b"answer") == (200, "")
    # Then no event is lost, and it is counted
    assert door.queues.events == [message_of(ANSWER)]
    assert door.metrics.counts == {"WebhooksTaken": 1, "ReplaysNotKept": 1}


def challenge(query: Mapping[str, str], secret: str) -> str:
    """A handshake that wants the secret back."""
    if "question" not in query:
        message = "no question"
        raise ContractBroken(message)
    return f'"{secret}"'


def test_a_sender_that_asks_for_the_secret_is_answered() -> None:
    metrics = FakeMetrics()
    found = shake_hands(challenge, {"question": "?"}, lambda: "known", metrics)
    assert found == Answer(Received(200), '"known"')
    assert metrics.counts == {}


def test_a_question_that_is_none_and_a_sender_that_never_asks_are_told_so() -> None:
    metrics = FakeMetrics()
    refused = shake_hands(challenge, {}, lambda: "known", metrics)
    assert refused == Answer(Received(400, "no question"))
    assert shake_hands(None, {}, lambda: "known", metrics).received.status == 404
    # And no alarm goes for what a stranger asks
    assert metrics.counts == {}


@pytest.mark.parametrize(
    ("error", "status", "counts"),
    [
        (AuthExpired("not set"), 404, {}),
        (Unavailable("busy"), 503, {"WebhooksUntaken": 1}),
        (NotAllowed("no right"), 503, {"WebhooksUntaken": 1}),
    ],
)
def test_without_its_secret_a_question_gets_no_answer(
    error: Exception, status: int, counts: dict[str, int]
) -> None:
    def secret() -> str:
        raise error

    metrics = FakeMetrics()
    found = shake_hands(challenge, {"question": "?"}, secret, metrics)
    assert found == Answer(Received(status, str(error)))
    assert metrics.counts == counts
