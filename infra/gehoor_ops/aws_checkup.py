"""Looking at gehoor in AWS: clocks, limits, the webhook's address, schemas, dead letters."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gehoor.aws.items import SCHEMA_VERSION
from gehoor.aws.translate import translated
from gehoor.domain.finding import Finding, State
from gehoor.errors import GehoorError
from gehoor.guard import resolve
from gehoor.http import Http
from gehoor_ops.dead_letters import QUEUES
from gehoor_ops.processes import LOCALHOST
from gehoor_ops.stack import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gehoor.config import AppConfig
    from gehoor_ops.stack import Stack

    Look = Callable[[str], list[Finding]]

TOLERATED = timedelta(seconds=30)
REFUSED = timedelta(minutes=5)
"""Webhooks that are signed so far off are refused; AWS refuses calls at 5 to 15 minutes."""

AT_ONCE = 20
"""Functions at a time: what the queues may start together (template.yaml), and four others."""

LOOKED_AT = 20
DAYS = 30


def aws_looks(stack: Stack, config: AppConfig) -> Iterator[tuple[str, Look]]:
    """What to look at, by its subject."""
    yield "clock", partial(_clock, stack)
    yield "limit of functions", partial(_limit, stack)
    yield "webhook address", partial(reachability, stack, config)
    yield "schema of stored items", partial(_schema, stack)
    for queue in QUEUES:
        yield f"dead letters of {queue}", partial(_dead_letters, stack, queue)


def _clock(stack: Stack, subject: str) -> list[Finding]:
    """This machine's clock against AWS's, which the functions run by."""
    with translated("asking AWS for the time"):
        answer = stack.account.dynamodb().describe_table(TableName=stack.output("StateTable"))
    told = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    if told is None:
        return []
    skew = clock() - parsedate_to_datetime(told)
    detail = f"this machine is {abs(skew).total_seconds():.0f} s {_side(skew)} AWS"
    if abs(skew) <= TOLERATED:
        return [Finding(subject, State.OK, detail)]
    state = State.FAILURE if abs(skew) >= REFUSED else State.WARNING
    return [Finding(subject, state, detail, "set this machine's clock by NTP")]


def _side(skew: timedelta) -> str:
    return "ahead of" if skew > timedelta() else "behind"


def _limit(stack: Stack, subject: str) -> list[Finding]:
    """How many functions the account may run at a time: new accounts have few."""
    with translated("asking for the limit of functions"):
        limits = stack.account.functions().get_account_settings()["AccountLimit"]
    free = limits.get("UnreservedConcurrentExecutions", 0)
    detail = f"{free} at a time for all that is not reserved; gehoor uses up to {AT_ONCE}"
    if free >= AT_ONCE:
        return [Finding(subject, State.OK, detail)]
    next_step = "ask for more: Service Quotas, AWS Lambda, Concurrent executions"
    return [Finding(subject, State.WARNING, detail, next_step)]


def reachability(stack: Stack, config: AppConfig, subject: str) -> list[Finding]:
    """Whether a webhook call reaches its function: asked as networks ask for a handshake.

    That counts as no refused call. The function answers a question that nobody puts with 404 and
    nothing more; the gateway says why it finds no route.
    """
    address = f"{stack.output('ApiUrl')}/hooks/{config.helpdesk.kind}"
    own = {urlsplit(address).netloc} if stack.account.endpoint_url else set()
    http = Http(clock, frozenset(config.allow_private_hosts) | own, resolve=_resolve)
    try:
        answer = http.request("GET", address)
    except GehoorError as error:
        detail = f"{address} cannot be reached from here: {error}"
        next_step = "look from another network; see the log of receive_webhook"
        return [Finding(subject, State.WARNING, detail, next_step)]
    if answer.status == 404 and not answer.body:
        return [Finding(subject, State.OK, f"{address} reaches its function")]
    detail = f"{address} answers {answer.status} without its function"
    next_step = "deploy the stack again; then see the log of receive_webhook"
    return [Finding(subject, State.FAILURE, detail, next_step)]


def _resolve(host: str, port: int) -> list[str]:
    """As the system does, but for names of this machine, which not every system knows (RFC 6761).

    The embedded AWS has such addresses.
    """
    return [LOCALHOST] if host.endswith(".localhost") else resolve(host, port)


def _schema(stack: Stack, subject: str) -> list[Finding]:
    """Whether this version can read what the functions write: theirs may be newer."""
    lists, today = stack.mention_lists(), clock().date()
    for back in range(DAYS):
        found = lists.schemas_on((today - timedelta(days=back)).isoformat(), LOOKED_AT)
        if found:
            return [_schema_finding(max(found), subject)]
    detail = f"nothing was stored for {DAYS} days; this gehoor writes version {SCHEMA_VERSION}"
    return [Finding(subject, State.OK, detail)]


def _schema_finding(newest: int, subject: str) -> Finding:
    detail = f"the newest has version {newest}; this gehoor reads up to {SCHEMA_VERSION}"
    if newest <= SCHEMA_VERSION:
        return Finding(subject, State.OK, detail)
    return Finding(subject, State.FAILURE, detail, "use the gehoor of the version that is deployed")


def _dead_letters(stack: Stack, queue: str, subject: str) -> list[Finding]:
    with translated("counting dead letters"):
        answer = stack.account.sqs().get_queue_attributes(
            QueueUrl=stack.output(f"{queue}DeadLetters"),
            AttributeNames=["ApproximateNumberOfMessages"],
        )
    count = int(answer["Attributes"]["ApproximateNumberOfMessages"])
    if not count:
        return [Finding(subject, State.OK, "none")]
    return [Finding(subject, State.WARNING, f"{count} messages failed for good", "gehoor redrive")]
