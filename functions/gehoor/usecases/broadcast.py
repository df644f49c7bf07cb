"""Answering all who wait for the same answer: previewed, then sent to each once, at a pace.

Each answer passes what an agent's own answer passes: it is planned once, posted once, and right
before it is posted the comment must still be public and say what was shown. It stops for whoever
was answered, is done, or wrote in private.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from gehoor.domain.budget import Lane, Limit
from gehoor.domain.event import CommentAdded
from gehoor.domain.incident import BROADCAST, BROADCAST_GO, Broadcast, Incident
from gehoor.domain.incident_notes import (
    answered_note,
    ended_note,
    preview_note,
    waiting_note,
)
from gehoor.domain.mention import digest
from gehoor.domain.record import MentionRecord
from gehoor.domain.ticket import Comment, CommentDraft
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    Gone,
    QuotaSpent,
    RateLimited,
    Rejected,
    Transient,
    Unavailable,
)
from gehoor.usecases.answering import AnswerPorts, NotSent, TakenBack
from gehoor.usecases.broadcast_recipients import (
    ON_ITS_WAY,
    Recipient,
    answer_key,
    latest_of,
    recipients_among,
)
from gehoor.usecases.broadcast_words import answer_for, look_through, previews_of, text_for
from gehoor.usecases.membership import broadcast_end
from gehoor.usecases.planning import planned
from gehoor.usecases.posting import post
from gehoor.usecases.refusals import helpdesk_refusals_counted
from gehoor.usecases.stopping import note_answered
from gehoor.usecases.telling import note_once

MINUTE = timedelta(minutes=1)
A_MINUTE = 60
"""Answers of broadcasts that one connection begins in a minute: networks take many alike for spam,
and what agents write by hand goes on beside them. A network's own limit may be smaller."""

A_ROUND = 10
"""Answers of one run of the function, which has a minute."""

PREVIEW_TIME = timedelta(seconds=20)
"""So long answers are looked at for the preview, of the minute that the function has: some take a
call to the helpdesk each, and a hundred are begun together."""

MOST_FAILURES = 3
ANSWERED = "answered"
CLOSED = "the incident is closed"


def follow_problem(incident_id: str, ticket_id: str, comment_id: str, ports: AnswerPorts) -> str:
    """Do what a comment on a problem ticket asks for; returns how it ended, free of personal text.

    A public comment with the tag `broadcast` is previewed. What was previewed is sent once the tag
    `broadcast_go` is set after that: ten at a time, and the queue is asked for the next ten.
    Transient passes through and the comment comes again.
    """
    stored = ports.incidents.get(incident_id)
    if stored is None or not stored.is_open:
        outcome = _stop(replace(stored, ticket_id=ticket_id), ports) if stored else CLOSED
        ports.answers.close(ticket_id, comment_id, outcome, ports.clock())
        return outcome
    incident = replace(stored, ticket_id=ticket_id)
    if ports.answers.open(ticket_id, comment_id, ports.clock()):
        outcome = _preview_if_asked(incident, comment_id, ports)
        ports.answers.close(ticket_id, comment_id, outcome, ports.clock())
        return outcome
    return _go_on(incident, ports)


def _stop(incident: Incident, ports: AnswerPorts) -> str:
    """Nothing more goes out; of a broadcast that was on its way the agent is told what became."""
    broadcast = incident.broadcast
    if broadcast is None or not broadcast.is_under_way:
        return CLOSED
    return _end(incident, broadcast.comment_id, ports, CLOSED)


