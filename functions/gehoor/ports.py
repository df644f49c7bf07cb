"""What use cases ask of the outside world. Adapters fit these shapes; they do not inherit them.

Every method may raise `Transient` (nothing happened, later may do), `AuthExpired`, `NotAllowed`
and `ContractBroken`. Methods that write on the other side may also raise `UnknownOutcome`: the
caller looks before it repeats. Other errors are named where they occur.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple, Protocol

from gehoor.domain.budget import Lane, Limit
from gehoor.domain.bulk import BulkOpening, Job
from gehoor.domain.capabilities import Capabilities, Measure
from gehoor.domain.case import Case, ReplyAddress
from gehoor.domain.compliance import ComplianceRound
from gehoor.domain.contact import NO_CONTACT, VerifiedContact
from gehoor.domain.crm import CrmFacts
from gehoor.domain.customer import Identity
from gehoor.domain.event import Event
from gehoor.domain.judgement import Judgement
from gehoor.domain.listing import Ask, Listing
from gehoor.domain.mention import Image, Mention, Visibility
from gehoor.domain.network import Broken, ImageFile, Posted, Thread
from gehoor.domain.place import Cursor, Gap
from gehoor.domain.record import MentionRecord
from gehoor.domain.source import SourceState
from gehoor.domain.ticket import (
    Comment,
    CommentDraft,
    CommentsPage,
    Customer,
    CustomerProfile,
    History,
    OpenedTicket,
    Ticket,
    TicketDraft,
)

Clock = Callable[[], datetime]
"""The time now, aware UTC."""

Wait = Callable[[datetime], None]
"""Let time pass until then, or a little longer."""

Jitter = Callable[[], float]
"""A number from 0 to 1, another one each time: it keeps what failed together apart."""

Triage = Callable[[str, str | None, tuple[str, ...]], Judgement]
"""Text, the network's language hint and the brand's languages to a judgement. Never raises."""


Images = Callable[[Image], ImageFile]
"""A post's picture as a file; Rejected when it is too large, or none that helpdesks show."""


RECHECKED_AT_ONCE = 20
"""Mastodon takes no more ids in one call, and other networks take more."""


class Network(Protocol):
    """One connection to one network: an account, or something to read without one."""

    def capabilities(self) -> Capabilities:
        """What this connection can do; may ask the network for its limits."""

    def lists(self) -> tuple[str, ...]:
        """The names of the lists that are read; each keeps its own place."""

    def read(self, ask: Ask, now: datetime) -> Listing:
        """One page. An empty one is no error; Gone ends the source.

        PositionLost when the network does not know `ask.position`, or the floor's id, any more.
        """

    def parse(self, raw: str, now: datetime) -> Mention:
        """Read again an item that was set aside as broken; ContractBroken when it still is."""

    def thread(self, mention: Mention) -> Thread:
        """The conversation around a mention. Gone when the post no longer exists."""

    def measure(self, address: ReplyAddress, text: str) -> Measure:
        """How long the answer to `address` is as the network counts it."""

    def reply(self, address: ReplyAddress, text: str, key: str) -> Posted:
        """Answer at `address`, never wider than `address.visibility`; `key` names this answer.

        The post to answer may be the brand's own: a part of an answer goes below the part before
        it, and still to the author whom the address names. Gone when the post to answer is no
        longer there; Rejected when the network refuses the text.
        """

    def find_replies(self, address: ReplyAddress, text: str, key: str) -> tuple[Posted, ...]:
        """The answers a lost call may have left on the network, newest first.

        A network may find by the text alone: then an earlier answer in the same words is among
        them, and the caller takes none that is another answer's.
        """

    def recheck(self, native_ids: Sequence[str]) -> Mapping[str, Mention | None]:
        """What posts are now, at most RECHECKED_AT_ONCE of them; None for one that is gone.

        Gone is what the network itself, asked for that post, says is not there or not to be seen.
        Whatever it cannot tell about is left out; a network that never can tell gives nothing.
        """


