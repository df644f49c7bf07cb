"""Bringing an agent's public comment to the network, exactly once, and showing it in the ticket."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from gehoor.domain.answer_notes import (
    ASKED_FOR_PRIVATE,
    MOVED_TO_PRIVATE,
    delayed_note,
    forgotten_note,
    halved_note,
    posted_note,
    returned_note,
)
from gehoor.domain.clock_notes import outdated_tags, promise_lines
from gehoor.domain.mention import Visibility
from gehoor.domain.network import Posted
from gehoor.domain.ticket import Comment, CommentDraft
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    Gone,
    QuotaSpent,
    Rejected,
)
from gehoor.usecases.addressee import AuthorForgotten, answered_case, cases_in
from gehoor.usecases.answering import Answer, AnswerPorts, NotSent, TakenBack, reply_key
from gehoor.usecases.handover import NotYetPrivate, handed_over, is_meant_privately
from gehoor.usecases.planning import Plan, is_planned, planned
from gehoor.usecases.posting import post
from gehoor.usecases.refusals import helpdesk_refusals_counted
from gehoor.usecases.stopping import note_answered
from gehoor.usecases.telling import note_once
from gehoor.usecases.tickets import follow_ticket


def answer_comment(ticket_id: str, comment_id: str, ports: AnswerPorts) -> str:
    """Post the comment where its case says, or give it back to the agent with the reason.

    Nothing to do for a comment that is internal, not an agent's, or on a ticket that is not
    gehoor's. Transient, AuthExpired and UnknownOutcome pass through: the answer stays pending and
    is sent again. Returns how it ended, in words free of personal text.

    The ticket is read before anything is noted: a helpdesk has far more tickets of its own than
    gehoor's, and their comments leave nothing behind. Only when the helpdesk cannot tell whose
    ticket it is, the answer is noted all the same, so that a long outage loses none. Such a note is
    taken back and not ended: a merge that is heard of later may make the ticket gehoor's.
    """
    try:
        with helpdesk_refusals_counted(ports.metrics):
            found = cases_in(ticket_id, ports.cases, ports.helpdesk)
    except GehoorError:
        ports.answers.open(ticket_id, comment_id, ports.clock())
        raise
    if found.incident_id is not None:
        # Few comments are on a problem ticket: the others do not wait for this to be loaded.
        from gehoor.usecases.broadcast import follow_problem

        return follow_problem(found.incident_id, ticket_id, comment_id, ports)
    if not found.cases:
        ports.answers.drop(ticket_id, comment_id)
        return "not a ticket of gehoor"
    if not ports.answers.open(ticket_id, comment_id, ports.clock()):
        return "ended before"
    outcome = _answer(ticket_id, comment_id, found.cases, ports)
    if outcome is None:
        ports.answers.drop(ticket_id, comment_id)
        return "written before the ticket was gehoor's"
    ports.answers.close(ticket_id, comment_id, outcome, ports.clock())
    return outcome


def _answer(
    ticket_id: str, comment_id: str, found: Mapping[str, datetime], ports: AnswerPorts
) -> str | None:
    """How it ended; None when nobody was in the ticket whom it could answer, as far as is known."""
    try:
        with helpdesk_refusals_counted(ports.metrics):
            comment = ports.helpdesk.read_comment(ticket_id, comment_id)
    except Gone:
        return "the comment is no longer there"
    if not _is_for_the_network(ticket_id, comment, ports):
        return "not a public comment of an agent"
    try:
        case = answered_case(ticket_id, comment, found, ports.cases, ports.ledger, ports.clock)
    except AuthorForgotten as obstacle:
        ports.metrics.count("AnswersReturned")
        _note(ticket_id, forgotten_note(comment_id), ports)
        return f"returned: {obstacle}"
    if case is None:
        return None
    with helpdesk_refusals_counted(ports.metrics):
        ticket = ports.helpdesk.read_ticket(ticket_id)
        is_private = is_meant_privately(ticket, comment_id, case, ports.helpdesk)
    there = (name for name, since in found.items() if since <= comment.created_at)
    others = tuple(name for name in there if name != case.case_id)
    answer = Answer(ticket_id, comment, case, is_private, ticket.tags, others=others)
    return _bring(answer, ports)


def _is_for_the_network(ticket_id: str, comment: Comment, ports: AnswerPorts) -> bool:
    """Whether it is a public comment of an agent, or was when gehoor began to post it.

    What is begun is looked after to its end: the agent must know what of it is out.
    """
    if comment.public and comment.by_agent:
        return True
    return is_planned(reply_key(ticket_id, comment.comment_id), ports)


def _bring(answer: Answer, ports: AnswerPorts) -> str:
    """Post all of it, and tell the agent; or tell why it, or its rest, stays off the network."""
    sent: list[Posted] = []
    plan: Plan | None = None
    try:
        answer = _handed_over(_looked_through(answer, ports), ports)
        key = reply_key(answer.ticket_id, answer.comment.comment_id)
        plan = planned(key, answer.comment.text, answer, ports)
        for posted in post(plan, answer, ports):
            sent.append(posted)
    except (AuthExpired, QuotaSpent) as error:
        _tell_delayed(answer, str(error), sent, ports)
        raise
    except NotSent as obstacle:
        return _returned(answer, obstacle, plan, sent, ports)
    return _posted(answer, sent, ports)


def _looked_through(answer: Answer, ports: AnswerPorts) -> Answer:
    """Loads the coach with the first answer: most events are none, and its lists are long."""
    from gehoor.usecases.coaching import looked_through

    return looked_through(answer, ports)


def _hints_after(answer: Answer, ports: AnswerPorts) -> tuple[str, ...]:
    """What is kept of earlier answers may be damaged; that is no reason to tell nothing at all."""
    from gehoor.usecases.coaching import hints_after

    try:
        return hints_after(answer, ports)
    except ContractBroken:
        ports.metrics.count("HintsNotTold")
        return ()


def _handed_over(answer: Answer, ports: AnswerPorts) -> Answer:
    """The answer, private where it is meant to be; one that is begun is looked after all the same.

    A tag that comes when a part is out already stops the rest, and the agent is told what is out.
    """
    try:
        return handed_over(answer, ports)
    except NotSent as obstacle:
        if not is_planned(reply_key(answer.ticket_id, answer.comment.comment_id), ports):
            raise
        return replace(answer, obstacle=obstacle)


def _posted(answer: Answer, sent: list[Posted], ports: AnswerPorts) -> str:
    """Tell the agent that it is there, once the clocks that waited for it have stopped."""
    case, comment = answer.case, answer.comment
    after = note_answered(answer, ports)
    tells_tags = ports.helpdesk.tells_tags
    note = posted_note(
        comment.comment_id,
        case.network,
        sent,
        case.address.visibility,
        ports.clock(),
        why_private=_why_private(answer, sent),
        attachments=comment.attachments,
        promises=promise_lines(after, comment.comment_id, ports.desk, tells_tags=tells_tags),
        outdated=outdated_tags(after, comment.comment_id),
        overruled=answer.overruled,
        hints=_hints_after(answer, ports),
    )
    ports.metrics.count("AnswersPosted")
    _note(answer.ticket_id, note, ports)
    return f"posted: {sent[0].native_id}"


def _why_private(answer: Answer, sent: list[Posted]) -> str:
    """Why only the author can read it, "" when others can or the conversation came privately."""
    audience = answer.case.address.visibility
    if any((posted.visibility or audience) is not Visibility.DIRECT for posted in sent):
        return ""
    if answer.is_private:
        return ASKED_FOR_PRIVATE
    return MOVED_TO_PRIVATE if answer.case.handed_over else ""


def _tell_delayed(answer: Answer, cause: str, sent: list[Posted], ports: AnswerPorts) -> None:
    case = answer.case
    audience = case.address.visibility
    note = delayed_note(answer.comment.comment_id, case.network, audience, cause, sent)
    _note(answer.ticket_id, note, ports)
    ports.metrics.count("AnswersDelayed")


def _returned(
    answer: Answer, obstacle: NotSent, plan: Plan | None, sent: list[Posted], ports: AnswerPorts
) -> str:
    """Give it back, with what is out already; one that was taken back in time is not missed."""
    if isinstance(obstacle, TakenBack) and not sent:
        return "taken back before it was posted"
    comment_id, network = answer.comment.comment_id, answer.case.network
    audience = Visibility.DIRECT if answer.is_private else answer.case.address.visibility
    if sent and plan:
        count, rest = len(plan.ends), plan.rest(len(sent))
        note = halved_note(comment_id, network, audience, str(obstacle), sent, count, rest)
        outcome = f"returned after {len(sent)} of {count} parts: {obstacle}"
    else:
        unsent = answer.comment.text.strip() if isinstance(obstacle, NotYetPrivate) else ""
        next_step = obstacle.next_step
        note = returned_note(comment_id, network, audience, obstacle.told, next_step, unsent)
        outcome = f"returned: {obstacle}"
    ports.metrics.count("AnswersReturned")
    _note(answer.ticket_id, note, ports)
    return outcome


def _note(ticket_id: str, note: CommentDraft, ports: AnswerPorts) -> None:
    """Write an internal note once; a ticket that was deleted meanwhile needs none.

    One that was merged meanwhile has its note where it goes on.
    """
    try:
        _note_in(ticket_id, note, ports)
    except Gone:
        goes_on_in = follow_ticket(ticket_id, ports.cases, ports.helpdesk)
        if goes_on_in not in (None, ticket_id):
            _note(str(goes_on_in), note, ports)


def _note_in(ticket_id: str, note: CommentDraft, ports: AnswerPorts) -> None:
    """Gone passes through; a note that the helpdesk refuses keeps no answer from its end."""
    try:
        with helpdesk_refusals_counted(ports.metrics):
            note_once(ticket_id, note, ports.helpdesk, ports.ledger, ports.clock)
    except (Rejected, ContractBroken):
        ports.metrics.count("NotesRefused")
