"""A mention: one public or private message about or to a brand, with its author."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from gehoor.domain.frozen import frozen


class Visibility(StrEnum):
    """Who can read a post, from widest to narrowest."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    FOLLOWERS = "followers"
    DIRECT = "direct"

    def narrowed(self, other: "Visibility") -> "Visibility":
        """The narrower of the two."""
        order = list(Visibility)
        return max(self, other, key=order.index)


@frozen
class Author:
    """Who wrote it on the network. The stable key is (network, native_id); handles change.

    `named` is False where nobody could be asked for the names: then `handle` only stands in for
    them, and says nothing of who the author is called.
    """

    network: str
    native_id: str
    handle: str
    display_name: str
    profile_url: str
    named: bool = True

    @property
    def identity(self) -> str:
        """The stable key as one string."""
        return f"{self.network}:{self.native_id}"


@frozen
class Image:
    """A picture of a post, where the network keeps it."""

    url: str
    description: str = ""


@frozen
class Mention:
    """One message as it was read. Reach is not here, so nothing that judges it can see reach.

    `native_id` is what the network's own API calls the post, `uri` what the whole network calls it:
    two sources that see one post give the same `uri`. Both are opaque. `posted_at` is aware UTC.
    `text` is plain text as `domain.text.clean` leaves it. `in_reply_to` is a native id. `edited_at`
    is when the author last changed it, where the network tells. `remark` is what agents must know
    of it besides, in gehoor's words, such as that it is not public yet; no word of it is judged.
    """

    brand: str
    source_id: str
    network: str
    native_id: str
    uri: str
    author: Author
    text: str
    posted_at: datetime
    permalink: str
    visibility: Visibility
    in_reply_to: str | None = None
    language_hint: str | None = None
    title: str | None = None
    images: tuple[Image, ...] = ()
    edited_at: datetime | None = None
    remark: str = ""

    @property
    def mention_id(self) -> str:
        """The same for one post of one brand, whichever source saw it."""
        return mention_id_of(self.brand, self.network, self.uri)

    def without_words(self) -> "Mention":
        """What is left of a post that its author took back: who, when and where, but not what."""
        return replace(self, text="", title=None, images=())


def mention_id_of(brand: str, network: str, uri: str) -> str:
    """The id of the mention that a post of `network` is for `brand`."""
    return digest(brand, network, uri)


def digest(*parts: str) -> str:
    """A short stable name for `parts`: 32 hexadecimal digits, free of personal text."""
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