def _preview_if_asked(incident: Incident, comment_id: str, ports: AnswerPorts) -> str:
    with helpdesk_refusals_counted(ports.metrics):
        try:
            comment = ports.helpdesk.read_comment(incident.ticket_id, comment_id)
        except Gone:
            return "the comment is no longer there"
        tags = ports.helpdesk.tags_at(incident.ticket_id, comment_id)
    if not (comment.public and comment.by_agent and BROADCAST in tags):
        return "not a broadcast"
    proposed = incident.proposed(comment_id, comment.text, ports.clock())
    if proposed is incident:
        return "another broadcast is under way"
    shown = previews_of(incident, comment, ports, ports.clock() + PREVIEW_TIME)
    note = preview_note(comment_id, shown, _reasons_against(comment, ports))
    if not _note(incident.ticket_id, note, ports):
        return "the helpdesk took no preview of it"
    _stored(proposed, ports)
    return f"previewed for {len(shown.answers)}"


def _reasons_against(comment: Comment, ports: AnswerPorts) -> tuple[str, ...]:
    """Loads the coach, which nothing else of a broadcast needs."""
    from gehoor.usecases.coaching import reasons_against

    return reasons_against(comment.text, ports)


def _go_on(incident: Incident, ports: AnswerPorts) -> str:
    """Begin what was previewed, where the tag says so, or go on with what is under way."""
    broadcast = incident.broadcast
    if broadcast is None or broadcast.ended_at is not None:
        return "nothing to send"
    if broadcast.begun_at is None:
        with helpdesk_refusals_counted(ports.metrics):
            if BROADCAST_GO not in ports.helpdesk.read_ticket(incident.ticket_id).tags:
                return "waits for the word to go"
        incident = _stored(incident.begun(ports.clock()), ports)
    try:
        comment = _word(incident, broadcast, ports)
        is_over = _send_some(incident, comment, ports)
    except TakenBack as stop:
        return _end(incident, broadcast.comment_id, ports, str(stop))
    except GehoorError as error:
        _note_delay(incident, error, ports)
        raise
    if is_over:
        return _end(incident, broadcast.comment_id, ports)
    _stored(incident.moved(ports.clock()), ports)
    ports.queues.send_event(CommentAdded(incident.ticket_id, broadcast.comment_id))
    return "sent some, the others follow"


def _note_delay(incident: Incident, error: GehoorError, ports: AnswerPorts) -> None:
    """Note until when the message is put back, so that nobody sends another one until then.

    What waits for a person is told on the problem ticket, once.
    """
    now = ports.clock()
    back_at = error.retry_at if isinstance(error, Transient) else None
    # Where another worker stored another one, that worker is at it.
    ports.incidents.put(incident.moved(max(now, back_at or now)))
    if incident.broadcast and isinstance(error, AuthExpired | QuotaSpent):
        note = waiting_note(incident.broadcast.comment_id, str(error))
        _note(incident.ticket_id, note, ports)


def _word(incident: Incident, broadcast: Broadcast, ports: AnswerPorts) -> Comment:
    """The comment as it was shown; TakenBack when it is internal, gone, or says something else."""
    with helpdesk_refusals_counted(ports.metrics):
        try:
            comment = ports.helpdesk.read_comment(incident.ticket_id, broadcast.comment_id)
        except Gone:
            comment = None
    if comment is None or not comment.public or not comment.by_agent:
        raise TakenBack("the comment was made internal, or removed", "")
    if digest(comment.text) != broadcast.shown:
        raise TakenBack("the comment says something else than what was shown", "")
    return comment


def _send_some(incident: Incident, comment: Comment, ports: AnswerPorts) -> bool:
    """Answer A_ROUND of those who wait; whether nobody is left.

    What cannot be sent now holds nobody else up: a connection that fails again and again, or whose
    credential is dead, is left alone for this time. The error is raised when nobody else was left
    to answer.
    """
    known = [record for record in latest_of(incident, ports) if record.case_id]
    ended = _outcomes(known, comment.comment_id, ports)
    left = [record for record in known if record.case_id not in ended]
    failed: Counter[str] = Counter()
    failure: GehoorError | None = None
    sent = 0
    for record in left:
        if sent == A_ROUND:
            return False
        if failed[record.source_id] >= MOST_FAILURES:
            continue
        try:
            _answer(record, incident, comment, ports)
            sent += 1
        except TakenBack:
            raise
        except GehoorError as error:
            is_hopeless = isinstance(error, RateLimited | AuthExpired)
            failed[record.source_id] += MOST_FAILURES if is_hopeless else 1
            failure = failure or error
    if failure is not None:
        raise failure
    return True


