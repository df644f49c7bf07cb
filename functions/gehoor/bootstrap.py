"""What every function is built of: the only place that reads the environment and makes AWS clients.

`connections` holds what leads out of AWS. The parts of one function, its use case's ports, are in
`bootstrap_intake`, `bootstrap_delivery`, `bootstrap_events` and `bootstrap_sweep`; each looks up
here what it needs when it is called, and what a function does not use is not imported.
"""

from __future__ import annotations

import logging
import os
import warnings
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import import_module
from random import Random
from threading import Lock
from time import sleep
from typing import TYPE_CHECKING, cast
from uuid import uuid4

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics as Emf
from aws_lambda_powertools.metrics import MetricUnit
from botocore import __version__ as botocore_version
from botocore.config import Config
from botocore.session import Session, get_session

from gehoor import webhooks
from gehoor.aws.queues import QueueUrls, SqsQueues
from gehoor.aws.secrets import Secrets
from gehoor.domain.budget import Lane
from gehoor.errors import Gone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

    from gehoor.aws.inbox import DynamoInbox
    from gehoor.aws.notices import Sns
    from gehoor.aws.replays import DynamoReplays
    from gehoor.aws.retention import Retention
    from gehoor.aws.sources import Sources
    from gehoor.config import AppConfig
    from gehoor.settings import SourceSettings
    from gehoor.usecases.receive import Challenge, Webhook

NAMESPACE = "gehoor"
CONFIG_MAX_AGE_S = 60
SECRET_MAX_AGE = timedelta(minutes=5)
LEAN_AWS_CALLS = Config(
    parameter_validation=False,
    user_agent=f"{NAMESPACE} Botocore/{botocore_version}",
    account_id_endpoint_mode="disabled",
)
"""A fifth less CPU time a call: the types of what is sent are checked before it runs, the SDK would
put its user agent together anew for each call, and look for an account's own endpoint."""

AWS_CALLS = LEAN_AWS_CALLS.merge(
    Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})
)
"""Short, because the receiver makes two calls while a sender waits; queues bring the rest again."""

QUICK_AWS_CALLS = LEAN_AWS_CALLS.merge(
    Config(connect_timeout=0.5, read_timeout=0.5, retries={"total_max_attempts": 1})
)
"""For what the receiver can do without: two such calls leave the others their time."""

SHORTEST_WAIT_S = 0.05
"""So much past the time, lest clocks that differ a little make a worker ask again and again."""

# At DEBUG, which an operator may choose, they log what goes out and comes in: secrets, and what
# people wrote.
for _library in ("botocore", "urllib3"):
    logging.getLogger(_library).setLevel(logging.WARNING)

# A run that counts nothing is no mistake.
warnings.filterwarnings("ignore", message="No application metrics to publish")

# A build leaves that out, as nothing is guessed.
warnings.filterwarnings("ignore", message="Unable to find acceptable character detection")


logger = Logger(service=NAMESPACE, use_rfc3339=True)
emf = Emf(namespace=NAMESPACE, service=NAMESPACE)
jitter = Random()  # noqa: S311  # spreads retries and guards nothing
_counting = Lock()
"""Powertools loses a count when two threads add to one metric at once."""


def new_owner() -> str:
    """A name for one run of one worker."""
    return uuid4().hex


def clock() -> datetime:
    """The time now, aware UTC."""
    return datetime.now(UTC)


def wait(until: datetime) -> None:
    """Let time pass until then."""
    sleep(max((until - clock()) / timedelta(seconds=1), 0) + SHORTEST_WAIT_S)


class EmfMetrics:
    """Fits `ports.Metrics`: numbers go out with the log, at no call."""

    def count(self, name: str, value: int = 1) -> None:
        """Add `value` to the metric `name`."""
        with _counting:
            emf.add_metric(name, MetricUnit.Count, value)

    def measure(self, name: str, value: float, by: Mapping[str, str]) -> None:
        """Note one value of `name` for what `by` tells: a line of its own, as its words are."""
        from aws_lambda_powertools.metrics import single_metric

        dimensions = {"service": NAMESPACE, **by}
        with single_metric(
            name, MetricUnit.NoUnit, value, namespace=NAMESPACE, default_dimensions=dimensions
        ):
            return


@cache
def aws() -> Session:
    """What AWS clients are made with: botocore's own, as boto3 would add only what nobody uses.

    Its resources and its transfers to S3 were a twentieth of what a start took.
    """
    return get_session()


