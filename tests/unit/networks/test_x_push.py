"""X pushes a post, and lists it when it is polled: one mention, one ticket, paid once."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from gehoor import connections
from gehoor.aws.config_store import ConfigStore
from gehoor.aws.sources import Sources
from gehoor.config import parse
from gehoor.webhooks.x import SIGNATURES, signature
from lambda_stack import CONFIG, Lambdas, lambda_stack
from scripted_x import SECRET, ScriptedX, scripted_x

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")
connected_network = connections.network
HOOK_SECRET = "client-secret"


@pytest.fixture
def server() -> Iterator[ScriptedX]:
    with scripted_x() as running:
        yield running


@pytest.fixture
def lambdas(monkeypatch: pytest.MonkeyPatch, server: ScriptedX) -> Iterator[Lambdas]:
    """The functions with one source on X, polled every quarter of an hour and just now."""
    source = {"id": "acme", "network": "x", "brand": "noordlicht", "base_url": server.url}
    sources = [{**source, "secret": "/gehoor/x", "every": "15m"}]
    config = {**CONFIG, "sources": sources, "allow_private_hosts": ["127.0.0.1"]}
    with lambda_stack(monkeypatch) as made:
        monkeypatch.setattr(connections, "network", connected_network)
        made.clock.now = datetime.now(UTC)
        store = ConfigStore(made.stack.dynamodb, made.stack.state)
        store.push(parse(config), made.clock())
        made.clock.advance(minutes=2)
        Sources(made.stack.dynamodb, made.stack.state).reconcile(["acme"], made.clock())
        for name, value in (("x", SECRET), ("webhook/x", HOOK_SECRET)):
            boto3.client("ssm").put_parameter(
                Name=f"/gehoor/{name}", Value=value, Type="SecureString"
            )
        poll(made)
        yield made


def poll(lambdas: Lambdas) -> None:
    lambdas.call("dispatch_polls")
    assert lambdas.poll() == []


def push(lambdas: Lambdas, post: dict[str, Any], kind: str = "post.mention.create") -> None:
    event = {"event_uuid": post["id"], "event_type": kind, "tag": "acme", "payload": post}
    body = json.dumps({"data": event}).encode()
    answer = lambdas.call(
        "receive_webhook",
        {
            "pathParameters": {"sender": "x"},
            "requestContext": {"http": {"method": "POST"}},
            "headers": {SIGNATURES[1]: signature(HOOK_SECRET, body)},
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        },
    )
    assert answer["statusCode"] == 200
    assert lambdas.answer() == []
    assert lambdas.poll() == []
    assert lambdas.deliver() == []


def test_a_pushed_mention_is_a_ticket_at_once_and_stays_one(
    lambdas: Lambdas, server: ScriptedX
) -> None:
    # Given a post that X tells of, as a mention and as a reply
    post = server.mention("@noordlicht my parcel is lost", lambdas.clock())
    push(lambdas, post)
    push(lambdas, post, "post.reply.create")
    # Then it is a ticket before the source is due
    [ticket] = lambdas.helpdesk.tickets.values()
    # When the source is polled
    lambdas.clock.advance(minutes=16)
    poll(lambdas)
    assert lambdas.deliver() == []
    # Then nothing is added, and X charges for the post once
    assert list(lambdas.helpdesk.tickets.values()) == [ticket]
    assert len(ticket.comments) == 2
    assert [kind for kind, _ in server.charged if kind == "post_read"] == ["post_read"]


def test_what_was_never_pushed_is_brought_by_the_poll(lambdas: Lambdas, server: ScriptedX) -> None:
    server.mention("@noordlicht my parcel is lost", lambdas.clock())
    lambdas.clock.advance(minutes=16)
    poll(lambdas)
    assert lambdas.deliver() == []
    assert len(lambdas.helpdesk.tickets) == 1


def test_a_post_that_is_gone_before_it_is_looked_at_is_no_ticket(
    lambdas: Lambdas, server: ScriptedX
) -> None:
    post = server.mention("@noordlicht my parcel is lost", lambdas.clock())
    del server.posts[post["id"]]
    push(lambdas, post)
    assert lambdas.helpdesk.tickets == {}
