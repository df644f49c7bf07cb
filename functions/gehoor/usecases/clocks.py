"""Telling in time that a first answer is waited for, or that a promise is due.

What was told is noted with the case last: who dies before comes again, and the ledger knows what
was told already. The helpdesk is asked first how the ticket is, whose webhook may be lost.
"""

from datetime import datetime
from functools import partial

from gehoor.domain.case import Case
from gehoor.domain.clock_notes import promise_note, waiting_note
from gehoor.domain.due_promise import PROMISE_KEPT, GivenPromise
from gehoor.domain.first_answer import STAGES, FirstAnswer, Stage
from gehoor.domain.notice import Notice, Subject
from gehoor.domain.ticket import CommentDraft
from gehoor.errors import Gone, Rejected
from gehoor.usecases.case_changes import change_case
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.noticing import notify
from gehoor.usecases.telling import tell_agents
from gehoor.usecases.tickets import follow_ticket

NOTICES = {Stage.SOON: Subject.ANSWER_SOON, Stage.OVERDUE: Subject.ANSWER_OVERDUE}
"""The stages of which somebody outside the helpdesk is told too."""


def wake_case(case_id: str, ports: DeliverPorts) -> None:
    """Tell agents what is due of a case by now, each thing once.

    Errors of the helpdesk pass through, and so does what may still reach those who want a notice:
    the case is to come again. A note or a notice that is refused for good is counted.
    """
    now = ports.clock()
    case = ports.cases.get(case_id)
    if case is None or case.wakes_at is None or case.wakes_at > now:
        return
    case = _followed(case, ports)
    stage = case.clock.reached(now) if case.clock and case.is_open else None
    if case.clock and stage:
        _tell_waiting(case, case.clock, stage, ports)
    for promise in case.promises:
        if promise.waits and promise.notice_at <= now:
            _tell_promise(case, promise, ports)


def _followed(case: Case, ports: DeliverPorts) -> Case:
    """The case as its ticket is now, where the helpdesk tells."""
    if not ports.helpdesk.tells_tags:
        return case
    follow_ticket(case.ticket_id, ports.cases, ports.helpdesk, case_id=case.case_id)
    return ports.cases.get(case.case_id) or case


def _tell_waiting(case: Case, clock: FirstAnswer, stage: Stage, ports: DeliverPorts) -> None:
    if stage in NOTICES:
        _notify(NOTICES[stage], case, clock.due_at, ports)
    _tell(case, waiting_note(case, clock, stage, ports.desk), ports)
    change_case(case.case_id, partial(_told, clock, stage), ports.cases)


def _told(clock: FirstAnswer, stage: Stage, case: Case) -> Case:
    """The case with the stage told, unless it has gone on meanwhile."""
    now = case.clock
    if now is None or now.started_at != clock.started_at:
        return case
    is_further = now.told is not None and STAGES.index(now.told) >= STAGES.index(stage)
    return case if is_further else case.told(stage)


def _tell_promise(case: Case, promise: GivenPromise, ports: DeliverPorts) -> None:
    if not _is_kept(case, ports):
        _notify(Subject.PROMISE_DUE, case, promise.due_at, ports)
        note = promise_note(case, promise, ports.desk, tells_tags=ports.helpdesk.tells_tags)
        _tell(case, note, ports)
        ports.metrics.count("PromisesDue")
    change_case(case.case_id, lambda now: now.without_promise(promise.comment_id), ports.cases)


def _is_kept(case: Case, ports: DeliverPorts) -> bool:
    """Whether an agent said so; nobody can say it in a ticket that is deleted."""
    if not ports.helpdesk.tells_tags:
        return False
    try:
        return PROMISE_KEPT in ports.helpdesk.read_ticket(case.ticket_id).tags
    except Gone:
        return True


def _tell(case: Case, note: CommentDraft, ports: DeliverPorts) -> None:
    try:
        tell_agents(case.case_id, note, ports)
    except Rejected:
        ports.metrics.count("NotesRefused")


def _notify(subject: Subject, case: Case, due_at: datetime, ports: DeliverPorts) -> None:
    link = ports.helpdesk.link_to(case.ticket_id)
    notice = Notice(subject, case.case_id, case.ticket_id, due_at, link)
    notify(notice, ports)