class ComplianceJobs(Protocol):
    """What some networks tell of many posts at once, in jobs that they do in their own time."""

    def start(self, name: str, native_ids: Sequence[str]) -> str | None:
        """Ask which of these posts are deleted; the job's id, None where there is none to ask of.

        Unavailable while the network does another job.
        """

    def deleted_in(self, job_id: str) -> frozenset[str] | None:
        """The native ids of deleted posts; None while the job is under way.

        Gone when it failed, or the network has forgotten it.
        """


Networks = Callable[[str], Network]
"""The connection of a source, by its id. Gone when the configuration names it no more."""


TICKETS_AT_ONCE = 100
YOUNGEST = timedelta(minutes=1)
"""How old a comment must be before a helpdesk lists it: its lists are not written at once."""


class Bulk(Protocol):
    """What a helpdesk does for many at once: far fewer calls, and an end that comes later."""

    def known_customers(self, external_ids: Sequence[str]) -> Mapping[str, Customer]:
        """Those customers that are there already, by their external id; 100 at most are asked."""

    def open_tickets(self, drafts: Sequence[TicketDraft]) -> str:
        """Have tickets opened, 100 at most; returns the id of the helpdesk's job."""

    def read_job(self, job_id: str) -> Job:
        """How far a job is. Gone when the helpdesk forgot it."""

    def is_at_work(self) -> bool:
        """Whether any job that opens tickets is under way, whoever began it."""


class Helpdesk(Protocol):
    """The helpdesk the company already has."""

    @property
    def bulk(self) -> Bulk | None:
        """How to do many at once, None where that cannot be done."""

    @property
    def tells_tags(self) -> bool:
        """Whether `read_ticket` and `tags_at` tell tags, so that one can make an answer private."""

    def find_customer(self, contact: VerifiedContact) -> Customer | None:
        """The customer who has the address or the number, whom this changes in nothing.

        None when nobody has it. Rejected when nobody may be linked by it: somebody of the company
        has it, or several customers do.
        """

    def upsert_customer(
        self, profile: CustomerProfile, contact: VerifiedContact = NO_CONTACT
    ) -> Customer:
        """Find the customer of an identity, or make one who has the contact, where that is free."""

    def add_contact(self, customer_id: str, contact: VerifiedContact) -> bool:
        """Give a customer an address they proved to be theirs; False when somebody else has it.

        Gone when the customer was removed or merged.
        """

    def update_customer(self, customer_id: str, profile: CustomerProfile, named: bool) -> None:
        """Tell what the network says of a customer now; their name only when `named`.

        Gone when the customer was removed or merged.
        """

    def history(self, customer_id: str) -> History:
        """What the helpdesk knows of the customer. Gone when the customer was removed or merged."""

    def open_ticket(self, draft: TicketDraft) -> OpenedTicket:
        """Open a ticket. Rejected when the helpdesk refuses it for good."""

    def find_ticket(self, external_id: str) -> OpenedTicket | None:
        """The oldest ticket with this external id, from the database and not the search index."""

    def add_comment(self, ticket_id: str, draft: CommentDraft) -> str:
        """Write a comment; returns its id. Gone when the ticket is deleted or closed for good."""

    def upload(self, file: ImageFile) -> str:
        """Hand over a file for a comment; returns its token. Rejected where none are taken."""

    def find_comment(self, ticket_id: str, marker: str) -> str | None:
        """The id of the comment with this marker."""

    def read_ticket(self, ticket_id: str) -> Ticket:
        """The ticket as it is now. Gone when it does not exist."""

    def read_comment(self, ticket_id: str, comment_id: str) -> Comment:
        """The comment as it is now. Gone when it does not exist."""

    def tags_at(self, ticket_id: str, comment_id: str) -> frozenset[str]:
        """The ticket's tags once the comment was written, whatever became of them since.

        Where the helpdesk remembers no further, every tag it remembers.
        """

    def read_tickets(self, ticket_ids: Sequence[str]) -> Sequence[Ticket]:
        """At most TICKETS_AT_ONCE tickets; those that do not exist are left out."""

    def merged_into(self, ticket_id: str) -> str | None:
        """The ticket this one was merged into; None when it was not, or nobody can tell.

        Gone when it does not exist.
        """

    def set_requester(self, ticket_id: str, customer_id: str) -> None:
        """Give the ticket to another customer. Gone when it is deleted or closed for good."""

    def is_customer(self, customer_id: str) -> bool:
        """Whether this is a customer now: not removed or merged, and no person of the company."""

    def comments_since(self, since: datetime) -> CommentsPage:
        """Public comments on any ticket, those from `since` on, at least YOUNGEST ago.

        Some may be customers', and some come again on the next page. NotAllowed without the rights
        for it; a helpdesk that keeps no such list gives an empty page.
        """


