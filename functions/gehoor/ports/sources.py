"""Where reading stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gehoor.domain.place import Cursor, Gap
    from gehoor.domain.source import SourceState


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

    def leased_until(self, source_id: str) -> datetime | None:
        """When the lease ends that a worker has, or left; None when it was given back."""

    def save_cursor(
        self, source_id: str, owner: str, cursor: Cursor, gaps: Sequence[Gap] = ()
    ) -> bool:
        """Write the cursor and the gaps, only while `owner` still holds the lease."""

    def release(self, source_id: str, owner: str, outcome: PollOutcome) -> None:
        """Give the lease back and note how the run went, only while `owner` still holds the lease.

        When it brought something new, `pushed_at` ends: no push had told of that.
        """

    def note_pushed(self, source_id: str, at: datetime) -> None:
        """Note that a push brought something new; nothing to do for an unknown source."""


class PollOutcome(NamedTuple):
    """How a poll ended.

    `error` is "" after success; `not_before` moves the next due time; `more` says that the run's
    bound was reached before the source's end. `credential_ends_at` only counts after success.
    Before `rests_until` nothing may lead to a poll. `cursor` and `gaps` are where reading stands,
    None and empty when that is stored already.
    """

    at: datetime
    new_items: int
    error: str = ""
    not_before: datetime | None = None
    more: bool = False
    credential_ends_at: datetime | None = None
    rests_until: datetime | None = None
    cursor: Cursor | None = None
    gaps: Sequence[Gap] = ()
