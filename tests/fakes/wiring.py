"""What a helpdesk is connected with in tests: all of it in memory, nothing refused."""

from dataclasses import replace
from typing import Any

from fakes.budget import OpenBudget
from fakes.sessions import FakeSessions
from fakes.stores import FakeInbox
from gehoor.domain.budget import Lane
from gehoor.domain.setup import HelpdeskSetup
from gehoor.http import Http
from gehoor.wiring import Wiring


def wiring(secret: str, http: Http, **changes: Any) -> Wiring:
    """A wiring, changed by name."""
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
