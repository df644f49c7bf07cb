"""Ending a loop: a bot answers each answer, and an automation of the helpdesk answers the bot."""

from collections.abc import Iterator
from contextlib import contextmanager

from gehoor.domain.day import end_of_day
from gehoor.domain.mention import digest
from gehoor.errors import GehoorError, QuotaSpent
from gehoor.usecases.answering import Answer, AnswerPorts, NotSent

ANSWERS_A_DAY = 20
"""To one author, whatever cases and tickets it is in: a bot may open a new thread each time.

More than agents write to one customer in a day, and fewer than the rounds of a loop through a
source that is read each hour. An answer that is held back gives the bot nothing to answer, so that
the loop is over and does not begin anew the next day.
"""


@contextmanager
def counted(answer: Answer, ports: AnswerPorts) -> Iterator[None]:
    """Count the answer that the block decides on; NotSent when its author had too many today.

    A block that fails is tried again, and counts when it succeeds.
    """
    case, ends_at = answer.case, end_of_day(ports.clock())
    name = f"answers:{digest(case.brand, case.network, case.address.author_id)}"
    try:
        ports.quota.take(name, 1, ANSWERS_A_DAY, ends_at)
    except QuotaSpent as error:
        ports.metrics.count("LoopsStopped")
        cause = (
            f"{ANSWERS_A_DAY} answers went to this author today. So many look like a bot and an "
            "automation that answer each other"
        )
        next_step = (
            "If an automation wrote them, switch it off for this ticket. If a person waits, answer "
            f"at {case.address.permalink} or write again after {ends_at:%d %b, %H:%M} UTC."
        )
        raise NotSent(cause, next_step) from error
    try:
        yield
    except GehoorError:
        ports.quota.refund(name, 1, ends_at)
        raise
