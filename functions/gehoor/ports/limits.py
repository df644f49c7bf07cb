"""Limits and sign-ins that all workers share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from gehoor.domain.budget import Lane, Limit


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
