"""What helpdesks and CRMs are connected with."""

from dataclasses import dataclass, field

from gehoor.domain.setup import HelpdeskSetup
from gehoor.http import Http


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a connection to a helpdesk or a CRM is made with, besides its settings."""

    secret: str
    http: Http
    setup: HelpdeskSetup = field(default_factory=HelpdeskSetup)
