"""Telling the agents of a case something, in the ticket where the case goes on."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from gehoor.errors import Gone
from gehoor.usecases.once import Result, once
from gehoor.usecases.tickets import follow_ticket

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gehoor.domain.ticket import CommentDraft
    from gehoor.ports.helpdesk import Helpdesk
    from gehoor.ports.ledger import Ledger
    from gehoor.ports.surroundings import Clock
    from gehoor.usecases.deliver_ports import DeliverPorts


def tell_agents(case_id: str, note: CommentDraft, ports: DeliverPorts) -> None:
    """Write an internal note once; a ticket that takes no more needs none.

    A ticket that was merged goes on in another one, whether or not its webhook told so. Errors of
    the helpdesk pass through, Rejected too.
    """
    case = ports.cases.get(case_id)
    if case is None:
        return
    try:
        once(
            ports.ledger,
            note.marker,
            ports.clock,
            act=lambda: {"comment_id": ports.helpdesk.add_comment(case.ticket_id, note)},
            look=lambda: _find(note.marker, (case.ticket_id, *case.left), ports),
        )
    except Gone:
        goes_on_in = follow_ticket(case.ticket_id, ports.cases, ports.helpdesk, case_id=case_id)
        if goes_on_in not in (None, case.ticket_id):
            tell_agents(case_id, note, ports)


def note_once(
    ticket_id: str, note: CommentDraft, helpdesk: Helpdesk, ledger: Ledger, clock: Clock
) -> None:
    """Write an internal note into this ticket once, whoever's it is.

    Errors of the helpdesk pass through: what follows from a refusal differs between callers.
    """

    def find() -> Result | None:
        comment_id = helpdesk.find_comment(ticket_id, note.marker)
        return {"comment_id": comment_id} if comment_id else None

    once(
        ledger,
        f"note:{ticket_id}:{note.marker}",
        clock,
        act=lambda: {"comment_id": helpdesk.add_comment(ticket_id, note)},
        look=find,
    )


def _find(marker: str, ticket_ids: Iterable[str], ports: DeliverPorts) -> Result | None:
    for ticket_id in ticket_ids:
        with suppress(Gone):
            comment_id = ports.helpdesk.find_comment(ticket_id, marker)
            if comment_id is not None:
                return {"comment_id": comment_id}
    return None
