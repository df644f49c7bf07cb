"""Receiving a webhook: the status its sender needs to do the right thing."""

from collections.abc import Mapping
from datetime import datetime

import pytest

from fakes.clock import FakeClock, FakeMetrics
from fakes.queues import FakeQueues
from fakes.tap import Tap
from gehoor.domain.event import CommentAdded
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
    found = receive(Sender(), {}, body, lambda: "known", queues, FakeClock(), metrics)
    assert found == (status, reason)
    assert metrics.counts == {metric: 1}
    assert queues.events == [{"ticket_id": "35436", "comment_id": "1"}] * sent


def test_a_sender_nobody_knows_is_not_found(queues: FakeQueues) -> None:
    def secret() -> str:
        raise AssertionError

    assert receive(None, {}, b"", secret, queues, FakeClock(), FakeMetrics()).status == 404


@pytest.mark.parametrize("error", [AuthExpired("not set"), Unavailable("busy")])
def test_without_its_secret_the_sender_comes_again(queues: FakeQueues, error: Exception) -> None:
    def secret() -> str:
        raise error

    metrics = FakeMetrics()
    found = receive(Sender(), {}, b"answer", secret, queues, FakeClock(), metrics)
    assert found == (503, str(error))
    assert metrics.counts == {"WebhooksDelayed": 1}


def test_when_the_queue_is_down_the_sender_comes_again(queues: FakeQueues) -> None:
    tap, metrics = Tap(), FakeMetrics()
    tap.errors["queues.send_answer"] = Unavailable("busy")
    tapped = tap.wrap("queues", queues)
    found = receive(Sender(), {}, b"answer", lambda: "known", tapped, FakeClock(), metrics)
    assert found == (503, "busy")
    assert metrics.counts == {"WebhooksDelayed": 1}
    # Zendesk repeats a 503 only when it is asked to come back within a minute
    assert RETRY_AFTER_S < 60
