"""The stores of customers, cases, bulks, notes and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from gehoor.domain.bulk import BulkWork
    from gehoor.domain.case import Case
    from gehoor.domain.compliance import ComplianceRound
    from gehoor.domain.customer import Identity
    from gehoor.domain.mention import Visibility
    from gehoor.domain.reply_memory import Apology, EarlierReply
    from gehoor.domain.ticket import (
        Comment,
    )


class IdentityStore(Protocol):
    """Which customer an identity is linked to: at most one."""

    def get(self, name: str) -> Identity | None:
        """The identity of this name, None when nobody heard of it."""

    def get_many(self, names: Sequence[str]) -> Mapping[str, Identity | None]:
        """Those identities, None for each nobody heard of; 100 at most are asked for.

        What cannot be read is left out: `get` says why.
        """

    def put(self, identity: Identity) -> Identity | None:
        """Store `identity` as its next revision, and return that; None when another worker did."""

    def put_many(self, identities: Sequence[Identity]) -> Sequence[Identity | None]:
        """As `put` for each, no two of one name, in few calls; None for each to put by itself.

        What is raised leaves open which are stored.
        """

    def of_customer(self, customer_id: str) -> Sequence[Identity]:
        """The identities that are linked to a customer now.

        Not those that were stored once, with a customer made for them: most authors are never heard
        again, and those who are find by themselves what became of their customer.
        """


class CaseStore(Protocol):
    """Cases by id."""

    def get(self, case_id: str) -> Case | None:
        """The case, None before its ticket is open."""

    def get_many(self, case_ids: Sequence[str]) -> Sequence[Case]:
        """Those cases that are stored and can be read, 100 at most are asked for."""

    def put(self, case: Case) -> bool:
        """Store `case` as its next revision; False when another worker stored that one."""

    def open_many(self, cases: Sequence[Case]) -> None:
        """Store new cases, no two of one id, in few calls; one that is stored stays as it is.

        What is raised leaves open which are stored.
        """

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

    def prepare(self, bulk: BulkWork) -> bool:
        """Note a bulk before the helpdesk is asked; False while too many others are open.

        Notes leave room to tickets.
        """

    def notes_have_room(self) -> bool:
        """Whether a bulk of notes would find room now; another worker may take it first."""

    def started(self, key: str, job_id: str) -> None:
        """Note the helpdesk's job."""

    def want(self, bulk: BulkWork) -> None:
        """Note notes that are wanted; nothing to do when they are noted."""

    def keep_wanted(self, bulk: BulkWork) -> None:
        """Note which of the notes are wanted still; nothing to do when the bulk is over."""

    def get(self, key: str) -> BulkWork | None:
        """The bulk, None when it is over."""

    def close(self, key: str) -> None:
        """Note that nothing of it is left to do."""


class NoteStore(Protocol):
    """History notes still to be written, for tickets that were opened without one."""

    def open(self, case_id: str, mention_id: str, now: datetime) -> None:
        """Note that the case's ticket wants its note; nothing to do when that was noted before."""

    def open_many(self, opened_by: Mapping[str, str], now: datetime) -> None:
        """As `open` for each case's id and the mention that opened it, in few calls.

        What is raised leaves open which are noted.
        """

    def get(self, case_id: str) -> str | None:
        """The mention that opened the case, None when its note wants no writing."""

    def close(self, case_id: str) -> None:
        """Note that the note is written."""


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


class ReplyMemory(Protocol):
    """What is kept of answers that went out, to tell copies and apologies that repeat.

    `key` names an answer: what is kept of it is kept once.
    """

    def recent(self, brand: str, since: datetime) -> Mapping[str, EarlierReply]:
        """The brand's newest answers since then by their keys, RECENT_AT_MOST of them."""

    def keep(self, brand: str, key: str, reply: EarlierReply) -> None:
        """Keep an answer for a day."""

    def apologise(self, identity: str, key: str, apology: Apology) -> Sequence[Apology]:
        """Keep an apology to an author for 30 days; returns those of other answers to them."""


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
