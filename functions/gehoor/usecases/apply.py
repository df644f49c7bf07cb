"""Applying an event of the helpdesk or a network: the one place that knows who follows which."""

from collections.abc import Mapping

from gehoor.domain.event import (
    CommentAdded,
    CustomerDeleted,
    CustomerEvent,
    CustomerMerged,
    Pushed,
    RequesterChanged,
    TicketDeleted,
    TicketEvent,
    TicketMerged,
    TicketRestored,
    TicketStatusChanged,
    event_from,
)
from gehoor.domain.frozen import frozen
from gehoor.usecases.answer import answer_comment
from gehoor.usecases.answering import AnswerPorts
from gehoor.usecases.follow import (
    FollowPorts,
    customer_deleted,
    customer_merged,
    requester_changed,
    ticket_changed,
)
from gehoor.usecases.pushed import PushPorts, follow_push
from gehoor.usecases.refusals import helpdesk_refusals_counted


@frozen
class EventPorts:
    """What applying events needs."""

    answering: AnswerPorts
    following: FollowPorts
    pushes: PushPorts


def apply_event(message: Mapping[str, str], ports: EventPorts) -> str:
    """Apply the event of a message; returns what came of it, in words free of personal text.

    What cannot be done now passes through, and the message is to come again: nothing is done twice.
    KeyError or TypeError for what is no event's message.
    """
    event = event_from(message)
    match event:
        case CommentAdded(ticket_id, comment_id):
            return answer_comment(ticket_id, comment_id, ports.answering)
        case Pushed():
            return follow_push(event, ports.pushes)
    with helpdesk_refusals_counted(ports.answering.metrics):
        return _follow(event, ports.following)


def _follow(event: TicketEvent | CustomerEvent, ports: FollowPorts) -> str:
    match event:
        case TicketMerged(ticket_id, into):
            return ticket_changed(ticket_id, ports, into=into)
        case TicketDeleted(ticket_id, case_id):
            return ticket_changed(ticket_id, ports, case_id=case_id)
        case RequesterChanged():
            return requester_changed(event, ports)
        case CustomerMerged(customer_id, other):
            return customer_merged(customer_id, other, ports)
        case CustomerDeleted(customer_id):
            return customer_deleted(customer_id, ports)
        case TicketStatusChanged(ticket_id) | TicketRestored(ticket_id):
            return ticket_changed(ticket_id, ports)
