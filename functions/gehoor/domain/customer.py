"""What gehoor knows of an author: which customer that is, and which cases are under way."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from gehoor.domain.frozen import frozen
from gehoor.domain.mention import Visibility

MOST_THREADS = 20
"""Threads kept for one author, the newest: a stored item has a bound."""


@frozen
class HeardThread:
    """A thread the author spoke in: the id of its own case, and the case it was brought into.

    The two differ when the thread joined a case that was open, or when its ticket was closed and
    a follow-up took its place.
    """

    thread_case_id: str
    case_id: str
    brand: str
    heard_at: datetime
    visibility: Visibility = Visibility.PUBLIC


class Doubt(StrEnum):
    """Why an author may be a customer whom nothing linked them to: for an agent to settle."""

    DUPLICATE = "duplicate"
    """Another customer of the helpdesk has the handle, or the verified address."""

    UNLINKED = "unlinked"
    """The verified address is that of somebody of the company, or of several customers."""


@frozen
class Identity:
    """An author on a network, linked to at most one customer.

    `name` is the stable key (network and native id), `since` is how long the helpdesk knows the
    customer, `told` names the profile the helpdesk was told last, `handle` is the handle in it.
    `confirmed` says that an agent
    chose the customer, or a verified address did, whose name is then the company's own, and
    `linked_at` when an agent did. `contact` is the fingerprint of the verified address that was
    dealt with last, `doubts` are what came of it. `listed_under` is the customer in whose list of
    identities it stands, `listed_at` since when. `revision` counts how often it was stored, so that
    no worker overwrites what another one stored meanwhile.
    """

    name: str
    customer_id: str
    since: datetime | None = None
    told: str = ""
    confirmed: bool = False
    listed_under: str = ""
    listed_at: datetime | None = None
    threads: tuple[HeardThread, ...] = ()
    revision: int = 0
    linked_at: datetime | None = None
    handle: str = ""
    contact: str = ""
    doubts: tuple[Doubt, ...] = ()

    def case_of(self, thread_case_id: str) -> str | None:
        """The case that a thread was brought into; None for a thread that is new, or long past."""
        found = (heard for heard in self.threads if heard.thread_case_id == thread_case_id)
        return next((heard.case_id for heard in found), None)

    def recent_thread(
        self, brand: str, visibility: Visibility, since: datetime
    ) -> HeardThread | None:
        """The thread the author last spoke in to this brand and this audience, not before `since`.

        What was said in private does not join what was said in public, nor the other way round.
        """
        found = (t for t in self.threads if (t.brand, t.visibility) == (brand, visibility))
        return next((thread for thread in found if thread.heard_at >= since), None)

    def having_heard(self, thread: HeardThread, precision: timedelta) -> "Identity":
        """With the thread as the newest; unchanged where that was noted within `precision`."""
        known = next((t for t in self.threads if t.thread_case_id == thread.thread_case_id), None)
        if (
            known is not None
            and known.case_id == thread.case_id
            and thread.heard_at - known.heard_at < precision
        ):
            return self
        others = (t for t in self.threads if t is not known)
        newest = sorted((thread, *others), key=lambda t: t.heard_at, reverse=True)
        return replace(self, threads=tuple(newest[:MOST_THREADS]))

    def linked_to(self, customer_id: str, at: datetime | None = None) -> "Identity":
        """Linked to the customer an agent chose; what was told is to be told anew."""
        linked = replace(
            self,
            customer_id=customer_id,
            since=None,
            told="",
            handle="",
            confirmed=True,
            doubts=(),
        )
        return replace(linked, linked_at=at) if at else linked
