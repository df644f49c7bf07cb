"""A deployed stack without AWS: what CloudFormation says of it, its tables, and looks into them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import boto3

from gehoor.aws.config_store import ConfigStore
from gehoor.aws.mention_lists import MentionLists
from gehoor.aws.mentions import Mentions
from gehoor.aws.setup_store import SetupStore
from gehoor.aws.sources import Sources
from loopback import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from loopback import Asked

REGION = "eu-west-1"
API_URL = "https://api.example"
INDEXES = {
    "core": {
        "undelivered": ("undelivered_shard", "pending_since"),
        "seen": ("seen_day", "seen_at"),
    },
    "state": {"due": ("due_shard", "next_due_at")},
}
SOURCES = ("masto", "second")
NO_SECRETS = "reading secrets is not allowed"
QUEUES = tuple(
    f"{name}{kind}"
    for name in ("Polls", "Deliveries", "UrgentDeliveries", "Events")
    for kind in ("Queue", "DeadLetters")
)


@dataclass(frozen=True)
class Deployed:
    """What stands behind the stack, to look at what a command did."""

    queue_urls: dict[str, str]

    @property
    def config_store(self) -> ConfigStore:
        return ConfigStore(boto3.client("dynamodb"), "state")

    @property
    def sources(self) -> Sources:
        return Sources(boto3.client("dynamodb"), "state")

    @property
    def setup_store(self) -> SetupStore:
        return SetupStore(boto3.client("dynamodb"), "state")

    @property
    def mentions(self) -> Mentions:
        return Mentions(boto3.client("dynamodb"), "core")

    @property
    def mention_lists(self) -> MentionLists:
        return MentionLists(boto3.client("dynamodb"), "core")

    def secret(self, name: str) -> Any:
        return boto3.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]

    def messages(self, queue: str) -> list[str]:
        answer = boto3.client("sqs").receive_message(
            QueueUrl=self.queue_urls[queue], MaxNumberOfMessages=10
        )
        return [message["Body"] for message in answer.get("Messages", [])]


def describe_stacks(asked: Asked, stacks: dict[str, dict[str, str]]) -> Answer:
    """CloudFormation's answer to DescribeStacks, in its query protocol."""
    name = asked.body.decode().partition("StackName=")[2].partition("&")[0]
    if name not in stacks:
        return _xml(
            "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code>"
            f"<Message>Stack with id {name} does not exist</Message></Error></ErrorResponse>",
            400,
        )
    members = "".join(
        f"<member><OutputKey>{key}</OutputKey><OutputValue>{escape(value)}</OutputValue></member>"
        for key, value in stacks[name].items()
    )
    return _xml(
        "<DescribeStacksResponse><DescribeStacksResult><Stacks><member>"
        f"<StackName>{name}</StackName><StackStatus>CREATE_COMPLETE</StackStatus>"
        f"<CreationTime>2026-11-22T03:00:00Z</CreationTime><Outputs>{members}</Outputs>"
        "</member></Stacks></DescribeStacksResult></DescribeStacksResponse>"
    )


def account_settings(free: int) -> Answer:
    """Lambda's answer to GetAccountSettings: so many functions may run at a time."""
    limits = {"AccountLimit": {"UnreservedConcurrentExecutions": free}}
    return Answer(json.dumps(limits).encode(), 200, {"Content-Type": "application/json"})


def _xml(body: str, status: int = 200) -> Answer:
    return Answer(body.encode(), status, {"Content-Type": "text/xml"})


def create_table(name: str, indexes: dict[str, tuple[str, str]]) -> None:
    keys = {"entity", "part", *(key for pair in indexes.values() for key in pair)}
    boto3.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "entity", "KeyType": "HASH"},
            {"AttributeName": "part", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in sorted(keys)],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [
                    {"AttributeName": shard, "KeyType": "HASH"},
                    {"AttributeName": order, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for index, (shard, order) in indexes.items()
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def write_config(folder: Path, sources: tuple[str, ...] = SOURCES) -> Path:
    """A valid `gehoor.yaml` with these Mastodon sources."""
    file = folder / "gehoor.yaml"
    entries = "".join(
        f"""
  - id: {name}
    network: mastodon
    brand: noordlicht
    base_url: https://social.example
    secret: /gehoor/masto"""
        for name in sources
    )
    file.write_text(
        f"""company: Noordlicht
brands:
  - id: noordlicht
    languages: [nl, en]
    accounts: {{mastodon: noordlicht@social.example}}
sources:{entries}
helpdesk:
  kind: zendesk
  base_url: https://noordlicht.zendesk.example
  secret: /gehoor/zendesk
"""
    )
    return file
