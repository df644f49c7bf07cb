"""Runs gehoor's side of a load in a process of its own, so that its time and memory are its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOG = Path("build/bench-worker.log")
FEW = 9
"""So many a poll, as mentions come on a normal day: too few for a bulk."""


Order = tuple[str, int] | tuple[str, int, int]
"""`bring` so many mentions, so many a poll; `bare_posts`; `multiply` what is stored."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What so many mentions cost: CPU seconds by where they went, calls by name, units."""

    mentions: int
    cpu_s: dict[str, float]
    calls: dict[str, int]
    write_units: int
    read_units: float

    def cpu_per_1000(self, what: str = "all") -> float:
        """CPU seconds a thousand mentions."""
        return round(1000 * self.cpu_s[what] / self.mentions, 2)

    def aws_calls(self) -> float:
        """AWS calls a mention; what a batch shares is shared."""
        return self._each(sum(n for name, n in self.calls.items() if name != "helpdesk"))

    def of(self, *names: str) -> float:
        """Calls of these names a mention."""
        return self._each(sum(self.calls.get(name, 0) for name in names))

    def writes(self) -> float:
        """Write units a mention."""
        return self._each(self.write_units)

    def reads(self) -> float:
        """Read units a mention."""
        return self._each(self.read_units)

    def _each(self, total: float) -> float:
        return round(total / self.mentions, 3)


@dataclass(frozen=True, slots=True)
class Ran:
    """What each order found, and the most memory the process had."""

    found: list[Any]
    peak_rss_mb: float


def run(*orders: Order) -> Ran:
    """Let `bench.worker` follow the orders; its log is kept beside the result."""
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("w") as log:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "bench.worker", json.dumps(orders)],
            env=os.environ,
            stdout=log,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(done.stderr)
    ran = json.loads(done.stderr.splitlines()[-1])
    found = [
        Cost(numbers[0], **answer) if name == "bring" else answer
        for (name, *numbers), answer in zip(orders, ran["found"], strict=True)
    ]
    return Ran(found, ran["peak_rss_mb"])
