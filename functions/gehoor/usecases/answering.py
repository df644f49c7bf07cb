"""What every step of an answer's way to the network works with."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from gehoor.domain.frozen import frozen
from gehoor.domain.naming import network_name
from gehoor.errors import ContractBroken, Gone, NotAllowed, Permanent, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gehoor.domain.capabilities import Capabilities
    from gehoor.domain.case import Case
    from gehoor.domain.coach_signs import CoachRules
    from gehoor.domain.desk import Desk
    from gehoor.domain.near_copy import Likeness
    from gehoor.domain.record import MentionRecord
    from gehoor.domain.ticket import Comment
    from gehoor.ports.helpdesk import Helpdesk
    from gehoor.ports.incidents import IncidentStore
    from gehoor.ports.ledger import Ledger
    from gehoor.ports.limits import Budget, Quota
    from gehoor.ports.mentions import MentionStore
    from gehoor.ports.network import Network, Networks
    from gehoor.ports.queues import Queues
    from gehoor.ports.stores import Answers, CaseStore, ReplyMemory
    from gehoor.ports.surroundings import Clock, LanguageDetector, Metrics


@frozen
class CoachPorts:
    """What looking at an answer before it goes out needs besides."""

    replies: ReplyMemory
    detect: LanguageDetector
    rules: CoachRules
    likeness: Likeness


@frozen
class AnswerPorts:
    """What answering needs."""

    answers: Answers
    cases: CaseStore
    mentions: MentionStore
    incidents: IncidentStore
    ledger: Ledger
    helpdesk: Helpdesk
    networks: Networks
    quota: Quota
    budget: Budget
    queues: Queues
    clock: Clock
    metrics: Metrics
    desk: Desk
    coach: CoachPorts


@frozen
class Answer:
    """An agent's comment with its case; `is_private` when it is for the author alone.

    `tags` are its ticket's. `obstacle` keeps an answer that is begun already from going on.
    `others` are the other cases that were in the ticket when it was written. `opening` is the post
    that opened the case, None where it is not known any more, and `overruled` is why the answer
    would have been held back.
    """

    ticket_id: str
    comment: Comment
    case: Case
    is_private: bool = False
    tags: frozenset[str] = frozenset()
    obstacle: NotSent | None = None
    others: tuple[str, ...] = ()
    opening: MentionRecord | None = None
    overruled: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The network as agents read it."""
        return network_name(self.case.network)


def reply_key(ticket_id: str, comment_id: str) -> str:
    """The name in the ledger of the answer that a comment is."""
    return f"reply:{ticket_id}:{comment_id}"


class NotSent(Permanent):
    """Something stays off the network: the message says why, `next_step` what the agent can do.

    `told` is the reason as the agent reads it, which may quote the answer, as the message may not.
    """

    def __init__(self, cause: str, next_step: str, told: str = "") -> None:
        super().__init__(cause)
        self.next_step = next_step
        self.told = told or cause


class TakenBack(NotSent):
    """The comment was made internal, or removed, before all of it was posted."""


class HeldBack(NotSent):
    """The answer should not go out as it is; an agent may change it, or overrule that."""


def connection(source_id: str, answer: Answer, ports: AnswerPorts) -> Network:
    """The network behind a source; NotSent when the configuration names it no more."""
    with refusals(answer):
        try:
            return ports.networks(source_id)
        except Gone as error:
            cause = (
                f"gehoor is not connected to {answer.where} here any more: source {source_id} was "
                "removed from its configuration"
            )
            raise NotSent(cause, f"Answer at {answer.case.address.permalink}") from error


@contextmanager
def refusals(answer: Answer) -> Iterator[None]:
    """Turn what the network refuses for good into NotSent, in words for the agent."""
    try:
        yield
    except Gone as error:
        cause = f"the post to answer is no longer on {answer.where}"
        next_step = "Reach the customer another way; what they wrote is in this ticket."
        raise NotSent(cause, next_step) from error
    except (Rejected, NotAllowed, ContractBroken) as error:
        next_step = f"Change it and answer again, or answer at {answer.case.address.permalink}"
        raise NotSent(str(error), next_step) from error


def cannot_answer(answer: Answer, capabilities: Capabilities) -> NotSent:
    """That nothing can be written here, and where the agent can do it by hand."""
    next_step = f"{capabilities.instead} {answer.case.address.permalink}".strip()
    return NotSent("gehoor cannot answer here", next_step)


def changed(answer: Answer) -> NotSent:
    """That the comment says something else by now; nobody has its former words to look for."""
    return NotSent(
        "the comment was changed while it was on its way",
        f"Look whether it is there in its former words: {answer.case.address.permalink}. "
        "If not, answer again; if it is and should not be, delete it there.",
    )
