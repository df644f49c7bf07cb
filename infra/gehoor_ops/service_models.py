"""The AWS SDK's descriptions, cut down to what functions call.

A client reads the whole description of its service when it is made: that of SSM has 1.5 MB, for two
calls. The first one reads where all of AWS is: another 1.2 MB, for four services.
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

CALLED = {
    "dynamodb": frozenset(
        {
            "BatchExecuteStatement",
            "BatchGetItem",
            "BatchWriteItem",
            "DeleteItem",
            "GetItem",
            "PutItem",
            "Query",
            "UpdateItem",
        }
    ),
    "ssm": frozenset({"GetParameter", "PutParameter"}),
}
"""The operations of the services whose descriptions are long: those that the roles allow.

A role allows BatchExecuteStatement by what a statement does: PartiQLInsert, PartiQLUpdate.
"""

NOT_BEFORE = 0
"""The time in a packed file: the same description gives the same bytes."""


def cut_down(data: Path) -> None:
    """Cut the descriptions below botocore's folder `data`, of the services that it still has."""
    for file in data.glob("*/*/service-2.json.gz"):
        model = json.loads(gzip.decompress(file.read_bytes()))
        operations = CALLED.get(file.relative_to(data).parts[0], model["operations"])
        short = json.dumps(_unexplained(_only(model, operations)), separators=(",", ":"))
        file.write_bytes(gzip.compress(short.encode(), mtime=NOT_BEFORE))
    places = data / "endpoints.json"
    services = {folder.name for folder in data.iterdir() if folder.is_dir()}
    places.write_text(json.dumps(_where(json.loads(places.read_text()), services)))


def _where(places: dict[str, Any], services: set[str]) -> dict[str, Any]:
    """Where these services are; of the others it is left out."""
    partitions = [
        {**partition, "services": _named(partition["services"], services)}
        for partition in places["partitions"]
    ]
    return {**places, "partitions": partitions}


def _named(entries: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: entry for name, entry in entries.items() if name in names}


def _only(model: dict[str, Any], operations: Iterable[str]) -> dict[str, Any]:
    """The description with these operations, and the shapes that they lead to."""
    kept = {name: model["operations"][name] for name in sorted(operations)}
    needed: set[str] = set()
    waiting = list(_shapes_in(kept))
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += _shapes_in(model["shapes"][name])
    shapes = {name: model["shapes"][name] for name in sorted(needed)}
    return {**model, "operations": kept, "shapes": shapes}


def _shapes_in(part: Any) -> Iterator[str]:
    """The shapes that a part of a description refers to."""
    if isinstance(part, dict):
        if isinstance(part.get("shape"), str):
            yield part["shape"]
        for inner in part.values():
            yield from _shapes_in(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _shapes_in(inner)


def _unexplained(part: Any) -> Any:
    """A part of a description without what it tells people."""
    if isinstance(part, dict):
        return {
            name: _unexplained(inner)
            for name, inner in part.items()
            if not (name == "documentation" and isinstance(inner, str))
        }
    return [_unexplained(inner) for inner in part] if isinstance(part, list) else part
