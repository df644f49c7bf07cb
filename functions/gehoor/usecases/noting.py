"""The internal note of a new case: who the customer is, and what the agent can do."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from gehoor.domain.capabilities import Capabilities
from gehoor.domain.case import Case, address_of
from gehoor.domain.crm import CrmAnswer, contact_in
from gehoor.domain.customer import Identity
from gehoor.domain.frozen import frozen
from gehoor.domain.history_note import Background, history_marker, history_note
from gehoor.domain.judgement import Judgement
from gehoor.domain.mention import Mention
from gehoor.domain.network import Post
from gehoor.domain.record import MentionRecord
from gehoor.domain.ticket import CommentDraft, Customer, History
from gehoor.errors import ContractBroken, GehoorError, Gone, NotAllowed, Rejected, Unavailable
from gehoor.usecases.attaching import upload_images
from gehoor.usecases.crm_look import look_in_crm
from gehoor.usecases.customers import given_contact, profile_of, tell_profile
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.once import Result, once
from gehoor.usecases.placing import Placing

NO_HISTORY = History(())


@frozen
class NoteSubject:
    """What a note is about: the ticket of a case, the mention that opened it, its customer.

    It `brings_images` of the mention where the ticket was opened without them; `crm` is what the
    CRM told where it was asked already; `not_routed` says why the ticket came without its group.
    """

    case_id: str
    ticket_id: str
    identity: Identity
    mention: Mention
    judgement: Judgement
    seen_at: datetime
    earlier: tuple[Post, ...] = ()
    brings_images: bool = False
    crm: CrmAnswer = None
    not_routed: str = ""

    @classmethod
    def of(cls, placing: Placing, case_id: str, ticket_id: str) -> "NoteSubject":
        """The subject of a case that is being opened."""
        return cls(
            case_id,
            ticket_id,
            placing.identity,
            placing.mention,
            placing.judgement,
            placing.seen_at,
            placing.thread.earlier,
            crm=placing.crm,
        )

    @property
    def customer(self) -> Customer:
        """Whom the ticket is of."""
        return Customer(self.identity.customer_id, self.identity.since)

    @property
    def heard_before(self) -> tuple[datetime, ...]:
        """When the author wrote on this network in other threads than this case's."""
        others = (t for t in self.identity.threads if t.case_id != self.case_id)
        return tuple(thread.heard_at for thread in others)

    @property
    def is_first_contact(self) -> bool:
        """Whether gehoor made the customer for this mention, so that nothing went before.

        A customer whom the company has by another way is confirmed, and may have written meanwhile.
        """
        since, is_known = self.identity.since, self.identity.confirmed or self.heard_before
        return since is not None and since >= self.mention.posted_at and not is_known


def write_pending_note(case_id: str, ports: DeliverPorts) -> None:
    """Write the note of a ticket that was opened without one, and bring its customer up to date.

    What is raised says when to try again; the note stays pending.
    """
    mention_id = ports.notes.get(case_id)
    if mention_id is None:
        return
    record, case = ports.mentions.get(mention_id), ports.cases.get(case_id)
    if case and record and record.mention:
        known = ports.identities.get(record.mention.author.identity)
        subject = pending_subject(case, record, known)
        if subject is not None:
            write_note_once(subject, ports)
            tell_new_profile(subject, ports)
    ports.notes.close(case_id)


def pending_subject(
    case: Case, record: MentionRecord, known: Identity | None
) -> NoteSubject | None:
    """What the note of a ticket is about that was opened without one; None for what is no more."""
    mention, judgement = record.mention, record.judgement
    if mention is None or judgement is None:
        return None
    identity = known or Identity(mention.author.identity, case.customer_id)
    return NoteSubject(
        case.case_id,
        case.ticket_id,
        identity,
        mention,
        judgement,
        record.seen_at,
        brings_images=True,
    )


