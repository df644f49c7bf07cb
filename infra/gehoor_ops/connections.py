"""The outside as an operator's command reaches it: with the stack's secrets and shared counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gehoor import networks
from gehoor.http import Http
from gehoor.wiring import Access, NetworkWiring
from gehoor_ops.stack import clock

if TYPE_CHECKING:
    from gehoor.config import AppConfig
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