class Crm(Protocol):
    """What the company knows of its customers besides their tickets."""

    def about(self, customer: CustomerProfile) -> CrmFacts:
        """What the CRM knows. Gone when it does not know this customer.

        Rejected when the CRM cannot be asked about this customer, or answers too much. Nothing
        waits for a CRM: callers go on without it after any error.
        """


class MentionStore(Protocol):
    """Mentions seen. A stored mention that still has `pending_since` is the outbox entry itself."""

    def put_new(self, mention: Mention, judgement: Judgement, now: datetime) -> bool:
        """Store a mention as pending, once: False when it is there already."""

    def put_broken(self, broken: Broken, source_id: str, now: datetime) -> bool:
        """Store an item that could not be read, set aside with its reason, once."""

    def get(self, mention_id: str) -> MentionRecord | None:
        """The mention with its state."""

    def get_many(self, mention_ids: Sequence[str]) -> Mapping[str, MentionRecord | None]:
        """Those mentions, None for what is not stored; 100 at most are asked for.

        What cannot be read is left out: `get` says why.
        """

    def note_edit(self, mention: Mention, judgement: Judgement, now: datetime) -> bool:
        """Store a mention as its author edited it, pending anew: False when that is known.

        What was set aside stays so, and what is gone does not come back.
        """

    def note_missing(self, mention_id: str, now: datetime) -> datetime:
        """Note that the network shows a post no more; returns when that was first noted."""

    def note_present(self, mention_id: str) -> None:
        """Take back that a post is missing."""

    def note_gone(
        self, mention_id: str, mention: Mention, judgement: Judgement, now: datetime
    ) -> bool:
        """Put what may be kept of a post that is gone in its place, for ever; False when it is.

        Its state stays: whoever delivers it looks.
        """

    def renew(self, mention_id: str, mention: Mention, judgement: Judgement, now: datetime) -> None:
        """Put what the network tells of a post now, or what may be kept of it, in its place.

        Nothing to do when it is gone, or was edited since.
        """

    def repair(self, mention_id: str, mention: Mention, judgement: Judgement) -> None:
        """Give a record that was set aside as broken the mention it turned out to be."""

    def place(self, mention_id: str, case_id: str) -> str:
        """Note the case a mention belongs to; returns the one that was noted first.

        A network may tell another root of the thread the next time, or none.
        """

    def delivered(
        self,
        mention_id: str,
        case_id: str,
        ticket_id: str,
        now: datetime,
        edited_at: datetime | None = None,
    ) -> None:
        """Note where the mention went; it is pending no more.

        `edited_at` is that of the words that were brought. When the author edited them meanwhile,
        the mention stays pending, so that its ticket is told.
        """

    def set_aside(self, mention_id: str, reason: str, now: datetime) -> None:
        """Take a mention out of the flow with a reason that names no personal text.

        Nothing to do when it was delivered meanwhile.
        """

    def make_pending(self, mention_id: str, now: datetime) -> None:
        """Put a mention back into the flow; nothing to do when it was delivered."""


class Forgotten(Protocol):
    """Whom an operator had forgotten; nothing but a digest is left of them."""

    def since(self, identities: Iterable[str]) -> Mapping[str, datetime]:
        """When those of these identities were forgotten that were, by the identity's name."""


