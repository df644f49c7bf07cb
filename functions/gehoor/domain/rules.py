"""The company's own rules for whom it serves, and who does it."""

from gehoor.domain.faces import Company
from gehoor.domain.frozen import frozen
from gehoor.domain.routing import Routing


@frozen
class Rules:
    """Who the company is, and who answers what."""

    company: Company
    routing: Routing


NO_RULES = Rules(Company(), Routing())
