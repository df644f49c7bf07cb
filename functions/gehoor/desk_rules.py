"""The desk's rules of the configuration as the use cases know them.

Apart from the configuration, because most functions need none of it.
"""

from collections.abc import Iterable, Mapping

from gehoor.config import AppConfig
from gehoor.desk_settings import Reputation, Routing
from gehoor.domain import routing as domain
from gehoor.domain.faces import Company
from gehoor.domain.reach import ReachThresholds
from gehoor.domain.rules import Rules

Handles = frozenset[tuple[str, str]]


def registry(config: AppConfig) -> Company:
    """Who the company is on networks: all its brands' accounts, and what it names besides."""
    brands: Handles = frozenset().union(*(brand.in_domain().handles for brand in config.brands))
    names = (config.company, *(brand.id for brand in config.brands))
    own = brands | _handles(config.desk.own_accounts)
    return Company(own, _handles(config.desk.staff), names)


def rules(config: AppConfig) -> Rules:
    """Whom the company serves, and who does it."""
    return Rules(registry(config), routing(config.desk.routing))


def routing(settings: Routing) -> domain.Routing:
    """Who answers what; what a rule does not name may be anything."""
    groups = (
        domain.GroupRule(
            rule.group,
            brand=rule.brand or "",
            language=rule.language or "",
            topic=rule.topic or "",
            intent=rule.intent or "",
        )
        for rule in settings.groups
    )
    return domain.Routing(tuple(groups), settings.risk_group or "", settings.same_agent_within)


def thresholds(settings: Reputation) -> ReachThresholds:
    """From which reach on a post is worth telling."""
    return ReachThresholds(**settings.model_dump())


def _handles(listed: Mapping[str, Iterable[str]]) -> Handles:
    named = ((network, handle) for network, handles in listed.items() for handle in handles)
    return frozenset((network, handle.lstrip("@").casefold()) for network, handle in named)
