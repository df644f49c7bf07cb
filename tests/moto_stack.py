"""Tables and queues as template.yaml defines them, on moto, with the strictness moto lacks."""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from moto import mock_aws

from gehoor.aws.queues import QueueUrls
from gehoor_ops.embedded import template
from moto_partiql import install

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

CORE, STATE = "CoreTable", "StateTable"
TABLE_PROPERTIES = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
_VALUE, _NAME = re.compile(r":\w+"), re.compile(r"#\w+")


class Stack(NamedTuple):
    """Clients, names of tables, addresses of queues."""

    dynamodb: DynamoDBClient
    sqs: SQSClient
    urls: QueueUrls
    core: str = CORE
    state: str = STATE


@contextmanager
def moto_stack() -> Iterator[Stack]:
    """The stack's tables and queues, empty."""
    install()
    with mock_aws():
        dynamodb, sqs = _session().client("dynamodb"), _session().client("sqs")
        dynamodb.meta.events.register("before-parameter-build.dynamodb", _refuse_unused)
        resources = _resources()
        for name in (CORE, STATE):
            properties = resources[name]["Properties"]
            chosen: dict[str, Any] = {key: properties[key] for key in TABLE_PROPERTIES}
            dynamodb.create_table(TableName=name, **chosen)
        queues = ("PollsQueue", "DeliveriesQueue", "UrgentDeliveriesQueue", "EventsQueue")
        urls = [_create_queue(sqs, name, resources[name]["Properties"]) for name in queues]
        yield Stack(dynamodb, sqs, QueueUrls(*urls))


@cache
def _session() -> boto3.Session:
    """One for all tests: it keeps the descriptions of the services, which take long to read."""
    return boto3.Session("test", "test", region_name="eu-west-1")


@cache
def _resources() -> dict[str, Any]:
    found: dict[str, Any] = template()["Resources"]
    return found


def _create_queue(sqs: SQSClient, name: str, properties: dict[str, Any]) -> str:
    attributes = {
        "VisibilityTimeout": str(properties["VisibilityTimeout"]),
        "MessageRetentionPeriod": str(properties["MessageRetentionPeriod"]),
    }
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]  # type: ignore[arg-type]  # literal keys


def _refuse_unused(params: dict[str, Any], **_: Any) -> None:
    """Refuse what DynamoDB refuses and moto does not: unused or empty placeholders."""
    written = " ".join(value for name, value in params.items() if name.endswith("Expression"))
    for name, pattern in (
        ("ExpressionAttributeValues", _VALUE),
        ("ExpressionAttributeNames", _NAME),
    ):
        if name in params:
            assert params[name], f"{name} is empty"
            assert set(params[name]) == set(pattern.findall(written)), name
