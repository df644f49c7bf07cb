"""The functions with a webhook helpdesk: from the post to the answer, with a receiver over HTTP."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from factories import author, mention
from gehoor import connections
from gehoor.aws.config_store import ConfigStore
from gehoor.config import parse
from gehoor_ops.workspace import FUNCTIONS
from lambda_stack import CONFIG, Lambdas, lambda_stack
from loopback import Answer
from webhook_receiver import LOST, SECRET, Receiver, receiving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gehoor.domain.mention import Mention

connected_helpdesk = connections.helpdesk
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")
INBOUND_SECRET = "whsec_YW5vdGhlciBrZXkgb2YgdGhpcnR5LXR3byBieXRlcyE="


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(Receiver()) as running:
        yield running


@pytest.fixture
def lambdas(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> Iterator[Lambdas]:
    """The functions, with their real connection to the receiver."""
    with lambda_stack(monkeypatch) as made:
        monkeypatch.setattr(connections, "helpdesk", connected_helpdesk)
        monkeypatch.setattr(connections, "_connections", {})
        helpdesk = {"kind": "webhook", "base_url": receiver.url, "secret": "/gehoor/crm"}
        config = {**CONFIG, "helpdesk": helpdesk, "allow_private_hosts": ["127.0.0.1"]}
        ConfigStore(made.stack.dynamodb, made.stack.state).push(parse(config), made.clock())
        ssm = boto3.client("ssm")
        for name, value in (("crm", SECRET), ("webhook/webhook", INBOUND_SECRET)):
            ssm.put_parameter(Name=f"/gehoor/{name}", Value=value, Type="SecureString")
        # Signatures grow old, and the receiver looks at the clock on the wall
        made.clock.now = datetime.now(UTC)
        yield made


def said(name: str, **changes: Any) -> Mention:
    by = author(network="mastodon")
    return mention(name, network="mastodon", author=by, posted_at=datetime.now(UTC), **changes)


def bring_in(lambdas: Lambdas, post: Mention) -> None:
    lambdas.town.post(post)
    lambdas.clock.advance(seconds=61)
    lambdas.call("dispatch_polls")
    assert lambdas.poll() == []


def send_comment(
    lambdas: Lambdas, receiver: Receiver, public: bool = True, secret: str = INBOUND_SECRET
) -> int:
    """The status that an agent's comment is answered with."""
    [ticket] = receiver.tickets.values()
    sender = Receiver(secret)
    headers, body = sender.signed_comment(ticket.external_id, "90125", "We send it", public)
    event = {
        "pathParameters": {"sender": "webhook"},
        "headers": headers,
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
    return int(lambdas.call("receive_webhook", event)["statusCode"])


def markers(receiver: Receiver) -> list[str]:
    """What stands in the one ticket, in order, by the beginning of its marker."""
    [ticket] = receiver.tickets.values()
    return [comment["marker"].partition(":")[0] for comment in ticket.comments]


def test_a_post_becomes_a_ticket_there_and_a_comment_a_reply(
    lambdas: Lambdas, receiver: Receiver
) -> None:
    # Given a post, and another one in its thread
    first, second = said("1"), said("2", in_reply_to="1")
    bring_in(lambdas, first)
    assert lambdas.deliver() == []
    bring_in(lambdas, second)
    assert lambdas.deliver() == []
    # Then the receiver has one ticket with both, and the note about what went before
    assert markers(receiver) == [first.mention_id, "history", second.mention_id]
    [customer] = receiver.customers.values()
    assert customer["handle"] == "@anna@town.example"
    # When an agent answers there, and the call comes twice
    assert send_comment(lambdas, receiver) == 200
    assert send_comment(lambdas, receiver) == 200
    assert lambdas.answer() == []
    # Then it is on the network once, and the agent is told
    [answer] = lambdas.town.answers
    assert (answer.text, answer.address.native_id) == ("We send it", "2")
    assert markers(receiver)[3:] == ["posted"]
    # And no queue, log or metric had its words
    assert "We send it" not in lambdas.said.getvalue()


def test_a_comment_that_was_taken_back_in_time_is_not_posted(
    lambdas: Lambdas, receiver: Receiver
) -> None:
    # Given an answer that waits in its queue
    bring_in(lambdas, said("1"))
    assert lambdas.deliver() == []
    assert send_comment(lambdas, receiver) == 200
    # When the agent makes it internal, and the first call comes late once more
    assert send_comment(lambdas, receiver, public=False) == 200
    assert send_comment(lambdas, receiver) == 200
    # Then nobody reads it on the network
    assert lambdas.answer() == []
    assert lambdas.town.answers == []


def test_nothing_is_lost_while_the_receiver_is_down(lambdas: Lambdas, receiver: Receiver) -> None:
    # Given a mention, and a receiver that fails in every way
    post = said("1")
    bring_in(lambdas, post)
    lambdas.clock.now = datetime.now(UTC)
    receiver.instead = [Answer(status=status) for status in (503, 410, 401, 429, 500)]
    while receiver.instead:
        assert not deliver(lambdas, post)
    assert receiver.tickets == {}
    # When it is well again, but its answer to the opening is lost
    lambdas.clock.advance(minutes=2, seconds=1)
    receiver.afterwards = [Answer(status=204), LOST]
    assert not deliver(lambdas, post)
    lambdas.clock.advance(minutes=2, seconds=1)
    # Then the mention is there, once
    assert deliver(lambdas, post)
    assert markers(receiver) == [post.mention_id, "history"]


def deliver(lambdas: Lambdas, post: Mention) -> bool:
    """Whether a mention, whose message comes again, is delivered now."""
    queue = lambdas.stack.urls.deliveries.rpartition("/")[2]
    record = {
        "messageId": "m",
        "receiptHandle": "gone",
        "body": json.dumps({"mention_id": post.mention_id}),
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSourceARN": f"arn:aws:sqs:eu-west-1:1:{queue}",
        "eventSource": "aws:sqs",
    }
    return not lambdas.call("deliver_mention", {"Records": [record]})["batchItemFailures"]


def test_a_forged_comment_is_refused(lambdas: Lambdas, receiver: Receiver) -> None:
    # Given a ticket, and a receiver that signs with the secret of the other direction
    bring_in(lambdas, said("1"))
    assert lambdas.deliver() == []
    # Then its comment is not believed, and goes nowhere
    assert send_comment(lambdas, receiver, secret=SECRET) == 401
    assert lambdas.answer() == []
    assert lambdas.town.answers == []


def test_the_receiver_of_webhooks_starts_without_what_it_does_not_need() -> None:
    program = (
        "import sys\n"
        "import receive_webhook.handler\n"
        "import gehoor.aws.inbox\n"
        "import gehoor.webhooks.webhook, gehoor.webhooks.x, gehoor.webhooks.zendesk\n"
        "sys.exit(not {'pydantic', 'requests', 'standardwebhooks'}.isdisjoint(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=FUNCTIONS, timeout=60, check=False)
    assert done.returncode == 0
