"""Builds what handlers use: the only place that reads the environment and makes AWS clients.

Each handler asks for one use case with its ports; what it does not use is not imported.
"""

from __future__ import annotations

import logging
import os
import warnings
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from importlib import import_module
from random import Random
from threading import Lock
from time import sleep
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import Metrics as Emf
from aws_lambda_powertools.metrics import MetricUnit
from botocore import __version__ as botocore_version
from botocore.config import Config

from gehoor import webhooks
from gehoor.aws.queues import QueueUrls, SqsQueues
from gehoor.aws.secrets import Secrets
from gehoor.domain.budget import Lane
from gehoor.errors import GehoorError, Gone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

    from gehoor.aws.budgets import DynamoBudget
    from gehoor.aws.inbox import DynamoInbox
    from gehoor.aws.notices import Sns
    from gehoor.aws.quotas import DynamoQuota
    from gehoor.aws.replays import DynamoReplays
    from gehoor.aws.retention import Retention
    from gehoor.aws.sessions import SsmSessions
    from gehoor.aws.sources import Sources
    from gehoor.config import AppConfig
    from gehoor.domain.brand import Brand
    from gehoor.domain.judgement import Judgement
    from gehoor.domain.learned import Weights
    from gehoor.domain.mention import Mention
    from gehoor.domain.setup import HelpdeskSetup
    from gehoor.http import Http
    from gehoor.ports.helpdesk import Crm, Helpdesk
    from gehoor.ports.network import ComplianceJobs, Network
    from gehoor.ports.notices import Notices
    from gehoor.settings import SourceSettings
    from gehoor.signed_endpoint import Endpoint
    from gehoor.usecases.alerting import WatchPorts
    from gehoor.usecases.apply import EventPorts
    from gehoor.usecases.compliance import CompliancePorts
    from gehoor.usecases.deliver_ports import DeliverPorts
    from gehoor.usecases.intake import IntakePorts
    from gehoor.usecases.poll import PollPorts, Watched
    from gehoor.usecases.receive import Challenge, Webhook
    from gehoor.usecases.recheck import RecheckPorts
    from gehoor.usecases.storms import StormPorts
    from gehoor.usecases.sweep import SweepPorts
    from gehoor.wiring import NetworkWiring

NAMESPACE = "gehoor"
CONFIG_MAX_AGE_S = 60
SECRET_MAX_AGE = timedelta(minutes=5)
WEIGHTS_MAX_AGE = timedelta(minutes=10)
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
for _library in ("boto3", "botocore", "urllib3"):
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

_connections: dict[str, tuple[Any, Any]] = {}
CRM = "/crm"
"""The CRM among the connections; no source can have this id."""


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
def dynamodb() -> DynamoDBClient:
    """The DynamoDB client."""
    return boto3.client("dynamodb", config=AWS_CALLS)


@cache
def sqs() -> SQSClient:
    """The SQS client."""
    return boto3.client("sqs", config=AWS_CALLS)


@cache
def ssm() -> SSMClient:
    """The SSM client."""
    return boto3.client("ssm", config=AWS_CALLS)


@cache
def sns() -> Sns:
    """The SNS client."""
    client: Sns = boto3.client("sns", config=AWS_CALLS)
    return client


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


@cache
def _setup_reader() -> Callable[[str], HelpdeskSetup]:
    from gehoor.aws.setup_store import CachedSetup, SetupStore

    return CachedSetup(SetupStore(*state()), clock, CONFIG_MAX_AGE_S)


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


def network(source_id: str) -> Network:
    """The connection of a source, kept as long as its settings and its secret stay the same."""
    from gehoor import networks

    settings = source(source_id)
    secret = _network_secret(settings)
    made_from = (settings, secret, config().allow_private_hosts)
    if _connections.get(source_id, (None,))[0] != made_from:
        connect = networks.adapter(settings.network).connect
        connection = connect(_in_full(settings), _network_wiring(secret))
        _connections[source_id] = (made_from, connection)
    return cast("Network", _connections[source_id][1])


def compliance_jobs(source_id: str) -> ComplianceJobs:
    """The jobs in which the network of a source tells what was deleted."""
    from gehoor import networks

    settings = _in_full(source(source_id))
    return networks.compliance_jobs(settings, _network_wiring(_network_secret(settings)))


def _in_full(settings: SourceSettings) -> SourceSettings:
    from gehoor import networks
    from gehoor.config import in_full

    known = networks.adapter(settings.network).Settings
    return in_full(known, settings, f"sources.{settings.id}")


def _network_secret(settings: SourceSettings) -> str | None:
    name = getattr(settings, "secret", None)
    return secrets().get(name) if name else None


