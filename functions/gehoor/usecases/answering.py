"""What every step of an answer's way to the network works with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gehoor.domain.capabilities import Capabilities
from gehoor.domain.case import Case
from gehoor.domain.compose import network_name
from gehoor.domain.ticket import Comment
from gehoor.errors import ContractBroken, Gone, NotAllowed, Permanent, Rejected
from gehoor.ports.helpdesk import Helpdesk
from gehoor.ports.incidents import IncidentStore
from gehoor.ports.ledger import Ledger
from gehoor.ports.limits import Budget, Quota
from gehoor.ports.mentions import MentionStore
from gehoor.ports.network import Network, Networks
from gehoor.ports.queues import Queues
from gehoor.ports.stores import Answers, CaseStore
from gehoor.ports.surroundings import Clock, Metrics


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Answer:
    """An agent's comment with its case; `is_private` when it is for the author alone.

    `obstacle` keeps an answer that is begun already from going on.
    """

    ticket_id: str
    comment: Comment
    case: Case
    is_private: bool = False
    obstacle: "NotSent | None" = None

    @property
    def where(self) -> str:
        """The network as agents read it."""
        return network_name(self.case.network)


def reply_key(ticket_id: str, comment_id: str) -> str:
    """The name in the ledger of the answer that a comment is."""
    return f"reply:{ticket_id}:{comment_id}"


class NotSent(Permanent):
    """Something stays off the network: the message says why, `next_step` what the agent can do."""

    def __init__(self, cause: str, next_step: str) -> None:
        super().__init__(cause)
        self.next_step = next_step


class TakenBack(NotSent):
    """The comment was made internal, or removed, before all of it was posted."""


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
