"""What may not grow unnoticed: figures of the bench that are the same on every machine.

Where a target is not reached yet the budget is today's figure, so that it cannot get worse.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bench import coldstart, cost, load
from gehoor_ops.workspace import FUNCTIONS, PACKAGE

WARM_UP = 2 * load.FEW
COUNTED = 3 * load.FEW
MODULES = {
    "dispatch_polls": 254,
    "poll_source": 400,
    "deliver_mention": 456,
    "receive_webhook": 190,
    "apply_event": 445,
    "sweep": 417,
}
"""Without those of Python itself, which differ between its versions."""


@dataclass(frozen=True)
class Loads:
    """A mention's costs on a normal day and in a burst."""

    paced: load.Cost
    burst: load.Cost


@pytest.fixture(scope="module")
def loads() -> Loads:
    few, many = load.FEW, load.MANY
    ran = load.run(("bring", WARM_UP, few), ("bring", COUNTED, few), ("bring", many, many))
    return Loads(*ran.found[1:])


def test_a_mention_costs_few_aws_calls(loads: Loads) -> None:
    assert loads.paced.aws_calls() <= 5.5
    assert loads.burst.aws_calls() <= 1.2


def test_a_mention_costs_few_write_units(loads: Loads) -> None:
    # The item of the source grows to three times this load's, which is half a unit more.
    assert loads.paced.writes() <= 9.2
    assert loads.burst.writes() <= 10


def test_a_mention_costs_few_helpdesk_calls(loads: Loads) -> None:
    assert loads.paced.of("helpdesk") <= 3
    assert loads.burst.of("helpdesk") <= 1.2


def test_a_month_costs_little() -> None:
    # Eight with the time that functions run, which make bench has.
    lines = cost.counted().lines(cost.MENTIONS)
    assert sum(usd for name, usd in lines.items() if name != "lambda_gb_second") <= 6.6


@pytest.mark.parametrize("function", coldstart.functions())
def test_a_function_loads_few_modules(function: str) -> None:
    assert coldstart.modules(function) <= MODULES[function]


def test_what_is_deployed_is_small() -> None:
    assert coldstart.megabytes(PACKAGE, FUNCTIONS) <= coldstart.MB_AT_MOST
