"""`gehoor replay`: a recorded webhook call, verified and handed over."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from factories import NOW
from gehoor.aws.inbox import DynamoInbox
from gehoor.webhooks import webhook, x, zendesk
from gehoor_ops.replay_commands import parse_call

if TYPE_CHECKING:
    from pathlib import Path

    from fakes.command import Command
    from fakes.deployed import Deployed

SECRET = "the-secret-of-the-webhook"
MERGED = json.dumps(
    {"type": "zen:event-type:ticket.merged", "detail": {"id": "77"}, "event": {"ticket": "78"}}
).encode()
ASKED = {"event": "ticket_merged", "ticket_id": "77", "into_ticket_id": "78"}


def recorded(body: bytes = MERGED, secret: str = SECRET, end: str = "\r\n") -> bytes:
    """A call of Zendesk's, as it was months ago."""
    signed_at = f"{NOW - timedelta(days=90):%Y-%m-%dT%H:%M:%SZ}"
    lines = (
        "POST /hooks/zendesk HTTP/1.1",
        "Host: api.example",
        f"X-Zendesk-Webhook-Signature: {zendesk.signature(secret, signed_at, body)}",
        f"X-Zendesk-Webhook-Signature-Timestamp: {signed_at}",
        f"Content-Length: {len(body)}",
    )
    return (end.join(lines) + 2 * end).encode() + body


@pytest.fixture
def call(tmp_path: Path) -> Path:
    return tmp_path / "call.http"


@pytest.fixture(autouse=True)
def known_secret(gehoor: Command, deployed: Deployed) -> None:
    name = "/gehoor/webhook/zendesk"
    assert gehoor("secret", "set", name, stdin=SECRET.encode()).code == 0


@pytest.mark.parametrize("end", ["\r\n", "\n"], ids=["as sent", "as an editor writes it"])
def test_an_old_call_is_handed_over_as_often_as_somebody_asks(
    gehoor: Command, deployed: Deployed, call: Path, end: str
) -> None:
    # Given a call that was recorded long ago
    call.write_bytes(recorded(end=end) + b"\n")
    # When it is looked at, then nothing is done
    looked = gehoor("replay", str(call), "--json")
    assert looked.document == {"sender": "zendesk", "event": ASKED, "handed_over": False}
    assert deployed.messages("EventsQueue") == []
    # When it is handed over twice, then it is in the queue twice
    for _ in range(2):
        assert gehoor("replay", str(call), "--apply", "--json").document["handed_over"]
    assert [json.loads(body) for body in deployed.messages("EventsQueue")] == [ASKED, ASKED]


def test_a_forged_call_is_refused(gehoor: Command, deployed: Deployed, call: Path) -> None:
    # Given a call that somebody else signed
    call.write_bytes(recorded(secret="another"))
    # When it is replayed, then nothing is handed over
    run = gehoor("replay", str(call), "--apply")
    assert run.code == 1
    assert "signature does not hold" in run.err
    assert deployed.messages("EventsQueue") == []


def test_a_call_that_asks_for_nothing_says_so(
    gehoor: Command, deployed: Deployed, call: Path
) -> None:
    call.write_bytes(recorded(json.dumps({"type": "zen:event-type:ticket.other"}).encode()))
    assert "asks for nothing" in gehoor("replay", str(call), "--apply").out


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"GET /hooks/zendesk HTTP/1.1\n\n", "does not begin with a call"),
        (b"\xff\x00", "does not begin with a call"),
        (b"POST /hooks/nobody HTTP/1.1\n\n{}", "nobody knows a sender nobody"),
        (b"POST /hooks/_x HTTP/1.1\n\n{}", "nobody knows a sender _x"),
    ],
)
def test_what_is_no_call_is_refused(
    gehoor: Command, deployed: Deployed, call: Path, content: bytes, cause: str
) -> None:
    call.write_bytes(content)
    run = gehoor("replay", str(call))
    assert run.code == 1
    assert cause in run.err


def test_a_missing_file_is_wrong_usage(gehoor: Command, call: Path) -> None:
    assert gehoor("replay", str(call)).code == 2


def test_a_comment_that_was_kept_is_not_overwritten_by_an_older_version(
    gehoor: Command, deployed: Deployed, call: Path
) -> None:
    # Given a recorded comment of a helpdesk that cannot be asked for it
    key = b64encode(b"k" * 24).decode()
    gehoor("secret", "set", "/gehoor/webhook/webhook", stdin=f"whsec_{key}".encode())

    def said(text: str) -> None:
        data = {
            "external_id": "gehoor:case-1",
            "comment_id": "501",
            "text": text,
            "public": True,
            "author": "agent",
            "created_at": NOW.isoformat(),
        }
        body = json.dumps({"type": "comment.created", "data": data}).encode()
        at = str(int(NOW.timestamp()))
        signed = webhook.signature(b"k" * 24, "m1", at, body)
        head = f"POST /hooks/webhook HTTP/1.1\nwebhook-id: m1\nwebhook-timestamp: {at}\n"
        call.write_bytes(f"{head}webhook-signature: {signed}\n\n".encode() + body)

    # When it is replayed, and then an older version of it
    for text in ("the newer words", "older words"):
        said(text)
        assert gehoor("replay", str(call), "--apply").code == 0
    # Then the one that was there stays
    import boto3

    kept = DynamoInbox(boto3.client("dynamodb"), "state").read("case-1", "501")
    assert kept is not None
    assert kept.text == "the newer words"


def test_x_signs_no_time_and_is_verified_all_the_same(
    gehoor: Command, deployed: Deployed, call: Path
) -> None:
    gehoor("secret", "set", "/gehoor/webhook/x", stdin=b"app-secret")
    body = json.dumps(
        {"data": {"event_type": "post.mention.create", "tag": "x", "payload": {"id": "9"}}}
    ).encode()
    signed = x.signature("app-secret", body)
    head = f"POST /hooks/x HTTP/1.1\nx-twitter-webhooks-signature: {signed}\n\n"
    call.write_bytes(head.encode() + body)
    run = gehoor("replay", str(call), "--json")
    assert run.document["event"]["post_id"] == "9"


def test_a_body_with_empty_lines_is_kept_to_the_byte() -> None:
    # Given bodies that look like heads
    for end in (b"\r\n", b"\n"):
        body = b'{"a": 1}' + end + end + b"more"
        head = b"POST /stage/hooks/zendesk?x=1 HTTP/1.1" + end + b"A: b" + end + end
        # Then the first empty line ends the head
        assert parse_call(head + body) == ("zendesk", {"a": "b"}, body)