def _network_wiring(secret: str | None) -> NetworkWiring:
    from gehoor.wiring import NetworkWiring

    return NetworkWiring(secret, _http(), _sessions(), quota())


@cache
def quota() -> DynamoQuota:
    """What networks may be asked for in a day."""
    from gehoor.aws.quotas import DynamoQuota

    return DynamoQuota(*state())


@cache
def budget() -> DynamoBudget:
    """The shared limits, with what this worker has in hand of them."""
    from gehoor.aws.budgets import DynamoBudget

    return DynamoBudget(*state(), clock, EmfMetrics(), "HelpdeskBudgetSpent")


def helpdesk(lane: Lane) -> Helpdesk:
    """The helpdesk for calls of one lane, kept while settings, secret and setup stay the same."""
    from gehoor import helpdesks
    from gehoor.config import in_full
    from gehoor.usecases.refusals import helpdesk_refusals_counted
    from gehoor.wiring import Wiring

    settings, kept = config().helpdesk, f"#{lane}"
    with helpdesk_refusals_counted(EmfMetrics()):
        secret = secrets().get(settings.secret)
        setup = _setup_reader()(settings.base_url)
        company = config().company
        made_from = (settings, secret, company, config().allow_private_hosts, setup)
        if _connections.get(kept, (None,))[0] != made_from:
            adapter = helpdesks.adapter(settings.kind)
            wiring = Wiring(secret, _http(), _sessions(), company, inbox(), setup, budget(), lane)
            own = in_full(adapter.Settings, settings, "helpdesk")
            _connections[kept] = (made_from, adapter.connect(own, wiring))
    return cast("Helpdesk", _connections[kept][1])


def crm() -> Crm | None:
    """The CRM through its cache, None where none is configured."""
    from gehoor.aws.crm_cache import CachedCrm

    if config().crm is None:
        return None
    return CachedCrm(*state(), _connected_crm, clock)


def _connected_crm() -> Crm:
    """The CRM itself, kept as long as its settings and its secret stay the same."""
    from gehoor import crm as crms
    from gehoor.config import in_full
    from gehoor.http import Http

    settings, hosts = config().crm, frozenset(config().allow_private_hosts)
    if settings is None:
        message = "the CRM is not in the configuration any more"
        raise Gone(message)
    secret = secrets().get(settings.secret)
    made_from = (settings, secret, hosts)
    if _connections.get(CRM, (None,))[0] != made_from:
        http = Http(clock, hosts, call_seconds=crms.SECONDS)
        adapter = crms.adapter(settings.kind)
        own = in_full(adapter.Settings, settings, "crm")
        _connections[CRM] = (made_from, adapter.connect(own, secret, http))
    return cast("Crm", _connections[CRM][1])


@cache
def _sessions() -> SsmSessions:
    from gehoor.aws.sessions import SsmSessions

    return SsmSessions(ssm(), *state())


def _http() -> Http:
    from gehoor.http import Http

    return Http(clock, frozenset(config().allow_private_hosts))


def inbox() -> DynamoInbox:
    """The comments that were sent in."""
    from gehoor.aws.inbox import DynamoInbox

    return DynamoInbox(*state())


def sources() -> Sources:
    """The store of sources."""
    from gehoor.aws.sources import Sources

    return Sources(*state())


def watched(source_id: str) -> Watched:
    """A source as the poller sees it."""
    from gehoor.config import pace_of
    from gehoor.usecases.poll import Watched

    settings = source(source_id)
    brand = next(brand for brand in config().brands if brand.id == settings.brand)
    return Watched(source_id, brand.in_domain(), pace_of(settings), settings.backfill)


def poll_ports() -> PollPorts:
    """What polling needs, and the clients its connections share: they are built by one thread."""
    from gehoor.usecases.poll import PollPorts

    for shared in (secrets, quota, _sessions):
        shared()
    return PollPorts(sources(), network, intake_ports(), jitter.random)


def intake_ports() -> IntakePorts:
    """What taking mentions in needs."""
    from gehoor.aws.forgotten import DynamoForgotten
    from gehoor.aws.mentions import Mentions
    from gehoor.usecases.intake import IntakePorts

    mentions = Mentions(*core(), retention())
    forgotten = DynamoForgotten(*core())
    return IntakePorts(mentions, forgotten, queues(), triage, clock, EmfMetrics(), watching())


def watching() -> WatchPorts:
    """What is watched for those who speak for the company."""
    from gehoor.aws.alerts import DynamoAlerts
    from gehoor.desk_rules import registry, thresholds
    from gehoor.usecases.alerting import WatchPorts

    alerts = DynamoAlerts(*core(), retention())
    return WatchPorts(registry(config()), thresholds(config().desk.reputation), alerts)


