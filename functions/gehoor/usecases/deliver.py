"""Delivering a mention: customer, history, case, ticket; follow-up mentions become comments."""

from dataclasses import dataclass, replace

from gehoor.domain.capabilities import Capabilities
from gehoor.domain.case import Case, address_of, case_id_of, external_id_of
from gehoor.domain.compose import (
    history_marker,
    history_note,
    mention_comment,
    ticket_draft,
)
from gehoor.domain.judgement import Judgement
from gehoor.domain.mention import Mention, digest
from gehoor.domain.network import Thread
from gehoor.domain.record import MentionRecord, MentionState
from gehoor.domain.ticket import CustomerProfile, History
from gehoor.errors import (
    ContractBroken,
    GehoorError,
    Gone,
    Permanent,
    Rejected,
)
from gehoor.ports import (
    CaseStore,
    Clock,
    Helpdesk,
    IdentityStore,
    Ledger,
    MentionStore,
    Metrics,
    Networks,
)
from gehoor.usecases.once import Result, once

UNREACHABLE = Capabilities(
    reply=False,
    message=False,
    text_limit=None,
    instead="The network could not be asked what is possible; open the post and answer there.",
)


@dataclass(frozen=True, slots=True)
class DeliverPorts:
    """What delivering needs."""

    mentions: MentionStore
    identities: IdentityStore
    cases: CaseStore
    ledger: Ledger
    helpdesk: Helpdesk
    networks: Networks
    clock: Clock
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class _Placing:
    """A mention on its way into a ticket."""

    mention: Mention
    judgement: Judgement
    customer_id: str
    thread: Thread


def deliver_mention(mention_id: str, ports: DeliverPorts) -> None:
    """Bring a stored mention into the helpdesk, once; nothing to do when it is there already.

    Rejected sets the mention aside with the helpdesk's reason, ContractBroken too. Everything else
    passes through: the mention stays pending and is sent again.
    """
    record = ports.mentions.get(mention_id)
    if record is None or record.state is not MentionState.PENDING:
        return
    try:
        _deliver(record, ports)
    except (Rejected, ContractBroken) as error:
        reason = f"{type(error).__name__}: {error}"
        ports.mentions.set_aside(mention_id, reason, ports.clock())
        ports.metrics.count("MentionsAside")


def _deliver(record: MentionRecord, ports: DeliverPorts) -> None:
    mention, judgement = record.mention, record.judgement
    if mention is None or judgement is None:
        message = f"mention {record.mention_id} could not be read when it was polled"
        raise ContractBroken(message)
    placing = _Placing(
        mention, judgement, _customer(mention, judgement, ports), _thread(mention, ports)
    )
    case = _place(placing, case_id_of(mention, placing.thread.root), ports)
    ports.mentions.delivered(mention.mention_id, case.case_id, case.ticket_id, ports.clock())
    ports.metrics.count("MentionsDelivered")


def _customer(mention: Mention, judgement: Judgement, ports: DeliverPorts) -> str:
    known = ports.identities.customer_of(mention.author)
    if known is not None:
        return known
    customer_id = ports.helpdesk.upsert_customer(
        CustomerProfile(mention.author, judgement.language)
    )
    ports.identities.link(mention.author, customer_id, ports.clock())
    return customer_id


def _thread(mention: Mention, ports: DeliverPorts) -> Thread:
    """The thread; when it cannot be read for good, the mention starts one of its own.

    A ticket that stands apart from its thread is better than a complaint nobody sees.
    """
    if mention.in_reply_to is None:
        return Thread(mention.uri)
    try:
        return ports.networks(mention.source_id).thread(mention)
    except (Permanent, ContractBroken):
        return Thread(mention.uri)


def _place(placing: _Placing, case_id: str, ports: DeliverPorts) -> Case:
    """The mention in the case's ticket; in a follow-up when that ticket takes no more comments."""
    mention = placing.mention
    case = ports.cases.get(case_id) or _open(placing, case_id, ports)
    if case.answers_at < mention.posted_at:
        case = replace(case, address=address_of(mention), answers_at=mention.posted_at)
    if case.opened_by != mention.mention_id:
        try:
            _comment(placing, case, ports)
        except Gone:
            return _place(placing, digest(case_id, case.ticket_id), ports)
    ports.cases.put(case)
    return case


def _open(placing: _Placing, case_id: str, ports: DeliverPorts) -> Case:
    result = once(
        ports.ledger,
        f"ticket:{case_id}",
        ports.clock,
        act=lambda: _open_ticket(placing, case_id, ports),
        look=lambda: _find_ticket(placing, case_id, ports),
    )
    mention = placing.mention
    return Case(
        case_id=case_id,
        brand=mention.brand,
        network=mention.network,
        ticket_id=result["ticket_id"],
        opened_by=result["opened_by"],
        customer_id=placing.customer_id,
        address=address_of(mention),
        answers_at=mention.posted_at,
    )


def _open_ticket(placing: _Placing, case_id: str, ports: DeliverPorts) -> Result:
    draft = ticket_draft(placing.mention, placing.judgement, case_id, placing.customer_id)
    opened = ports.helpdesk.open_ticket(draft)
    _write_note(placing, case_id, opened.ticket_id, ports)
    return {"ticket_id": opened.ticket_id, "opened_by": placing.mention.mention_id}


def _find_ticket(placing: _Placing, case_id: str, ports: DeliverPorts) -> Result | None:
    """The ticket an earlier worker may have left, with its note, which it may not have."""
    found = ports.helpdesk.find_ticket(external_id_of(case_id))
    if found is None:
        return None
    if ports.helpdesk.find_comment(found.ticket_id, history_marker(case_id)) is None:
        _write_note(placing, case_id, found.ticket_id, ports)
    return {"ticket_id": found.ticket_id, "opened_by": found.marker}


def _write_note(placing: _Placing, case_id: str, ticket_id: str, ports: DeliverPorts) -> None:
    history = _history(placing.customer_id, ports)
    note = history_note(
        case_id,
        placing.mention,
        placing.judgement,
        replace(history, tickets=tuple(t for t in history.tickets if t.ticket_id != ticket_id)),
        placing.thread.earlier,
        _capabilities(placing.mention.source_id, ports),
    )
    ports.helpdesk.add_comment(ticket_id, note)


def _history(customer_id: str, ports: DeliverPorts) -> History:
    try:
        return ports.helpdesk.history(customer_id)
    except Gone:
        return History(customer_since=None, tickets=())


def _capabilities(source_id: str, ports: DeliverPorts) -> Capabilities:
    try:
        return ports.networks(source_id).capabilities()
    except GehoorError:
        return UNREACHABLE


def _comment(placing: _Placing, case: Case, ports: DeliverPorts) -> None:
    draft = mention_comment(placing.mention, placing.customer_id)
    once(
        ports.ledger,
        f"comment:{placing.mention.mention_id}:{case.ticket_id}",
        ports.clock,
        act=lambda: {"comment_id": ports.helpdesk.add_comment(case.ticket_id, draft)},
        look=lambda: _find_comment(case.ticket_id, draft.marker, ports),
    )


def _find_comment(ticket_id: str, marker: str, ports: DeliverPorts) -> Result | None:
    comment_id = ports.helpdesk.find_comment(ticket_id, marker)
    return {"comment_id": comment_id} if comment_id else None
