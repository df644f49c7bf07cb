"""Hearing what the desk made of a judgement, whenever a ticket is read that it may have changed."""

from gehoor.domain.case import case_id_from
from gehoor.domain.correction import corrections_in
from gehoor.domain.frozen import frozen
from gehoor.domain.record import MentionRecord
from gehoor.domain.ticket import Ticket
from gehoor.ports.mentions import MentionStore
from gehoor.ports.stores import CaseStore
from gehoor.ports.surroundings import Clock, Metrics


@frozen
class CorrectingPorts:
    """What hearing corrections needs."""

    cases: CaseStore
    mentions: MentionStore
    clock: Clock
    metrics: Metrics


def note_corrections(ticket: Ticket, ports: CorrectingPorts) -> None:
    """Store how a ticket's fields differ from the judgement of the mention that opened it.

    The ticket was read for something else, so the helpdesk is asked nothing; where it has none of
    the fields, nothing at all is asked. Of two workers the last one counts, and the next change of
    the ticket's status puts right what an older reading left.
    """
    if not ticket.fields:
        return
    record = _opener(ticket, ports)
    if record is None or record.judgement is None or _was_edited(record):
        return
    found = corrections_in(record.judgement, dict(ticket.fields), ports.clock())
    if found != record.corrections:
        ports.mentions.correct(record.mention_id, found)
        ports.metrics.count("JudgementsCorrected")


def _opener(ticket: Ticket, ports: CorrectingPorts) -> MentionRecord | None:
    case_id = case_id_from(ticket.external_id)
    case = ports.cases.get(case_id) if case_id else None
    return ports.mentions.get(case.opened_by) if case else None


def _was_edited(record: MentionRecord) -> bool:
    """Whether the judgement may be of other words than those that filled the ticket's fields."""
    return record.mention is not None and record.mention.edited_at is not None
