"""How far the lists of a source are read, what of them is still unread, and what is lost."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gehoor.domain.frozen import frozen
from gehoor.domain.listing import Floor, Position

Cursor = Mapping[str, Any]
"""The places of a source's lists and what its adapter remembers, as small JSON."""


@frozen
class Range:
    """What is unread of a list: below `position`, down to `floor`.

    `position` is None once the network has forgotten it: then all from the newest down is. `known`
    names entries that end it before the floor does. `above` is when the entry right above was
    listed, None when nobody knows.
    """

    position: Position | None
    floor: Floor
    known: tuple[str, ...] = ()
    above: datetime | None = None


@frozen
class Gap:
    """What a network lists no more though nobody read it: listed from `since` to `until`."""

    list_name: str
    since: datetime
    until: datetime
    found_at: datetime


@frozen
class Place:
    """Where reading a list stands.

    What is listed before `floor` is read, or in one of the `ranges`, newest first. Of what is above
    it, `seen` names what was given out, newest first, in short. `reread_at` is when all down to the
    floor is to be read once more, as networks list some entries late; None when that is done.
    `newest_at` is the latest time listed when that was decided, None before there was any.
    """

    floor: Floor
    newest_at: datetime | None = None
    reread_at: datetime | None = None
    seen: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()
