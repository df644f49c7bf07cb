"""What helpdesks are connected with."""

from dataclasses import dataclass

from gehoor.http import Http
from gehoor.ports import Sessions


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a connection to a helpdesk is made with, besides its settings."""

    secret: str
    http: Http
    sessions: Sessions
