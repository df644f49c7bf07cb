"""The deployed stack: where its tables and queues are, and clients that reach them."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from pydantic import BaseModel, PositiveInt, ValidationError

from gehoor.aws.alerts import DynamoAlerts
from gehoor.aws.bulks import Bulks, Notes
from gehoor.aws.cases import Cases
from gehoor.aws.config_store import ConfigStore
from gehoor.aws.inbox import DynamoInbox
from gehoor.aws.incidents import DynamoIncidents
from gehoor.aws.ledger import DynamoLedger
from gehoor.aws.mention_lists import MentionLists
from gehoor.aws.mentions import Mentions
from gehoor.aws.outbox import DynamoAnswers
from gehoor.aws.queues import QueueUrls, SqsQueues
from gehoor.aws.quotas import DynamoQuota
from gehoor.aws.reply_memory import DynamoReplyMemory
from gehoor.aws.secrets import Secrets
from gehoor.aws.sessions import SsmSessions
from gehoor.aws.setup_store import SetupStore
from gehoor.aws.sources import Sources
from gehoor.aws.translate import code_of, translated
from gehoor.errors import Rejected
from gehoor_ops.failures import CommandFailed
from gehoor_ops.workspace import RUN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

    from gehoor_ops.output import Output

RUN_FILE = RUN / "up.json"
_CALLS = Config(
    connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 4}
)
CHOICES = (
    "AWS_ENDPOINT_URL",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)


class Embedded(BaseModel):
    """The embedded AWS, as `gehoor up` notes it."""

    aws_endpoint_url: str
    region: str
    pid: PositiveInt

    def is_alive(self) -> bool:
        """Whether the process that runs it is still there."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


@dataclass(frozen=True, slots=True)
class Account:
    """An AWS account, real or embedded. Clients raise as `translated` says."""

    session: boto3.Session
    endpoint_url: str | None = None

    def cloudformation(self) -> CloudFormationClient:
        """A client for stacks."""
        with _preparing("CloudFormation"):
            return self.session.client(
                "cloudformation", config=_CALLS, endpoint_url=self.endpoint_url
            )

    def dynamodb(self) -> DynamoDBClient:
        """A client for tables."""
        with _preparing("DynamoDB"):
            return self.session.client("dynamodb", config=_CALLS, endpoint_url=self.endpoint_url)

    def sqs(self) -> SQSClient:
        """A client for queues."""
        with _preparing("SQS"):
            return self.session.client("sqs", config=_CALLS, endpoint_url=self.endpoint_url)

    def ssm(self) -> SSMClient:
        """A client for secrets."""
        with _preparing("SSM"):
            return self.session.client("ssm", config=_CALLS, endpoint_url=self.endpoint_url)

    def functions(self) -> LambdaClient:
        """A client for functions."""
        with _preparing("Lambda"):
            return self.session.client("lambda", config=_CALLS, endpoint_url=self.endpoint_url)

    def secrets(self) -> Secrets:
        """The secrets, read anew each time. They belong to the account, not to one stack."""
        return Secrets(self.ssm(), clock, timedelta())


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack, and the stores the functions use."""

    name: str
    account: Account
    outputs: Mapping[str, str]

    def output(self, key: str) -> str:
        """One of the stack's outputs."""
        if key not in self.outputs:
            cause = f"stack {self.name} has no output {key}"
            raise CommandFailed(cause, "deploy it again with the template.yaml of this version")
        return self.outputs[key]

    def config_store(self) -> ConfigStore:
        """The configuration's versions."""
        return ConfigStore(self.account.dynamodb(), self.output("StateTable"))

    def sources(self) -> Sources:
        """Where each source stands."""
        return Sources(self.account.dynamodb(), self.output("StateTable"))

    def setup_store(self) -> SetupStore:
        """What was set up in the helpdesk."""
        return SetupStore(self.account.dynamodb(), self.output("StateTable"))

    def mentions(self) -> Mentions:
        """The mentions seen."""
        return Mentions(self.account.dynamodb(), self.output("CoreTable"))

    def mention_lists(self) -> MentionLists:
        """The mentions seen, listed."""
        return MentionLists(self.account.dynamodb(), self.output("CoreTable"))

    def cases(self) -> Cases:
        """The cases, with the tickets they are in."""
        return Cases(self.account.dynamodb(), self.output("CoreTable"))

    def inbox(self) -> DynamoInbox:
        """The comments that were sent in."""
        return DynamoInbox(self.account.dynamodb(), self.output("StateTable"))

    def answers(self) -> DynamoAnswers:
        """Agents' answers, and what became of them."""
        return DynamoAnswers(self.account.dynamodb(), self.output("CoreTable"))

    def alerts(self) -> DynamoAlerts:
        """What those who speak for the company are told."""
        return DynamoAlerts(self.account.dynamodb(), self.output("CoreTable"))

    def notes(self) -> Notes:
        """The history notes that are still to be written."""
        return Notes(self.account.dynamodb(), self.output("CoreTable"))

    def bulks(self) -> Bulks:
        """The bulks that are under way."""
        return Bulks(self.account.dynamodb(), self.output("CoreTable"))

    def ledger(self) -> DynamoLedger:
        """What gehoor promised to do exactly once."""
        return DynamoLedger(self.account.dynamodb(), self.output("CoreTable"))

    def incidents(self) -> DynamoIncidents:
        """Storms that became one incident each."""
        return DynamoIncidents(self.account.dynamodb(), self.output("CoreTable"))

    def replies(self) -> DynamoReplyMemory:
        """What agents answered lately."""
        return DynamoReplyMemory(self.account.dynamodb(), self.output("CoreTable"))

    def sessions(self) -> SsmSessions:
        """Sign-ins that renew themselves."""
        dynamodb = self.account.dynamodb()
        return SsmSessions(self.account.ssm(), dynamodb, self.output("StateTable"))

    def quota(self) -> DynamoQuota:
        """What networks may be asked for in a day."""
        return DynamoQuota(self.account.dynamodb(), self.output("StateTable"))

    def queues(self) -> SqsQueues:
        """The queues between the functions."""
        urls = QueueUrls(
            polls=self.output("PollsQueue"),
            deliveries=self.output("DeliveriesQueue"),
            urgent_deliveries=self.output("UrgentDeliveriesQueue"),
            events=self.output("EventsQueue"),
        )
        return SqsQueues(self.account.sqs(), urls)


