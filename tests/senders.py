"""Every sender of webhooks: how it signs, and an event of its own that gehoor takes."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gehoor.webhooks import webhook, x, zendesk
from lambda_stack import HOOK_SECRET

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass(frozen=True)
class Sender:
    """One sender: how it signs, and an event of its own that gehoor takes."""

    secret: str
    guessed: str
    signature: str
    sign: Callable[[bytes, str, datetime], dict[str, str]]
    event: Callable[[str], dict[str, Any]]
    timestamp: str = ""

    def signed(self, body: bytes, at: datetime, secret: str = "") -> dict[str, str]:
        return self.sign(body, secret or self.secret, at)


def zendesk_signs(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    timestamp = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    signature = zendesk.signature(secret, timestamp, body)
    return {zendesk.SIGNATURE: signature, zendesk.TIMESTAMP: timestamp}


def webhook_signs(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    timestamp = str(int(at.timestamp()))
    signature = webhook.signature(key, "msg_1", timestamp, body)
    return {webhook.ID: "msg_1", webhook.TIMESTAMP: timestamp, webhook.SIGNATURE: signature}


def zendesk_tells(name: str) -> dict[str, Any]:
    detail = {"id": "35436", "external_id": "gehoor:0a1b"}
    return {"type": zendesk.COMMENT_ADDED, "detail": detail, "event": {"comment": {"id": name}}}


def webhook_tells(name: str) -> dict[str, Any]:
    comment = {"external_id": "gehoor:0a1b", "comment_id": name, "text": "On it", "public": True}
    more = {"author": "agent", "created_at": "2026-11-22T10:00:00Z"}
    return {"type": webhook.COMMENT_CREATED, "data": {**comment, **more}}


def x_tells(name: str) -> dict[str, Any]:
    event = {"event_uuid": name, "event_type": "post.mention.create", "tag": "masto"}
    return {"data": {**event, "payload": {"id": name}}}


SENDERS = {
    "zendesk": Sender(
        HOOK_SECRET, "guessed", zendesk.SIGNATURE, zendesk_signs, zendesk_tells, zendesk.TIMESTAMP
    ),
    "webhook": Sender(
        WEBHOOK_SECRET,
        "whsec_YW5vdGhlciBrZXkgb2YgdGhpcnR5LXR3byBieXRlcyE=",
        webhook.SIGNATURE,
        webhook_signs,
        webhook_tells,
        webhook.TIMESTAMP,
    ),
    "x": Sender(
        "consumer-secret",
        "guessed",
        x.SIGNATURES[0],
        lambda body, secret, _: {x.SIGNATURES[0]: x.signature(secret, body)},
        x_tells,
    ),
}
