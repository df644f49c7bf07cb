"""What a network pushes, through the functions: from the signed call to the ticket."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from factories import author, mention
from gehoor.webhooks import x
from lambda_stack import SOURCE, Lambdas, lambda_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gehoor.domain.mention import Mention

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")
SECRET = "consumer-secret"


@pytest.fixture
def lambdas(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    """The functions, with a source of the network in memory, which X is said to push for."""
    monkeypatch.setattr(x, "NETWORK", "mastodon")
    with lambda_stack(monkeypatch) as made:
        boto3.client("ssm").put_parameter(
            Name="/gehoor/webhook/x", Value=SECRET, Type="SecureString"
        )
        yield made


def said(name: str) -> Mention:
    by = author(network="mastodon")
    return mention(name, network="mastodon", author=by)


def call(lambdas: Lambdas, sent: bytes, secret: str = SECRET, **changes: Any) -> int:
    """The status that a signed call of X's is answered with."""
    event = {
        "pathParameters": {"sender": "x"},
        "requestContext": {"http": {"method": "POST"}},
        "headers": {x.SIGNATURES[0]: x.signature(secret, sent)},
        "body": base64.b64encode(sent).decode(),
        "isBase64Encoded": True,
        **changes,
    }
    return int(lambdas.call("receive_webhook", event)["statusCode"])


def told_of(post_id: str, tag: str = SOURCE, kind: str = "post.mention.create") -> bytes:
    data = {"event_uuid": f"{kind}-{post_id}", "event_type": kind, "tag": tag}
    return json.dumps({"data": {**data, "payload": {"id": post_id, "text": "hush"}}}).encode()


def follow(lambdas: Lambdas) -> None:
    """What was enqueued goes its way to the helpdesk."""
    assert lambdas.answer() == []
    assert lambdas.poll() == []
    assert lambdas.deliver() == []


def tickets(lambdas: Lambdas) -> int:
    return len(lambdas.helpdesk.tickets)


def test_a_pushed_post_is_a_ticket_before_its_source_is_due(lambdas: Lambdas) -> None:
    # Given a source that was just polled, and a post since
    lambdas.call("dispatch_polls")
    assert lambdas.poll() == []
    lambdas.town.post(said("35"))
    # When X tells of it
    assert call(lambdas, told_of("35")) == 200
    follow(lambdas)
    # Then it is a ticket, and nothing of its words was queued or said on the way
    assert tickets(lambdas) == 1
    assert "hush" not in lambdas.said.getvalue()


def test_the_same_post_by_push_and_by_poll_is_one_ticket(lambdas: Lambdas) -> None:
    # Given a post that X tells of twice, and again under another event
    lambdas.town.post(said("35"))
    assert call(lambdas, told_of("35")) == 200
    assert call(lambdas, told_of("35")) == 200
    assert call(lambdas, told_of("35", kind="post.reply.create")) == 200
    # When it is polled too
    lambdas.call("dispatch_polls")
    follow(lambdas)
    lambdas.clock.advance(minutes=2)
    lambdas.call("dispatch_polls")
    follow(lambdas)
    # Then it is one ticket with one comment, besides the note
    [ticket] = lambdas.helpdesk.tickets.values()
    assert len(ticket.comments) == 2


def test_a_push_that_names_no_source_reads_those_of_its_network(lambdas: Lambdas) -> None:
    lambdas.call("dispatch_polls")
    assert lambdas.poll() == []
    lambdas.town.post(said("35"))
    assert call(lambdas, told_of("35", tag="Our mentions")) == 200
    follow(lambdas)
    assert tickets(lambdas) == 1


@pytest.mark.parametrize(
    ("body", "changes", "status"),
    [
        (told_of("35"), {"secret": "guessed"}, 401),
        (told_of("35"), {"headers": {}}, 401),
        (told_of("35"), {"headers": {"x-twitter-webhooks-signature": "sha256=short"}}, 401),
        (told_of("35"), {"body": base64.b64encode(told_of("36")).decode()}, 401),
        (b"x" * 10_000_000, {"secret": "guessed"}, 401),
        (b"x" * 10_000_000, {}, 400),
        (b"not json", {}, 400),
        (b'{"data": {"event_type": "post.mention.create"}}', {}, 400),
        (told_of("35", kind="unheard.of"), {}, 200),
        (told_of("35", kind="chat.received"), {}, 200),
    ],
)
def test_bad_calls_are_answered_and_go_nowhere(
    lambdas: Lambdas, body: bytes, changes: dict[str, Any], status: int
) -> None:
    assert call(lambdas, body, **changes) == status
    lambdas.town.post(said("35"))
    follow(lambdas)
    assert tickets(lambdas) == 0


def ask(lambdas: Lambdas, sender: str, **query: str) -> dict[str, Any]:
    """A GET, as API Gateway passes it on; without a query it passes no parameters at all."""
    event = {
        "pathParameters": {"sender": sender},
        "requestContext": {"http": {"method": "GET"}},
        **({"queryStringParameters": query} if query else {}),
    }
    answer: dict[str, Any] = lambdas.call("receive_webhook", event)
    return answer


def test_x_is_shown_that_gehoor_knows_the_secret(lambdas: Lambdas) -> None:
    answer = ask(lambdas, "x", crc_token="abc123")
    assert (answer["statusCode"], answer["headers"]["Content-Type"]) == (200, "application/json")
    assert json.loads(answer["body"]) == {"response_token": x.signature(SECRET, b"abc123")}


@pytest.mark.parametrize(
    ("sender", "query", "status"),
    [
        ("x", {}, 400),
        ("x", {"crc_token": '{"data": {}}'}, 400),
        ("zendesk", {"crc_token": "abc123"}, 404),
        ("nobody", {"crc_token": "abc123"}, 404),
        ("x.verify", {"crc_token": "abc123"}, 404),
    ],
)
def test_other_questions_get_no_answer(
    lambdas: Lambdas, sender: str, query: dict[str, str], status: int
) -> None:
    answer = ask(lambdas, sender, **query)
    assert (answer["statusCode"], answer["body"]) == (status, "")
    assert SECRET not in lambdas.said.getvalue()


def test_while_the_secret_is_not_set_gehoor_knows_of_no_such_sender(lambdas: Lambdas) -> None:
    boto3.client("ssm").delete_parameter(Name="/gehoor/webhook/x")
    assert ask(lambdas, "x", crc_token="abc123")["statusCode"] == 404