def tell_new_profile(subject: NoteSubject, ports: DeliverPorts) -> None:
    """Bring the customer of an identity that is stored up to date."""
    if subject.identity.revision:
        tell_profile(subject.identity, subject.mention, subject.judgement, ports)


def note_promise(case_id: str) -> str:
    """What the ledger calls the writing of a note for a ticket that was opened without one."""
    return f"note:{case_id}"


def write_note_once(subject: NoteSubject, ports: DeliverPorts) -> None:
    """Write the history note though another worker may have written it.

    While the helpdesk is at work on comments, the note may be among those still to come.
    """
    marker, bulk = history_marker(subject.case_id), ports.helpdesk.bulk

    def find() -> Result | None:
        if bulk is not None and bulk.is_changing():
            message = f"case {subject.case_id}: its note may be among those being written"
            raise Unavailable(message)
        comment_id = ports.helpdesk.find_comment(subject.ticket_id, marker)
        return None if comment_id is None else {"comment_id": comment_id}

    key = note_promise(subject.case_id)
    with suppress(Gone):
        once(ports.ledger, key, ports.clock, act=lambda: write_note(subject, ports), look=find)


def write_note(subject: NoteSubject, ports: DeliverPorts) -> Result:
    """Write what went before; the ticket goes on without a note that the helpdesk refuses."""
    note = composed_note(subject, ports)
    if subject.brings_images:
        note = replace(note, uploads=upload_images(subject.mention, ports))
    try:
        return {"comment_id": ports.helpdesk.add_comment(subject.ticket_id, note)}
    except (Rejected, ContractBroken):
        ports.metrics.count("NotesRefused")
        return {"comment_id": ""}


def composed_note(subject: NoteSubject, ports: DeliverPorts) -> CommentDraft:
    """What went before, as a note.

    The ticket is open by now: the network is asked while nobody waits for it, and so is the CRM
    about an author who was known.
    """
    mention, judgement = subject.mention, subject.judgement
    capabilities, room = _abilities(mention, ports)
    profile = profile_of(mention, judgement, subject.identity)
    crm = subject.crm or look_in_crm(profile, ports.crm, ports.metrics)
    identity = given_contact(subject.identity, contact_in(crm), ports)
    known = Background(
        customer=subject.customer,
        history=_history(subject, ports),
        earlier=subject.earlier,
        capabilities=capabilities,
        room=room,
        crm=crm,
        doubts=identity.doubts,
        tells_tags=ports.helpdesk.tells_tags,
        heard_before=subject.heard_before,
        rules=ports.rules,
        not_routed=subject.not_routed,
        answer_due=ports.desk.in_words(ports.desk.first_answer(judgement, subject.seen_at).due_at),
        calling=ports.calling,
    )
    return history_note(subject.case_id, mention, judgement, known)


def _history(subject: NoteSubject, ports: DeliverPorts) -> History | None:
    """The history without the ticket itself; None when the helpdesk cannot tell.

    A ticket without history is better than none. Of who is new nothing is asked.
    """
    if subject.is_first_contact:
        return NO_HISTORY
    try:
        history = ports.helpdesk.history(subject.identity.customer_id)
    except (Rejected, NotAllowed, ContractBroken, Gone):
        return None
    own = subject.ticket_id
    return replace(
        history,
        tickets=tuple(ticket for ticket in history.tickets if ticket.ticket_id != own),
        answers=tuple(answer for answer in history.answers if answer.ticket_id != own),
    )


def _abilities(mention: Mention, ports: DeliverPorts) -> tuple[Capabilities | None, int | None]:
    """What can be done on the network, and the length an answer may have.

    None when the network could not be asked; None for the length where it sets no limit.
    """
    try:
        network = ports.networks(mention.source_id)
        capabilities = network.capabilities()
        if not capabilities.reply:
            return capabilities, None
        empty = network.measure(address_of(mention), "")
    except GehoorError:
        return None, None
    return capabilities, None if empty.limit is None else max(0, empty.limit - empty.length)