@cache
def dynamodb() -> DynamoDBClient:
    """The DynamoDB client."""
    return cast("DynamoDBClient", aws().create_client("dynamodb", config=AWS_CALLS))


@cache
def sqs() -> SQSClient:
    """The SQS client."""
    return cast("SQSClient", aws().create_client("sqs", config=AWS_CALLS))


@cache
def ssm() -> SSMClient:
    """The SSM client."""
    return cast("SSMClient", aws().create_client("ssm", config=AWS_CALLS))


@cache
def sns() -> Sns:
    """The SNS client."""
    return cast("Sns", aws().create_client("sns", config=AWS_CALLS))


def notices_topic() -> str:
    """The stack's topic for notices; empty where it has none."""
    return os.environ.get("NOTICES_TOPIC", "")


@cache
def secrets() -> Secrets:
    """Secrets through their cache."""
    return Secrets(ssm(), clock, SECRET_MAX_AGE)


def queue_url(arn: str) -> str:
    """Where a queue is that this function is fed by."""
    name = arn.rpartition(":")[2]
    return next(url for url in os.environ["OWN_QUEUES"].split() if url.endswith(f"/{name}"))


def lane_of(queue_arn: str) -> Lane:
    """Whose calls those are that a message of this queue leads to."""
    urgent = os.environ["URGENT_DELIVERIES_QUEUE"].rpartition("/")[2]
    return Lane.URGENT if queue_arn.rpartition(":")[2] == urgent else Lane.NORMAL


@cache
def queues() -> SqsQueues:
    """The queues this function may send to."""
    urls = QueueUrls(
        polls=os.environ.get("POLLS_QUEUE", ""),
        deliveries=os.environ.get("DELIVERIES_QUEUE", ""),
        urgent_deliveries=os.environ.get("URGENT_DELIVERIES_QUEUE", ""),
        events=os.environ.get("EVENTS_QUEUE", ""),
    )
    return SqsQueues(sqs(), urls)


@cache
def core() -> tuple[DynamoDBClient, str]:
    """Client and name of the table `core`."""
    return dynamodb(), os.environ["CORE_TABLE"]


@cache
def state() -> tuple[DynamoDBClient, str]:
    """Client and name of the table `state`."""
    return dynamodb(), os.environ["STATE_TABLE"]


@cache
def _config_reader() -> Callable[[], AppConfig]:
    from gehoor.aws.config_store import CachedConfig, ConfigStore
    from gehoor.config import AS_STORED

    return CachedConfig(ConfigStore(*state(), AS_STORED), clock, CONFIG_MAX_AGE_S)


def retention() -> Retention:
    """How long what is stored of people is kept."""
    from gehoor.aws.retention import Retention

    return Retention(config().retention, clock)


def config() -> AppConfig:
    """The configuration in force, at most a minute old."""
    return _config_reader()()


def source(source_id: str) -> SourceSettings:
    """A source's settings; Gone when the configuration names it no more."""
    for settings in config().sources:
        if settings.id == source_id:
            return settings
    message = f"source {source_id} is not in the configuration any more"
    raise Gone(message)


def is_configured(source_id: str) -> bool:
    """Whether the configuration still names this source."""
    return any(settings.id == source_id for settings in config().sources)


def inbox() -> DynamoInbox:
    """The comments that were sent in."""
    from gehoor.aws.inbox import DynamoInbox

    return DynamoInbox(*state())


def sources() -> Sources:
    """The store of sources."""
    from gehoor.aws.sources import Sources

    return Sources(*state())


@cache
def replays() -> DynamoReplays:
    """The webhook calls that were taken lately."""
    from gehoor.aws.replays import DynamoReplays

    client = aws().create_client("dynamodb", config=QUICK_AWS_CALLS)
    return DynamoReplays(cast("DynamoDBClient", client), os.environ["STATE_TABLE"])


def webhook(kind: str) -> Webhook | None:
    """How webhooks of this sender are verified and read; None for a sender nobody knows."""
    if not kind.isidentifier() or kind.startswith("_"):
        return None
    try:
        return cast("Webhook", import_module(f"gehoor.webhooks.{kind}"))
    except ModuleNotFoundError:
        return None


def challenge(kind: str) -> Challenge | None:
    """How this sender's handshake is answered; None for a sender that asks for none."""
    return getattr(webhook(kind), "challenge_response", None)


def webhook_secret(kind: str, max_age: timedelta = SECRET_MAX_AGE) -> str:
    """The signing secret of a sender, read no longer than `max_age` ago."""
    return secrets().get(webhooks.SECRETS + kind, max_age)
