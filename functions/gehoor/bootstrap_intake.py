"""What polling a source and taking its mentions in is built of."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from gehoor import bootstrap, connections
from gehoor.errors import GehoorError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gehoor.domain.brand import Brand
    from gehoor.domain.judgement import Judgement
    from gehoor.domain.learned import Weights
    from gehoor.domain.mention import Mention
    from gehoor.usecases.alerting import WatchPorts
    from gehoor.usecases.intake import IntakePorts
    from gehoor.usecases.known_entries import TakenIn
    from gehoor.usecases.poll import PollPorts, Watched

WEIGHTS_MAX_AGE = timedelta(minutes=10)


def watched(source_id: str) -> Watched:
    """A source as the poller sees it."""
    from gehoor.config import pace_of
    from gehoor.usecases.poll import Watched

    settings = bootstrap.source(source_id)
    brand = next(brand for brand in bootstrap.config().brands if brand.id == settings.brand)
    return Watched(source_id, brand.in_domain(), pace_of(settings), settings.backfill)


def poll_ports() -> PollPorts:
    """What polling needs, and the clients its connections share: they are built by one thread."""
    from gehoor.usecases.poll import PollPorts

    for shared in (bootstrap.secrets, connections.quota, connections.sessions):
        shared()
    return PollPorts(
        bootstrap.sources(),
        connections.network,
        intake_ports(),
        bootstrap.jitter.random,
        _taken_in(),
    )


def intake_ports() -> IntakePorts:
    """What taking mentions in needs."""
    from gehoor.aws.forgotten import DynamoForgotten
    from gehoor.aws.mentions import Mentions
    from gehoor.usecases.intake import IntakePorts

    mentions = Mentions(*bootstrap.core(), bootstrap.retention())
    forgotten = DynamoForgotten(*bootstrap.core())
    return IntakePorts(
        mentions,
        forgotten,
        bootstrap.queues(),
        triage,
        bootstrap.clock,
        bootstrap.EmfMetrics(),
        watching(),
    )


def watching() -> WatchPorts:
    """What is watched for those who speak for the company."""
    from gehoor.aws.alerts import DynamoAlerts
    from gehoor.desk_rules import registry, thresholds
    from gehoor.usecases.alerting import WatchPorts

    alerts = DynamoAlerts(*bootstrap.core(), bootstrap.retention())
    return WatchPorts(
        registry(bootstrap.config()), thresholds(bootstrap.config().desk.reputation), alerts
    )


def triage(mention: Mention, brand: Brand) -> Judgement:
    """Judge a mention; the language model is loaded with the first one."""
    from gehoor.language import triage_mention

    return triage_mention(mention, brand, bootstrap.config().desk_words(brand), _learned)


def _learned(language: str) -> Weights | None:
    """What was learned of a language; where that cannot be read, the rules judge alone."""
    try:
        return _weights_reader()(language)
    except GehoorError:
        bootstrap.EmfMetrics().count("WeightsUnread")
        return None


@cache
def _weights_reader() -> Callable[[str], Weights | None]:
    from gehoor.aws.weights import CachedWeights, WeightsStore

    return CachedWeights(WeightsStore(*bootstrap.state()), bootstrap.clock, WEIGHTS_MAX_AGE)


@cache
def _taken_in() -> TakenIn:
    from gehoor.usecases.known_entries import TakenIn

    return TakenIn()
