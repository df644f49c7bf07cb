"""Receiving a webhook: verify the raw bytes, keep ids only, enqueue once, answer at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol

from gehoor.domain.event import CommentAdded
from gehoor.errors import AuthExpired, ContractBroken, GehoorError, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gehoor.domain.event import Event
    from gehoor.ports.queues import Queues
    from gehoor.ports.stores import Inbox, Replays
    from gehoor.ports.surroundings import Clock, Metrics

RETRY_AFTER_S = 30
"""Zendesk repeats a 503 only when Retry-After is below 60 seconds."""


KNOWN_FOR = timedelta(minutes=5)
DOUBTED_AFTER = timedelta(seconds=30)
"""A call that does not fit the secret may fit a newer one, for which it is looked so often at most:
whoever forges calls shall not make gehoor ask at every one."""

Secret = Callable[[timedelta], str]
"""The signing secret, as it was read no longer ago than that."""


class Webhook(Protocol):
    """How one sender's webhooks are verified and read."""

    def verify(self, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
        """NotAllowed when the sender cannot prove itself."""

    def names(self, headers: Mapping[str, str], body: bytes) -> Sequence[str]:
        """What only this call and its repeats carry, never empty for one that was verified."""

    def read(self, body: bytes) -> Event | None:
        """The event; None when it needs nothing. ContractBroken when it cannot be read."""


Challenge = Callable[[Mapping[str, str], str], str]
"""The query of a handshake and the secret, to the answer that shows that gehoor knows it.

ContractBroken for a query that asks for none.
"""


class Received(NamedTuple):
    """The HTTP status to answer with, and for the log why it is no success."""

    status: int
    reason: str = ""


class Answer(NamedTuple):
    """What to answer: with JSON, where the sender asked for some."""

    received: Received
    body: str = ""


def receive(
    webhook: Webhook | None,
    headers: Mapping[str, str],
    body: bytes,
    secret: Secret,
    inbox: Callable[[], Inbox],
    queues: Queues,
    replays: Callable[[], Replays],
    clock: Clock,
    metrics: Metrics,
) -> Received:
    """What to answer. `secret`, `inbox` and `replays` are asked for only when they are needed.

    200 taken, 401 not proven, 400 unreadable, 404 unknown sender, 503 come again. Never 500, which
    senders do not repeat.
    """
    if webhook is None:
        return Received(404, "no such sender")
    try:
        _verify(webhook, headers, body, secret, clock())
        event = webhook.read(body)
    except NotAllowed as error:
        metrics.count("WebhooksRefused")
        return Received(401, str(error))
    except ContractBroken as error:
        metrics.count("WebhooksUntaken")
        return Received(400, str(error))
    except GehoorError as error:
        metrics.count("WebhooksUntaken")
        return Received(503, str(error))
    if event is None:
        metrics.count("WebhooksTaken")
        return Received(200)
    names = webhook.names(headers, body)
    return _take(event, names, inbox, queues, replays(), clock, metrics)


def _verify(
    webhook: Webhook, headers: Mapping[str, str], body: bytes, secret: Secret, now: datetime
) -> None:
    """Pass what fits the secret, or the one that has replaced it since it was read."""
    known = secret(KNOWN_FOR)
    try:
        webhook.verify(headers, body, known, now)
    except NotAllowed:
        newer = secret(DOUBTED_AFTER)
        if newer == known:
            raise
        webhook.verify(headers, body, newer, now)


def replay(
    webhook: Webhook,
    headers: Mapping[str, str],
    body: bytes,
    secret: str,
    signed_at: datetime | None,
    inbox: Inbox,
    send_event: Callable[[Event], None] | None,
    clock: Clock,
) -> Event | None:
    """Hand over a call that was recorded, however old; returns its event, None for one of no use.

    It is verified as of the time that was signed along, where one was. Without `send_event`
    nothing is done. NotAllowed when the sender did not sign it, ContractBroken
    when it cannot be read. It is safe to repeat: who follows an event does so once. A comment that
    was kept stays, as it may be a newer version.
    """
    webhook.verify(headers, body, secret, signed_at or clock())
    event = webhook.read(body)
    if event is None or send_event is None:
        return event
    if isinstance(event, CommentAdded) and event.comment is not None:
        kept = inbox.read(event.ticket_id, event.comment_id)
        inbox.keep(event.ticket_id, kept or event.comment, clock())
    send_event(event)
    return event


def shake_hands(
    challenge: Challenge | None,
    query: Mapping[str, str],
    secret: Callable[[], str],
    metrics: Metrics,
) -> Answer:
    """Answer a sender that wants to know whether gehoor knows the secret, before it sends.

    404 for a sender that never asks or whose secret nobody set, 400 for no question, 503 come
    again. Only that is counted: anybody may ask, and no stranger's question is an alarm.
    """
    if challenge is None:
        return Answer(Received(404, "no such sender"))
    try:
        return Answer(Received(200), challenge(query, secret()))
    except ContractBroken as error:
        return Answer(Received(400, str(error)))
    except AuthExpired as error:
        return Answer(Received(404, str(error)))
    except GehoorError as error:
        metrics.count("WebhooksUntaken")
        return Answer(Received(503, str(error)))


def _take(
    event: Event,
    names: Sequence[str],
    inbox: Callable[[], Inbox],
    queues: Queues,
    replays: Replays,
    clock: Clock,
    metrics: Metrics,
) -> Received:
    """Enqueue the event of a call that was not taken before.

    A replay is answered like the first call: a sender whose answer was lost repeats in good faith.
    A comment that comes along is kept before its ids go on: whoever gets those must find it.
    """
    if _was_taken(names, replays, metrics):
        metrics.count("WebhooksReplayed")
        return Received(200)
    try:
        if isinstance(event, CommentAdded) and event.comment is not None:
            inbox().keep(event.ticket_id, event.comment, clock())
        queues.send_event(event)
    except GehoorError as error:
        metrics.count("WebhooksUntaken")
        return Received(503, str(error))
    try:
        replays.remember(names, clock())
    except GehoorError:
        metrics.count("ReplaysNotKept")
    metrics.count("WebhooksTaken")
    return Received(200)


def _was_taken(names: Sequence[str], replays: Replays, metrics: Metrics) -> bool:
    """False too when nobody can tell: the ledger makes a replay harmless, and nothing is lost."""
    try:
        return replays.seen(names)
    except GehoorError:
        metrics.count("ReplaysNotKept")
        return False
