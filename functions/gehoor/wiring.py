"""What helpdesks and CRMs are connected with."""

from dataclasses import dataclass

from gehoor.http import Http


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a connection to a helpdesk or a CRM is made with, besides its settings."""

    secret: str
    http: Http
