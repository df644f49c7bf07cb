"""Writing the history notes of tickets that were opened together: by a job of the helpdesk.

A bulk lists the notes that are wanted, so that they need no outbox entries of their own. Each has a
promise, which keeps the job and those who write single notes apart. A note goes by itself when it
does more than comment, brings pictures, cannot be composed, or was begun before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from gehoor.domain.bulk import BulkNote, BulkWork
from gehoor.domain.case import Case
from gehoor.domain.frozen import frozen
from gehoor.domain.mention import digest
from gehoor.domain.record import MentionRecord
from gehoor.domain.ticket import CommentDraft
from gehoor.errors import AuthExpired, RateLimited
from gehoor.ports.helpdesk import Bulk
from gehoor.usecases.batch import Batch, OutOfTime
from gehoor.usecases.bulk_work import WAIT_FOR_ROOM, done_by_job, hand_over
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
class Wanted:
    """A bulk that lists notes, with what is at hand of their mentions and cases, if anything."""

    work: BulkWork
    records: Mapping[str, MentionRecord | None] = field(default_factory=dict)
    cases: Sequence[Case] = ()


@frozen
class _Composed:
    """The drafts of notes that can be written together, and how many notes were dealt with.

    Composing was `refused` where the others have to wait.
    """

    drafts: dict[BulkNote, CommentDraft]
    dealt_with: int
    refused: Exception | None = None


def want_notes(notes: Sequence[BulkNote], opened_by: str, ports: DeliverPorts) -> BulkWork:
    """Note that the tickets which a bulk opened want their notes; returns their list.

    To repeat it harms nothing.
    """
    work = BulkWork(digest("notes", opened_by), (), ports.clock(), wanted=tuple(notes))
    ports.bulks.want(work)
    return work


def write_wanted_notes(wanted: Wanted, bulk: Bulk, batch: Batch) -> None:
    """Hand the notes that a bulk lists to the helpdesk as one job.

    RateLimited, OutOfTime or AuthExpired when some are to be composed later: those stay listed.
    """
    ports = batch.ports
    if not ports.bulks.notes_have_room():
        message = "many bulks are under way at the helpdesk"
        raise RateLimited(message, ports.clock() + WAIT_FOR_ROOM)
    work = wanted.work
    composed = _composed(wanted, batch)
    handed = _handed_over(composed.drafts, bulk, ports)
    done, rest = work.wanted[: composed.dealt_with], work.wanted[composed.dealt_with :]
    _leave_to_themselves([note for note in done if note.case_id not in handed], ports)
    if composed.refused is None:
        ports.bulks.close(work.key)
        return
    ports.bulks.keep_wanted(replace(work, wanted=rest))
    raise composed.refused


def follow_notes(work: BulkWork, bulk: Bulk, ports: DeliverPorts) -> None:
    """Account for every note of a bulk whose job is over; what it did not write goes by itself.

    That begins when the promise's lease ends: nobody releases what another worker may hold by now.
    Unavailable while the job is not over, with the time to look again.
    """
    changed = set(done_by_job(work, bulk, bulk.is_changing, ports).values())
    _leave_to_themselves([note for note in work.notes if note.ticket_id not in changed], ports)
    ports.bulks.close(work.key)


def _leave_to_themselves(notes: Sequence[BulkNote], ports: DeliverPorts) -> None:
    if notes:
        ports.notes.open_many({note.case_id: note.record_id for note in notes}, ports.clock())
        ports.queues.send_notes([note.case_id for note in notes])


def _composed(wanted: Wanted, batch: Batch) -> _Composed:
    """Compose notes until the limit or the time is spent, or the helpdesk refuses gehoor itself.

    What fails otherwise goes by itself, and harms no other one.
    """
    subjects, drafts = _subjects(wanted, batch.ports), dict[BulkNote, CommentDraft]()
    for place, note in enumerate(wanted.work.wanted):
        try:
            batch.check_time()
            if note in subjects:
                drafts[note] = _draft(subjects[note], batch.ports)
        except (RateLimited, OutOfTime, AuthExpired) as error:
            return _Composed(drafts, place, error)
        except Exception:  # noqa: BLE001,S112  it fails again by itself, where its message says so
            continue
    return _Composed(drafts, len(wanted.work.wanted))


def _draft(subject: NoteSubject, ports: DeliverPorts) -> CommentDraft:
    draft = composed_note(subject, ports)
    tell_new_profile(subject, ports)
    return draft


def _subjects(wanted: Wanted, ports: DeliverPorts) -> Mapping[BulkNote, NoteSubject]:
    """What those notes are about that bring no pictures, read in few calls."""
    notes = wanted.work.wanted
    records = wanted.records or ports.mentions.get_many([note.record_id for note in notes])
    found_cases = wanted.cases or ports.cases.get_many([note.case_id for note in notes])
    cases = {case.case_id: case for case in found_cases}
    mentions = [record.mention for record in records.values() if record]
    authors = {mention.author.identity for mention in mentions if mention}
    identities = ports.identities.get_many(sorted(authors))
    found: dict[BulkNote, NoteSubject] = {}
    for note in notes:
        record, case = records.get(note.record_id), cases.get(note.case_id)
        mention = record.mention if record else None
        if not (record and case and mention) or mention.images:
            continue
        name = mention.author.identity
        subject = pending_subject(case, record, identities[name]) if name in identities else None
        if subject is not None:
            found[note] = subject
    return found


def _handed_over(
    drafts: Mapping[BulkNote, CommentDraft], bulk: Bulk, ports: DeliverPorts
) -> frozenset[str]:
    """The cases whose notes the helpdesk writes now, in different tickets; they are promised."""
    by_ticket = {n.ticket_id: n for n, draft in drafts.items() if draft.is_comment_alone}
    promises = {note_promise(note.case_id): note for note in by_ticket.values()}
    begun = ports.ledger.begin_new(list(promises), ports.clock(), LEASE)
    notes = tuple(promises[name] for name in begun)
    if not notes:
        return frozenset()
    now = ports.clock()
    key = digest("job of notes", now.isoformat(), *(note.case_id for note in notes))
    comments = [(note.ticket_id, drafts[note]) for note in notes]
    work = BulkWork(key, (), now, notes=notes)
    is_taken = hand_over(work, begun, lambda: bulk.write_comments(comments), ports)
    return frozenset(note.case_id for note in notes) if is_taken else frozenset()
