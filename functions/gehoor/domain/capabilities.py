"""What an agent can do on a network, and what to do instead where gehoor cannot."""

import re

from gehoor.domain.frozen import frozen
from gehoor.domain.mention import Mention, Visibility


@frozen
class Summons:
    """What a public post must hold before the network takes an answer to it from gehoor.

    Its text names the brand's `handle`, or has a web address that begins with `quoted`: those of
    the brand's own posts. `by_hand` is the address where a person can answer any post, with
    `{native_id}` for the post's.
    """

    handle: str
    quoted: str
    by_hand: str

    def allows(self, mention: Mention) -> bool:
        """Whether gehoor may answer the mention; a private one needs no summons."""
        return mention.visibility is Visibility.DIRECT or self.is_in(mention.text)

    def is_in(self, text: str) -> bool:
        """Whether a post of this text holds it."""
        named = rf"(?<![\w@]){re.escape(self.handle)}(?!\w)|{re.escape(self.quoted)}"
        return re.search(named, text, re.IGNORECASE) is not None

    def link(self, native_id: str) -> str:
        """Where a person can answer the post."""
        return self.by_hand.format(native_id=native_id)


@frozen
class Capabilities:
    """What a connection can do. `instead` tells the agent in one sentence what to do by hand.

    `text_limit` is in the network's own way of counting, None where the network names no limit.
    `threads` says that readers follow an answer through several posts, each below the one before.
    `message` says that an author can be written to privately at any time. Where they must write
    first, `invitation` is the public text that asks them to, in the languages of the network's
    readers and with a link or a handle; "" where there is no such way. `summons` is None where
    every public post may be answered. `caution` is what an agent should know before answering.
    """

    reply: bool
    message: bool
    text_limit: int | None
    instead: str = ""
    threads: bool = False
    invitation: str = ""
    summons: Summons | None = None
    caution: str = ""


@frozen
class Measure:
    """Length of an answer as the network counts it, and the most it takes."""

    length: int
    limit: int | None

    @property
    def excess(self) -> int:
        """How far the text is over the limit; 0 when it fits."""
        return 0 if self.limit is None else max(0, self.length - self.limit)
