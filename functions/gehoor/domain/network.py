"""What is read from and written to a network."""

from dataclasses import field
from datetime import datetime

from gehoor.domain.frozen import frozen
from gehoor.domain.mention import Mention, Visibility
from gehoor.domain.reach import Reach


@frozen
class Broken:
    """One item of a page that could not be read, kept as it came so that it can be read again."""

    native_id: str
    reason: str
    raw: str


@frozen
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


@frozen
class Thread:
    """The conversation of a mention: its root's global name, and what was said before, in order."""

    root: str
    earlier: tuple[Post, ...] = field(default=())


@frozen
class Found:
    """A post as it is now; `reach` stands beside it, None where the network shows none."""

    mention: Mention
    reach: Reach | None = None


@frozen
class Posted:
    """An answer that is on the network; `visibility` is who can read it, None when nobody says."""

    native_id: str
    permalink: str
    visibility: Visibility | None = None


@frozen
class ImageFile:
    """A picture as it was read: `kind` is its media type."""

    name: str
    kind: str
    content: bytes
