"""Receiving a webhook: verify the raw bytes, enqueue ids only, answer at once."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from gehoor.domain.event import CommentAdded
from gehoor.errors import ContractBroken, GehoorError, NotAllowed
from gehoor.ports import Clock, Inbox, Metrics, Queues

RETRY_AFTER_S = 30
"""Zendesk repeats a 503 only when Retry-After is below 60 seconds."""


class Webhook(Protocol):
    """How one sender's webhooks are verified and read."""

    def verify(self, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
        """NotAllowed when the sender cannot prove itself."""

    def read(self, body: bytes) -> CommentAdded | None:
        """The event; None when it needs nothing. ContractBroken when it cannot be read."""


class Received(NamedTuple):
    """The HTTP status to answer with, and for the log why it is no success."""

    status: int
    reason: str = ""


def receive(
    webhook: Webhook | None,
    headers: Mapping[str, str],
    body: bytes,
    secret: Callable[[], str],
    inbox: Callable[[], Inbox],
    queues: Queues,
    clock: Clock,
    metrics: Metrics,
) -> Received:
    """What to answer. `secret` and `inbox` are asked for only when they are needed.

    200 taken, 401 not proven, 400 unreadable, 404 unknown sender, 503 come again. Never 500, which
    senders do not repeat.
    """
    if webhook is None:
        return Received(404, "no such sender")
    try:
        known_secret = secret()
    except GehoorError as error:
        metrics.count("WebhooksDelayed")
        return Received(503, str(error))
    try:
        webhook.verify(headers, body, known_secret, clock())
        event = webhook.read(body)
    except NotAllowed as error:
        metrics.count("WebhooksRefused")
        return Received(401, str(error))
    except ContractBroken as error:
        metrics.count("WebhooksUnreadable")
        return Received(400, str(error))
    return _take(event, inbox, queues, clock, metrics)


def _take(
    event: CommentAdded | None,
    inbox: Callable[[], Inbox],
    queues: Queues,
    clock: Clock,
    metrics: Metrics,
) -> Received:
    """Keep the comment before its ids go on: whoever gets those must find it."""
    try:
        if event is not None and event.comment is not None:
            inbox().keep(event.ticket_id, event.comment, clock())
        if event is not None:
            queues.send_answer(event.ticket_id, event.comment_id)
    except GehoorError as error:
        metrics.count("WebhooksDelayed")
        return Received(503, str(error))
    metrics.count("WebhooksTaken")
    return Received(200)
