"""Reading `gehoor.yaml`: checked, with the line of every problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gehoor.config import INSTALLED, AppConfig, ConfigInvalid, Installed, Problem, parse
from gehoor_ops.failures import CommandFailed
from gehoor_ops.yaml_document import Document, Unusable, read_document

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MAX_BYTES = 256 * 1024
"""More than a thousand sources, and less than an item of the table can hold."""


def read_config(path: Path, installed: Installed = INSTALLED) -> AppConfig:
    """The configuration in a file; CommandFailed with every problem and its line."""
    document = _document(path)
    try:
        return parse(document.content, installed)
    except ConfigInvalid as error:
        problems = error.problems
    raise _refused(
        path, [(_line_of(problem.path, document.lines), problem) for problem in problems]
    )


def _document(path: Path) -> Document:
    try:
        return read_document(_text(path), MAX_BYTES)
    except Unusable as error:
        fault = (error.line, Problem("", "", error.accepted))
    raise _refused(path, [fault])


def _text(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except OSError as error:
        cause = f"{path} cannot be read: {error.strerror}"
        raise CommandFailed(cause, "name the file of the configuration") from error
    if len(text) > MAX_BYTES:
        cause = f"{path} is larger than {MAX_BYTES // 1024} KB"
        raise CommandFailed(cause, "name the file of the configuration, or shorten it")
    return text


def _line_of(path: str, lines: dict[str, int]) -> int:
    """The line of a path, or of what it should stand in."""
    while path not in lines and path:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines[path]


def _refused(path: Path, faults: Iterable[tuple[int, Problem]]) -> CommandFailed:
    faults = sorted(faults, key=lambda fault: fault[0])
    count = "1 problem" if len(faults) == 1 else f"{len(faults)} problems"
    return CommandFailed(
        f"{path} has {count}",
        f"mend the file, then check it again: gehoor config check {path}",
        tuple(f"  {path}:{line or 1}: {problem}" for line, problem in faults),
        problems=[_as_json(line, problem) for line, problem in faults],
    )


def _as_json(line: int, problem: Problem) -> dict[str, Any]:
    return {
        "line": line or None,
        "path": problem.path,
        "value": problem.value or None,
        "accepted": problem.accepted,
        "nearest": problem.nearest or None,
    }
