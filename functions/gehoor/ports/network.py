"""What is asked of a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from gehoor.domain.mention import Image, Mention
from gehoor.domain.network import Found, ImageFile, Posted, Thread

if TYPE_CHECKING:
    from datetime import datetime

    from gehoor.domain.capabilities import Capabilities, Measure
    from gehoor.domain.case import ReplyAddress
    from gehoor.domain.listing import Ask, Listing

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

    def recheck(self, native_ids: Sequence[str]) -> Mapping[str, Found | None]:
        """What posts are now, at most RECHECKED_AT_ONCE of them; None for one that is gone.

        Gone is what the network itself, asked for that post, says is not there or not to be seen.
        Whatever it cannot tell about is left out; a network that never can tell gives nothing.
        Reach is what came with the post: nothing more is asked for it.
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
