"""A network's lists: newest first, read page by page, by positions that only the network knows."""

from collections.abc import Container, Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from gehoor.domain.frozen import frozen
from gehoor.domain.mention import Mention, digest
from gehoor.domain.network import Broken
from gehoor.domain.reach import Reach

Position = Mapping[str, str]
"""How to ask for a page below another: small JSON that only the adapter that gave it understands.

It has to hold in a later run too; a network may still forget it, and then raises `PositionLost`.
"""

NAME_LENGTH = 12
"""Hexadecimal digits of an entry's short name: enough to tell it from all that are remembered."""

Memory = Mapping[str, Any]
"""What an adapter wants to know at the next poll: small JSON, kept with the source."""


@frozen
class Entry:
    """One item of a list.

    `id` is opaque, and "" where the item has none or its adapter tells items apart itself. `at` is
    when the network listed it, None where it does not say. `content` is None for what is no mention
    (own posts, reposts, other events), and may be for what was given out before. `reach` stands
    beside it, None where the network shows none.
    """

    id: str
    at: datetime | None
    content: Mention | Broken | None
    reach: Reach | None = None


@frozen
class Floor:
    """Down to where reading goes: everything listed before `at` is taken in, or not asked for.

    Entries listed at `at` itself are read again. `id` is an entry at or below the floor, "" when
    none is known; adapters whose network takes one may send it along, so that less is answered.
    """

    at: datetime
    id: str = ""


@frozen
class Ask:
    """What to read: the page of `list_name` at `position`, None for the newest.

    `seen` are short names of entries that were given out before, and `taken_in` hold the ids of
    more of them.
    """

    list_name: str
    floor: Floor
    position: Position | None = None
    memory: Memory = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    taken_in: tuple[Container[str], ...] = ()

    def knows(self, entry_id: str) -> bool:
        """Whether the entry was given out before: it need not be read again if nobody edited it."""
        is_taken_in = any(entry_id in ids for ids in self.taken_in)
        return is_taken_in or short_name(entry_id) in self.seen


@frozen
class Listing:
    """One page, newest first.

    `older` asks for the page below and is None where the list ends. `cut_off` says that the network
    shows no more here though there is more, listed from `cut_off_since` on, None for anything that
    was not read. `not_before` is the time before which the network asks
    not to be read again. `memory`, when given, replaces what the adapter remembered.
    `credential_ends_at` is when a person has to renew the credential, None where nobody can tell.
    """

    entries: tuple[Entry, ...]
    older: Position | None = None
    cut_off: bool = False
    cut_off_since: datetime | None = None
    not_before: datetime | None = None
    memory: Memory | None = None
    credential_ends_at: datetime | None = None


def short_name(entry_id: str) -> str:
    """What is remembered of an entry."""
    return digest(entry_id)[:NAME_LENGTH]
