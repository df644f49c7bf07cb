"""What helpdesks and CRMs are connected with."""

from dataclasses import dataclass, field

from gehoor.domain.setup import HelpdeskSetup
from gehoor.http import Http
from gehoor.ports import Inbox


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a connection to a helpdesk or a CRM is made with, besides its settings.

    `company` is the company's name, `inbox` holds the comments that the helpdesk sent, `setup` says
    what was made there for gehoor.
    """

    secret: str
    http: Http
    company: str
    inbox: Inbox
    setup: HelpdeskSetup = field(default_factory=HelpdeskSetup)
