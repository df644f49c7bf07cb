"""Whether a mention costs more when much is stored: the same load at 1,000 and at 200,000 mentions.

The many are the few, copied within the AWS stand-in (moto) with every item that belongs to them, as
the real code wrote it. It shows calls, units and gehoor's own time; not how DynamoDB's partitions
behave.
"""

from __future__ import annotations

from math import ceil

from bench.figures import Figure, Figures
from bench.load import FEW, Cost, run

WARM_UP = 2 * FEW
BEFORE = 1_000
MEASURED = 30 * FEW
AFTER = 200_000
AT_MOST = 1.15
COPIES = ceil((AFTER - MEASURED) / (WARM_UP + BEFORE + MEASURED))


def figures() -> Figures:
    """Each figure's ratio."""
    ran = run(
        ("bring", WARM_UP, FEW),
        ("bring", BEFORE, FEW),
        ("bring", MEASURED, FEW),
        ("multiply", COPIES),
        ("bring", MEASURED, FEW),
    )
    _, _, few, items, many = ran.found
    how = f"{MEASURED} mentions with {AFTER:,} stored, to the same with {BEFORE:,}, on moto"
    return {
        "stored_items": Figure(items, "items", "in the table `core` at the second measurement"),
        **{
            f"{name}_ratio": Figure(round(_ratio(few, many, name), 3), "x", how, AT_MOST)
            for name in ("cpu", "aws_calls", "write_units", "read_units", "helpdesk_calls")
        },
    }


def _ratio(few: Cost, many: Cost, name: str) -> float:
    before, after = (
        {
            "cpu": cost.cpu_per_1000(),
            "aws_calls": cost.aws_calls(),
            "write_units": cost.writes(),
            "read_units": cost.reads(),
            "helpdesk_calls": cost.of("helpdesk"),
        }[name]
        for cost in (few, many)
    )
    return after / before