class Arrivals(Protocol):
    """When mentions were first seen, whatever became of them since."""

    def between(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
        """When mentions were first seen and their ids, from `since` to before `until`, in order."""


class IdentityStore(Protocol):
    """Which customer an identity is linked to: at most one."""

    def get(self, name: str) -> Identity | None:
        """The identity of this name, None when nobody heard of it."""

    def get_many(self, names: Sequence[str]) -> Mapping[str, Identity | None]:
        """Those identities, None for each nobody heard of; 100 at most are asked for.

        What cannot be read is left out: `get` says why.
        """

    def put(self, identity: Identity) -> bool:
        """Store `identity` as its next revision; False when another worker stored that one."""

    def of_customer(self, customer_id: str) -> Sequence[Identity]:
        """The identities that are linked to a customer now."""


class CaseStore(Protocol):
    """Cases by id."""

    def get(self, case_id: str) -> Case | None:
        """The case, None before its ticket is open."""

    def put(self, case: Case) -> bool:
        """Store `case` as its next revision; False when another worker stored that one."""

    def audience_left(self, case_id: str) -> Visibility | None:
        """Who could read a case that gehoor does not know any more, None for any other.

        Its author was forgotten, or it was solved too long ago to be kept.
        """

    def in_ticket(self, ticket_id: str) -> Mapping[str, datetime]:
        """The cases whose tickets were merged into this one, and when, by their ids."""

    def merge(self, case_ids: Iterable[str], ticket_id: str, at: datetime) -> None:
        """Note that cases went on in a ticket; the time that was noted first stays."""


class BulkStore(Protocol):
    """Bulks under way: pending, like a mention, until every ticket of them is accounted for."""

    def prepare(self, bulk: BulkOpening) -> bool:
        """Note a bulk before the helpdesk is asked; False while MOST_BULKS others are open."""

    def started(self, key: str, job_id: str) -> None:
        """Note the helpdesk's job."""

    def get(self, key: str) -> BulkOpening | None:
        """The bulk, None when it is over."""

    def close(self, key: str) -> None:
        """Note that nothing of it is left to do."""


class NoteStore(Protocol):
    """History notes still to be written, for tickets that were opened without one."""

    def open(self, case_id: str, mention_id: str, now: datetime) -> None:
        """Note that the case's ticket wants its note; nothing to do when that was noted before."""

    def get(self, case_id: str) -> str | None:
        """The mention that opened the case, None when its note wants no writing."""

    def close(self, case_id: str) -> None:
        """Note that the note is written."""


class Begin(Enum):
    """What the ledger says when somebody wants to do something exactly once."""

    NEW = "nobody has begun: do it"
    DONE = "it is done: use the result"
    UNKNOWN = "somebody began and did not finish: look before repeating"
    BUSY = "somebody is at it now: come back later"


class Promise(NamedTuple):
    """The ledger's answer; `result` is only set when done, `free_at` only when busy."""

    begin: Begin
    result: dict[str, str]
    free_at: datetime | None


class Ledger(Protocol):
    """What gehoor promised to do exactly once, and whether it is done."""

    def begin(self, key: str, now: datetime, lease: timedelta) -> Promise:
        """Say that the work named `key` starts; atomic between all workers."""

    def has_begun(self, key: str) -> bool:
        """Whether anybody began the work named `key`, and did not withdraw."""

    def finish(self, key: str, result: dict[str, str], now: datetime) -> None:
        """Say that the work is done and what came of it."""

    def release(self, key: str) -> None:
        """Say that the work stopped half-way, with an answer: the next `begin` may look at once."""

    def withdraw(self, key: str) -> None:
        """Say that the work never began: the next `begin` is the first."""

    def claim(self, key: str, owner: str, now: datetime) -> bool:
        """Say that the thing named `key` is `owner`'s for ever; False when it is another's."""

    def owner(self, key: str) -> str | None:
        """Whose the thing named `key` is."""

    def decide(self, key: str, choice: dict[str, str], now: datetime) -> dict[str, str]:
        """Decide `key` for ever; returns the choice that counts, which is the first one."""

    def decided(self, key: str) -> dict[str, str] | None:
        """What was decided for `key`, None when nothing was."""


class SourceStore(Protocol):
    """Where each source stands: cursor, lease, next due time, health."""

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        """Ids of sources whose time has come."""

    def claim_turn(self, source_id: str, now: datetime, next_due_at: datetime) -> bool:
        """Move the due time forward, once per turn: False when another dispatcher did it."""

    def get(self, source_id: str) -> SourceState | None:
        """The source's state."""

    def acquire(
        self, source_id: str, owner: str, now: datetime, until: datetime
    ) -> SourceState | None:
        """Take the source's lease; its state, None while another worker holds the lease.

        None too for a source without state, whose health is judged stale.
        """

    def save_cursor(
        self, source_id: str, owner: str, cursor: Cursor, gaps: Sequence[Gap] = ()
    ) -> bool:
        """Write the cursor and the gaps, only while `owner` still holds the lease."""

    def release(self, source_id: str, owner: str, outcome: "PollOutcome") -> None:
        """Give the lease back and note how the run went."""

    def note_new(self, source_id: str, at: datetime) -> None:
        """Note that something new came without a poll; nothing to do for an unknown source."""


class PollOutcome(NamedTuple):
    """How a poll ended.

    `error` is "" after success; `not_before` moves the next due time; `more` says that the run's
    bound was reached before the source's end. `credential_ends_at` only counts after success.
    Before `rests_until` nothing may lead to a poll.
    """

    at: datetime
    new_items: int
    error: str = ""
    not_before: datetime | None = None
    more: bool = False
    credential_ends_at: datetime | None = None
    rests_until: datetime | None = None


class Overdue(NamedTuple):
    """A promise to deliver that is pending too long, `due` when it may be sent again by now."""

    kind: str
    name: str
    attempts: int
    since: datetime
    due: bool = True


class Outbox(Protocol):
    """Everything pending, oldest first."""

    def overdue(self, before: datetime, now: datetime, limit: int) -> Sequence[Overdue]:
        """What is pending since before `before`; ends once about `limit` of it is due by `now`."""

    def postpone(self, item: Overdue, until: datetime) -> bool:
        """Count a re-send; the next may come at `until`. False when it is pending no more."""


class Answers(Protocol):
    """Agents' comments to bring to a network: pending from first sight to the end."""

    def open(self, ticket_id: str, comment_id: str, now: datetime) -> bool:
        """Note an answer as pending; False when it was ended before."""

    def close(self, ticket_id: str, comment_id: str, outcome: str, now: datetime) -> None:
        """Note how a pending answer ended; nothing to do when it is not pending."""

    def drop(self, ticket_id: str, comment_id: str) -> None:
        """Take back the note of a pending answer; nothing to do when it is not pending."""

    def knows(self, ticket_id: str, comment_id: str) -> bool:
        """Whether the comment was ever noted, pending or ended."""


class Queues(Protocol):
    """The queues between functions. Messages carry ids, never text."""

    def send_polls(self, source_ids: Iterable[str]) -> None:
        """Ask for a poll of each source."""

    def send_post(self, source_id: str, post_id: str) -> None:
        """Ask for a look at one post that a network told of."""

    def send_deliveries(self, deliveries: Iterable["Delivery"]) -> None:
        """Ask for the delivery of stored mentions."""

    def send_bulk(self, key: str, delay: timedelta) -> None:
        """Ask for a look at a bulk after `delay`, 15 minutes at most."""

    def send_notes(self, case_ids: Iterable[str]) -> None:
        """Ask for the history notes of cases."""

    def send_rechecks(self, mention_ids: Iterable[str]) -> None:
        """Ask for a look at what became of mentions on their networks."""

    def send_event(self, event: Event) -> None:
        """Ask for what happened in the helpdesk, or on a network, to be followed."""


class Delivery(NamedTuple):
    """A mention to deliver; `group` keeps one noisy author from starving the others."""

    mention_id: str
    urgent: bool
    group: str


class Inbox(Protocol):
    """Comments that a helpdesk sent which cannot be asked for them later; kept for 30 days."""

    def keep(self, ticket_id: str, comment: Comment, now: datetime) -> None:
        """Keep a comment; the newest version counts, but one that is private stays as it is."""

    def read(self, ticket_id: str, comment_id: str) -> Comment | None:
        """The comment that was kept, None when there is none."""


class Replays(Protocol):
    """Calls from outside that were taken lately, by what names each."""

    def seen(self, names: Sequence[str]) -> bool:
        """Whether a call of any of these names was taken."""

    def remember(self, names: Sequence[str], now: datetime) -> None:
        """Note that a call of these names was taken; kept for a day."""


class Bookmarks(Protocol):
    """How far something is read, by one reader at a time."""

    def take(self, name: str, owner: str, now: datetime, until: datetime) -> datetime | None:
        """Take the lease; where to read on, `now` the first time. None while another reads."""

    def move(self, name: str, owner: str, place: datetime) -> bool:
        """Note how far it is read, only while `owner` still holds the lease."""

    def release(self, name: str, owner: str) -> None:
        """Give the lease back."""


class ComplianceRounds(Protocol):
    """How far each source's posts are checked for deletions, by one worker at a time."""

    def take(
        self, source_id: str, owner: str, now: datetime, until: datetime
    ) -> ComplianceRound | None:
        """Take the lease; the round under way, a first one the first time.

        None while another worker holds the lease.
        """

    def save(self, source_id: str, owner: str, progress: ComplianceRound) -> bool:
        """Note how far it is and give the lease back, only while `owner` still holds it."""


class Budget(Protocol):
    """Limits of outside APIs, one for each credential, shared by all workers."""

    def take(self, limit: Limit, lane: Lane, calls: int = 1) -> None:
        """Spend `calls` of `limit`; RateLimited, with the time to come again, when they are spent.

        What a lane leaves for the more urgent ones counts as spent for it.
        """

    def correct(self, limit: Limit, left: int, until: datetime) -> None:
        """The API says that only `left` calls are left before `until`: others spend too."""

    def close(self, limit: Limit, until: datetime) -> None:
        """The API takes no call before `until`, whatever is left."""


class Lease(NamedTuple):
    """Whether the caller may renew a session: yes when `free_at` is None, else not before it.

    `refused` are the grants that the other side has refused for good.
    """

    free_at: datetime | None
    refused: frozenset[str]


class Sessions(Protocol):
    """Sign-ins that only stay valid while they are renewed, each shared by all workers."""

    def get(self, name: str) -> str | None:
        """What was stored last; None when nothing was."""

    def prepare(self, name: str) -> None:
        """Make sure that `put` may write; what is stored stays. Tells a missing right in time."""

    def put(self, name: str, session: str) -> None:
        """Store a session, whoever holds the lease: it may be the only one that is valid."""

    def lease(self, name: str, owner: str, now: datetime, until: datetime) -> Lease:
        """Take the right to renew; one owner has it at a time."""

    def refuse(self, name: str, grant: str) -> None:
        """Note a grant, by a name that is no secret, as refused for good."""

    def release(self, name: str, owner: str) -> None:
        """Give the lease back; nothing to do when it is another's by now."""


class Quota(Protocol):
    """What may be spent in a window of time, such as units or money of a day, by all workers."""

    def take(self, name: str, amount: int, cap: int, until: datetime) -> None:
        """Spend `amount` of the `cap` in the window of `name` that ends at `until`, aware UTC.

        Before the call that costs it. QuotaSpent, with `until` as the time to come again and
        nothing spent, when it does not fit.
        """

    def refund(self, name: str, amount: int, until: datetime) -> None:
        """Give back what a call did not cost after all; no more than was taken for it."""

    def used(self, name: str, until: datetime) -> int:
        """How much is spent in that window."""


class Metrics(Protocol):
    """Numbers that alarms and dashboards watch."""

    def count(self, name: str, value: int = 1) -> None:
        """Add `value` to the metric `name`."""
