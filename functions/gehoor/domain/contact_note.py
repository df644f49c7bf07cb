"""What the history note says of how somebody came here, who takes it on, and false faces."""

from collections.abc import Iterator

from gehoor.domain.contact_kind import Contact, ContactKind
from gehoor.domain.note_layout import Line, flat, line
from gehoor.domain.ticket import Agent


def warnings(contact: Contact, face: str, not_routed: str) -> list[Line]:
    """What an agent looks at first, beside promises."""
    found: list[Line] = []
    if face:
        found.append(
            line(
                f"Looks like us and is not: {flat(face, 150)}. It may be a customer all the same:"
                " judge before you answer. gehoor sends them nothing by itself."
            )
        )
    if not_routed:
        found.append(line(f"Opened without its group: {flat(not_routed, 150)}"))
    return [*found, *_last_resort(contact)]


def contact_lines(contact: Contact, agent: Agent | None) -> list[Line]:
    """What belongs to the customer: how they know this channel, and which agent knows them."""
    found: list[Line] = []
    if contact.kind is ContactKind.TRYING_OUT:
        found.append(
            line("First contact by this channel: say in the answer what happens next, and when.")
        )
    elif contact.answered:
        ticket = contact.answered
        found.append(
            line(
                f"Was answered here before (#{ticket.ticket_id}, {ticket.updated_at:%d %b %Y}):"
                " expects a quick answer here."
            )
        )
    if agent:
        found.append(line("Given to the agent who had their last ticket."))
    return found


def _last_resort(contact: Contact) -> Iterator[Line]:
    """The tickets that show it are listed below it."""
    if contact.is_last_resort:
        said = ", ".join(f"“{flat(quote, 60)}”" for quote in contact.quotes)
        evidence = f"says {said}" if said else "see below"
        yield line(f"Asked elsewhere first, so one step more urgent: {evidence}")
