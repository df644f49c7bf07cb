"""What a post that is gone still asks for: a note in its ticket, or no ticket at all."""

from collections.abc import Iterable
from contextlib import suppress

from gehoor.domain.case import case_id_of
from gehoor.domain.compose import gone_note
from gehoor.domain.mention import Mention
from gehoor.domain.record import MentionRecord
from gehoor.errors import Gone, Rejected
from gehoor.usecases.commenting import comment_promise
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.once import Result, once
from gehoor.usecases.opening import ticket_promise
from gehoor.usecases.tickets import follow_ticket

DELETED_BEFORE = "its author deleted it before it came to a ticket; gehoor has erased it"


def tell_gone(record: MentionRecord, ports: DeliverPorts) -> None:
    """Write in the ticket, once, that a post is gone; a ticket that takes no more needs no note.

    A ticket that was merged goes on in another one, whether or not its webhook told so.
    """
    if record.mention is None or record.deleted_at is None:
        return
    case = ports.cases.get(record.case_id)
    if case is None:
        return
    note = gone_note(record.mention, record.deleted_at)
    try:
        once(
            ports.ledger,
            f"gone:{record.mention_id}",
            ports.clock,
            act=lambda: {"comment_id": ports.helpdesk.add_comment(case.ticket_id, note)},
            look=lambda: _find(note.marker, (case.ticket_id, *case.left), ports),
        )
    except Rejected:
        ports.metrics.count("NotesRefused")
    except Gone:
        goes_on_in = follow_ticket(
            case.ticket_id, ports.cases, ports.helpdesk, case_id=case.case_id
        )
        if goes_on_in not in (None, case.ticket_id):
            tell_gone(record, ports)


def _find(marker: str, ticket_ids: Iterable[str], ports: DeliverPorts) -> Result | None:
    for ticket_id in ticket_ids:
        with suppress(Gone):
            comment_id = ports.helpdesk.find_comment(ticket_id, marker)
            if comment_id is not None:
                return {"comment_id": comment_id}
    return None


def is_gone_before_it_came(record: MentionRecord, ports: DeliverPorts) -> bool:
    """Whether a pending post is gone of which the helpdesk was told nothing.

    What was begun is brought to its end, without its words: a ticket may be open already.
    """
    if record.deleted_at is None or record.mention is None or record.ticket_id:
        return False
    return not _has_begun(record, record.mention, ports)


def _has_begun(record: MentionRecord, mention: Mention, ports: DeliverPorts) -> bool:
    if mention.in_reply_to is not None and not record.case_id:
        return False
    identity = ports.identities.get(mention.author.identity)
    thread_case_id = record.case_id or case_id_of(mention, mention.uri)
    case_id = identity.case_of(thread_case_id) if identity else None
    if case_id is None:
        return False
    case = ports.cases.get(case_id)
    if case is None or case.opened_by == mention.mention_id:
        return ports.ledger.has_begun(ticket_promise(case_id))
    promises = (comment_promise(mention, name) for name in (case.ticket_id, *case.left))
    return any(map(ports.ledger.has_begun, promises))
