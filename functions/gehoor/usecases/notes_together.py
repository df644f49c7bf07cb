"""Writing many history notes together, as the tickets were opened: by a job of the helpdesk.

A note that does more than comment, or brings pictures, goes by itself; so does one that another
worker began.
"""

from collections.abc import Callable, Sequence

from gehoor.domain.bulk import BulkNote, BulkWork
from gehoor.domain.frozen import frozen
from gehoor.domain.mention import digest
from gehoor.domain.ticket import CommentDraft
from gehoor.errors import RateLimited, TicketLimited
from gehoor.ports.helpdesk import Bulk
from gehoor.usecases.batch import Batch
from gehoor.usecases.bulk_work import done_by_job, hand_over
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.noting import (
    NoteSubject,
    composed_note,
    note_promise,
    pending_subject,
    tell_new_profile,
)
from gehoor.usecases.once import LEASE


@frozen
class _Ready:
    """A note that can be written with others."""

    subject: NoteSubject
    draft: CommentDraft

    @property
    def promise(self) -> str:
        return note_promise(self.subject.case_id)


def write_notes_together(case_ids: Sequence[str], bulk: Bulk, batch: Batch) -> list[str]:
    """Hand the notes of cases to the helpdesk as one job; returns the cases left over.

    Whose note is written, or could not be composed for now, is not among them.
    """
    subjects, left = _subjects(case_ids, batch.ports)
    ready: list[_Ready] = []

    def compose(case_id: str) -> None:
        ready.append(_composed(subjects[case_id], batch.ports))

    each_until_refused(list(subjects), compose, batch)
    together = {n.subject.ticket_id: n for n in ready if n.draft.is_comment_alone}
    begun = _begun(list(together.values()), batch.ports)
    if begun and not _handed_over(begun, bulk, batch.ports):
        begun = []
    return [*left, *(note.subject.case_id for note in ready if note not in begun)]


def follow_notes(work: BulkWork, bulk: Bulk, ports: DeliverPorts) -> None:
    """Account for every note of a bulk whose job is over; what it did not write goes singly.

    That begins when the promise's lease ends: nobody releases what another worker may hold by now.
    Unavailable while the job is not over, with the time to look again.
    """
    changed = set(done_by_job(work, bulk, bulk.is_changing, ports).values())
    ports.notes.close_many([note.case_id for note in work.notes if note.ticket_id in changed])
    ports.queues.send_notes([n.case_id for n in work.notes if n.ticket_id not in changed])
    ports.bulks.close(work.key)


def each_until_refused(case_ids: Sequence[str], work: Callable[[str], None], batch: Batch) -> None:
    """Work for each case; once the helpdesk's limit is spent the others wait for it unread.

    They would cost calls. The limit of one ticket alone holds up none of them.
    """
    refused: RateLimited | None = None
    for case_id in case_ids:
        with batch.asking(case_id):
            batch.check_time()
            if refused is not None and _is_spent(refused, batch):
                raise refused
            try:
                work(case_id)
            except RateLimited as error:
                refused = None if isinstance(error, TicketLimited) else error
                raise


def _is_spent(refused: RateLimited, batch: Batch) -> bool:
    return refused.retry_at is None or batch.ports.clock() < refused.retry_at


def _subjects(
    case_ids: Sequence[str], ports: DeliverPorts
) -> tuple[dict[str, NoteSubject], list[str]]:
    """What the notes are about that are still wanted, read in few calls; and those left over."""
    wanted = ports.notes.get_many(case_ids)
    records = ports.mentions.get_many(list(wanted.values()))
    cases = {case.case_id: case for case in ports.cases.get_many(list(wanted))}
    authors = {
        record.mention.author.identity for record in records.values() if record and record.mention
    }
    identities = ports.identities.get_many(sorted(authors))
    found: dict[str, NoteSubject] = {}
    for case_id, mention_id in wanted.items():
        record, case = records.get(mention_id), cases.get(case_id)
        mention = record.mention if record else None
        if not (record and case and mention) or mention.images:
            continue
        name = mention.author.identity
        subject = pending_subject(case, record, identities[name]) if name in identities else None
        if subject is not None:
            found[case_id] = subject
    return found, [case_id for case_id in wanted if case_id not in found]


def _composed(subject: NoteSubject, ports: DeliverPorts) -> _Ready:
    draft = composed_note(subject, ports)
    tell_new_profile(subject, ports)
    return _Ready(subject, draft)


def _begun(notes: Sequence[_Ready], ports: DeliverPorts) -> list[_Ready]:
    """Those whose promises are begun now."""
    named = {note.promise: note for note in notes}
    return [named[name] for name in ports.ledger.begin_new(list(named), ports.clock(), LEASE)]


def _handed_over(notes: Sequence[_Ready], bulk: Bulk, ports: DeliverPorts) -> bool:
    now = ports.clock()
    handed = tuple(BulkNote(n.subject.case_id, n.subject.ticket_id) for n in notes)
    key = digest("notes", now.isoformat(), *(note.case_id for note in handed))
    work = BulkWork(key, (), now, notes=handed)
    drafts = [(note.subject.ticket_id, note.draft) for note in notes]
    promises = [note.promise for note in notes]
    return hand_over(work, promises, lambda: bulk.write_comments(drafts), ports)
