"""Applying an event of the helpdesk: the one place that knows who follows which."""

from collections.abc import Mapping
from dataclasses import dataclass

from gehoor.domain.event import (
    CommentAdded,
    CustomerDeleted,
    CustomerMerged,
    Event,
    RequesterChanged,
    TicketDeleted,
    TicketMerged,
    event_from,
)
from gehoor.usecases.answer import answer_comment
from gehoor.usecases.answering import AnswerPorts
from gehoor.usecases.follow import (
    FollowPorts,
    customer_deleted,
    customer_merged,
    requester_changed,
    ticket_changed,
)
from gehoor.usecases.refusals import helpdesk_refusals_counted


@dataclass(frozen=True, slots=True)
class EventPorts:
    """What applying events needs."""

    answering: AnswerPorts
    following: FollowPorts


def apply_event(message: Mapping[str, str], ports: EventPorts) -> str:
    """Apply the event of a message; returns what came of it, in words free of personal text.

    What cannot be done now passes through, and the message is to come again: nothing is done twice.
    KeyError or TypeError for what is no event's message.
    """
    event = event_from(message)
    if isinstance(event, CommentAdded):
        return answer_comment(event.ticket_id, event.comment_id, ports.answering)
    with helpdesk_refusals_counted(ports.answering.metrics):
        return _follow(event, ports.following)


def _follow(event: Event, ports: FollowPorts) -> str:
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
        case _:
            return ticket_changed(event.ticket_id, ports)
