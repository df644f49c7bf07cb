"""The AWS SDK's description of a service, cut down to the operations that functions call.

A client reads the whole description when it is made: that of SSM has 1.5 MB, for two calls.
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

A role allows BatchExecuteStatement by what a statement does: PartiQLInsert.
"""

NOT_BEFORE = 0
"""The time in a packed file: the same description gives the same bytes."""


def cut_down(data: Path) -> None:
    """Cut the descriptions below botocore's folder `data`."""
    for service, operations in CALLED.items():
        for file in (data / service).glob("*/service-2.json.gz"):
            model = json.loads(gzip.decompress(file.read_bytes()))
            short = json.dumps(_only(model, operations), separators=(",", ":"))
            file.write_bytes(gzip.compress(short.encode(), mtime=NOT_BEFORE))


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
