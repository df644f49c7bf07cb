"""Who answers: the agent who knows the customer, else the group for what it is about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gehoor.domain.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gehoor.domain.service import ServiceCase
    from gehoor.domain.ticket import Agent, PastTicket


@frozen
class GroupRule:
    """A group of the helpdesk, and what it answers; "" stands for anything."""

    group: str
    brand: str = ""
    language: str = ""
    topic: str = ""
    intent: str = ""

    def fits(self, case: ServiceCase) -> bool:
        """Whether the group answers this."""
        asked = (self.brand, self.language, self.topic, self.intent)
        found = (case.brand, case.language, case.topic, str(case.intent))
        return all(want in ("", have) for want, have in zip(asked, found, strict=True))


@frozen
class Routing:
    """The company's rules; the first of `rules` that fits counts, `risk_group` before all of them.

    An agent who had the customer's last ticket has the next one too, within `same_agent_within`.
    """

    rules: tuple[GroupRule, ...] = ()
    risk_group: str = ""
    same_agent_within: timedelta = timedelta(days=30)

    @property
    def groups(self) -> tuple[str, ...]:
        """Every group that is named, once."""
        named = (self.risk_group, *(rule.group for rule in self.rules))
        return tuple(dict.fromkeys(filter(None, named)))


def group_for(case: ServiceCase, routing: Routing) -> str:
    """The group to answer, "" where no rule fits: the helpdesk's own rules go on from there."""
    if case.risk and routing.risk_group:
        return routing.risk_group
    return next((rule.group for rule in routing.rules if rule.fits(case)), "")


def knowing_agent(
    case: ServiceCase, tickets: Iterable[PastTicket], now: datetime, routing: Routing
) -> Agent | None:
    """The agent who had the customer's last ticket, where they are on duty.

    None for a risk: its own group knows the matter better than anybody knows the customer.
    """
    if case.risk:
        return None
    recent = (t for t in tickets if t.agent and now - t.updated_at <= routing.same_agent_within)
    last = max(recent, key=lambda ticket: ticket.updated_at, default=None)
    return last.agent if last and last.agent and last.agent.on_duty else None
