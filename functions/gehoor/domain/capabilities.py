"""What an agent can do on a network, and what to do instead where gehoor cannot."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a connection can do. `instead` tells the agent in one sentence what to do by hand.

    `text_limit` is in the network's own way of counting, None where the network names no limit.
    """

    reply: bool
    message: bool
    text_limit: int | None
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """Length of an answer as the network counts it, and the most it takes."""

    length: int
    limit: int | None

    @property
    def excess(self) -> int:
        """How far the text is over the limit; 0 when it fits."""
        return 0 if self.limit is None else max(0, self.length - self.limit)
