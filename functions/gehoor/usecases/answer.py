"""Bringing an agent's public comment to the network, exactly once, and showing it in the ticket."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from gehoor.domain.case import Case
from gehoor.domain.compose import delayed_note, network_name, posted_note, returned_note
from gehoor.domain.mention import digest
from gehoor.domain.network import Posted
from gehoor.domain.ticket import Comment, CommentDraft
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    Gone,
    NotAllowed,
    Rejected,
    UnknownOutcome,
)
from gehoor.ports import Answers, CaseStore, Clock, Helpdesk, Ledger, Metrics, Network, Networks
from gehoor.usecases.addressee import answered_case, cases_in
from gehoor.usecases.once import Result, once
from gehoor.usecases.refusals import helpdesk_refusals_counted
from gehoor.usecases.tickets import follow_ticket


@dataclass(frozen=True, slots=True)
class AnswerPorts:
    """What answering needs."""

    answers: Answers
    cases: CaseStore
    ledger: Ledger
    helpdesk: Helpdesk
    networks: Networks
    clock: Clock
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class _Obstacle:
    """Why an answer does not go out, and what the agent can do."""

    cause: str
    next_step: str


@dataclass(frozen=True, slots=True)
class _Answer:
    """An agent's comment with the case it belongs to."""

    ticket_id: str
    comment: Comment
    case: Case


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
    if not found:
        ports.answers.drop(ticket_id, comment_id)
        return "not a ticket of gehoor"
    if not ports.answers.open(ticket_id, comment_id, ports.clock()):
        return "ended before"
    outcome = _answer(ticket_id, comment_id, found, ports)
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
    if not comment.public or not comment.by_agent:
        return "not a public comment of an agent"
    case = answered_case(ticket_id, comment, found, ports.cases, ports.ledger, ports.clock)
    if case is None:
        return None
    return _post_or_return(_Answer(ticket_id, comment, case), ports)


def _post_or_return(answer: _Answer, ports: AnswerPorts) -> str:
    outcome = _try_to_post(answer, ports)
    comment_id = answer.comment.comment_id
    if isinstance(outcome, Posted):
        case, now = answer.case, ports.clock()
        note = posted_note(
            comment_id,
            case.network,
            case.address.visibility,
            outcome,
            now,
            answer.comment.attachments,
        )
        ports.metrics.count("AnswersPosted")
    else:
        note = returned_note(comment_id, outcome.cause, outcome.next_step)
        ports.metrics.count("AnswersReturned")
    _note(answer, note, ports)
    return f"posted: {outcome.native_id}" if isinstance(outcome, Posted) else "returned"


def _try_to_post(answer: _Answer, ports: AnswerPorts) -> Posted | _Obstacle:
    try:
        return _through_network(answer, ports)
    except AuthExpired as error:
        _note(answer, delayed_note(answer.comment.comment_id, str(error)), ports)
        ports.metrics.count("AnswersDelayed")
        raise
    except (Rejected, NotAllowed, ContractBroken) as error:
        link = answer.case.address.permalink
        return _Obstacle(str(error), f"Change it and answer again, or answer at {link}")


def _through_network(answer: _Answer, ports: AnswerPorts) -> Posted | _Obstacle:
    where, address = network_name(answer.case.network), answer.case.address
    try:
        network = ports.networks(address.source_id)
    except Gone:
        return _Obstacle(
            f"gehoor is not connected to {where} here any more: source {address.source_id} was "
            "removed from its configuration",
            f"Answer at {address.permalink}",
        )
    try:
        return _obstacle(answer, network) or _post(answer, network, ports)
    except Gone:
        return _Obstacle(
            f"the post is no longer on {where}",
            "Reach the customer another way; what they wrote is in this ticket.",
        )


def _obstacle(answer: _Answer, network: Network) -> _Obstacle | None:
    """What stands in the way before anything is sent."""
    capabilities = network.capabilities()
    if not capabilities.reply:
        link = answer.case.address.permalink
        return _Obstacle("gehoor cannot answer here", f"{capabilities.instead} {link}".strip())
    if not answer.comment.text.strip():
        return _Obstacle("it has no text", "Write what the customer should read.")
    measure = network.measure(answer.case.address, answer.comment.text)
    if not measure.excess:
        return None
    where = network_name(answer.case.network)
    return _Obstacle(
        f"it has {measure.length} characters, {where} takes {measure.limit}",
        f"Shorten it by {measure.excess} characters and answer again.",
    )


def _post(answer: _Answer, network: Network, ports: AnswerPorts) -> Posted:
    key = f"reply:{answer.ticket_id}:{answer.comment.comment_id}"
    result = once(
        ports.ledger,
        key,
        ports.clock,
        act=lambda: _reply(answer, network, key, ports),
        look=lambda: _find_own(answer, network, key, ports),
    )
    return Posted(result["native_id"], result["permalink"])


def _reply(answer: _Answer, network: Network, key: str, ports: AnswerPorts) -> Result:
    """Post, and note whose the post is.

    Another answer in the same words, whose own end nobody saw, may have taken the post meanwhile:
    then this one looks for that other post, or posts again.
    """
    posted = network.reply(answer.case.address, answer.comment.text, key)
    if not _is_own(posted, answer, key, ports):
        message = f"{key}: its post was taken for another answer's"
        raise UnknownOutcome(message)
    return _result(posted)


def _find_own(answer: _Answer, network: Network, key: str, ports: AnswerPorts) -> Result | None:
    """The post of this answer. One that another answer made says the same and is not it.

    One that is this answer's already counts before any that is nobody's yet.
    """
    found = network.find_replies(answer.case.address, answer.comment.text, key)
    known = (post for post in found if ports.ledger.owner(_name(post, answer)) == key)
    free = (post for post in found if _is_own(post, answer, key, ports))
    return next(map(_result, chain(known, free)), None)


def _is_own(posted: Posted, answer: _Answer, key: str, ports: AnswerPorts) -> bool:
    return ports.ledger.claim(_name(posted, answer), key, ports.clock())


def _name(posted: Posted, answer: _Answer) -> str:
    """A post's name in the ledger. Ids belong to one server, so the address counts too."""
    return f"post:{answer.case.network}:{digest(posted.permalink, posted.native_id)}"


def _note(answer: _Answer, note: CommentDraft, ports: AnswerPorts) -> None:
    """Write an internal note once; a ticket that was deleted meanwhile needs none.

    One that was merged meanwhile has its note where it goes on.
    """
    try:
        _note_in(answer.ticket_id, note, ports)
    except Gone:
        goes_on_in = follow_ticket(answer.ticket_id, ports.cases, ports.helpdesk)
        if goes_on_in not in (None, answer.ticket_id):
            _note(replace(answer, ticket_id=str(goes_on_in)), note, ports)


def _note_in(ticket_id: str, note: CommentDraft, ports: AnswerPorts) -> None:
    """Gone passes through; a note that the helpdesk refuses keeps no answer from its end."""

    def find() -> Result | None:
        comment_id = ports.helpdesk.find_comment(ticket_id, note.marker)
        return {"comment_id": comment_id} if comment_id else None

    try:
        with helpdesk_refusals_counted(ports.metrics):
            once(
                ports.ledger,
                f"note:{ticket_id}:{note.marker}",
                ports.clock,
                act=lambda: {"comment_id": ports.helpdesk.add_comment(ticket_id, note)},
                look=find,
            )
    except (Rejected, ContractBroken):
        ports.metrics.count("NotesRefused")


def _result(posted: Posted) -> Result:
    return {"native_id": posted.native_id, "permalink": posted.permalink}
