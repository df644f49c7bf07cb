"""What goes wrong, and how often: drawn from one seed, at every call that leaves a worker."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from random import Random

BURST_EVERY_S = 173
BURST_S = 3
"""Once in so long AWS has a microburst of so many seconds, in which most calls go wrong."""


class Fault(StrEnum):
    """What happens at one call. `AFTER` is after the call had its effect."""

    THROTTLED = "throttled"
    FAILED = "500"
    FAILED_AFTER = "500 after the effect"
    RESET = "reset"
    RESET_AFTER = "reset after the effect"
    TIMED_OUT = "timed out"
    TIMED_OUT_AFTER = "timed out after the effect"
    LATE = "timed out, and has its effect later"
    KILLED = "worker killed"
    KILLED_AFTER = "worker killed after the effect"


HAS_EFFECT = frozenset(
    {Fault.FAILED_AFTER, Fault.RESET_AFTER, Fault.TIMED_OUT_AFTER, Fault.KILLED_AFTER}
)
KILLS = frozenset({Fault.KILLED, Fault.KILLED_AFTER})
TIME_OUTS = frozenset({Fault.TIMED_OUT, Fault.TIMED_OUT_AFTER, Fault.LATE})

Chances = Mapping[Fault, float]

AWS: Chances = {
    Fault.THROTTLED: 0.004,
    Fault.FAILED: 0.002,
    Fault.RESET: 0.001,
    Fault.RESET_AFTER: 0.002,
    Fault.TIMED_OUT: 0.0005,
    Fault.TIMED_OUT_AFTER: 0.001,
    Fault.KILLED: 0.0007,
    Fault.KILLED_AFTER: 0.0007,
}
BURST: Chances = {
    Fault.THROTTLED: 0.3,
    Fault.FAILED: 0.1,
    Fault.RESET: 0.1,
    Fault.RESET_AFTER: 0.15,
    Fault.TIMED_OUT_AFTER: 0.05,
}
OUTSIDE: Chances = {
    Fault.THROTTLED: 0.01,
    Fault.FAILED: 0.01,
    Fault.FAILED_AFTER: 0.01,
    Fault.RESET: 0.01,
    Fault.RESET_AFTER: 0.01,
    Fault.TIMED_OUT: 0.005,
    Fault.TIMED_OUT_AFTER: 0.005,
    Fault.LATE: 0.005,
    Fault.KILLED: 0.002,
    Fault.KILLED_AFTER: 0.002,
}


@dataclass
class Dice:
    """Draws faults, and counts what was drawn; the same seed draws the same."""

    seed: int
    drawn: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.is_over = False

    def draw(self, service: str, now: datetime) -> Fault | None:
        """What is to happen at a call to `service`: mostly nothing."""
        point = self.random.random()
        for fault, chance in self._chances(service, now).items():
            point -= chance
            if point < 0:
                self.drawn[f"{service}: {fault}"] += 1
                return fault
        return None

    def happens(self, chance: float, what: str) -> bool:
        """Whether something else goes wrong."""
        if self.is_over or self.random.random() >= chance:
            return False
        self.drawn[what] += 1
        return True

    def _chances(self, service: str, now: datetime) -> Chances:
        if self.is_over:
            return {}
        if service != "aws":
            return OUTSIDE
        return BURST if now.timestamp() % BURST_EVERY_S < BURST_S else AWS
