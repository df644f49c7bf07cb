"""A page of a network's list as tests look at it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from gehoor.domain.listing import Ask, Floor, Position
from gehoor.domain.mention import Mention
from gehoor.domain.network import Broken
from gehoor.ports.network import Network


class Page(NamedTuple):
    """What a page holds, oldest first; `memory` is what its adapter remembers then."""

    mentions: tuple[Mention, ...]
    broken: tuple[Broken, ...]
    older: Position | None
    not_before: datetime | None
    memory: Mapping[str, Any]


def read_page(
    network: Network,
    now: datetime,
    memory: Mapping[str, Any] | None = None,
    position: Position | None = None,
    floor: Floor | None = None,
) -> Page:
    """One page of a network's only list, the newest one unless `position` says otherwise."""
    [name] = network.lists()
    ask = Ask(name, floor or Floor(datetime.min.replace(tzinfo=now.tzinfo)), position, memory or {})
    listing = network.read(ask, now)
    contents = [entry.content for entry in reversed(listing.entries)]
    return Page(
        mentions=tuple(content for content in contents if isinstance(content, Mention)),
        broken=tuple(content for content in contents if isinstance(content, Broken)),
        older=listing.older,
        not_before=listing.not_before,
        memory=ask.memory if listing.memory is None else listing.memory,
    )
