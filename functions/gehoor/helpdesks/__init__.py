"""The helpdesks gehoor can work with, found by the name of their file."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from gehoor.ports.helpdesk import Helpdesk
    from gehoor.settings import HelpdeskSettings
    from gehoor.wiring import Wiring


class HelpdeskAdapter(Protocol):
    """What the module of a helpdesk offers."""

    Settings: type[HelpdeskSettings]

    def connect(self, settings: HelpdeskSettings, wiring: Wiring) -> Helpdesk:
        """The helpdesk behind these settings."""


@cache
def names() -> tuple[str, ...]:
    """Every helpdesk, by the name used as `kind` in the configuration."""
    return tuple(m.name for m in iter_modules(__path__) if not m.name.startswith("_"))


def adapter(name: str) -> HelpdeskAdapter:
    """The module of a helpdesk, imported when it is first asked for; `name` is one of `names()`."""
    return cast("HelpdeskAdapter", import_module(f"{__name__}.{name}"))
