"""The connections of a process: to networks, the helpdesk, the CRM, and those who want notices."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from gehoor import bootstrap
from gehoor.errors import Gone

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from gehoor.aws.budgets import DynamoBudget
    from gehoor.aws.quotas import DynamoQuota
    from gehoor.aws.sessions import SsmSessions
    from gehoor.domain.budget import Lane
    from gehoor.domain.setup import HelpdeskSetup
    from gehoor.http import Http
    from gehoor.ports.helpdesk import Crm, Helpdesk
    from gehoor.ports.network import ComplianceJobs, Network
    from gehoor.ports.notices import Notices
    from gehoor.settings import SourceSettings
    from gehoor.signed_endpoint import Endpoint
    from gehoor.wiring import NetworkWiring
CRM = "/crm"
"""The CRM among the connections; no source can have this id."""

_connections: dict[str, tuple[Any, Any]] = {}


def network(source_id: str) -> Network:
    """The connection of a source, kept as long as its settings and its secret stay the same."""
    from gehoor import networks

    settings = bootstrap.source(source_id)
    secret = _network_secret(settings)
    made_from = (settings, secret, bootstrap.config().allow_private_hosts)
    if _connections.get(source_id, (None,))[0] != made_from:
        connect = networks.adapter(settings.network).connect
        connection = connect(_in_full(settings), _network_wiring(secret))
        _connections[source_id] = (made_from, connection)
    return cast("Network", _connections[source_id][1])


def compliance_jobs(source_id: str) -> ComplianceJobs:
    """The jobs in which the network of a source tells what was deleted."""
    from gehoor import networks

    settings = _in_full(bootstrap.source(source_id))
    return networks.compliance_jobs(settings, _network_wiring(_network_secret(settings)))


def refresh_within() -> dict[str, timedelta]:
    """The configured networks that ask for it, and how soon words are to be read again."""
    from gehoor import networks

    named = {source.network for source in bootstrap.config().sources}
    times = {name: networks.refresh_within(name) for name in sorted(named)}
    return {name: time for name, time in times.items() if time}


def _in_full(settings: SourceSettings) -> SourceSettings:
    from gehoor import networks
    from gehoor.config import in_full

    known = networks.adapter(settings.network).Settings
    return in_full(known, settings, f"sources.{settings.id}")


def _network_secret(settings: SourceSettings) -> str | None:
    name = getattr(settings, "secret", None)
    return bootstrap.secrets().get(name) if name else None


def _network_wiring(secret: str | None) -> NetworkWiring:
    from gehoor.wiring import NetworkWiring

    return NetworkWiring(secret, http(), sessions(), quota())


@cache
def quota() -> DynamoQuota:
    """What networks may be asked for in a day."""
    from gehoor.aws.quotas import DynamoQuota

    return DynamoQuota(*bootstrap.state())


@cache
def budget() -> DynamoBudget:
    """The shared limits, with what this worker has in hand of them."""
    from gehoor.aws.budgets import DynamoBudget

    return DynamoBudget(
        *bootstrap.state(), bootstrap.clock, bootstrap.EmfMetrics(), "HelpdeskBudgetSpent"
    )


@cache
def _setup_reader() -> Callable[[str], HelpdeskSetup]:
    from gehoor.aws.setup_store import CachedSetup, SetupStore

    return CachedSetup(SetupStore(*bootstrap.state()), bootstrap.clock, bootstrap.CONFIG_MAX_AGE_S)


def helpdesk(lane: Lane) -> Helpdesk:
    """The helpdesk for calls of one lane, kept while settings, secret and setup stay the same."""
    from gehoor import helpdesks
    from gehoor.config import in_full
    from gehoor.usecases.refusals import helpdesk_refusals_counted
    from gehoor.wiring import Wiring

    settings, kept = bootstrap.config().helpdesk, f"#{lane}"
    with helpdesk_refusals_counted(bootstrap.EmfMetrics()):
        secret = bootstrap.secrets().get(settings.secret)
        setup = _setup_reader()(settings.base_url)
        company = bootstrap.config().company
        made_from = (settings, secret, company, bootstrap.config().allow_private_hosts, setup)
        if _connections.get(kept, (None,))[0] != made_from:
            adapter = helpdesks.adapter(settings.kind)
            wiring = Wiring(
                secret,
                http(),
                sessions(),
                company,
                bootstrap.inbox(),
                setup,
                budget(),
                lane,
            )
            own = in_full(adapter.Settings, settings, "helpdesk")
            _connections[kept] = (made_from, adapter.connect(own, wiring))
    return cast("Helpdesk", _connections[kept][1])


def crm() -> Crm | None:
    """The CRM through its cache, None where none is configured."""
    from gehoor.aws.crm_cache import CachedCrm

    if bootstrap.config().crm is None:
        return None
    return CachedCrm(*bootstrap.state(), _connected_crm, bootstrap.clock)


def _connected_crm() -> Crm:
    """The CRM itself, kept as long as its settings and its secret stay the same."""
    from gehoor import crm as crms
    from gehoor.config import in_full
    from gehoor.http import Http

    settings, hosts = bootstrap.config().crm, frozenset(bootstrap.config().allow_private_hosts)
    if settings is None:
        message = "the CRM is not in the configuration any more"
        raise Gone(message)
    secret = bootstrap.secrets().get(settings.secret)
    made_from = (settings, secret, hosts)
    if _connections.get(CRM, (None,))[0] != made_from:
        patient = Http(bootstrap.clock, hosts, call_seconds=crms.SECONDS)
        adapter = crms.adapter(settings.kind)
        own = in_full(adapter.Settings, settings, "crm")
        _connections[CRM] = (made_from, adapter.connect(own, secret, patient))
    return cast("Crm", _connections[CRM][1])


def http() -> Http:
    """Calls to the outside; to private hosts where the configuration allows it."""
    from gehoor.http import Http

    return Http(bootstrap.clock, frozenset(bootstrap.config().allow_private_hosts))


@cache
def sessions() -> SsmSessions:
    """The sessions of sign-ins that renew themselves."""
    from gehoor.aws.sessions import SsmSessions

    return SsmSessions(bootstrap.ssm(), *bootstrap.state())


def notices() -> list[Notices]:
    """The ways to tell somebody that something is due: the stack's topic, and the company's own."""
    from gehoor.aws.notices import TopicNotices

    found: list[Notices] = []
    if topic := bootstrap.notices_topic():
        found.append(TopicNotices(bootstrap.sns(), topic))
    if bootstrap.config().desk.notify:
        from gehoor.notices import WebhookNotices

        found.append(WebhookNotices(_notices_endpoint))
    return found


def _notices_endpoint() -> Endpoint:
    """The company's own address for notices; what is wrong with it harms them alone."""
    from gehoor.signed_endpoint import Address, Endpoint

    notify = bootstrap.config().desk.notify
    if notify is None:
        message = "desk.notify is not in the configuration any more"
        raise Gone(message)
    address = Address(notify.webhook, "desk.notify.webhook", notify.secret)
    return Endpoint(
        address,
        bootstrap.secrets().get(notify.secret),
        bootstrap.config().company,
        http(),
    )
