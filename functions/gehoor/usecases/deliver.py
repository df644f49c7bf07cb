"""Delivering a mention: customer, history, case, ticket; follow-up mentions become comments."""

from gehoor.domain.case import Case
from gehoor.domain.compose import mention_comment
from gehoor.domain.mention import digest
from gehoor.domain.record import MentionRecord, MentionState
from gehoor.errors import ContractBroken, GehoorError, Gone, Rejected, Unavailable
from gehoor.usecases.once import Result, once
from gehoor.usecases.opening import open_case, renewed_customer
from gehoor.usecases.placing import (
    DeliverPorts,
    Placing,
    choose_case,
    thread_of,
    wait_for_earlier,
)
from gehoor.usecases.refusals import helpdesk_refusals_counted

MOST_RACES = 5


def deliver_mention(mention_id: str, ports: DeliverPorts) -> None:
    """Bring a stored mention into the helpdesk, once; nothing to do when it is there already.

    Rejected sets the mention aside with the helpdesk's reason, and so does a record that cannot be
    read. Everything else passes through, ContractBroken too, because a helpdesk under maintenance
    answers every call with a page: the mention stays pending and is sent again.
    """
    try:
        record = ports.mentions.get(mention_id)
    except ContractBroken as error:
        _set_aside(mention_id, error, ports)
        return
    if record is None or record.state is not MentionState.PENDING:
        return
    try:
        with helpdesk_refusals_counted(ports.metrics):
            _deliver(record, ports)
    except Rejected as error:
        _set_aside(mention_id, error, ports)


def _set_aside(mention_id: str, error: GehoorError, ports: DeliverPorts) -> None:
    ports.mentions.set_aside(mention_id, f"{type(error).__name__}: {error}", ports.clock())
    ports.metrics.count("MentionsAside")


def _deliver(record: MentionRecord, ports: DeliverPorts) -> None:
    mention, judgement = record.mention, record.judgement
    if mention is None or judgement is None:
        message = "it could not be read when it was polled; run: gehoor mention redeliver"
        raise Rejected(message)
    placing = Placing(mention, judgement, thread_of(mention, record.seen_at, ports))
    case_id = choose_case(record, placing, ports)
    wait_for_earlier(placing, ports)
    case = _place(placing, case_id, ports)
    ports.mentions.delivered(record.mention_id, case.case_id, case.ticket_id, ports.clock())
    ports.metrics.count("MentionsDelivered")


def _place(placing: Placing, case_id: str, ports: DeliverPorts) -> Case:
    """The mention in the case's ticket; in a follow-up when that ticket takes no more comments.

    The case is stored before the comment is written, so that nobody can answer a private mention
    while the case still says public. Only a reply can find a case already there: asking for it
    first saves `open_case` a customer's look-up.
    """
    mention = placing.mention
    stored = None if mention.in_reply_to is None else ports.cases.get(case_id)
    case = _store(stored or open_case(placing, case_id, ports), placing, ports)
    if case.opened_by == mention.mention_id:
        return case
    try:
        _comment(placing, case, ports)
    except Gone:
        return _place(placing, digest(case_id, case.ticket_id), ports)
    return case


def _store(case: Case, placing: Placing, ports: DeliverPorts) -> Case:
    """Store the case with the mention heard, whoever else stores it at the same time."""
    for _ in range(MOST_RACES):
        heard = case.after(placing.mention)
        if (heard == case and case.revision) or ports.cases.put(heard):
            return heard
        case = ports.cases.get(case.case_id) or case
    message = f"case {case.case_id} is being stored by other workers"
    raise Unavailable(message)


def _comment(placing: Placing, case: Case, ports: DeliverPorts) -> None:
    mention_id = placing.mention.mention_id
    once(
        ports.ledger,
        f"comment:{mention_id}:{case.ticket_id}",
        ports.clock,
        act=lambda: _write_comment(placing, case, ports),
        look=lambda: _find_comment(case.ticket_id, mention_id, ports),
    )


def _write_comment(placing: Placing, case: Case, ports: DeliverPorts) -> Result:
    """Write the comment as the customer, who may have been merged since the ticket was opened."""
    draft = mention_comment(placing.mention, case.customer_id)
    try:
        return {"comment_id": ports.helpdesk.add_comment(case.ticket_id, draft)}
    except Rejected:
        customer_id = renewed_customer(placing, case.customer_id, ports)
        if customer_id is None:
            raise
    draft = mention_comment(placing.mention, customer_id)
    return {"comment_id": ports.helpdesk.add_comment(case.ticket_id, draft)}


def _find_comment(ticket_id: str, marker: str, ports: DeliverPorts) -> Result | None:
    comment_id = ports.helpdesk.find_comment(ticket_id, marker)
    return {"comment_id": comment_id} if comment_id else None
