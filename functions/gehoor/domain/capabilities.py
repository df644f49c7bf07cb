"""What an agent can do on a network, and what to do instead where gehoor cannot."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a connection can do. `instead` tells the agent in one sentence what to do by hand.

    `text_limit` is in the network's own way of counting, None where the network names no limit.
    `threads` says that readers follow an answer through several posts, each below the one before.
    `message` says that an author can be written to privately at any time. Where they must write
    first, `invitation` is the public text that asks them to, in the languages of the network's
    readers and with a link; "" where there is no such way.
    """

    reply: bool
    message: bool
    text_limit: int | None
    instead: str = ""
    threads: bool = False
    invitation: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """Length of an answer as the network counts it, and the most it takes."""

    length: int
    limit: int | None

    @property
    def excess(self) -> int:
        """How far the text is over the limit; 0 when it fits."""
        return 0 if self.limit is None else max(0, self.length - self.limit)
