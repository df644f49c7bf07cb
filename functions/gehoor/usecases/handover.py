"""Moving a conversation from public to private, where an agent's macro asked for it."""

from dataclasses import replace

from gehoor.domain.answer_notes import PRIVATE
from gehoor.domain.capabilities import Capabilities
from gehoor.domain.case import Case
from gehoor.domain.mention import Visibility
from gehoor.domain.ticket import Ticket
from gehoor.errors import Unavailable
from gehoor.ports.helpdesk import Helpdesk
from gehoor.usecases.answering import (
    Answer,
    AnswerPorts,
    NotSent,
    TakenBack,
    cannot_answer,
    connection,
    refusals,
)
from gehoor.usecases.planning import planned
from gehoor.usecases.posting import post

MOST_RACES = 5


class NotYetPrivate(NotSent):
    """The author must write privately first, and was invited to."""


def is_meant_privately(ticket: Ticket, comment_id: str, case: Case, helpdesk: Helpdesk) -> bool:
    """Whether the tag was on the ticket when the comment was written, or is on it now.

    Events carry ids only, so time passes between the agent's macro and this look at the ticket,
    and anybody may take the tag off meanwhile. Then nobody can tell whether that was to make this
    answer public or the next one, and a private answer told to all cannot be taken back, whereas a
    public one told to its author alone can be written again. So either counts. The helpdesk's
    record of past tags is only asked when it matters: not for a case that is private anyway.
    """
    if PRIVATE in ticket.tags:
        return True
    if case.address.visibility is Visibility.DIRECT:
        return False
    return PRIVATE in helpdesk.tags_at(ticket.ticket_id, comment_id)


def handed_over(answer: Answer, ports: AnswerPorts) -> Answer:
    """The answer with its case made private, when it is meant privately and the case is not yet.

    NotSent when the network does not let gehoor write to the author privately, NotYetPrivate when
    it will once the author wrote first.
    """
    address = answer.case.address
    if not answer.is_private or address.visibility is Visibility.DIRECT:
        return answer
    network = connection(address.source_id, answer, ports)
    with refusals(answer):
        capabilities = network.capabilities()
    if capabilities.message:
        return replace(answer, case=_made_private(answer.case, ports))
    if not capabilities.reply:
        raise cannot_answer(answer, capabilities)
    if capabilities.invitation:
        raise _invited(answer, capabilities.invitation, ports)
    raise _no_way(answer, capabilities)


def _made_private(case: Case, ports: AnswerPorts) -> Case:
    """The case, stored as private before anything is posted, whoever else stores it meanwhile."""
    for _ in range(MOST_RACES):
        private = case.to_the_author_alone()
        if (private == case and case.revision) or ports.cases.put(private):
            return private
        case = ports.cases.get(case.case_id) or case
    message = f"case {case.case_id} is being stored by other workers"
    raise Unavailable(message)


def _invited(answer: Answer, invitation: str, ports: AnswerPorts) -> NotYetPrivate:
    """Invite the author in public, once per case, and say what the agent does then."""
    cause = f"{answer.where} lets gehoor write privately only to people who did so first"
    try:
        plan = planned(f"invitation:{answer.case.case_id}", invitation, answer, ports)
        posted, *_ = post(plan, answer, ports)
    except TakenBack:
        raise
    except NotSent as error:
        message = f"{cause}, and the invitation to do so could not be posted: {error}"
        raise NotSent(message, error.next_step) from error
    return NotYetPrivate(
        cause,
        f"gehoor invited the customer in public to write one: {posted.permalink} Once they have, "
        "answer again where it comes in. To answer in public instead, take the tag "
        f"{PRIVATE} off the ticket first.",
    )


def _no_way(answer: Answer, capabilities: Capabilities) -> NotSent:
    return NotSent(
        f"it is meant for the author alone (tag {PRIVATE}), and gehoor cannot write privately on "
        f"{answer.where}",
        f"Take the tag {PRIVATE} off the ticket and answer again to answer in public, or reach the "
        f"customer another way. {capabilities.instead} {answer.case.address.permalink}",
    )
