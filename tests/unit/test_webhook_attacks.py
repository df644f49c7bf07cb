"""What strangers send the receiver, for every sender: forged, played back, stale, cut or huge."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from gehoor import webhooks
from gehoor.webhooks import webhook, x, zendesk
from lambda_stack import HOOK_SECRET, Lambdas, lambda_stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")
WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LATE = timedelta(minutes=5, seconds=1)
HUGE = 10_000_000
numbers = count(1)


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
DATED = [name for name, sender in SENDERS.items() if sender.timestamp]


@pytest.fixture(scope="module")
def lambdas() -> Iterator[Lambdas]:
    with pytest.MonkeyPatch.context() as patch, lambda_stack(patch) as made:
        for name in ("webhook", "x"):
            boto3.client("ssm").put_parameter(
                Name=webhooks.SECRETS + name, Value=SENDERS[name].secret, Type="SecureString"
            )
        yield made


def event_of(name: str) -> bytes:
    """An event that was never sent before."""
    return json.dumps(SENDERS[name].event(str(next(numbers)))).encode()


def call(lambdas: Lambdas, name: str, headers: dict[str, str], body: bytes) -> tuple[int, int]:
    """The status of the answer, and how many events went on."""
    sent = {
        "pathParameters": {"sender": name},
        "headers": headers,
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
    status = int(lambdas.call("receive_webhook", sent)["statusCode"])
    found = lambdas.stack.sqs.receive_message(
        QueueUrl=lambdas.stack.urls.events, MaxNumberOfMessages=10
    ).get("Messages", [])
    for message in found:
        lambdas.stack.sqs.delete_message(
            QueueUrl=lambdas.stack.urls.events, ReceiptHandle=message["ReceiptHandle"]
        )
    return status, len(found)


def test_every_sender_is_attacked_here() -> None:
    assert {module.name for module in iter_modules(webhooks.__path__)} == SENDERS.keys()


@pytest.mark.parametrize("name", SENDERS)
def test_a_call_is_taken_and_its_replay_has_no_effect(lambdas: Lambdas, name: str) -> None:
    body = event_of(name)
    headers = SENDERS[name].signed(body, lambdas.clock())
    assert call(lambdas, name, headers, body) == (200, 1)
    assert call(lambdas, name, headers, body) == (200, 0)
    # And another sender does not take it
    for other in SENDERS.keys() - {name}:
        assert call(lambdas, other, headers, body) == (401, 0)


@pytest.mark.parametrize("name", SENDERS)
@pytest.mark.parametrize(
    "change",
    [
        lambda signature: "",
        lambda signature: signature[:-1],
        lambda signature: signature[:-4] + "AAA=",
        lambda signature: signature + "=",
        lambda signature: signature + "A" * 10_000,
        lambda signature: signature.swapcase(),
        lambda signature: signature.partition("=")[0],
        lambda signature: f" {signature}x",
        lambda signature: "\u00fc" * len(signature),
        lambda signature: "\ud800",
        lambda signature: "None",
    ],
    ids=range(11),
)
def test_a_changed_signature_is_refused(
    lambdas: Lambdas, name: str, change: Callable[[str], str]
) -> None:
    sender, body = SENDERS[name], event_of(name)
    headers = sender.signed(body, lambdas.clock())
    headers[sender.signature] = change(headers[sender.signature])
    assert call(lambdas, name, headers, body) == (401, 0)


@pytest.mark.parametrize("name", SENDERS)
def test_a_header_that_is_missing_is_refused(lambdas: Lambdas, name: str) -> None:
    body = event_of(name)
    headers = SENDERS[name].signed(body, lambdas.clock())
    for missing in headers:
        left = {header: value for header, value in headers.items() if header != missing}
        assert call(lambdas, name, left, body) == (401, 0)


@pytest.mark.parametrize("name", SENDERS)
def test_a_forged_call_is_refused(lambdas: Lambdas, name: str) -> None:
    # Given a stranger who guessed a secret, or has that of another sender
    body, sender = event_of(name), SENDERS[name]
    others = [one.secret for one in SENDERS.values() if one.secret.startswith("whsec_")]
    known = [sender.guessed, *(others if name != "webhook" else [])]
    # Then nothing is taken
    for secret in known:
        headers = sender.signed(body, lambdas.clock(), secret)
        assert call(lambdas, name, headers, body) == (401, 0)


@pytest.mark.parametrize("name", SENDERS)
@pytest.mark.parametrize(
    "change",
    [
        lambda body: body[:-1],
        lambda body: body + b" ",
        lambda body: body + b"\x00",
        lambda body: b"",
        lambda body: body.replace(b"{", b"{ ", 1),
        lambda body: body * 2,
    ],
    ids=["short", "long", "zero", "empty", "same meaning", "twice"],
)
def test_a_body_of_another_length_is_refused(
    lambdas: Lambdas, name: str, change: Callable[[bytes], bytes]
) -> None:
    body = event_of(name)
    headers = SENDERS[name].signed(body, lambdas.clock())
    assert call(lambdas, name, headers, change(body)) == (401, 0)


@pytest.mark.parametrize("name", DATED)
@pytest.mark.parametrize("late", [LATE, -LATE, timedelta(days=365)])
def test_a_stale_call_is_refused(lambdas: Lambdas, name: str, late: timedelta) -> None:
    body = event_of(name)
    headers = SENDERS[name].signed(body, lambdas.clock() - late)
    assert call(lambdas, name, headers, body) == (401, 0)


@pytest.mark.parametrize("name", DATED)
def test_a_stale_call_under_a_new_date_is_refused(lambdas: Lambdas, name: str) -> None:
    body, sender = event_of(name), SENDERS[name]
    stale = sender.signed(body, lambdas.clock() - LATE)
    fresh = sender.signed(body, lambdas.clock())
    headers = {**stale, sender.timestamp: fresh[sender.timestamp]}
    assert call(lambdas, name, headers, body) == (401, 0)


@pytest.mark.parametrize("name", SENDERS)
@pytest.mark.parametrize(
    "huge", [b"x" * HUGE, b"[" * HUGE, b'{"type":"' + b"x" * HUGE, b'{"data":' + b"9" * HUGE + b"}"]
)
def test_a_huge_body_is_refused_signed_or_not(lambdas: Lambdas, name: str, huge: bytes) -> None:
    sender = SENDERS[name]
    forged = sender.signed(huge, lambdas.clock(), sender.guessed)
    assert call(lambdas, name, forged, huge) == (401, 0)
    assert call(lambdas, name, sender.signed(huge, lambdas.clock()), huge) == (400, 0)


def test_no_secret_and_no_signature_was_logged(lambdas: Lambdas) -> None:
    body = event_of("zendesk")
    for name, sender in SENDERS.items():
        headers = sender.signed(body, lambdas.clock(), sender.guessed)
        assert call(lambdas, name, headers, body) == (401, 0)
        for told in (sender.secret, headers[sender.signature]):
            assert told not in lambdas.said.getvalue()
