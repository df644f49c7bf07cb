"""The whole story of one mention in order, from what gehoor stores of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gehoor.domain.record import MentionState
from gehoor.usecases.answering import reply_key
from gehoor.usecases.commenting import comment_promise
from gehoor.usecases.noting import note_promise
from gehoor.usecases.opening import ticket_promise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from gehoor.aws.cases import Cases
    from gehoor.aws.ledger import DynamoLedger
    from gehoor.aws.outbox import DynamoAnswers
    from gehoor.domain.case import Case
    from gehoor.domain.judgement import Judgement
    from gehoor.domain.mention import Mention
    from gehoor.domain.record import AnswerRecord, MentionRecord


class Happening(NamedTuple):
    """Something that happened to a mention; `at` is None where nobody noted when."""

    at: datetime | None
    what: str


@dataclass(frozen=True, slots=True)
class Stores:
    """Where the parts of the story are."""

    cases: Cases
    answers: DynamoAnswers
    ledger: DynamoLedger


def story(record: MentionRecord, stores: Stores) -> list[Happening]:
    """What happened to a mention, the oldest first; what nobody noted the time of comes last."""
    case = stores.cases.get(record.case_id) if record.case_id else None
    found = [*_on_the_network(record), *_on_its_way(record)]
    if case is not None:
        found += [*_in_the_ticket(record, case, stores), *_answers(case, stores)]
    timed = sorted((h for h in found if h.at is not None), key=lambda happening: happening[:1])
    return [*timed, *(happening for happening in found if happening.at is None)]


def _on_the_network(record: MentionRecord) -> Iterator[Happening]:
    mention = record.mention
    if mention is not None:
        where = f"posted on {mention.network}, {mention.visibility}"
        yield Happening(mention.posted_at, where + (", as a reply" if mention.in_reply_to else ""))
        if mention.edited_at is not None:
            yield Happening(mention.edited_at, "edited by its author")
    if record.missing_since is not None:
        yield Happening(record.missing_since, "missing on its network at a first look")
    if record.deleted_at is not None:
        yield Happening(record.deleted_at, "held deleted; gehoor erased its words")


def _on_its_way(record: MentionRecord) -> Iterator[Happening]:
    yield Happening(record.seen_at, f"seen by source {record.source_id}{_judged(record.judgement)}")
    attempts = f" after {record.attempts} re-sends" if record.attempts else ""
    if record.state is MentionState.PENDING:
        yield Happening(record.waits_since, f"pending since then{attempts}")
    elif record.state is MentionState.ASIDE:
        yield Happening(record.waits_since, f"set aside{attempts}: {record.reason}")
    if record.delivered_at is not None:
        where = f"delivered into ticket {record.ticket_id}, case {record.case_id}"
        yield Happening(record.delivered_at, where + attempts)


def _judged(judgement: Judgement | None) -> str:
    if judgement is None:
        return "; it could not be read"
    risk = f", risk {judgement.risk}" if judgement.risk else ""
    return (
        f"; judged {judgement.language}, {judgement.intent}, urgency {judgement.urgency}{risk} "
        f"({'; '.join(judgement.reasons) or 'nothing stood out'})"
    )


def _in_the_ticket(record: MentionRecord, case: Case, stores: Stores) -> Iterator[Happening]:
    mention, tickets = record.mention, (*case.left, case.ticket_id)
    opened = f"ticket {case.own_ticket_id} opened for the case"
    if case.opened_at is not None:
        yield Happening(case.opened_at, opened)
    works = {
        ticket_promise(case.case_id): opened,
        note_promise(case.case_id): "history note written",
        f"gone:{record.mention_id}": "its deletion told in the ticket",
    }
    for ticket_id in tickets:
        if mention is not None:
            works |= _works_of(mention, ticket_id)
        merged_at = stores.cases.in_ticket(ticket_id).get(case.case_id)
        if merged_at is not None:
            yield Happening(merged_at, f"its ticket was merged into ticket {ticket_id}")
    yield from _note_under_way(case, stores)
    for name, what in works.items():
        done = stores.ledger.read(name)
        if done is not None:
            yield Happening(done.at, what)
    if case.handed_over:
        yield Happening(None, "an agent moved the conversation to private messages")
    if not case.is_open:
        yield Happening(None, f"ticket {case.ticket_id} is solved")


def _note_under_way(case: Case, stores: Stores) -> Iterator[Happening]:
    """What is known of a note that a job of the helpdesk wrote with others: that it was begun."""
    name = note_promise(case.case_id)
    begun_at = stores.ledger.begun_at(name)
    if begun_at is not None and stores.ledger.read(name) is None:
        yield Happening(begun_at, "history note handed to the helpdesk")


def _works_of(mention: Mention, ticket_id: str) -> dict[str, str]:
    """What the ledger may have promised for a mention in one ticket."""
    edited_at = mention.edited_at or mention.posted_at
    edit = f"edited:{mention.mention_id}:{edited_at.isoformat()}"
    return {
        comment_promise(mention, ticket_id): f"written into ticket {ticket_id} as a comment",
        f"note:{ticket_id}:{edit}": f"its edit told in ticket {ticket_id}",
    }


def _answers(case: Case, stores: Stores) -> Iterator[Happening]:
    """What agents answered in the case's tickets, others' cases in them left out."""
    for ticket_id in (*case.left, case.ticket_id):
        for answer in stores.answers.in_ticket(ticket_id):
            name = f"answered:{ticket_id}:{answer.comment_id}"
            if stores.ledger.owner(name) in (None, case.case_id):
                yield from _answer(answer, stores)


def _answer(answer: AnswerRecord, stores: Stores) -> Iterator[Happening]:
    subject = f"comment {answer.comment_id} in ticket {answer.ticket_id}"
    if answer.opened_at is not None:
        yield Happening(answer.opened_at, f"an agent's {subject} came in")
    posted = stores.ledger.read(reply_key(answer.ticket_id, answer.comment_id))
    if posted is not None:
        yield Happening(posted.at, f"{subject} posted: {posted.result.get('permalink', '')}")
    if answer.closed_at is not None:
        yield Happening(answer.closed_at, f"{subject} ended, {answer.outcome}")
