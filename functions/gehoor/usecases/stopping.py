"""Stopping the clocks that wait for an answer, once it is on the network."""

from gehoor.domain.case import Case
from gehoor.domain.dated_promises import first_due
from gehoor.domain.desk import Desk
from gehoor.domain.due_promise import GivenPromise
from gehoor.domain.first_answer import Ending, FirstAnswer
from gehoor.ports.surroundings import Metrics
from gehoor.usecases.answering import Answer, AnswerPorts
from gehoor.usecases.case_changes import change_case


def note_answered(answer: Answer, ports: AnswerPorts, *, promises: bool = True) -> Case:
    """Note with its case that an answer is on the network, and what it promises.

    The clocks of the other cases in its ticket stop too: agents took them for one conversation, and
    what they answer goes to one of them. Without `promises` nobody is reminded of any. Returns the
    case as it is then.
    """
    now, comment_id = ports.clock(), answer.comment.comment_id
    given = _given(answer, ports.desk) if promises else None

    def answered(case: Case) -> Case:
        took = ports.desk.counted(case.clock, now) if case.clock else None
        return case.stopped(now, Ending.ANSWERED, took).answered(comment_id, given)

    changed = change_case(answer.case.case_id, answered, ports.cases)
    for other in answer.others:
        change_case(other, lambda case: case.stopped(now, Ending.MERGED), ports.cases)
    if changed is None:
        return answer.case
    before, after = changed
    if before.clock and after.clock and before.clock.ending is None:
        _measure(after, after.clock, ports.metrics)
    return after


def _given(answer: Answer, desk: Desk) -> GivenPromise | None:
    """The promise of an answer that names a time; one for soon comes back halfway."""
    comment = answer.comment
    found = first_due(comment.text, comment.created_at, desk.hours)
    if found is None:
        return None
    soonest = comment.created_at + (found.due_at - comment.created_at) / 2
    notice_at = max(desk.hours.before(found.due_at, desk.promise_notice), soonest)
    return GivenPromise(comment.comment_id, found.quote, found.due_at, notice_at)


def _measure(case: Case, clock: FirstAnswer, metrics: Metrics) -> None:
    """By network and by intent apart: each pair of them would be a metric to pay for."""
    seconds = clock.took.total_seconds() if clock.took is not None else 0.0
    for by in ({}, {"network": case.network}, {"intent": clock.intent}):
        metrics.measure("FirstAnswerSeconds", seconds, by)
        metrics.measure("FirstAnswersInTime", float(clock.is_within), by)
