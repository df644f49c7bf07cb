"""What networks and helpdesks are connected with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gehoor.domain.frozen import frozen

if TYPE_CHECKING:
    from gehoor.domain.budget import Lane
    from gehoor.domain.setup import HelpdeskSetup
    from gehoor.http import Http
    from gehoor.ports.limits import Budget, Quota, Sessions
    from gehoor.ports.stores import Inbox


@frozen
class NetworkWiring:
    """What a connection to a network is made with, besides its settings.

    `secret` is None where the settings name none. `sessions` keeps what a sign-in is renewed with.
    What costs units or money is taken from `quota` before the call goes out.
    """

    secret: str | None
    http: Http
    sessions: Sessions
    quota: Quota


@frozen
class Access:
    """How to get into a helpdesk; `sessions` keeps what a sign-in is renewed with."""

    secret: str
    http: Http
    sessions: Sessions


@frozen
class Wiring(Access):
    """What a connection to a helpdesk is made with, besides its settings.

    `company` is the company's name, `inbox` holds the comments that the helpdesk sent, `setup` says
    what was made there for gehoor. Each call takes from `budget` what its limits ask, in `lane`,
    before it goes out.
    """

    company: str
    inbox: Inbox
    setup: HelpdeskSetup
    budget: Budget
    lane: Lane
