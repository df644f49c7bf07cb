"""What an author says after the first time, as comments in the case's ticket."""

from collections.abc import Sequence
from contextlib import suppress

from gehoor.domain.case import Case
from gehoor.domain.compose import mention_comment, together
from gehoor.domain.mention import Mention
from gehoor.domain.ticket import CommentDraft
from gehoor.errors import Gone, Rejected, Unavailable
from gehoor.usecases.attaching import upload_images
from gehoor.usecases.customers import renewed_identity
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.once import Result, once_together
from gehoor.usecases.placing import MOST_RACES, Placing


def store_heard(case: Case, placings: Sequence[Placing], ports: DeliverPorts) -> Case:
    """Store the case with the mentions heard, whoever else stores it at the same time."""
    for _ in range(MOST_RACES):
        heard = case
        for placing in placings:
            clock = ports.desk.first_answer(placing.judgement, placing.seen_at)
            heard = heard.after(placing.mention, clock)
        if (heard == case and case.revision) or ports.cases.put(heard):
            return heard
        case = ports.cases.get(case.case_id) or case
    message = f"case {case.case_id} is being stored by other workers"
    raise Unavailable(message)


def write_comments(placings: Sequence[Placing], case: Case, ports: DeliverPorts) -> None:
    """Write what one author said as one comment, each mention once; Gone when the ticket is over.

    One change for many posts keeps within what a helpdesk takes for one ticket.
    """
    by_key = {comment_promise(p.mention, case.ticket_id): p for p in placings}
    once_together(
        ports.ledger,
        list(by_key),
        ports.clock,
        act=lambda keys: _write_missing([by_key[key] for key in keys], case, ports),
        look=lambda key: _find(case.ticket_id, by_key[key].mention.mention_id, ports),
    )


def comment_promise(mention: Mention, ticket_id: str) -> str:
    """What the ledger calls the bringing of a mention into a ticket that is open."""
    return f"comment:{mention.mention_id}:{ticket_id}"


def _write_missing(placings: Sequence[Placing], case: Case, ports: DeliverPorts) -> Result:
    """Write what no ticket holds that went on in this one, whose worker did not live to note it."""
    missing = [placing for placing in placings if not _was_left(placing, case, ports)]
    return _write(missing, case, ports) if missing else {"comment_id": ""}


def _was_left(placing: Placing, case: Case, ports: DeliverPorts) -> bool:
    for ticket_id in case.left:
        with suppress(Gone):
            if _find(ticket_id, placing.mention.mention_id, ports) is not None:
                return True
    return False


def _write(placings: Sequence[Placing], case: Case, ports: DeliverPorts) -> Result:
    """Write as the customer, who may have been merged since the ticket was opened."""
    newest = placings[-1]
    uploads = [upload_images(placing.mention, ports) for placing in placings]
    try:
        draft = _draft(placings, newest.identity.customer_id, uploads)
        return {"comment_id": ports.helpdesk.add_comment(case.ticket_id, draft)}
    except Rejected:
        mention, judgement = newest.mention, newest.judgement
        renewed = renewed_identity(newest.identity, mention, judgement, ports)
        if renewed is None:
            raise
    draft = _draft(placings, renewed.customer_id, uploads)
    return {"comment_id": ports.helpdesk.add_comment(case.ticket_id, draft)}


def _draft(
    placings: Sequence[Placing], customer_id: str, uploads: Sequence[tuple[str, ...]]
) -> CommentDraft:
    drafts = [
        mention_comment(placing.mention, placing.judgement, customer_id, tokens)
        for placing, tokens in zip(placings, uploads, strict=True)
    ]
    draft = together(drafts)
    if draft is None:
        message = f"{len(drafts)} posts are too long for one comment"
        raise Rejected(message)
    return draft


def _find(ticket_id: str, marker: str, ports: DeliverPorts) -> Result | None:
    comment_id = ports.helpdesk.find_comment(ticket_id, marker)
    return {"comment_id": comment_id} if comment_id else None
