"""Whom a broadcast answers, and why others get no answer."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gehoor.domain.answer_notes import PRIVATE
from gehoor.domain.case import Case, external_id_of
from gehoor.domain.faces import FALSE_FACE
from gehoor.domain.frozen import frozen
from gehoor.domain.incident import NO_BROADCAST, Incident
from gehoor.domain.incident_notes import OPEN_TO_ALL
from gehoor.domain.mention import Mention
from gehoor.domain.record import MentionRecord, MentionState
from gehoor.domain.ticket import Ticket
from gehoor.ports.helpdesk import TICKETS_AT_ONCE
from gehoor.usecases.answering import AnswerPorts
from gehoor.usecases.membership import members_of, records_of
from gehoor.usecases.refusals import helpdesk_refusals_counted

ON_ITS_WAY = "were not in a ticket yet, and are offered these words there"
FORGOTTEN = "asked to be forgotten, or are not known any more"


@frozen
class Recipient:
    """Whom a broadcast may answer: a case, with what its author said last."""

    case: Case
    mention: Mention
    language: str
    record: MentionRecord
    tags: frozenset[str]


def recipients(
    cases: Sequence[MentionRecord], comment_id: str, ports: AnswerPorts
) -> Iterator[tuple[Recipient | None, str]]:
    """Whom a broadcast answers, or why nobody is answered in a case of the incident."""
    yield from ((None, ON_ITS_WAY) for record in cases if not record.case_id)
    known = [record for record in cases if record.case_id]
    for start in range(0, len(known), TICKETS_AT_ONCE):
        yield from recipients_among(known[start : start + TICKETS_AT_ONCE], comment_id, ports)


def answer_key(comment_id: str, case_id: str) -> str:
    """The name in the ledger of what a broadcast answers in a case."""
    return f"broadcast:{comment_id}:{case_id}"


def latest_of(incident: Incident, ports: AnswerPorts) -> list[MentionRecord]:
    """What each author of the incident said last, one for each case, and what has no case yet."""
    joined = ports.incidents.joined(incident.incident_id)
    latest: dict[str, MentionRecord] = {}
    for record in records_of(members_of(joined), ports.mentions):
        if record.state not in (MentionState.ASIDE, MentionState.INSIGHT):
            latest[record.case_id if record.ticket_id else record.mention_id] = record
    return [
        record if record.ticket_id else replace(record, case_id="") for record in latest.values()
    ]


def recipients_among(
    records: Sequence[MentionRecord], comment_id: str, ports: AnswerPorts
) -> list[tuple[Recipient | None, str]]:
    """Of each case, whom to answer, or why not; with one look at all their tickets."""
    cases = [ports.cases.get(record.case_id) for record in records]
    names = list(dict.fromkeys(case.ticket_id for case in cases if case))
    with helpdesk_refusals_counted(ports.metrics):
        found = ports.helpdesk.read_tickets(names) if names else ()
        tickets = {ticket.ticket_id: ticket for ticket in found}
        tickets_of = [tickets.get(case.ticket_id) if case else None for case in cases]
        return [
            _recipient(record, case, ticket, comment_id, ports)
            for record, case, ticket in zip(records, cases, tickets_of, strict=True)
        ]


def _recipient(
    record: MentionRecord,
    case: Case | None,
    ticket: Ticket | None,
    comment_id: str,
    ports: AnswerPorts,
) -> tuple[Recipient | None, str]:
    """Whom to answer. What was begun is looked after to its end, whatever happened since."""
    mention, judgement = record.mention, record.judgement
    if case is None or mention is None or judgement is None:
        return None, FORGOTTEN
    obstacle = _obstacle(case, record, ticket, ports)
    if obstacle and not ports.ledger.has_begun(answer_key(comment_id, case.case_id)):
        return None, obstacle
    tags = ticket.tags if ticket else frozenset[str]()
    return Recipient(case, mention, judgement.language, record, tags), ""


def _obstacle(case: Case, record: MentionRecord, ticket: Ticket | None, ports: AnswerPorts) -> str:
    """Why a customer is not to be answered, "" when they wait."""
    if record.deleted_at is not None or record.missing_since is not None:
        return "took their post back"
    is_private = case.handed_over or case.address.visibility not in OPEN_TO_ALL
    if is_private or (ticket is not None and PRIVATE in ticket.tags):
        return "are answered in private"
    if ticket is None or ticket.external_id != external_id_of(case.case_id):
        return "have a ticket that is gone, or another case's"
    if not ticket.is_open or not case.is_open:
        return "have a ticket that is solved"
    if NO_BROADCAST in ticket.tags:
        return f"have the tag {NO_BROADCAST} on their ticket"
    if FALSE_FACE in ticket.tags:
        return f"look like us (the tag {FALSE_FACE} on their ticket)"
    if ticket.status != "new" and ports.helpdesk.answered_since(ticket.ticket_id, case.answers_at):
        return "were answered already"
    return ""
