"""Putting a planned text on a network, in one post or several, each exactly once."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from gehoor.domain.case import ReplyAddress
from gehoor.domain.frozen import frozen
from gehoor.domain.mention import Visibility, digest
from gehoor.domain.network import Posted
from gehoor.domain.ticket import Comment
from gehoor.errors import ContractBroken, Gone, Permanent, Unavailable, UnknownOutcome
from gehoor.usecases.answering import (
    Answer,
    AnswerPorts,
    TakenBack,
    changed,
    connection,
    refusals,
)
from gehoor.usecases.once import Result, once
from gehoor.usecases.planning import Plan
from gehoor.usecases.refusals import helpdesk_refusals_counted


@frozen
class _Part:
    """One post to come, with what it is part of."""

    key: str
    text: str
    address: ReplyAddress
    is_stale: bool
    answer: Answer


def post(plan: Plan, answer: Answer, ports: AnswerPorts) -> Iterator[Posted]:
    """Put the parts on the network, each below the one before; gives each once it is there.

    NotSent when the next one, and with it the rest, stays off for good. The key of the first part
    is the plan's own.
    """
    address = plan.address
    for number, text in enumerate(plan.parts, 1):
        key = plan.key if number == 1 else f"{plan.key}:{number}"
        posted = _post_once(_Part(key, text, address, plan.is_stale, answer), ports)
        yield posted
        address = replace(address, native_id=posted.native_id)


def _post_once(part: _Part, ports: AnswerPorts) -> Posted:
    result = once(
        ports.ledger,
        part.key,
        ports.clock,
        act=lambda: _reply(part, ports),
        look=lambda: _find_own(part, ports),
    )
    audience = result.get("visibility")
    visibility = Visibility(audience) if audience else None
    return Posted(result["native_id"], result["permalink"], visibility)


def _reply(part: _Part, ports: AnswerPorts) -> Result:
    """Post, and note whose the post is.

    Another answer in the same words, whose own end nobody saw, may have taken the post meanwhile:
    then this one looks for that other post, or posts again.
    """
    _assert_unchanged(part)
    network = connection(part.address.source_id, part.answer, ports)
    address = replace(part.address, visibility=_audience_now(part.answer, ports))
    with refusals(part.answer):
        posted = network.reply(address, part.text, part.key)
    if not _is_own(posted, part, ports):
        message = f"{part.key}: its post was taken for another answer's"
        raise UnknownOutcome(message)
    return _result(posted)


def _audience_now(answer: Answer, ports: AnswerPorts) -> Visibility:
    """Who may read the answer, asked as late as can be: right before it is posted.

    TakenBack or NotSent when the comment is no longer what was read before. When the helpdesk
    cannot tell, nothing is posted either: Unavailable.
    """
    if answer.obstacle:
        raise answer.obstacle
    comment = _comment_now(answer, ports)
    if comment is None or not comment.public or not comment.by_agent:
        cause = "the comment was made internal, or removed, while it was on its way"
        raise TakenBack(cause, "Nothing more of it goes out.")
    if comment.text != answer.comment.text:
        raise changed(answer)
    case = ports.cases.get(answer.case.case_id)
    if case is None:
        message = f"ticket {answer.ticket_id}: its case is not stored any more"
        raise Unavailable(message)
    return case.address.visibility.narrowed(answer.case.address.visibility)


def _comment_now(answer: Answer, ports: AnswerPorts) -> Comment | None:
    try:
        with helpdesk_refusals_counted(ports.metrics):
            return ports.helpdesk.read_comment(answer.ticket_id, answer.comment.comment_id)
    except Gone:
        return None
    except (Permanent, ContractBroken) as error:
        message = f"nobody can tell whether the comment is still public: {error}"
        raise Unavailable(message) from error


def _assert_unchanged(part: _Part) -> None:
    if part.is_stale:
        raise changed(part.answer)


def _find_own(part: _Part, ports: AnswerPorts) -> Result | None:
    """The post of this part. One that another answer made says the same and is not it.

    One that is this part's already counts before any that is nobody's yet.
    """
    _assert_unchanged(part)
    network = connection(part.address.source_id, part.answer, ports)
    with refusals(part.answer):
        found = network.find_replies(part.address, part.text, part.key)
    known = (post for post in found if ports.ledger.owner(_name(post, part)) == part.key)
    free = (post for post in found if _is_own(post, part, ports))
    return next(map(_result, chain(known, free)), None)


def _is_own(posted: Posted, part: _Part, ports: AnswerPorts) -> bool:
    return ports.ledger.claim(_name(posted, part), part.key, ports.clock())


def _name(posted: Posted, part: _Part) -> str:
    """A post's name in the ledger. Ids belong to one server, so the address counts too."""
    return f"post:{part.answer.case.network}:{digest(posted.permalink, posted.native_id)}"


def _result(posted: Posted) -> Result:
    who = {"visibility": str(posted.visibility)} if posted.visibility else {}
    return {"native_id": posted.native_id, "permalink": posted.permalink, **who}
