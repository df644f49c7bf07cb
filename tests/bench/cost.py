"""What gehoor costs on AWS in a month, from counted calls and a dated price list.

Counted: calls, units, log bytes, metrics, and how long functions run when outside calls take what
`bench.worker` says. Not in it: what agents answer, and whatever AWS gives for nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.figures import Figure, Figures
from bench.load import Cost, Ran, run
from gehoor_ops.embedded import template

PRICES = json.loads(Path(__file__).with_name("prices.json").read_text(encoding="utf-8"))
SOURCES = 30
MENTIONS = 20_000
CURVE = (100_000, 500_000, 2_000_000)
AT_MOST = 8.0
COUNTED = 10
WARM_UP = 3
SWEEPS = 3
QUIET_MINUTES = 4
"""In so many each source notes once that all is well: `poll.WELL_NOTED`."""

MINUTES = 365 * 24 * 60 // 12
POLLERS = 5
"""Lambda asks each queue with so many long polls at once, each of LONG_POLL_S; they are billed:
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""

LONG_POLL_S = 20
GIGABYTE = 1_000_000_000

Usage = dict[str, float]
"""Amounts by the names in prices.json, in the unit each is priced in."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted: once each mention, minute and sweep; and what stands there all month."""

    mention: Usage
    minute: Usage
    sweep: Usage
    standing: Usage

    def usd(self, mentions: int) -> float:
        """USD a month with so many mentions."""
        return sum(self.lines(mentions).values())

    def lines(self, mentions: int) -> dict[str, float]:
        """The same by what is paid for."""
        parts = (
            (self.mention, mentions),
            (self.minute, MINUTES),
            (self.sweep, MINUTES / 5),
            (self.standing, 1),
        )
        usd: dict[str, float] = defaultdict(float)
        for usage, times in parts:
            for name, amount in usage.items():
                usd[name] += times * amount * PRICES["usd"][name]["price"]
        return usd


def figures() -> Figures:
    """The month that is promised, what it consists of, and how it grows."""
    counts = counted()
    how = (
        f"{SOURCES} sources each minute, {MENTIONS:,} mentions of new authors, one a poll, and all "
        f"their looks; list prices in {PRICES['region']} of {PRICES['taken']}, no free tier; calls "
        "counted, outside calls at the times in tests/bench/worker.py"
    )
    found = {"usd_a_month": Figure(round(counts.usd(MENTIONS), 2), "USD", how, AT_MOST)}
    for name, usd in sorted(counts.lines(MENTIONS).items()):
        found[f"of_it_{name}"] = Figure(round(usd, 2), "USD", f"{how}; this line")
    found["of_it_without_a_mention"] = Figure(
        round(counts.usd(0), 2), "USD", "the same without any"
    )
    for mentions in CURVE:
        usd = round(counts.usd(mentions), 2)
        found[f"usd_at_{mentions}_mentions"] = Figure(usd, "USD", "the same with so many")
    per_1000 = counts.usd(1000) - counts.usd(0)
    found["usd_per_1000_mentions"] = Figure(round(per_1000, 3), "USD", "what a thousand more cost")
    return found


def counted() -> Counts:
    """Count on a small load: every figure is the same for each mention, minute or sweep.

    The sweeps that ask for looks are made anyway: of them only what they do more than others is a
    mention's.
    """
    ran = run(
        ("quiet_polls", QUIET_MINUTES, SOURCES),
        ("bring", WARM_UP, 1),
        ("sweeps", SWEEPS),
        ("stored_bytes",),
        ("bring", COUNTED, 1),
        ("stored_bytes",),
        ("looks",),
    )
    minutes, _, sweeps, before, brought, after, looked = ran.found
    sweep = _each(_usage(sweeps), SWEEPS)
    looks = [_usage(Cost(COUNTED, **one)) for one in looked]
    stored = (after - before) / GIGABYTE
    again = {name: -len(looks) * amount for name, amount in sweep.items()}
    mention = _together(_usage(brought), *looks, again, {"dynamodb_storage": stored})
    return Counts(
        mention=_each(mention, COUNTED),
        minute=_together(_each(_usage(minutes), QUIET_MINUTES), {"scheduler": 1 / 1e6}),
        sweep=_together(sweep, {"scheduler": 1 / 1e6}),
        standing=_standing(ran),
    )


def _usage(cost: Cost) -> Usage:
    """What a load used. A message costs a receipt and a deletion besides its sending."""
    batches = sum(
        runs for name, runs in cost.invocations.items() if name not in ("dispatch_polls", "sweep")
    )
    sqs = cost.calls.get("SendMessageBatch", 0) + cost.calls.get("ChangeMessageVisibilityBatch", 0)
    return {
        "lambda_requests": sum(cost.invocations.values()) / 1e6,
        "lambda_gb_second": sum(
            seconds * _gigabytes(name) for name, seconds in cost.duration_s.items()
        ),
        "dynamodb_writes": cost.write_units / 1e6,
        "dynamodb_reads": cost.read_units / 1e6,
        "sqs_requests": (sqs + 2 * batches) / 1e6,
        "logs": cost.logged_bytes / GIGABYTE,
    }


def _standing(ran: Ran) -> Usage:
    resources = template()["Resources"].values()
    alarms = [r["Properties"] for r in resources if r["Type"] == "AWS::CloudWatch::Alarm"]
    queues = sum(
        event["Type"] == "SQS"
        for r in resources
        for event in r["Properties"].get("Events", {}).values()
    )
    asked = queues * POLLERS * MINUTES * 60 / LONG_POLL_S
    return {
        "alarms": sum(len(alarm.get("Metrics", [None])) for alarm in alarms),
        "metrics": len(ran.metrics),
        "sqs_requests": asked / 1e6,
    }


def _gigabytes(function: str) -> float:
    """The memory the template gives a function."""
    found: dict[str, Any] = template()
    default = found["Globals"]["Function"]["MemorySize"]
    [properties] = [
        r["Properties"]
        for r in found["Resources"].values()
        if r["Properties"].get("Handler") == f"{function}.handler.handler"
    ]
    return float(properties.get("MemorySize", default)) / 1024


def _together(*usages: Usage) -> Usage:
    total: dict[str, float] = defaultdict(float)
    for usage in usages:
        for name, amount in usage.items():
            total[name] += amount
    return total


def _each(usage: Usage, times: int) -> Usage:
    return {name: amount / times for name, amount in usage.items()}
