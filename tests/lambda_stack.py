"""The functions as Lambda calls them: their handlers on the template's tables and queues on moto.

Network and helpdesk are the ones in memory; configuration, stores, queues and secrets are real
code on moto. All that is logged or measured is kept.
"""

from __future__ import annotations

import base64
import io
import json
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import boto3

from fakes.clock import FakeClock
from fakes.helpdesk import FakeHelpdesk
from fakes.town import FakeTown
from gehoor import bootstrap, bootstrap_intake, connections
from gehoor.aws.config_store import ConfigStore
from gehoor.aws.sources import Sources
from gehoor.config import parse
from gehoor.webhooks.zendesk import SIGNATURE, TIMESTAMP, signature
from moto_stack import Stack, moto_stack

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator

    import pytest

    from gehoor.ports.network import Network

SOURCE = "masto"
TOPIC = "DueNotices"
HOOK_SECRET = "the-secret-of-the-webhook"
CONFIG = {
    "company": "Noordlicht",
    "brands": [
        {
            "id": "noordlicht",
            "languages": ["en", "nl"],
            "accounts": {"mastodon": "noordlicht@town.example"},
        }
    ],
    "sources": [
        {
            "id": SOURCE,
            "network": "mastodon",
            "brand": "noordlicht",
            "base_url": "https://town.example",
            "secret": "/gehoor/masto",
            "every": "1m",
        }
    ],
    "helpdesk": {
        "kind": "zendesk",
        "base_url": "https://noordlicht.zendesk.example",
        "secret": "/gehoor/zendesk",
    },
}
CACHED = (
    *(
        (bootstrap, name)
        for name in (
            "aws",
            "dynamodb",
            "sqs",
            "ssm",
            "sns",
            "secrets",
            "queues",
            "core",
            "state",
            "replays",
            "_config_reader",
        )
    ),
    *((connections, name) for name in ("budget", "quota", "sessions", "_setup_reader")),
    (bootstrap_intake, "_weights_reader"),
    (bootstrap_intake, "_taken_in"),
)


class Context:
    """What Lambda tells a function about itself."""

    function_name = "gehoor"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-west-1:1:function:gehoor"
    aws_request_id = "request"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@dataclass
class Lambdas:
    """The functions, what is around them, and what they said."""

    stack: Stack
    clock: FakeClock
    town: FakeTown
    helpdesk: FakeHelpdesk
    said: io.StringIO = field(default_factory=io.StringIO)

    def call(self, function: str, event: dict[str, Any] | None = None) -> Any:
        """Call a function's handler."""
        handler = import_module(f"{function}.handler").handler
        [stream] = [h for h in bootstrap.logger._logger.handlers if hasattr(h, "setStream")]
        before = cast("logging.StreamHandler[Any]", stream).setStream(self.said)
        try:
            with redirect_stdout(self.said):
                return handler(event or {}, Context())
        finally:
            cast("logging.StreamHandler[Any]", stream).setStream(before)

    def feed(self, function: str, *queues: str) -> list[str]:
        """Give a function all messages of its queues, in one batch; returns the failed bodies."""
        records = [record for name in queues for record in self._receive(name)]
        if not records:
            return []
        failed = self.call(function, {"Records": records})["batchItemFailures"]
        ids = {item["itemIdentifier"] for item in failed}
        for record in records:
            if record["messageId"] not in ids:
                self.stack.sqs.delete_message(
                    QueueUrl=record["url"], ReceiptHandle=record["receiptHandle"]
                )
        return [record["body"] for record in records if record["messageId"] in ids]

    def poll(self) -> list[str]:
        return self.feed("poll_source", "polls")

    def deliver(self) -> list[str]:
        return self.feed("deliver_mention", "urgent_deliveries", "deliveries")

    def answer(self) -> list[str]:
        return self.feed("apply_event", "events")

    def webhook(self, sent: bytes, *, secret: str = HOOK_SECRET, **changes: Any) -> dict[str, Any]:
        """A signed call of the helpdesk's, as API Gateway passes it on; `changes` are to that."""
        signed_at = f"{self.clock():%Y-%m-%dT%H:%M:%SZ}"
        event: dict[str, Any] = {
            "pathParameters": {"sender": "zendesk"},
            "headers": {SIGNATURE: signature(secret, signed_at, sent), TIMESTAMP: signed_at},
            "body": base64.b64encode(sent).decode(),
            "isBase64Encoded": True,
            **changes,
        }
        answer: dict[str, Any] = self.call("receive_webhook", event)
        return answer

    def logged(self) -> list[dict[str, Any]]:
        """The lines that were logged, without the metrics."""
        lines = map(json.loads, self.said.getvalue().splitlines())
        return [line for line in lines if "_aws" not in line]

    def _receive(self, name: str) -> list[dict[str, Any]]:
        url = getattr(self.stack.urls, name)
        found: list[dict[str, Any]] = []
        while True:
            answer = self.stack.sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
            )
            if "Messages" not in answer:
                return found
            found += [
                {
                    "messageId": message["MessageId"],
                    "receiptHandle": message["ReceiptHandle"],
                    "body": message["Body"],
                    "attributes": message["Attributes"],
                    "eventSourceARN": f"arn:aws:sqs:eu-west-1:1:{url.rpartition('/')[2]}",
                    "eventSource": "aws:sqs",
                    "url": url,
                }
                for message in answer["Messages"]
            ]


@contextmanager
def lambda_stack(patch: pytest.MonkeyPatch) -> Iterator[Lambdas]:
    """The functions with a pushed configuration and one source that is due."""
    for module, name in CACHED:
        getattr(module, name).cache_clear()
    connections._connections.clear()
    with moto_stack() as stack:
        clock = FakeClock()
        town = FakeTown(page_size=40, clock=clock)
        lambdas = Lambdas(stack, clock, town, FakeHelpdesk(clock))
        _set_environment(patch, stack)
        ssm = boto3.client("ssm")
        ssm.put_parameter(Name="/gehoor/webhook/zendesk", Value=HOOK_SECRET, Type="SecureString")
        ConfigStore(stack.dynamodb, stack.state).push(parse(CONFIG), clock())
        Sources(stack.dynamodb, stack.state).reconcile([SOURCE], clock())

        def network(source_id: str) -> Network:
            bootstrap.source(source_id)
            return town

        patch.setattr(bootstrap, "clock", clock)
        patch.setattr(connections, "network", network)
        patch.setattr(connections, "helpdesk", lambda _lane: lambdas.helpdesk)
        patch.setattr(bootstrap, "dynamodb", lambda: stack.dynamodb)
        patch.setattr(bootstrap, "sqs", lambda: stack.sqs)
        try:
            yield lambdas
        finally:
            for module, name in CACHED:
                getattr(getattr(module, name), "cache_clear", lambda: None)()


def _set_environment(patch: pytest.MonkeyPatch, stack: Stack) -> None:
    topic = boto3.client("sns", region_name="eu-west-1").create_topic(Name=TOPIC)["TopicArn"]
    settings = {
        "NOTICES_TOPIC": topic,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "CORE_TABLE": stack.core,
        "STATE_TABLE": stack.state,
        "POLLS_QUEUE": stack.urls.polls,
        "DELIVERIES_QUEUE": stack.urls.deliveries,
        "URGENT_DELIVERIES_QUEUE": stack.urls.urgent_deliveries,
        "EVENTS_QUEUE": stack.urls.events,
        "OWN_QUEUES": " ".join(stack.urls),
    }
    for name, value in settings.items():
        patch.setenv(name, value)
