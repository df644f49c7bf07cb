"""What the note of a new case tells of the tickets its customer has had."""

from collections.abc import Sequence

from gehoor.domain.contact_kind import RECENT, Contact
from gehoor.domain.mention import Mention
from gehoor.domain.note_layout import Line, flat, line
from gehoor.domain.ticket import History, PastTicket

SHOWN_ELSEWHERE = 2
SHOWN_TICKETS = 2
_STATES = {
    "new": "not taken up yet",
    "open": "still open",
    "pending": "waits for the customer",
    "hold": "on hold",
}


def tickets_elsewhere(
    mention: Mention, history: History | None, contact: Contact
) -> list[PastTicket]:
    """Tickets that came another way and may be about this problem, those that failed first."""
    tickets = history.tickets if history else ()
    recent = mention.posted_at - RECENT
    found = [t for t in tickets if t.channel and (t.is_open or t.updated_at >= recent)]
    found.sort(key=lambda t: (t not in contact.elsewhere, not t.is_open))
    return found[:SHOWN_ELSEWHERE]


def asked_elsewhere(ticket: PastTicket) -> Line:
    """That the customer asked another way too, and how that ticket stands."""
    return line(
        f"Also asked by {flat(ticket.channel, 30)} on {ticket.created_at:%d %b %Y}:"
        f" #{ticket.ticket_id}, {_state(ticket)}: {flat(ticket.subject, 60)}"
    )


def ticket_lines(history: History | None, elsewhere: Sequence[PastTicket]) -> list[Line]:
    """How many tickets the customer had, which wait, and how the last one ended.

    `history` is None where the helpdesk could not be asked; `elsewhere` is told of already.
    """
    if history is None:
        return [line("The helpdesk could not be asked; look at the customer's record.")]
    if not history.tickets:
        return [line("None: this is the first one.")]
    waiting = [ticket for ticket in history.tickets if ticket.is_open]
    shown = [ticket for ticket in waiting if ticket not in elsewhere][:SHOWN_TICKETS]
    count = f"{len(history.tickets)} in all, {len(waiting)} still open{_satisfaction(history)}"
    return [line(count), *map(_ticket_line, shown), *_ended_lines(history, elsewhere)]


def _satisfaction(history: History) -> str:
    ratings = [t.satisfied for t in history.tickets if t.satisfied is not None]
    good = sum(ratings)
    return f"; rated {good} good, {len(ratings) - good} bad" if ratings else ""


def _ticket_line(ticket: PastTicket) -> Line:
    return line(
        f"#{ticket.ticket_id} {_state(ticket)}, {ticket.created_at:%d %b %Y}:"
        f" {flat(ticket.subject, 60)}"
    )


def _ended_lines(history: History, elsewhere: Sequence[PastTicket]) -> list[Line]:
    """What is over, in one line: how many, and how the last one ended."""
    over = [ticket for ticket in history.tickets if not ticket.is_open]
    if not over:
        return []
    last = max(over, key=lambda ticket: ticket.updated_at)
    rated = {True: ", rated good", False: ", rated bad", None: ""}[last.satisfied]
    told = "see above" if last in elsewhere else f"{_state(last)}: {flat(last.subject, 60)}"
    return [line(f"{len(over)} over, the last #{last.ticket_id}{rated}, {told}")]


def _state(ticket: PastTicket) -> str:
    """How a ticket stands, and since when at the latest for one that is over."""
    status = flat(ticket.status, 20)
    return _STATES.get(status, f"{status} ({ticket.updated_at:%d %b %Y})")
