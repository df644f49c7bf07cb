"""Following what happens in the helpdesk: to tickets, and to the customers they belong to.

Each function asks the helpdesk how things are now, and changes nothing that fits already.
"""

from gehoor.domain.case import Case, case_id_from
from gehoor.domain.customer import Identity
from gehoor.domain.event import RequesterChanged
from gehoor.domain.frozen import frozen
from gehoor.domain.ticket import Ticket
from gehoor.errors import Gone, Rejected, Unavailable
from gehoor.ports.helpdesk import Helpdesk
from gehoor.ports.ledger import Ledger
from gehoor.ports.mentions import MentionStore
from gehoor.ports.stores import CaseStore, IdentityStore
from gehoor.ports.surroundings import Clock, Metrics
from gehoor.usecases.closing import ClosingPorts, offer_closing
from gehoor.usecases.correcting import CorrectingPorts, note_corrections
from gehoor.usecases.customers import heir_of
from gehoor.usecases.tickets import MOST_RACES, follow_ticket


@frozen
class FollowPorts:
    """What following needs."""

    cases: CaseStore
    identities: IdentityStore
    helpdesk: Helpdesk
    mentions: MentionStore
    ledger: Ledger
    clock: Clock
    metrics: Metrics


def ticket_changed(
    ticket_id: str, ports: FollowPorts, *, into: str | None = None, case_id: str | None = None
) -> str:
    """Follow a ticket that was opened, solved, closed, merged, deleted or restored.

    `into` and `case_id` are what its event says of where it goes on and whose it was. What the
    ticket says of its judgement is heard along, and a last word in public is offered in one that
    is solved. Returns what came of it, for the log.
    """
    now_in = follow_ticket(
        ticket_id,
        ports.cases,
        ports.helpdesk,
        into=into,
        case_id=case_id,
        hear=lambda ticket: _hear(ticket, ports),
    )
    return f"now in ticket {now_in}" if now_in else "not a ticket of gehoor"


def _hear(ticket: Ticket, ports: FollowPorts) -> None:
    note_corrections(
        ticket, CorrectingPorts(ports.cases, ports.mentions, ports.clock, ports.metrics)
    )
    offer_closing(
        ticket,
        ClosingPorts(
            ports.cases, ports.mentions, ports.ledger, ports.helpdesk, ports.clock, ports.metrics
        ),
    )


def requester_changed(event: RequesterChanged, ports: FollowPorts) -> str:
    """Link the author of a ticket's case to the customer whom an agent gave it to.

    The author's other open tickets are given to that customer too, before the link is noted: so a
    worker that takes over from a dead one finds the same to do. Of two agents' choices the later
    one counts, whichever is heard first.
    """
    for _ in range(MOST_RACES):
        ticket = _read(event.ticket_id, ports)
        case = _own_case(ticket, ports)
        identity = _identity_of(case, ports)
        if ticket is None or case is None or identity is None:
            return "not a ticket of gehoor"
        if ticket.requester_id == identity.customer_id:
            return "linked already"
        if not ports.helpdesk.is_customer(ticket.requester_id):
            return "not given to a customer"
        if event.at and identity.linked_at and event.at < identity.linked_at:
            if case.is_open:
                _give(ticket, case, identity.customer_id, ports)
            return "an agent chose another customer later"
        for other in _other_tickets(case, identity, ports):
            _give(*other, ticket.requester_id, ports)
        if ports.identities.put(identity.linked_to(ticket.requester_id, event.at)):
            return f"linked to {ticket.requester_id}"
    message = f"ticket {event.ticket_id}: its author's identity is being stored by other workers"
    raise Unavailable(message)


def customer_merged(customer_id: str, other: str | None, ports: FollowPorts) -> str:
    """Link the identities of a customer who was merged to the one who lives on.

    The helpdesk says which of the two that is. When the event names one alone, the one who has the
    tickets now lives on; the helpdesk moves them by itself.
    """
    linked = _inherit(customer_id, other, ports)
    if other is not None:
        linked += _inherit(other, customer_id, ports)
    return f"{linked} linked"


def customer_deleted(customer_id: str, ports: FollowPorts) -> str:
    """A customer who was removed is made anew at the next contact; their tickets may say who else.

    The helpdesk tells of a merge in this way too.
    """
    return f"{_inherit(customer_id, None, ports)} linked"


def _inherit(loser: str, winner: str | None, ports: FollowPorts) -> int:
    """How many of the loser's identities are the winner's now."""
    identities = ports.identities.of_customer(loser)
    if not identities or ports.helpdesk.is_customer(loser):
        return 0
    if winner is not None and not ports.helpdesk.is_customer(winner):
        winner = None
    return sum(_link_to_heir(identity, winner, ports) for identity in identities)


def _link_to_heir(identity: Identity, winner: str | None, ports: FollowPorts) -> bool:
    loser = identity.customer_id
    for _ in range(MOST_RACES):
        heir = winner or heir_of(identity, ports.cases, ports.helpdesk)
        if heir is None:
            return False
        if ports.identities.put(identity.linked_to(heir)):
            return True
        identity = ports.identities.get(identity.name) or identity
        if identity.customer_id != loser:
            return False
    message = f"an identity of customer {loser} is being stored by other workers"
    raise Unavailable(message)


def _read(ticket_id: str, ports: FollowPorts) -> Ticket | None:
    try:
        return ports.helpdesk.read_ticket(ticket_id)
    except Gone:
        return None


def _own_case(ticket: Ticket | None, ports: FollowPorts) -> Case | None:
    """The case that the ticket was opened for; one that was merged into it may be anybody's."""
    case_id = case_id_from(ticket.external_id) if ticket else None
    return ports.cases.get(case_id) if case_id else None


def _identity_of(case: Case | None, ports: FollowPorts) -> Identity | None:
    if case is None:
        return None
    return ports.identities.get(f"{case.network}:{case.address.author_id}")


def _other_tickets(case: Case, identity: Identity, ports: FollowPorts) -> list[tuple[Ticket, Case]]:
    """The author's other tickets that are still with the customer known until now."""
    names = dict.fromkeys(thread.case_id for thread in identity.threads)
    others = [ports.cases.get(name) for name in names if name != case.case_id]
    found = [(_read(other.ticket_id, ports), other) for other in others if other and other.is_open]
    return [
        (ticket, other)
        for ticket, other in found
        if ticket is not None and ticket.requester_id == identity.customer_id
    ]


def _give(ticket: Ticket, case: Case, customer_id: str, ports: FollowPorts) -> None:
    """Give a ticket to a customer, unless it is another's that the case was merged into.

    A ticket that cannot be given away keeps nobody from knowing the author.
    """
    if case_id_from(ticket.external_id) != case.case_id:
        return
    try:
        ports.helpdesk.set_requester(ticket.ticket_id, customer_id)
    except (Gone, Rejected):
        return
