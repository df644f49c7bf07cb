"""The networks gehoor reads and answers on: one module each, found by its file name.

A module is loaded when its network is used, so reading a feed does not load the others.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from datetime import timedelta

    from gehoor.authorization_code import PersonSignIn
    from gehoor.domain.capabilities import Capabilities
    from gehoor.ports.network import ComplianceJobs, Network
    from gehoor.settings import SourceSettings
    from gehoor.wiring import NetworkWiring


class NetworkAdapter(Protocol):
    """What a network's module gives."""

    Settings: type[SourceSettings]
    """The source's part of the configuration, with `network: Literal["<file name>"]`."""

    DESCRIPTION: str
    """What is heard there, in one line."""

    CAPABILITIES: Capabilities
    """What can be done there as a rule; a connection knows the limits of its own server."""

    TESTED: str
    """How far the adapter is tested, in one line."""

    def connect(self, settings: SourceSettings, wiring: NetworkWiring) -> Network:
        """A connection for one source; AuthExpired when the secret cannot be a credential."""


@cache
def names() -> tuple[str, ...]:
    """The networks there are, in alphabetical order."""
    found = (module.name for module in iter_modules(__path__))
    return tuple(sorted(name for name in found if not name.startswith("_")))


def adapter(name: str) -> NetworkAdapter:
    """The module of a network; LookupError when there is none of this name."""
    if name not in names():
        message = f"no network {name!r}; there are {', '.join(names())}"
        raise LookupError(message)
    return cast("NetworkAdapter", import_module(f"{__name__}.{name}"))


class _SignsInByPerson(Protocol):
    def person_sign_in(
        self, settings: SourceSettings, handle: str, wiring: NetworkWiring
    ) -> PersonSignIn: ...


def has_person_sign_in(name: str) -> bool:
    """Whether a person signs in to the network in a browser: its module has `person_sign_in`."""
    return hasattr(adapter(name), "person_sign_in")


def person_sign_in(settings: SourceSettings, handle: str, wiring: NetworkWiring) -> PersonSignIn:
    """How a person signs gehoor in for a source of a network that has such a sign-in.

    `handle` is the brand's own there, without the @, "" where nobody said. AuthExpired when the
    secret cannot begin a sign-in.
    """
    module = cast("_SignsInByPerson", adapter(settings.network))
    return module.person_sign_in(settings, handle, wiring)


class _DoesComplianceJobs(Protocol):
    def compliance_jobs(
        self, settings: SourceSettings, wiring: NetworkWiring
    ) -> ComplianceJobs: ...


def has_compliance_jobs(name: str) -> bool:
    """Whether the network tells in jobs what was deleted: its module has `compliance_jobs`."""
    return hasattr(adapter(name), "compliance_jobs")


def compliance_jobs(settings: SourceSettings, wiring: NetworkWiring) -> ComplianceJobs:
    """The jobs of a network that does such; AuthExpired when the secret is not for them."""
    module = cast("_DoesComplianceJobs", adapter(settings.network))
    return module.compliance_jobs(settings, wiring)


def refresh_within(name: str) -> timedelta | None:
    """How long a network's terms let stored words be kept unread: its module's `REFRESH_WITHIN`."""
    found: timedelta | None = getattr(adapter(name), "REFRESH_WITHIN", None)
    return found
