"""Catching up on comments whose webhook was lost: the helpdesk lists what its webhooks told."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from gehoor.domain.case import case_id_from
from gehoor.domain.event import CommentAdded
from gehoor.domain.frozen import frozen
from gehoor.domain.incident import incident_id_from
from gehoor.domain.ticket import CommentsPage, Ticket, WrittenComment
from gehoor.errors import ContractBroken, GehoorError, Unavailable
from gehoor.ports.helpdesk import TICKETS_AT_ONCE, YOUNGEST, Helpdesk
from gehoor.ports.queues import Queues
from gehoor.ports.stores import Answers, Bookmarks, CaseStore
from gehoor.ports.surroundings import Clock, Metrics
from gehoor.usecases.refusals import helpdesk_refusals_counted

NAME = "comments"
LEASE = timedelta(minutes=2)
"""Longer than a sweep runs."""

OVERLAP = timedelta(minutes=5)
"""How late a helpdesk may list a comment, and webhooks may come by themselves."""

MOST_PAGES = 5


@frozen
class CatchUpPorts:
    """What catching up needs. The helpdesk is connected when its turn comes: that may fail."""

    bookmarks: Bookmarks
    answers: Answers
    cases: CaseStore
    helpdesk: Callable[[], Helpdesk]
    queues: Queues
    clock: Clock
    metrics: Metrics
    owner: str


class CaughtUp(NamedTuple):
    """How many comments were sent on, and what went wrong, "" when nothing did."""

    sent: int
    error: str = ""


def catch_up(ports: CatchUpPorts, deadline: datetime) -> CaughtUp:
    """Send on each public comment on gehoor's tickets that no webhook told of, until `deadline`.

    It never raises what the helpdesk refuses: that is counted, and the next run goes on from the
    same place. The first run ever starts now.
    """
    now = ports.clock()
    try:
        place = ports.bookmarks.take(NAME, ports.owner, now, now + LEASE)
        if place is None:
            return CaughtUp(0)
        sent = _read_on(place, ports, deadline)
        ports.bookmarks.release(NAME, ports.owner)
    except GehoorError as error:
        ports.metrics.count("CatchUpsFailed")
        return CaughtUp(0, f"{type(error).__name__}: {error}")
    return CaughtUp(sent)


def _read_on(place: datetime, ports: CatchUpPorts, deadline: datetime) -> int:
    """Read page after page; the bookmark moves once what stands before it is on its way.

    Only a run that comes to the end leaves an overlap to the next one: else a flood of comments
    within the overlap would be read again and again.
    """
    helpdesk, newest, sent = ports.helpdesk(), ports.clock() - YOUNGEST, 0
    for _ in range(MOST_PAGES):
        since = min(place, newest)
        with helpdesk_refusals_counted(ports.metrics):
            page = helpdesk.comments_since(since)
            sent += _send_unknown(page, helpdesk, ports, deadline)
        if page.more and page.until <= since:
            message = f"the helpdesk's list of comments does not go on after {since:%H:%M:%S}"
            raise ContractBroken(message)
        is_end = not page.more or page.until >= newest
        place = max(place, page.until - OVERLAP if is_end else page.until)
        ports.bookmarks.move(NAME, ports.owner, place)
        if is_end:
            break
    return sent


def _send_unknown(
    page: CommentsPage, helpdesk: Helpdesk, ports: CatchUpPorts, deadline: datetime
) -> int:
    """How many comments of the page were sent on; Unavailable when the time is up before its end.

    Tickets are asked for first, many at once: most are not gehoor's, and cost nothing more.
    """
    sent = 0
    names = sorted({comment.ticket_id for comment in page.comments})
    for start in range(0, len(names), TICKETS_AT_ONCE):
        if ports.clock() >= deadline:
            message = "the run's time is up; the next one reads this page again"
            raise Unavailable(message)
        tickets = helpdesk.read_tickets(names[start : start + TICKETS_AT_ONCE])
        own = {ticket.ticket_id: ticket for ticket in tickets if _is_own(ticket, ports.cases)}
        for comment in page.comments:
            if comment.ticket_id in own and _is_unknown(comment, own[comment.ticket_id], ports):
                ports.queues.send_event(CommentAdded(comment.ticket_id, comment.comment_id))
                sent += 1
    if sent:
        ports.metrics.count("CommentsCaughtUp", sent)
    return sent


def _is_own(ticket: Ticket, cases: CaseStore) -> bool:
    if case_id_from(ticket.external_id) or incident_id_from(ticket.external_id):
        return True
    return bool(cases.in_ticket(ticket.ticket_id))


def _is_unknown(comment: WrittenComment, ticket: Ticket, ports: CatchUpPorts) -> bool:
    """Whether nobody told of the comment. What the customer said themselves needs no answer."""
    if comment.author_id == ticket.requester_id:
        return False
    return not ports.answers.knows(comment.ticket_id, comment.comment_id)
