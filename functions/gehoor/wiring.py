"""What helpdesks are connected with."""

from dataclasses import dataclass

from gehoor.domain.budget import Lane
from gehoor.http import Http
from gehoor.ports import Budget


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a connection to a helpdesk is made with, besides its settings.

    Each call takes from `budget` what its limits ask, in `lane`, before it goes out.
    """

    secret: str
    http: Http
    budget: Budget
    lane: Lane
