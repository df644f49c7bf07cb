"""What is read from and written to a network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gehoor.domain.mention import Mention, Visibility

Cursor = Mapping[str, Any]
"""Where reading goes on: small JSON that only the adapter that wrote it understands."""


@dataclass(frozen=True, slots=True)
class Broken:
    """One item of a page that could not be read, kept as it came so that it can be read again."""

    native_id: str
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Page:
    """One read of a source.

    `mentions` leaves out own posts and reposts. `cursor` is where to go on once every item of this
    page is stored. `more` says the network has further items now; `not_before` is the time before
    which the network asks not to be read again.
    """

    mentions: tuple[Mention, ...]
    cursor: Cursor
    more: bool = False
    broken: tuple[Broken, ...] = ()
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One earlier message of a thread; `by_brand` when the brand's own account wrote it.

    `uri` and `author_id` name post and author as `Mention` does, "" where the network does not say.
    """

    handle: str
    text: str
    posted_at: datetime
    by_brand: bool
    uri: str = ""
    author_id: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """The conversation of a mention: its root's global name, and what was said before, in order."""

    root: str
    earlier: tuple[Post, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Posted:
    """An answer that is on the network; `visibility` is who can read it, None when nobody says."""

    native_id: str
    permalink: str
    visibility: Visibility | None = None


@dataclass(frozen=True, slots=True)
class ImageFile:
    """A picture as it was read: `kind` is its media type."""

    name: str
    kind: str
    content: bytes
