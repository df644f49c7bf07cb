"""The outside as an operator's command reaches it: with the stack's secrets and shared counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gehoor import helpdesks, networks
from gehoor.domain.budget import Lane
from gehoor.errors import Gone
from gehoor.http import Http
from gehoor.language import detect
from gehoor.likeness import likeness
from gehoor.usecases.answering import AnswerPorts, CoachPorts
from gehoor.wiring import Access, NetworkWiring, Wiring
from gehoor_ops.stack import clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from gehoor.config import AppConfig
    from gehoor.domain.budget import Limit
    from gehoor.ports.network import Network
    from gehoor.settings import SourceSettings
    from gehoor_ops.stack import Stack


def connect_network(stack: Stack, config: AppConfig, settings: SourceSettings) -> Network:
    """The connection of a source; AuthExpired when its secret cannot be a credential."""
    wiring = network_wiring(stack, config, settings)
    return networks.adapter(settings.network).connect(settings, wiring)


def network_wiring(stack: Stack, config: AppConfig, settings: SourceSettings) -> NetworkWiring:
    """What a source is connected with; AuthExpired when its secret is not set."""
    name = secret_name(settings)
    return NetworkWiring(
        secret=stack.account.secrets().get(name) if name else None,
        http=Http(clock, frozenset(config.allow_private_hosts)),
        sessions=stack.sessions(),
        quota=stack.quota(),
    )


def answer_ports(stack: Stack, config: AppConfig) -> AnswerPorts:
    """What looking at answers needs; the operator's few calls to the helpdesk are not counted."""
    sources = {settings.id: settings for settings in config.sources}

    def network(source_id: str) -> Network:
        if source_id not in sources:
            message = f"source {source_id} is not in the configuration any more"
            raise Gone(message)
        return connect_network(stack, config, sources[source_id])

    access = helpdesk_access(stack, config)
    wiring = Wiring(
        secret=access.secret,
        http=access.http,
        sessions=access.sessions,
        company=config.company,
        inbox=stack.inbox(),
        setup=stack.setup_store().get(config.helpdesk.base_url),
        budget=Uncounted(),
        lane=Lane.NORMAL,
    )
    adapter = helpdesks.adapter(config.helpdesk.kind)
    return AnswerPorts(
        answers=stack.answers(),
        cases=stack.cases(),
        mentions=stack.mentions(),
        incidents=stack.incidents(),
        ledger=stack.ledger(),
        helpdesk=adapter.connect(config.helpdesk, wiring),
        networks=network,
        quota=stack.quota(),
        budget=Uncounted(),
        queues=stack.queues(),
        clock=clock,
        metrics=Unmeasured(),
        desk=config.desk.in_domain(),
        coach=CoachPorts(stack.replies(), detect, config.coach_rules(), likeness),
    )


class Uncounted:
    """Fits `ports.Budget`: an operator's few calls are not to wait for a storm's."""

    def take(self, limit: Limit, lane: Lane, calls: int = 1) -> None:
        """Nothing is spent."""

    def correct(self, limit: Limit, left: int, until: datetime) -> None:
        """Nothing."""

    def close(self, limit: Limit, until: datetime) -> None:
        """Nothing."""


class Unmeasured:
    """Fits `ports.Metrics`: what an operator does counts for no alarm."""

    def count(self, name: str, value: int = 1) -> None:
        """Nothing."""

    def measure(self, name: str, value: float, by: Mapping[str, str]) -> None:
        """Nothing."""


def secret_name(settings: SourceSettings) -> str | None:
    """The name of a source's secret, None where it needs none."""
    return getattr(settings, "secret", None)


def helpdesk_access(stack: Stack, config: AppConfig) -> Access:
    """The way into the helpdesk; AuthExpired when its secret is not set."""
    return Access(
        secret=stack.account.secrets().get(config.helpdesk.secret),
        http=Http(clock, frozenset(config.allow_private_hosts)),
        sessions=stack.sessions(),
    )
