"""A case: what one author wants from the brand in one thread. It becomes one ticket."""

from dataclasses import replace
from datetime import datetime, timedelta

from gehoor.domain.due_promise import GivenPromise
from gehoor.domain.first_answer import Ending, FirstAnswer, Stage
from gehoor.domain.frozen import frozen
from gehoor.domain.mention import Mention, Visibility, digest
from gehoor.domain.outcome import Outcome

EXTERNAL_ID_PREFIX = "gehoor:"
INCIDENT = "incident:"
"""After the prefix it names a problem ticket, which is no case's."""

MOST_CLOCKS = 5
MOST_PROMISES = 3
"""So many are kept of each, the newest: a stored item has a bound."""


@frozen
class ReplyAddress:
    """Where an answer goes: stored with the case, never taken from the contact record.

    `native_id` is the post to answer on the network behind `source_id`; `handle` is the author
    who must be notified; `visibility` is the widest an answer may be.
    """

    source_id: str
    native_id: str
    author_id: str
    handle: str
    visibility: Visibility
    permalink: str


@frozen
class Case:
    """A case and its ticket.

    `opened_by` is the id of the mention whose words opened the ticket, `answers_at` the post time
    of the mention the address points to. `is_open` is false once agents solved it. `revision`
    counts how often the case was stored, so that no worker overwrites what another one stored
    meanwhile. `handed_over` says that an agent moved the conversation to private messages. `left`
    are the tickets that went on in `ticket_id`, because agents merged them. `opened_at` is when the
    ticket was noted to be open, None for older cases, of which the ledger tells. `clocks` are those
    of its first answers, the last one that of now; `promises` are those with a time, in order.
    `outcome` is how it ended when it was solved last.
    """

    case_id: str
    brand: str
    network: str
    ticket_id: str
    opened_by: str
    customer_id: str
    address: ReplyAddress
    answers_at: datetime
    is_open: bool = True
    revision: int = 0
    handed_over: bool = False
    left: tuple[str, ...] = ()
    opened_at: datetime | None = None
    clocks: tuple[FirstAnswer, ...] = ()
    promises: tuple[GivenPromise, ...] = ()
    outcome: Outcome | None = None

    @property
    def clock(self) -> FirstAnswer | None:
        """That of the first answer; None for a case of before there were clocks."""
        return self.clocks[-1] if self.clocks else None

    @property
    def wakes_at(self) -> datetime | None:
        """When agents are to be told something of it; nobody waits in a case that is solved."""
        moments = [promise.notice_at for promise in self.promises if promise.waits]
        if self.is_open and self.clock and self.clock.next_moment:
            moments.append(self.clock.next_moment)
        return min(moments, default=None)

    @property
    def own_ticket_id(self) -> str:
        """The ticket that was opened for the case; where it goes on now may be anybody's."""
        return (*self.left, self.ticket_id)[0]

    def moved_to(self, ticket_id: str) -> "Case":
        """The case in the ticket that its own was merged into."""
        return replace(self, ticket_id=ticket_id, left=(*self.left, self.ticket_id))

    def to_the_author_alone(self) -> "Case":
        """The case once an agent moved it to private messages, from which it never comes back."""
        address = replace(self.address, visibility=Visibility.DIRECT)
        return replace(self, address=address, handed_over=True)

    def after(self, mention: Mention, clock: FirstAnswer | None = None) -> "Case":
        """The case with `mention` heard: the newest is answered, and only ever to fewer people.

        Once part of the conversation was private, the answers stay private: nobody can tell which
        part an answer takes up. A case that was solved, or whose author took back what was to be
        answered, waits for a first answer anew, by `clock`.
        """
        newer = mention.posted_at > self.answers_at
        address = address_of(mention) if newer else self.address
        audience = self.address.visibility.narrowed(mention.visibility)
        return replace(
            self,
            address=replace(address, visibility=audience),
            answers_at=max(self.answers_at, mention.posted_at),
            is_open=True,
            clocks=self._then(clock) if clock and self._is_over else self.clocks,
        )

    def told(self, stage: Stage) -> "Case":
        """The case once agents were told how long its first answer is waited for."""
        if self.clock is None:
            return self
        return self._with_clock(replace(self.clock, told=stage))

    def stopped(self, at: datetime, ending: Ending, took: timedelta | None = None) -> "Case":
        """The case once nobody waits for its first answer any more."""
        if self.clock is None:
            return self
        return self._with_clock(self.clock.ended(at, ending, took))

    def answered(self, comment_id: str, given: GivenPromise | None) -> "Case":
        """The case after an answer, which keeps all earlier promises and may give one."""
        promises = tuple(promise.answered(comment_id) for promise in self.promises)
        if given is None or any(known.comment_id == comment_id for known in promises):
            return replace(self, promises=promises)
        return replace(self, promises=(*promises, given)[-MOST_PROMISES:])

    def without_promise(self, comment_id: str) -> "Case":
        """The case once agents were reminded of a promise, or said that it is kept."""
        promises = (
            replace(promise, is_over=True) if promise.comment_id == comment_id else promise
            for promise in self.promises
        )
        return replace(self, promises=tuple(promises))

    @property
    def _is_over(self) -> bool:
        is_withdrawn = self.clock is not None and self.clock.ending is Ending.WITHDRAWN
        return not self.is_open or is_withdrawn

    def _with_clock(self, clock: FirstAnswer) -> "Case":
        return replace(self, clocks=(*self.clocks[:-1], clock))

    def _then(self, clock: FirstAnswer) -> tuple[FirstAnswer, ...]:
        before = self.stopped(clock.started_at, Ending.SOLVED).clocks
        return (*before, clock)[-MOST_CLOCKS:]


def case_id_of(mention: Mention, thread_root: str) -> str:
    """The case of a mention: one per brand, thread and author."""
    return digest(mention.brand, mention.network, thread_root, mention.author.native_id)


def external_id_of(case_id: str) -> str:
    """How a helpdesk's ticket names its case."""
    return f"{EXTERNAL_ID_PREFIX}{case_id}"


def case_id_from(external_id: str | None) -> str | None:
    """The case a ticket belongs to; None when the ticket is not gehoor's."""
    if external_id is None or not external_id.startswith(EXTERNAL_ID_PREFIX):
        return None
    name = external_id.removeprefix(EXTERNAL_ID_PREFIX)
    return None if name.startswith(INCIDENT) else name


def address_of(mention: Mention) -> ReplyAddress:
    """Where an answer to `mention` goes."""
    return ReplyAddress(
        source_id=mention.source_id,
        native_id=mention.native_id,
        author_id=mention.author.native_id,
        handle=mention.author.handle,
        visibility=mention.visibility,
        permalink=mention.permalink,
    )
