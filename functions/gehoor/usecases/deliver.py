"""The steps of delivering a mention: customer, case, ticket; follow-ups become comments."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from gehoor.domain.case import Case
from gehoor.domain.compose import edited_note
from gehoor.domain.mention import digest
from gehoor.domain.record import MentionRecord, MentionState
from gehoor.errors import ContractBroken, GehoorError, Gone, Rejected
from gehoor.usecases.batch import Batch
from gehoor.usecases.commenting import store_heard, write_comments
from gehoor.usecases.customers import tell_profile
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.gone import DELETED_BEFORE, has_begun, is_gone_before_it_came
from gehoor.usecases.opening import open_case
from gehoor.usecases.placing import Met, Placing, moved_on, place
from gehoor.usecases.refusals import helpdesk_refusals_counted
from gehoor.usecases.telling import tell_agents
from gehoor.usecases.tickets import follow_ticket

T = TypeVar("T")


def read_record(mention_id: str, ports: DeliverPorts) -> MentionRecord | None:
    """The stored mention; set aside when it cannot be read."""
    try:
        return ports.mentions.get(mention_id)
    except ContractBroken as error:
        _set_aside(mention_id, error, ports)
        return None


def pending(record: MentionRecord | None, ports: DeliverPorts) -> MentionRecord | None:
    """The record while it is to be delivered.

    One whose author deleted it meanwhile is set aside, which is nothing to alarm anybody for.
    """
    if record is None or record.state is not MentionState.PENDING:
        return None
    if is_gone_before_it_came(record, ports):
        ports.mentions.set_aside(record.mention_id, DELETED_BEFORE, ports.clock())
        return None
    return record


def attempt(mention_id: str, work: Callable[[], T], batch: Batch) -> T | None:
    """Do the work for a mention of a batch, and return what came of it: None when it failed.

    Rejected sets the mention aside, other errors are its failure. ContractBroken is too, because a
    helpdesk under maintenance answers every call with a page: the mention stays pending and is sent
    again.
    """
    with batch.keeping(mention_id):
        return batch.patiently(lambda: _or_set_aside(mention_id, work, batch.ports))
    return None


def _or_set_aside(mention_id: str, work: Callable[[], T], ports: DeliverPorts) -> T | None:
    try:
        with helpdesk_refusals_counted(ports.metrics):
            return work()
    except Rejected as error:
        _set_aside(mention_id, error, ports)
        return None


def placed(record: MentionRecord, ports: DeliverPorts, met: Met) -> Placing:
    """Where a pending mention belongs; Rejected when it could not be read at all."""
    if record.mention is None or record.judgement is None:
        message = "it could not be read when it was polled; run: gehoor mention redeliver"
        raise Rejected(message)
    placing = place(record, record.mention, record.judgement, ports, met)
    edit = record.mention.edited_at
    if edit is None or has_begun(record, record.mention, ports):
        return placing
    return replace(placing, edit=edit)


def all_placed(records: Sequence[MentionRecord], met: Met, batch: Batch) -> list[Placing]:
    """Where those mentions belong that do not fail, nor did before."""
    found = [
        attempt(record.mention_id, partial(placed, record, batch.ports, met), batch)
        for record in records
        if record.mention_id not in batch.failures
    ]
    return [placing for placing in found if placing is not None]


def bring(placing: Placing, ports: DeliverPorts, *, is_ours: bool = False) -> None:
    """Bring one placed mention to its end; `is_ours` says that its ticket's promise is begun."""
    conclude(placing, _bring(placing, placing.case_id, None, ports, is_ours=is_ours), ports)


def conclude(placing: Placing, case: Case, ports: DeliverPorts) -> None:
    """Note that a mention is in its ticket, and bring its customer up to date.

    It stays pending when its ticket may not show the newest edit, which then becomes a note.
    """
    now = ports.clock()
    ports.mentions.delivered(placing.record_id, case.case_id, case.ticket_id, now, placing.edit)
    ports.metrics.count("MentionsDelivered")
    tell_profile(placing.identity, placing.mention, placing.judgement, ports)


def note_edit(record: MentionRecord, ports: DeliverPorts) -> None:
    """Show in the ticket what the author made of a post that is there already."""
    if record.mention is not None and record.deleted_at is None:
        tell_agents(record.case_id, edited_note(record.mention), ports)
    edit = record.mention.edited_at if record.mention else None
    ports.mentions.delivered(
        record.mention_id, record.case_id, record.ticket_id, ports.clock(), edit
    )


def _set_aside(mention_id: str, error: GehoorError, ports: DeliverPorts) -> None:
    ports.mentions.set_aside(mention_id, f"{type(error).__name__}: {error}", ports.clock())
    ports.metrics.count("MentionsAside")


def _bring(
    placing: Placing,
    case_id: str,
    before: Case | None,
    ports: DeliverPorts,
    *,
    is_ours: bool = False,
) -> Case:
    """The mention in the case's ticket; in a follow-up when that ticket takes no more comments.

    The case is stored before the comment is written, so that nobody can answer a private mention
    while the case still says public. `before` is the case whose ticket takes no more. A ticket that
    was merged goes on in another one, whether or not its webhook told so.
    """
    stored = ports.cases.get(case_id) if placing.is_reply else None
    case = (
        store_heard(stored, [placing], ports)
        if stored
        else open_case(placing, case_id, before, ports, is_ours=is_ours)
    )
    if case.opened_by == placing.mention.mention_id:
        return case
    try:
        write_comments([placing], case, ports)
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
