"""What the bench finds: each figure with its unit, how it was taken, and what it is to reach."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTS = ("pipeline", "scale", "storm", "coldstart", "latency", "cost")
RESULT = Path("build/bench.json")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that was taken here; `at_most` or `at_least` is its target, none when only told."""

    value: float
    unit: str
    how: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the target is reached; None without one."""
        if self.at_most is None and self.at_least is None:
            return None
        return (self.at_least or 0) <= self.value <= (inf if self.at_most is None else self.at_most)


Figures = dict[str, Figure]
"""A part's figures by their names."""


def p95(found: Sequence[float]) -> float:
    """What nineteen of twenty stay within."""
    return sorted(found)[int(0.95 * (len(found) - 1))]


def keep(part: str, figures: Figures, result: Path = RESULT, parts: Sequence[str] = PARTS) -> None:
    """Write a part's figures into the result, beside what other parts left there."""
    kept = json.loads(result.read_text()) if result.is_file() else {}
    kept[part] = {name: asdict(f) | {"holds": f.holds} for name, f in figures.items()}
    ordered = {name: kept[name] for name in parts if name in kept}
    result.parent.mkdir(exist_ok=True)
    result.write_text(json.dumps(ordered, indent=2) + "\n", encoding="utf-8")


def rows(kept: dict[str, dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    """Name, figure, target and whether it holds, of everything that was kept."""
    return [
        (f"{part}.{name}", _with_unit(f["value"], f["unit"]), _target(f), _verdict(f["holds"]))
        for part, figures in kept.items()
        for name, f in figures.items()
    ]


def table(kept: dict[str, dict[str, Any]]) -> str:
    """The same as columns for a terminal."""
    lines = [("figure", "found", "target", "holds"), *rows(kept)]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _with_unit(value: float, unit: str) -> str:
    return f"{value:,} {unit}".strip()


def _target(figure: dict[str, Any]) -> str:
    bounds = {"at least": figure.get("at_least"), "at most": figure["at_most"]}
    return ", ".join(f"{word} {bound:,}" for word, bound in bounds.items() if bound is not None)


def _verdict(holds: bool | None) -> str:
    return {True: "yes", False: "NO", None: ""}[holds]
