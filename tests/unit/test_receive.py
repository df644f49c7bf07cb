"""Receiving a webhook: the status its sender needs to do the right thing."""

from collections.abc import Mapping
from datetime import datetime

import pytest

from factories import NOW
from fakes.clock import FakeClock, FakeMetrics
from fakes.queues import FakeQueues
from fakes.stores import FakeInbox
from fakes.tap import Tap
from gehoor.domain.event import CommentAdded
from gehoor.domain.ticket import Comment
from gehoor.errors import AuthExpired, ContractBroken, NotAllowed, Unavailable
from gehoor.usecases.receive import RETRY_AFTER_S, receive


class Sender:
    """A webhook that is forged, unreadable, of no concern, or an answer: as its body says."""

    def verify(self, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
        if body == b"forged" or secret != "known":
            message = "the signature does not hold"
            raise NotAllowed(message)

    def read(self, body: bytes) -> CommentAdded | None:
        if body == b"unreadable":
            message = "not an event"
            raise ContractBroken(message)
        return None if body == b"no concern" else CommentAdded("35436", "1")


SENT = Comment("1", "We are on it", public=True, by_agent=True, created_at=NOW)


class Teller(Sender):
    """A sender that brings the comment along."""

    def read(self, body: bytes) -> CommentAdded | None:
        return CommentAdded("35436", SENT.comment_id, SENT)


@pytest.fixture
def queues() -> FakeQueues:
    return FakeQueues()


@pytest.mark.parametrize(
    ("body", "status", "reason", "metric", "sent"),
    [
        (b"answer", 200, "", "WebhooksTaken", 1),
        (b"no concern", 200, "", "WebhooksTaken", 0),
        (b"forged", 401, "the signature does not hold", "WebhooksRefused", 0),
        (b"unreadable", 400, "not an event", "WebhooksUnreadable", 0),
    ],
)
def test_the_status_says_what_became_of_it(
    queues: FakeQueues, body: bytes, status: int, reason: str, metric: str, sent: int
) -> None:
    metrics = FakeMetrics()
    found = receive(Sender(), {}, body, lambda: "known", FakeInbox, queues, FakeClock(), metrics)
    assert found == (status, reason)
    assert metrics.counts == {metric: 1}
    assert queues.events == [{"ticket_id": "35436", "comment_id": "1"}] * sent


def test_a_comment_that_was_sent_along_is_kept_and_only_its_ids_go_on(queues: FakeQueues) -> None:
    # Given a sender that cannot be asked later
    inbox, metrics = FakeInbox(), FakeMetrics()
    # When it sends a comment
    found = receive(
        Teller(), {}, b"answer", lambda: "known", lambda: inbox, queues, FakeClock(), metrics
    )
    # Then the inbox has it, and the queue its ids
    assert found == (200, "")
    assert inbox.read("35436", "1") == SENT
    assert queues.events == [{"ticket_id": "35436", "comment_id": "1"}]


def test_what_could_not_be_kept_goes_nowhere_and_comes_again(queues: FakeQueues) -> None:
    # Given an inbox that cannot be reached
    tap, metrics = Tap(), FakeMetrics()
    tap.errors["inbox.keep"] = Unavailable("busy")
    inbox = tap.wrap("inbox", FakeInbox())
    # When a comment is sent
    found = receive(
        Teller(), {}, b"answer", lambda: "known", lambda: inbox, queues, FakeClock(), metrics
    )
    # Then its sender comes again, and nobody looks for it meanwhile
    assert found == (503, "busy")
    assert metrics.counts == {"WebhooksDelayed": 1}
    assert queues.events == []


def test_a_helpdesk_that_can_be_asked_needs_no_inbox(queues: FakeQueues) -> None:
    def inbox() -> FakeInbox:
        raise AssertionError

    metrics = FakeMetrics()
    found = receive(Sender(), {}, b"answer", lambda: "known", inbox, queues, FakeClock(), metrics)
    assert found.status == 200


def test_a_sender_nobody_knows_is_not_found(queues: FakeQueues) -> None:
    def secret() -> str:
        raise AssertionError

    assert (
        receive(None, {}, b"", secret, FakeInbox, queues, FakeClock(), FakeMetrics()).status == 404
    )


@pytest.mark.parametrize("error", [AuthExpired("not set"), Unavailable("busy")])
def test_without_its_secret_the_sender_comes_again(queues: FakeQueues, error: Exception) -> None:
    def secret() -> str:
        raise error

    metrics = FakeMetrics()
    found = receive(Sender(), {}, b"answer", secret, FakeInbox, queues, FakeClock(), metrics)
    assert found == (503, str(error))
    assert metrics.counts == {"WebhooksDelayed": 1}


def test_when_the_queue_is_down_the_sender_comes_again(queues: FakeQueues) -> None:
    tap, metrics = Tap(), FakeMetrics()
    tap.errors["queues.send_answer"] = Unavailable("busy")
    tapped = tap.wrap("queues", queues)
    found = receive(
        Sender(), {}, b"answer", lambda: "known", FakeInbox, tapped, FakeClock(), metrics
    )
    assert found == (503, "busy")
    assert metrics.counts == {"WebhooksDelayed": 1}
    # Zendesk repeats a 503 only when it is asked to come back within a minute
    assert RETRY_AFTER_S < 60
