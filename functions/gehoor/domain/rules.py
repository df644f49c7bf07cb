"""The company's own rules for whom it serves, and who does it."""

from dataclasses import dataclass

from gehoor.domain.faces import Company
from gehoor.domain.routing import Routing


@dataclass(frozen=True, slots=True)
class Rules:
    """Who the company is, and who answers what."""

    company: Company
    routing: Routing


NO_RULES = Rules(Company(), Routing())
