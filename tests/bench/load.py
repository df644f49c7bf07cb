"""Runs gehoor's side of a load in a process of its own, so that its time and memory are its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from gehoor_ops.workspace import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

PATH = os.pathsep.join(str(PROJECT / folder) for folder in ("functions", "infra", "tests"))
T = TypeVar("T", int, float)
FEW = 9
"""So many a poll, as mentions come on a normal day: too few for a bulk."""

MANY = 500
"""So many a poll, as mentions come in a burst: eight a second."""


Order = tuple[str] | tuple[str, int] | tuple[str, int, int]
"""A function of `bench.worker`, or what `bench.surroundings` is told, and its numbers."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What so many mentions cost: CPU seconds by where they went, calls by name, units."""

    mentions: int
    cpu_s: dict[str, float]
    calls: dict[str, int]
    write_units: int
    read_units: float
    duration_s: dict[str, float]
    invocations: dict[str, int]
    logged_bytes: int

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


def together(costs: Sequence[Cost]) -> Cost:
    """What all of these cost."""

    def summed(of: Callable[[Cost], Mapping[str, T]]) -> dict[str, T]:
        found = Counter[str]()
        for cost in costs:
            found.update(of(cost))
        return dict(found)

    return Cost(
        mentions=sum(cost.mentions for cost in costs),
        cpu_s=summed(lambda cost: cost.cpu_s),
        calls=summed(lambda cost: cost.calls),
        write_units=sum(cost.write_units for cost in costs),
        read_units=sum(cost.read_units for cost in costs),
        duration_s=summed(lambda cost: cost.duration_s),
        invocations=summed(lambda cost: cost.invocations),
        logged_bytes=sum(cost.logged_bytes for cost in costs),
    )


@dataclass(frozen=True, slots=True)
class Ran:
    """What each order found, the most memory the process had, and the metrics it counted."""

    found: list[Any]
    peak_rss_mb: float
    metrics: frozenset[str]


def run(*orders: Order) -> Ran:
    """Let `bench.worker` follow the orders."""
    with tempfile.TemporaryFile("w+") as log:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "bench.worker", json.dumps(orders)],
            env={**os.environ, "PYTHONPATH": PATH},
            stdout=log,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        log.seek(0)
        metrics = _metrics(log)
    if done.returncode:
        raise RuntimeError(done.stderr)
    ran = json.loads(done.stderr.splitlines()[-1])
    found = [
        Cost(mentions=numbers[0] if numbers else 1, **answer)
        if isinstance(answer, dict)
        else answer
        for (_, *numbers), answer in zip(orders, ran["found"], strict=True)
    ]
    return Ran(found, ran["peak_rss_mb"], metrics)


def _metrics(log: Iterable[str]) -> frozenset[str]:
    """The metrics that were counted, from the log they go out with."""
    lines = (json.loads(line) for line in log if line.startswith("{"))
    directives = (d for line in lines if "_aws" in line for d in line["_aws"]["CloudWatchMetrics"])
    return frozenset(metric["Name"] for d in directives for metric in d["Metrics"])
