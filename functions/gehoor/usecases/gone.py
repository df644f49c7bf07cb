"""What a post that is gone still asks for: a note in its ticket, or no ticket at all."""

from datetime import datetime
from functools import partial

from gehoor.domain.case import Case, case_id_of
from gehoor.domain.compose import gone_note
from gehoor.domain.first_answer import Ending
from gehoor.domain.mention import Mention
from gehoor.domain.record import MentionRecord
from gehoor.errors import Rejected
from gehoor.usecases.case_changes import change_case
from gehoor.usecases.commenting import comment_promise
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.opening import ticket_promise
from gehoor.usecases.telling import tell_agents

DELETED_BEFORE = "its author deleted it before it came to a ticket; gehoor has erased it"


def tell_gone(record: MentionRecord, ports: DeliverPorts) -> None:
    """Write in the ticket, once, that a post is gone; nobody waits for an answer to it."""
    if record.mention is None or record.deleted_at is None:
        return
    try:
        tell_agents(record.case_id, gone_note(record.mention, record.deleted_at), ports)
    except Rejected:
        ports.metrics.count("NotesRefused")
    change_case(record.case_id, partial(_withdrawn, record.mention, record.deleted_at), ports.cases)


def _withdrawn(mention: Mention, at: datetime, case: Case) -> Case:
    """The case, in which nobody waits once that is gone which is to be answered."""
    is_answered = case.address.native_id == mention.native_id
    return case.stopped(at, Ending.WITHDRAWN) if is_answered else case


def is_gone_before_it_came(record: MentionRecord, ports: DeliverPorts) -> bool:
    """Whether a pending post is gone of which the helpdesk was told nothing.

    What was begun is brought to its end, without its words: a ticket may be open already.
    """
    if record.deleted_at is None or record.mention is None or record.ticket_id:
        return False
    return not has_begun(record, record.mention, ports)


def has_begun(record: MentionRecord, mention: Mention, ports: DeliverPorts) -> bool:
    """Whether the helpdesk may have been told of a mention, by an attempt that did not end."""
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