def triage(mention: Mention, brand: Brand) -> Judgement:
    """Judge a mention; the language model is loaded with the first one."""
    from gehoor.language import triage_mention

    return triage_mention(mention, brand, config().desk_words(brand), _learned)


def _learned(language: str) -> Weights | None:
    """What was learned of a language; where that cannot be read, the rules judge alone."""
    try:
        return _weights_reader()(language)
    except GehoorError:
        EmfMetrics().count("WeightsUnread")
        return None


@cache
def _weights_reader() -> Callable[[str], Weights | None]:
    from gehoor.aws.weights import CachedWeights, WeightsStore

    return CachedWeights(WeightsStore(*state()), clock, WEIGHTS_MAX_AGE)


def detect_language(text: str, allowed: tuple[str, ...]) -> str:
    """The language of a text; the model is loaded with the first one."""
    from gehoor import language

    return language.detect(text, allowed)


def deliver_ports(lane: Lane) -> DeliverPorts:
    """What delivering needs; `lane` is whose calls the helpdesk is to count them as."""
    from gehoor.aws.alerts import DynamoAlerts
    from gehoor.aws.bulks import Bulks, Notes
    from gehoor.aws.cases import Cases
    from gehoor.aws.identities import Identities
    from gehoor.aws.ledger import DynamoLedger
    from gehoor.aws.mentions import Mentions
    from gehoor.desk_rules import rules
    from gehoor.images import read_image
    from gehoor.usecases.deliver_ports import DeliverPorts

    return DeliverPorts(
        mentions=Mentions(*core(), retention()),
        identities=Identities(*core(), retention()),
        cases=Cases(*core(), retention()),
        ledger=DynamoLedger(*core()),
        bulks=Bulks(*core()),
        notes=Notes(*core()),
        queues=queues(),
        helpdesk=helpdesk(lane),
        networks=network,
        images=partial(read_image, _http()),
        clock=clock,
        wait=wait,
        metrics=EmfMetrics(),
        join_within=config().desk.join_within,
        crm=crm(),
        rules=rules(config()),
        alerts=DynamoAlerts(*core(), retention()),
        desk=config().desk.in_domain(),
        notices=notices(),
        calling=config().desk.calling(),
    )


def notices() -> list[Notices]:
    """The ways to tell somebody that something is due: the stack's topic, and the company's own."""
    from gehoor.aws.notices import TopicNotices

    found: list[Notices] = []
    if topic := os.environ.get("NOTICES_TOPIC"):
        found.append(TopicNotices(sns(), topic))
    if config().desk.notify:
        from gehoor.notices import WebhookNotices

        found.append(WebhookNotices(_notices_endpoint))
    return found


def _notices_endpoint() -> Endpoint:
    """The company's own address for notices; what is wrong with it harms them alone."""
    from gehoor.signed_endpoint import Address, Endpoint

    notify = config().desk.notify
    if notify is None:
        message = "desk.notify is not in the configuration any more"
        raise Gone(message)
    address = Address(notify.webhook, "desk.notify.webhook", notify.secret)
    return Endpoint(address, secrets().get(notify.secret), config().company, _http())


def spare_deliver_ports() -> DeliverPorts:
    """What delivering needs for calls that can wait."""
    return deliver_ports(Lane.SPARE)


def recheck_ports() -> RecheckPorts:
    """What looking at older posts needs; it can wait for everything else."""
    from gehoor.usecases.recheck import RecheckPorts

    return RecheckPorts(
        deliver=spare_deliver_ports(),
        intake=intake_ports(),
        brands=lambda source_id: watched(source_id).brand,
        refresh_within=_refresh_within(),
    )


def _refresh_within() -> dict[str, timedelta]:
    """The configured networks that ask for it, and how soon words are to be read again."""
    from gehoor import networks

    named = {source.network for source in config().sources}
    times = {name: networks.refresh_within(name) for name in sorted(named)}
    return {name: time for name, time in times.items() if time}