def clock() -> datetime:
    """The time now, aware UTC."""
    return datetime.now(UTC)


def find_account(output: Output) -> Account:
    """The embedded AWS while it runs and the environment names no other, else what boto3 finds."""
    embedded = None if any(os.environ.get(name) for name in CHOICES) else _embedded()
    if embedded is not None and embedded.is_alive():
        output.note(f"using the embedded AWS at {embedded.aws_endpoint_url}")
        session = boto3.Session(
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the embedded AWS takes any key
            region_name=embedded.region,
        )
        return Account(session, embedded.aws_endpoint_url)
    if embedded is not None:
        output.note("the embedded AWS does not run any more; using the AWS of your environment")
    with _preparing("AWS"):
        return Account(boto3.Session())


def find_stack(name: str, output: Output) -> Stack:
    """The stack of this name; CommandFailed when there is none."""
    account = find_account(output)
    client = account.cloudformation()
    try:
        with translated(f"looking for stack {name}"):
            [description] = client.describe_stacks(StackName=name)["Stacks"]
    except Rejected as error:
        if (
            isinstance(error.__cause__, ClientError)
            and code_of(error.__cause__) == "ValidationError"
        ):
            raise _no_stack(name, client.meta.region_name) from error
        raise
    outputs = {entry["OutputKey"]: entry["OutputValue"] for entry in description.get("Outputs", [])}
    return Stack(name, account, outputs)


@contextmanager
def _preparing(what: str) -> Iterator[None]:
    """Build a client. botocore answers an endpoint that is no address with a bare ValueError."""
    try:
        with translated(f"preparing {what}"):
            yield
    except ValueError as error:
        next_step = "set it to an address like http://127.0.0.1:4566, or unset it"
        raise CommandFailed("AWS_ENDPOINT_URL is not an address", next_step) from error


def _no_stack(name: str, region: str) -> CommandFailed:
    return CommandFailed(
        f"there is no stack {name} in {region}",
        "deploy it, name another one with --stack, or start one here with: gehoor up",
    )


def _embedded() -> Embedded | None:
    if not RUN_FILE.is_file():
        return None
    try:
        return Embedded.model_validate_json(RUN_FILE.read_bytes())
    except ValidationError as error:
        cause = "the embedded AWS is still starting, or its note .gehoor/run/up.json is damaged"
        next_step = "wait until gehoor up says that it is ready, or end it with: gehoor down"
        raise CommandFailed(cause, next_step) from error
