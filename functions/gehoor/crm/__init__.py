"""The CRMs gehoor can ask, found by the name of their file."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from gehoor.http import Http
    from gehoor.ports.helpdesk import Crm
    from gehoor.settings import CrmSettings

SECONDS = 2.0
"""The most that one call of a CRM may take: agents wait for a ticket's note, not for a CRM."""


class CrmAdapter(Protocol):
    """What the module of a CRM offers."""

    Settings: type[CrmSettings]

    def connect(self, settings: CrmSettings, secret: str, http: Http) -> Crm:
        """The CRM behind these settings."""


@cache
def names() -> tuple[str, ...]:
    """Every CRM, by the name used as `kind` in the configuration."""
    return tuple(m.name for m in iter_modules(__path__) if not m.name.startswith("_"))


def adapter(name: str) -> CrmAdapter:
    """The module of a CRM, imported when it is first asked for; `name` is one of `names()`."""
    return cast("CrmAdapter", import_module(f"{__name__}.{name}"))
