"""How Bluesky counts the length of a text: characters as readers see them, and bytes.

Sources: the lexicons app.bsky.feed.post and chat.bsky.convo.defs#messageInput
"""

from typing import NamedTuple

from gehoor.domain.capabilities import Measure
from gehoor.graphemes import characters


class Limits(NamedTuple):
    """The most of both that a text may count."""

    characters: int
    bytes: int


POST = Limits(300, 3_000)
MESSAGE = Limits(1_000, 10_000)


def measured(text: str, limits: Limits) -> Measure:
    """The length in characters; in bytes when only those are too many."""
    shown = Measure(characters(text), limits.characters)
    sent = Measure(len(text.encode("utf-8", "surrogatepass")), limits.bytes)
    return sent if sent.excess and not shown.excess else shown
