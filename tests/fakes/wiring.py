"""What networks and helpdesks are connected with in tests: all in memory, nothing refused."""

from dataclasses import replace
from typing import Any

from fakes.budget import OpenBudget
from fakes.quota import FakeQuota
from fakes.sessions import FakeSessions
from fakes.stores import FakeInbox
from gehoor.domain.budget import Lane
from gehoor.domain.setup import HelpdeskSetup
from gehoor.http import Http
from gehoor.wiring import NetworkWiring, Wiring


def network_wiring(http: Http, secret: str | None = None, **changes: Any) -> NetworkWiring:
    """What a network is connected with, changed by name."""
    return replace(NetworkWiring(secret, http, FakeSessions(), FakeQuota()), **changes)


def wiring(secret: str, http: Http, **changes: Any) -> Wiring:
    """What a helpdesk is connected with, changed by name."""
    made = Wiring(
        secret,
        http,
        FakeSessions(),
        "Noordlicht",
        FakeInbox(),
        HelpdeskSetup(),
        OpenBudget(),
        Lane.NORMAL,
    )
    return replace(made, **changes)