def _answer(
    record: MentionRecord, incident: Incident, comment: Comment, ports: AnswerPorts
) -> None:
    """Answer one case, or note why it is not answered: once, whoever begins it again."""
    [(recipient, outcome)] = recipients_among([record], comment.comment_id, ports)
    if recipient is not None:
        try:
            outcome = _post(recipient, incident, comment, ports)
        except NotSent as obstacle:
            if isinstance(obstacle, TakenBack) or incident.broadcast is None:
                raise
            _word(incident, incident.broadcast, ports)
            outcome = f"could not be answered: {obstacle}"
    name = broadcast_end(comment.comment_id, record.case_id)
    ports.ledger.decide(name, {"outcome": outcome}, ports.clock())


def _post(recipient: Recipient, incident: Incident, comment: Comment, ports: AnswerPorts) -> str:
    case, key = recipient.case, answer_key(comment.comment_id, recipient.case.case_id)
    answer = answer_for(recipient, incident, comment)
    if not ports.ledger.has_begun(key):
        look_through(answer, ports)
        source_id = case.address.source_id
        ports.budget.take(Limit(f"broadcast:{source_id}", A_MINUTE, MINUTE), Lane.URGENT)
    text = text_for(recipient, comment)
    sent = list(post(planned(key, text, answer, ports), answer, ports))
    note_answered(answer, ports, promises=False)
    ports.metrics.count("BroadcastAnswersPosted")
    now, problem = ports.clock(), incident.ticket_id
    note = answered_note(comment.comment_id, problem, case.network, text, sent, now)
    _note(case.ticket_id, note, ports)
    return ANSWERED


def _outcomes(
    records: Iterable[MentionRecord], comment_id: str, ports: AnswerPorts
) -> dict[str, str]:
    """How it ended for those for whom it did, by their cases."""
    cases = {broadcast_end(comment_id, record.case_id): record.case_id for record in records}
    ended = ports.ledger.decided_many(list(cases))
    return {cases[name]: choice["outcome"] for name, choice in ended.items()}


def _end(incident: Incident, comment_id: str, ports: AnswerPorts, stopped: str = "") -> str:
    """Tell how it ended, then note that it did: who dies in between tells it once all the same."""
    records = latest_of(incident, ports)
    known = _outcomes((each for each in records if each.case_id), comment_id, ports)
    outcomes = Counter(
        known.get(each.case_id, "were not answered") if each.case_id else ON_ITS_WAY
        for each in records
    )
    _note(incident.ticket_id, ended_note(comment_id, outcomes, stopped), ports)
    ended = incident.ended(ports.clock())
    _stored(replace(ended, latest_word=incident.latest_word) if stopped else ended, ports)
    return f"stopped: {stopped}" if stopped else f"{outcomes[ANSWERED]} answered"


def _stored(incident: Incident, ports: AnswerPorts) -> Incident:
    """Store it; Unavailable when another worker stored another one meanwhile: come again."""
    if not ports.incidents.put(incident):
        message = f"incident {incident.incident_id} is being stored by another worker"
        raise Unavailable(message)
    return replace(incident, revision=incident.revision + 1)


def _note(ticket_id: str, note: CommentDraft, ports: AnswerPorts) -> bool:
    """Write an internal note once; False for a ticket that takes none and is left without."""
    try:
        with helpdesk_refusals_counted(ports.metrics):
            note_once(ticket_id, note, ports.helpdesk, ports.ledger, ports.clock)
    except (Gone, Rejected, ContractBroken):
        ports.metrics.count("NotesRefused")
        return False
    return True
