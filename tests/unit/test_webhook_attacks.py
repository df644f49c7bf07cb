"""What strangers send the receiver, for every sender: forged, played back, stale, cut or huge."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from itertools import count
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import boto3
import pytest

from gehoor import webhooks
from lambda_stack import Lambdas, lambda_stack
from senders import SENDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")
LATE = timedelta(minutes=5, seconds=1)
HUGE = 10_000_000
numbers = count(1)


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
