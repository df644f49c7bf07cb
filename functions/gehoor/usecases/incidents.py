"""Following open incidents: their problem ticket, who is told, whose tickets are tied to it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from gehoor.domain.curve import curve_svg
from gehoor.domain.event import CommentAdded
from gehoor.domain.incident import (
    BROADCAST_GO,
    Incident,
    IncidentNotice,
    Joined,
    external_id_of_incident,
)
from gehoor.domain.incident_notes import problem_draft, word_note
from gehoor.domain.mention import Mention
from gehoor.domain.network import ImageFile
from gehoor.domain.record import MentionRecord, MentionState
from gehoor.domain.storm import newest_hours
from gehoor.errors import ContractBroken, GehoorError, Gone, NotAllowed, Rejected
from gehoor.ports.helpdesk import TICKETS_AT_ONCE, Helpdesk, Problems
from gehoor.usecases.membership import broadcast_end, members_of, records_of
from gehoor.usecases.noticing import notify
from gehoor.usecases.once import Result, once
from gehoor.usecases.refusals import helpdesk_refusals_counted
from gehoor.usecases.storms import NEWEST_INCIDENTS, StormPorts, count_complaints

CURVE_HOURS = 48
MOST_WORDS = 40
"""Tickets of an incident that are offered a word in one run: each is an update. The rest follows in
the next."""

UNMOVED = timedelta(minutes=25)
"""So long a broadcast may stand still before it is asked to go on: longer than its own message is
ever put back for without a time to come back at, or every sweep would add another one."""

WAIT_FOR_TICKET = timedelta(minutes=10)


def watch_storms(ports: StormPorts, deadline: datetime) -> str:
    """Count who complained, then follow the open incidents; what went wrong, "" when nothing did.

    It raises nothing: what failed is counted, and the next run does it again.
    """
    failures = []
    for step in (count_complaints, lambda ports: follow_incidents(ports, deadline)):
        try:
            step(ports)
        except GehoorError as error:
            ports.metrics.count("StormsFailed")
            failures.append(f"{type(error).__name__}: {error}")
    return "; ".join(failures)


def follow_incidents(ports: StormPorts, deadline: datetime) -> int:
    """Take each open incident a step further, until `deadline`; returns how many are open.

    An error of one is raised when all had their turn: the next run does its step again.
    """
    failure: GehoorError | None = None
    open_ones = [each for each in ports.incidents.newest(NEWEST_INCIDENTS) if each.is_open]
    for incident in open_ones:
        if ports.clock() >= deadline:
            break
        try:
            _follow(incident, ports)
        except GehoorError as error:
            failure = failure or error
    if open_ones:
        ports.metrics.count("IncidentsOpen", len(open_ones))
    if failure is not None:
        raise failure
    return len(open_ones)


def _follow(incident: Incident, ports: StormPorts) -> None:
    """A step further. Neither a helpdesk nor a way to tell that is down holds the other one up.

    Who is told finds the ticket by its link, so that they wait a while for it to be there.
    """
    try:
        helpdesk = ports.helpdesk()
        joined = ports.incidents.joined(incident.incident_id)
        incident = _with_ticket(incident, members_of(joined), helpdesk, ports)
    except GehoorError:
        if ports.clock() - incident.opened_at >= WAIT_FOR_TICKET and not incident.is_told:
            _told(incident, "", ports)
        raise
    failure: GehoorError | None = None
    if not incident.is_told:
        link = helpdesk.link_to(incident.ticket_id) if incident.ticket_id else ""
        try:
            incident = _told(incident, link, ports)
        except GehoorError as error:
            failure = error
    if helpdesk.problems is not None:
        with helpdesk_refusals_counted(ports.metrics):
            _look_at_ticket(incident, joined, helpdesk, helpdesk.problems, ports)
    if failure is not None:
        raise failure


def _with_ticket(
    incident: Incident, members: Sequence[str], helpdesk: Helpdesk, ports: StormPorts
) -> Incident:
    """The incident with its problem ticket, which is opened once, where the helpdesk has such."""
    problems = helpdesk.problems
    if problems is None or incident.ticket_id:
        return incident

    def act() -> Result:
        examples = _examples(incident.seeds or members, ports)
        uploads = _curve(incident, helpdesk, ports)
        draft = problem_draft(incident, len(members), examples, uploads)
        return {"ticket_id": problems.open_problem(draft)}

    def look() -> Result | None:
        found = helpdesk.find_ticket(external_id_of_incident(incident.incident_id))
        return {"ticket_id": found.ticket_id} if found else None

    with helpdesk_refusals_counted(ports.metrics):
        result = once(ports.ledger, f"incident:{incident.incident_id}", ports.clock, act, look)
    return _stored(replace(incident, ticket_id=result["ticket_id"]), ports)


def _curve(incident: Incident, helpdesk: Helpdesk, ports: StormPorts) -> tuple[str, ...]:
    """The curve as an upload; a ticket without one is better than none."""
    watch = ports.watches.get(incident.brand)
    if watch is None:
        return ()
    svg = curve_svg(f"Complaints an hour: {incident.brand}", newest_hours(watch, CURVE_HOURS))
    try:
        return (helpdesk.upload(ImageFile("complaints.svg", "image/svg+xml", svg.encode())),)
    except (Rejected, NotAllowed, ContractBroken):
        return ()


def _examples(mention_ids: Sequence[str], ports: StormPorts) -> list[Mention]:
    records = records_of(mention_ids, ports.mentions)
    return [record.mention for record in records if record.mention and not record.deleted_at]


def _told(incident: Incident, link: str, ports: StormPorts) -> Incident:
    """Tell the people who speak for the company, once by each way there is."""
    notify(IncidentNotice(incident, link), ports)
    return _stored(replace(incident, is_told=True), ports)


def _stored(incident: Incident, ports: StormPorts) -> Incident:
    """Store it; when another worker stored another one, that one counts from now on."""
    if ports.incidents.put(incident):
        return replace(incident, revision=incident.revision + 1)
    return ports.incidents.get(incident.incident_id) or incident


def _look_at_ticket(
    incident: Incident,
    joined: Sequence[Joined],
    helpdesk: Helpdesk,
    problems: Problems,
    ports: StormPorts,
) -> None:
    """Close the incident with its ticket; else tie tickets to it, and let a broadcast go on."""
    try:
        ticket = helpdesk.read_ticket(incident.ticket_id)
    except Gone:
        ticket = None
    if ticket is None or not ticket.is_open:
        _close(incident, ports)
        return
    _let_go_on(incident, BROADCAST_GO in ticket.tags, ports)
    room = MOST_WORDS
    for part in joined:
        if part.unlinked:
            room -= _link(incident, part, room, helpdesk, problems, ports)


def _close(incident: Incident, ports: StormPorts) -> None:
    """It is over; of a broadcast that was on its way the agent is told that it went no further."""
    _stored(replace(incident, closed_at=ports.clock()), ports)
    if incident.broadcast is not None and incident.broadcast.is_under_way:
        ports.queues.send_event(CommentAdded(incident.ticket_id, incident.broadcast.comment_id))


def _link(
    incident: Incident,
    part: Joined,
    room: int,
    helpdesk: Helpdesk,
    problems: Problems,
    ports: StormPorts,
) -> int:
    """Tie the tickets of those that are delivered by now; what is set aside never will be.

    Where there is a word to offer, `room` of them at most. Returns how many it was offered.
    """
    records = records_of(part.unlinked, ports.mentions)
    waiting = [record.mention_id for record in records if record.state is MentionState.PENDING]
    ready = [record for record in records if record.state is MentionState.DELIVERED]
    if incident.latest_word:
        ready, later = ready[:room], ready[room:]
        waiting += [record.mention_id for record in later]
    tickets = list(dict.fromkeys(record.ticket_id for record in ready))
    for start in range(0, len(tickets), TICKETS_AT_ONCE):
        problems.link(tickets[start : start + TICKETS_AT_ONCE], incident.ticket_id)
    if incident.latest_word and ready:
        _offer_word(incident, ready, helpdesk, ports)
    if tuple(waiting) != part.unlinked:
        ports.incidents.join(incident.incident_id, replace(part, unlinked=tuple(waiting)))
    return len(ready) if incident.latest_word else 0


def _offer_word(
    incident: Incident, records: Sequence[MentionRecord], helpdesk: Helpdesk, ports: StormPorts
) -> None:
    """Show the agents of later tickets what the others were told, unless it was taken back."""
    try:
        word = helpdesk.read_comment(incident.ticket_id, incident.latest_word)
    except Gone:
        return
    if not word.public:
        return
    for record in records:
        if ports.ledger.decided(broadcast_end(incident.latest_word, record.case_id)) is None:
            _write_word(record.ticket_id, word.text, incident, helpdesk, ports)


def _write_word(
    ticket_id: str, text: str, incident: Incident, helpdesk: Helpdesk, ports: StormPorts
) -> None:
    note = word_note(incident.latest_word, incident, text)

    def find() -> Result | None:
        comment_id = helpdesk.find_comment(ticket_id, note.marker)
        return {"comment_id": comment_id} if comment_id else None

    try:
        once(
            ports.ledger,
            f"note:{ticket_id}:{note.marker}",
            ports.clock,
            act=lambda: {"comment_id": helpdesk.add_comment(ticket_id, note)},
            look=find,
        )
    except (Gone, Rejected):
        return


def _let_go_on(incident: Incident, may_go: bool, ports: StormPorts) -> None:
    """Ask for the broadcast to be begun, or to go on where nobody is at it any more."""
    broadcast = incident.broadcast
    if broadcast is None or broadcast.ended_at is not None:
        return
    if broadcast.begun_at is None and not may_go:
        return
    if broadcast.begun_at is None or ports.clock() - broadcast.moved_at > UNMOVED:
        ports.queues.send_event(CommentAdded(incident.ticket_id, broadcast.comment_id))
