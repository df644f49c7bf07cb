"""How a mention is served: its priority, its place in the queue, its kind of ticket.

Equal service rests on this: whatever decides how soon and by whom somebody is answered is computed
here and in `routing`, from a `ServiceCase`. That holds no count of followers or views and no badge,
and neither does anything that it is made from.
"""

from enum import StrEnum

from gehoor.domain.contact_kind import says_last_resort
from gehoor.domain.frozen import frozen
from gehoor.domain.judgement import Intent, Judgement, Risk, Urgency
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.priority import Priority

_PRIORITIES = {
    Urgency.CRITICAL: Priority.URGENT,
    Urgency.HIGH: Priority.HIGH,
    Urgency.NORMAL: Priority.NORMAL,
    Urgency.LOW: Priority.LOW,
}


class Kind(StrEnum):
    """What becomes of a mention: a ticket of a kind, or something to learn from."""

    SERVICE = "service"
    PRAISE = "praise"
    LEAD = "lead"
    INSIGHT = "insight"
    """Speaks about the company, or about another one, and to nobody: no ticket."""


_KINDS = {
    Intent.PRAISE: Kind.PRAISE,
    Intent.LEAD: Kind.LEAD,
    Intent.NEWS: Kind.INSIGHT,
    Intent.COMPETITOR: Kind.INSIGHT,
}


@frozen
class ServiceCase:
    """All that service may depend on.

    `speaks_to_us` says that it is private, or goes on in a thread: somebody then waits for an
    answer, whatever it is about.
    """

    brand: str
    language: str
    intent: Intent
    urgency: Urgency
    risk: Risk | None
    topic: str = ""
    is_last_resort: bool = False
    speaks_to_us: bool = False


@frozen
class Service:
    """How a case is served; `goes_ahead` of what else waits in gehoor's queues."""

    priority: Priority
    goes_ahead: bool
    kind: Kind


def service_case(
    mention: Mention, judgement: Judgement, *, is_last_resort: bool = False
) -> ServiceCase:
    """The case of a mention; what its own words say of a last resort counts in any case."""
    return ServiceCase(
        brand=mention.brand,
        language=judgement.language,
        intent=judgement.intent,
        urgency=judgement.urgency,
        risk=judgement.risk,
        topic=judgement.topic,
        is_last_resort=is_last_resort or says_last_resort(mention, judgement),
        speaks_to_us=mention.in_reply_to is not None or mention.visibility is Visibility.DIRECT,
    )


def service_of(case: ServiceCase) -> Service:
    """How a case is served. A risk makes anything a matter of service."""
    kind = _kind(case)
    if kind is not Kind.SERVICE:
        return Service(Priority.LOW, goes_ahead=False, kind=kind)
    priority = _PRIORITIES[case.urgency]
    if case.is_last_resort:
        priority = _one_step_up(priority)
    ahead = priority in (Priority.HIGH, Priority.URGENT)
    return Service(priority, goes_ahead=ahead, kind=kind)


def service_for(mention: Mention, judgement: Judgement, *, is_last_resort: bool = False) -> Service:
    """How a mention is served."""
    return service_of(service_case(mention, judgement, is_last_resort=is_last_resort))


def _kind(case: ServiceCase) -> Kind:
    kind = Kind.SERVICE if case.risk else _KINDS.get(case.intent, Kind.SERVICE)
    return Kind.SERVICE if kind is Kind.INSIGHT and case.speaks_to_us else kind


def _one_step_up(priority: Priority) -> Priority:
    """One step, and never beyond the top."""
    order = list(Priority)
    return order[min(order.index(priority) + 1, len(order) - 1)]
