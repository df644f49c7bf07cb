"""The command against a stack on moto; CloudFormation, which moto leaves out here, on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from fakes.command import Command
from fakes.deployed import (
    API_URL,
    INDEXES,
    QUEUES,
    REGION,
    Deployed,
    account_settings,
    create_table,
    describe_stacks,
)
from gehoor_ops import stack
from loopback import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def gehoor(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command."""
    return Command(capsys, monkeypatch)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No AWS account of the machine, and no embedded AWS of somebody's `gehoor up`."""
    for name in (*stack.CHOICES, "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "aws-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "aws-credentials"))
    monkeypatch.setattr(stack, "RUN_FILE", tmp_path / "up.json")


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    """The stack `gehoor`, deployed and empty."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        for table, indexes in INDEXES.items():
            create_table(table, indexes)
        sqs = boto3.client("sqs")
        urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in QUEUES}
        outputs = {"CoreTable": "core", "StateTable": "state", "ApiUrl": API_URL, **urls}
        with (
            serving(lambda asked: describe_stacks(asked, {"gehoor": outputs})) as cloudformation,
            serving(lambda _: account_settings(1000)) as functions,
        ):
            monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFORMATION", cloudformation.url)
            monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", functions.url)
            yield Deployed(urls)