def event_ports() -> EventPorts:
    """What applying events needs."""
    from gehoor.aws.cases import Cases
    from gehoor.aws.identities import Identities
    from gehoor.aws.incidents import DynamoIncidents
    from gehoor.aws.ledger import DynamoLedger
    from gehoor.aws.mentions import Mentions
    from gehoor.aws.outbox import DynamoAnswers
    from gehoor.aws.reply_memory import DynamoReplyMemory
    from gehoor.usecases.answering import AnswerPorts, CoachPorts
    from gehoor.usecases.apply import EventPorts
    from gehoor.usecases.follow import FollowPorts
    from gehoor.usecases.pushed import PushPorts

    coach = CoachPorts(
        replies=DynamoReplyMemory(*core()),
        detect=detect_language,
        rules=config().coach_rules(),
    )
    answering = AnswerPorts(
        answers=DynamoAnswers(*core()),
        cases=Cases(*core(), retention()),
        mentions=Mentions(*core(), retention()),
        incidents=DynamoIncidents(*core()),
        ledger=DynamoLedger(*core()),
        helpdesk=helpdesk(Lane.URGENT),
        networks=network,
        quota=quota(),
        budget=budget(),
        queues=queues(),
        clock=clock,
        metrics=EmfMetrics(),
        desk=config().desk.in_domain(),
        coach=coach,
    )
    following = FollowPorts(
        answering.cases,
        Identities(*core(), retention()),
        answering.helpdesk,
        answering.mentions,
        answering.ledger,
        clock,
        answering.metrics,
    )
    networks = {source.id: source.network for source in config().sources}
    return EventPorts(answering, following, PushPorts(networks, sources(), queues(), clock))


def sweep_ports() -> SweepPorts:
    """What sweeping needs."""
    from gehoor.aws.arrivals import DynamoArrivals
    from gehoor.aws.bookmarks import DynamoBookmarks
    from gehoor.aws.cases import Cases
    from gehoor.aws.mentions import Mentions
    from gehoor.aws.outbox import DynamoAnswers, DynamoOutbox
    from gehoor.usecases.catch_up import CatchUpPorts
    from gehoor.usecases.due_rechecks import DueRecheckPorts
    from gehoor.usecases.sweep import SweepPorts

    catching_up = CatchUpPorts(
        bookmarks=DynamoBookmarks(*state()),
        answers=DynamoAnswers(*core()),
        cases=Cases(*core(), retention()),
        helpdesk=partial(helpdesk, Lane.NORMAL),
        queues=queues(),
        clock=clock,
        metrics=EmfMetrics(),
        owner=new_owner(),
    )
    rechecks = DueRecheckPorts(
        ages=config().recheck_after,
        refresh_within=_refresh_within(),
        arrivals=DynamoArrivals(*core()),
        mentions=Mentions(*core()),
        bookmarks=catching_up.bookmarks,
        queues=queues(),
        clock=clock,
        owner=new_owner(),
    )

    return SweepPorts(
        outbox=DynamoOutbox(*core()),
        mentions=Mentions(*core(), retention()),
        sources=sources(),
        queues=queues(),
        clock=clock,
        metrics=EmfMetrics(),
        catch_up=catching_up,
        rechecks=rechecks,
        compliance=compliance_ports(),
        storms=storm_ports(),
    )


def storm_ports() -> StormPorts:
    """What hearing storms needs."""
    from gehoor.aws.arrivals import DynamoArrivals
    from gehoor.aws.bookmarks import DynamoBookmarks
    from gehoor.aws.brand_watches import DynamoBrandWatches
    from gehoor.aws.incidents import DynamoIncidents
    from gehoor.aws.ledger import DynamoLedger
    from gehoor.aws.mentions import Mentions
    from gehoor.likeness import alike
    from gehoor.usecases.storms import StormPorts

    return StormPorts(
        arrivals=DynamoArrivals(*core()),
        mentions=Mentions(*core()),
        bookmarks=DynamoBookmarks(*state()),
        watches=DynamoBrandWatches(*state()),
        incidents=DynamoIncidents(*core()),
        alike=alike,
        helpdesk=partial(helpdesk, Lane.NORMAL),
        ledger=DynamoLedger(*core()),
        queues=queues(),
        notices=notices(),
        clock=clock,
        metrics=EmfMetrics(),
        owner=new_owner(),
    )


def compliance_ports() -> CompliancePorts:
    """What following deletions needs, for the sources whose networks tell of many at once."""
    from gehoor import networks
    from gehoor.aws.arrivals import DynamoArrivals
    from gehoor.aws.compliance import DynamoComplianceRounds
    from gehoor.aws.mentions import Mentions
    from gehoor.usecases.compliance import CompliancePorts

    named = config().sources
    return CompliancePorts(
        sources=tuple(one.id for one in named if networks.has_compliance_jobs(one.network)),
        jobs=compliance_jobs,
        rounds=DynamoComplianceRounds(*state()),
        arrivals=DynamoArrivals(*core()),
        mentions=Mentions(*core()),
        queues=queues(),
        clock=clock,
        metrics=EmfMetrics(),
        owner=new_owner(),
    )


@cache
def replays() -> DynamoReplays:
    """The webhook calls that were taken lately."""
    from gehoor.aws.replays import DynamoReplays

    client = boto3.client("dynamodb", config=QUICK_AWS_CALLS)
    return DynamoReplays(client, os.environ["STATE_TABLE"])


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
