"""The networks gehoor reads and answers on: one module each, found by its file name.

A module is loaded when its network is used, so reading a feed does not load the others.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from gehoor.domain.capabilities import Capabilities
    from gehoor.ports import Network
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
