"""What a command says: tables for people, one JSON document for programs, notes on stderr."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gehoor.domain.finding import Finding, State
from gehoor_ops.failures import CommandFailed


@dataclass(frozen=True, slots=True)
class Output:
    """Where a command writes to; `as_json` says for whom."""

    as_json: bool

    def show(self, document: Mapping[str, Any], text: str) -> None:
        """The result: `document` for programs, `text` for people."""
        print(_json(document) if self.as_json else text)

    def note(self, text: str) -> None:
        """Something to know besides the result."""
        print(f"gehoor: {text}", file=sys.stderr)

    def fail(self, failure: CommandFailed) -> None:
        """Why it did not work, and what to do next."""
        if self.as_json:
            error = {"error": failure.cause, "next": failure.next_step, **failure.details}
            print(_json(error))
        self.note("\n".join((failure.cause, *failure.lines, f"next: {failure.next_step}")))


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows under their heads; columns as wide as their widest cell."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in [[head.upper() for head in heads], *cells]
    )
    return "\n".join(lines)


def overview(findings: Iterable[Finding]) -> str:
    """A table of findings, the worst first."""
    found = sorted(findings, key=lambda finding: list(State).index(finding.state))
    rows = [(f.state, f.subject, f.detail, f.next_step) for f in found]
    return table(("state", "what", "found", "next step"), rows)


def printable(text: str) -> str:
    """Text without what could steer a terminal; lines and tabs stay."""
    return "".join(
        sign if sign.isprintable() or sign in "\n\t" else "\N{REPLACEMENT CHARACTER}"
        for sign in text
    )


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago, or how soon, in one unit."""
    if moment is None:
        return "never"
    amount = about(abs(now - moment))
    return f"in {amount}" if moment > now else f"{amount} ago"


def about(span: timedelta) -> str:
    """A time span in one unit, rounded down."""
    sizes = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("m", timedelta(minutes=1)))
    unit, size = next((s for s in sizes if span >= s[1]), ("s", timedelta(seconds=1)))
    return f"{span // size}{unit}"


def _cell(value: object) -> str:
    return " ".join(printable(str(value)).split()) or "-"


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, default=_plain)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
