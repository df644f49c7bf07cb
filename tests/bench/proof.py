"""Writes docs/proof.md, and the README's costs, from what was found: `make proof`.

The chaos run's result is shown when it is there.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.figures import RESULT, rows
from gehoor_ops.workspace import PROJECT

PAGE = PROJECT / "docs/proof.md"
README = PROJECT / "README.md"
BEGIN, END = "<!-- cost -->", "<!-- end of cost -->"
CHAOS = Path("build/chaos.json")

if TYPE_CHECKING:
    from collections.abc import Sequence

Kept = dict[str, dict[str, Any]]
"""A result file: figures by part and name."""


def page(bench: Kept, chaos: dict[str, Any], day: str) -> str:
    """The whole page in Markdown."""
    missed = [row for row in rows(bench) if row[3] == "NO"]
    parts = [_part(name, {name: bench[name]}) for name in bench]
    return "\n\n".join(
        [
            "# Proof",
            f"What `make bench` and `make chaos` found on {day}, written by `make proof`. Each "
            "figure was computed by its part's latest run, times on the machine it ran on. Calls, "
            "units, modules and costs are the same everywhere; `make check` fails when they grow.",
            f"Targets missed: {', '.join(f'`{row[0]}`' for row in missed) or 'none'}.",
            *parts,
            *([_chaos(chaos)] if chaos else []),
        ]
    )


def cost_table(cost: dict[str, Any]) -> str:
    """What the README says of costs."""
    whole = cost["usd_a_month"]
    lines = [
        ("with 20,000 mentions", whole["value"]),
        ("without a mention", cost["of_it_without_a_mention"]["value"]),
        ("a thousand mentions more", cost["usd_per_1000_mentions"]["value"]),
        *(
            (f"with {int(name.split('_')[2]):,} mentions", figure["value"])
            for name, figure in cost.items()
            if name.startswith("usd_at_")
        ),
    ]
    return "\n".join(
        [
            f"Computed by `make bench ARGS=cost`: {whole['how']}.",
            "",
            _table(("a month", "USD"), [(what, f"{usd:,}") for what, usd in lines]),
        ]
    )


def written_into(readme: str, cost: dict[str, Any]) -> str:
    """The README with the costs between their marks; LookupError when they are missing."""
    marked = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if not marked.search(readme):
        message = f"the README has no {BEGIN} ... {END}"
        raise LookupError(message)
    return marked.sub(lambda _: f"{BEGIN}\n{cost_table(cost)}\n{END}", readme)


def _part(name: str, kept: Kept) -> str:
    module = import_module(f"bench.{name}")
    about = " ".join((module.__doc__ or "").split())
    found = zip(rows(kept), kept[name].values(), strict=True)
    lines = [(f"`{row[0]}`", *row[1:], figure["how"]) for row, figure in found]
    heads = ("figure", "found", "target", "holds", "how it was taken")
    return f"## {name.capitalize()}\n\n{about}\n\n{_table(heads, lines)}"


def _chaos(found: dict[str, Any]) -> str:
    told = [(f"`{name}`", f"{value}") for name, value in found.items() if _is_plain(value)]
    return f"## Chaos\n\n{_table(('figure', 'found'), told)}"


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float)


def _table(heads: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> str:
    every = [heads, ("---",) * len(heads), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in every)


def main() -> None:
    """Write the page and the README's costs."""
    bench: Kept = json.loads(RESULT.read_text())
    chaos = json.loads(CHAOS.read_text()) if CHAOS.is_file() else {}
    day = f"{datetime.fromtimestamp(RESULT.stat().st_mtime, UTC):%Y-%m-%d}"
    PAGE.write_text(page(bench, chaos, day) + "\n", encoding="utf-8")
    if "cost" in bench:
        README.write_text(written_into(README.read_text(), bench["cost"]), encoding="utf-8")


if __name__ == "__main__":
    main()
