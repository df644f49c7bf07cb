"""The store of mentions, and when they came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from gehoor.domain.correction import Correction
    from gehoor.domain.judgement import Judgement
    from gehoor.domain.mention import Mention
    from gehoor.domain.network import Broken
    from gehoor.domain.record import Delivered, MentionRecord


class MentionStore(Protocol):
    """Mentions seen. A stored mention that still has `pending_since` is the outbox entry itself."""

    def put_new(self, mention: Mention, judgement: Judgement, now: datetime) -> bool:
        """Store a mention as pending, once: False when it is there already."""

    def put_many(
        self, judged: Sequence[tuple[Mention, Judgement]], now: datetime
    ) -> Sequence[bool | None]:
        """As `put_new` for each, in few calls; None for each that is to be put by itself.

        What is raised leaves open which are stored.
        """

    def put_insight(self, mention: Mention, judgement: Judgement, now: datetime) -> bool:
        """Store a mention to learn from, once, for no ticket: False when it is there already."""

    def edit_insight(self, mention: Mention, judgement: Judgement, now: datetime) -> bool:
        """Store what is kept to learn from as its author edited it.

        False when that is known, or when it is not kept so.
        """

    def put_broken(self, broken: Broken, source_id: str, now: datetime) -> bool:
        """Store an item that could not be read, set aside with its reason, once."""

    def known(self, mention_ids: Sequence[str]) -> frozenset[str]:
        """Those of the mentions that are stored, in whatever state, or were forgotten."""

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

    def correct(self, mention_id: str, corrections: Sequence[Correction]) -> None:
        """Note what the desk says otherwise than the mention's judgement, in place of before.

        Nothing to do for a mention that is not kept.
        """

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

    def delivered_many(self, delivered: Sequence[Delivered], now: datetime) -> None:
        """As `delivered` for each, no mention twice, in few calls.

        What is raised leaves open which are noted.
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
