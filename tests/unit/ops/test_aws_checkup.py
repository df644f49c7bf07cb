"""`gehoor doctor` on what gehoor has of AWS: each finding with its next step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from factories import JUDGEMENT, mention
from fakes.deployed import account_settings
from gehoor.config import parse
from gehoor.domain.finding import Finding, State
from gehoor_ops import aws_checkup
from gehoor_ops.aws_checkup import aws_looks, reachability
from gehoor_ops.embedded import template
from gehoor_ops.output import Output
from gehoor_ops.stack import Account, Stack, find_stack
from lambda_stack import CONFIG
from loopback import Answer, serving

if TYPE_CHECKING:
    from fakes.deployed import Deployed

ALLOWING = parse({**CONFIG, "allow_private_hosts": ["127.0.0.1"]})


def look(subject: str) -> Finding:
    """The one finding about a subject."""
    stack = find_stack("gehoor", Output(as_json=True))
    [finding] = dict(aws_looks(stack, ALLOWING))[subject](subject)
    return finding


@pytest.mark.parametrize(
    ("off", "state", "next_step"),
    [
        (timedelta(seconds=2), State.OK, ""),
        (timedelta(minutes=-2), State.WARNING, "set this machine's clock by NTP"),
        (timedelta(minutes=9), State.FAILURE, "set this machine's clock by NTP"),
    ],
)
def test_a_clock_is_compared_with_awss(
    deployed: Deployed,
    monkeypatch: pytest.MonkeyPatch,
    off: timedelta,
    state: State,
    next_step: str,
) -> None:
    # Given this machine's clock, so far off
    now = datetime.now(UTC)
    monkeypatch.setattr(aws_checkup, "clock", lambda: now + off)
    stack = find_stack("gehoor", Output(as_json=True))
    client = stack.account.dynamodb()

    def tell_time(http_response: Any, parsed: dict[str, Any], **_: Any) -> None:
        headers = parsed["ResponseMetadata"]["HTTPHeaders"]
        headers["date"] = f"{now:%a, %d %b %Y %H:%M:%S} GMT"

    client.meta.events.register("after-call.dynamodb.DescribeTable", tell_time)
    monkeypatch.setattr(Account, "dynamodb", lambda _self: client)
    # When it is looked at
    finding = look("clock")
    # Then it is judged by how far
    assert (finding.state, finding.next_step) == (state, next_step)
    assert ("behind" if off < timedelta() else "ahead of") in finding.detail


@pytest.mark.parametrize(("free", "state"), [(1000, State.OK), (10, State.WARNING)])
def test_an_account_that_runs_few_functions_is_told_of(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, free: int, state: State
) -> None:
    with serving(lambda _: account_settings(free)) as functions:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", functions.url)
        finding = look("limit of functions")
    assert finding.state is state
    assert f"{free} at a time" in finding.detail


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (Answer(b"", 404), State.OK, "reaches its function"),
        (Answer(b'{"message":"Not Found"}', 404), State.FAILURE, "answers 404 without"),
        (Answer(b"", 503), State.FAILURE, "answers 503 without"),
    ],
    ids=["the function", "no route", "no function"],
)
def test_the_webhooks_address_is_called(answer: Answer, state: State, words: str) -> None:
    # Given an address that answers like that
    with serving(lambda _: answer) as gateway:
        stack = Stack("gehoor", Account(boto3.Session()), {"ApiUrl": gateway.url})
        [finding] = reachability(stack, ALLOWING, "webhook address")
        # Then it was asked for a handshake, which counts as no refused call
        [asked] = gateway.asked
        assert (asked.method, asked.path) == ("GET", "/hooks/zendesk")
    assert finding.state is state
    assert words in finding.detail


def test_an_address_that_nobody_reaches_is_a_warning() -> None:
    with serving(lambda _: Answer(b"")) as gone:
        url = gone.url
    stack = Stack("gehoor", Account(boto3.Session()), {"ApiUrl": url})
    [finding] = reachability(stack, ALLOWING, "webhook address")
    assert finding.state is State.WARNING
    assert "cannot be reached from here" in finding.detail


def test_items_of_a_newer_gehoor_are_told_of(deployed: Deployed) -> None:
    # Given nothing, then a mention of this version, then one of a newer
    assert look("schema of stored items").detail.startswith("nothing was stored")
    deployed.mentions.put_new(mention("1"), JUDGEMENT, datetime.now(UTC) - timedelta(days=3))
    assert look("schema of stored items").state is State.OK
    boto3.client("dynamodb").update_item(
        TableName="core",
        Key={
            "entity": {"S": f"mention#{mention('1').mention_id}"},
            "part": {"S": "mention"},
        },
        UpdateExpression="SET #schema = :newer",
        ExpressionAttributeNames={"#schema": "schema"},
        ExpressionAttributeValues={":newer": {"N": "99"}},
    )
    # Then the next step is another gehoor
    finding = look("schema of stored items")
    assert (finding.state, "version 99" in finding.detail) == (State.FAILURE, True)
    assert "the version that is deployed" in finding.next_step


def test_dead_letters_lead_to_redrive(deployed: Deployed) -> None:
    # Given a dead letter
    assert look("dead letters of Events").state is State.OK
    url = deployed.queue_urls["EventsDeadLetters"]
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody="{}")
    # Then that queue's finding says what to do
    finding = look("dead letters of Events")
    assert (finding.state, finding.next_step) == (State.WARNING, "gehoor redrive")
    assert look("dead letters of Polls").state is State.OK


def test_the_limit_is_measured_by_what_the_template_starts_at_once() -> None:
    document = template()
    defaults = {name: p.get("Default") for name, p in document["Parameters"].items()}
    resources = document["Resources"].values()
    functions = [r for r in resources if r["Type"] == "AWS::Serverless::Function"]
    events = [e for f in functions for e in f["Properties"].get("Events", {}).values()]
    fed = [e["Properties"]["ScalingConfig"]["MaximumConcurrency"] for e in events]
    numbers = [defaults[each["Ref"]] if isinstance(each, dict) else each for each in fed]
    assert sum(numbers) + 4 == aws_checkup.AT_ONCE
