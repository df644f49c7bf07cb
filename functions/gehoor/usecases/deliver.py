"""Delivering a mention: customer, history, case, ticket; follow-up mentions become comments."""

from gehoor.domain.case import Case
from gehoor.domain.compose import mention_comment
from gehoor.domain.mention import digest
from gehoor.domain.record import MentionRecord, MentionState
from gehoor.errors import ContractBroken, GehoorError, Gone, Rejected, Unavailable
from gehoor.usecases.customers import renewed_identity, tell_profile
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.once import Result, once
from gehoor.usecases.opening import open_case
from gehoor.usecases.placing import MOST_RACES, Placing, moved_on, place
from gehoor.usecases.refusals import helpdesk_refusals_counted
from gehoor.usecases.tickets import follow_ticket


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
    placing = place(record, mention, judgement, ports)
    case = _bring(placing, placing.case_id, None, ports)
    ports.mentions.delivered(record.mention_id, case.case_id, case.ticket_id, ports.clock())
    ports.metrics.count("MentionsDelivered")
    tell_profile(placing.identity, mention, judgement, ports)


def _bring(placing: Placing, case_id: str, before: Case | None, ports: DeliverPorts) -> Case:
    """The mention in the case's ticket; in a follow-up when that ticket takes no more comments.

    The case is stored before the comment is written, so that nobody can answer a private mention
    while the case still says public. `before` is the case whose ticket takes no more. A ticket that
    was merged goes on in another one, whether or not its webhook told so.
    """
    stored = ports.cases.get(case_id) if placing.is_reply else None
    case = _store(stored or open_case(placing, case_id, before, ports), placing, ports)
    if case.opened_by == placing.mention.mention_id:
        return case
    try:
        _comment(placing, case, ports)
    except Gone:
        goes_on_in = follow_ticket(
            case.ticket_id, ports.cases, ports.helpdesk, case_id=case.case_id
        )
        if goes_on_in not in (None, case.ticket_id):
            return _bring(placing, case_id, before, ports)
        follow_up = _bring(placing, digest(case_id, case.ticket_id), case, ports)
        moved_on(placing, follow_up.case_id, ports)
        return follow_up
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
        act=lambda: _find_left(case, mention_id, ports) or _write_comment(placing, case, ports),
        look=lambda: _find_comment(case.ticket_id, mention_id, ports),
    )


def _write_comment(placing: Placing, case: Case, ports: DeliverPorts) -> Result:
    """Write the comment as the customer, who may have been merged since the ticket was opened."""
    mention, identity = placing.mention, placing.identity
    draft = mention_comment(mention, identity.customer_id)
    try:
        return {"comment_id": ports.helpdesk.add_comment(case.ticket_id, draft)}
    except Rejected:
        renewed = renewed_identity(identity, mention, placing.judgement, ports)
        if renewed is None:
            raise
    draft = mention_comment(mention, renewed.customer_id)
    return {"comment_id": ports.helpdesk.add_comment(case.ticket_id, draft)}


def _find_left(case: Case, marker: str, ports: DeliverPorts) -> Result | None:
    """The comment in a ticket that was merged since, whose worker did not live to note it."""
    for ticket_id in case.left:
        try:
            found = _find_comment(ticket_id, marker, ports)
        except Gone:
            continue
        if found is not None:
            return found
    return None


def _find_comment(ticket_id: str, marker: str, ports: DeliverPorts) -> Result | None:
    comment_id = ports.helpdesk.find_comment(ticket_id, marker)
    return {"comment_id": comment_id} if comment_id else None
