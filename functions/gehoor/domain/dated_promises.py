"""The promise in an answer that is due at a time which it names."""

from datetime import datetime

from gehoor.domain.desk_hours import DeskHours
from gehoor.domain.frozen import frozen
from gehoor.domain.promise_times import due_time
from gehoor.domain.promises import beside, promising, quote_of


@frozen
class DatedPromise:
    """A promise in the company's own words, and when it is due."""

    quote: str
    due_at: datetime


def first_due(text: str, at: datetime, hours: DeskHours) -> DatedPromise | None:
    """The promise in an answer, written `at`, that is due first; None where none names a time.

    The time may stand beside the promise: "we will call you, tomorrow at the latest".
    """
    due = [
        DatedPromise(quote_of(sentence, clauses), due_at)
        for sentence, clauses in promising(text)
        if (due_at := due_time(clauses, at, hours) or due_time(beside(sentence), at, hours))
    ]
    return min(due, key=lambda promise: promise.due_at, default=None)
