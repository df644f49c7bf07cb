"""DynamoDB's write and read units, counted from the items themselves.

Writes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
Indexes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
"""

from __future__ import annotations

from functools import cache
from math import ceil
from typing import Any, NamedTuple

from gehoor_ops.embedded import template

WRITE_UNIT = 1024
READ_UNIT = 4096
Item = dict[str, Any]


class Index(NamedTuple):
    """The attributes of an index: its key, and what else it holds."""

    key: tuple[str, ...]
    projected: tuple[str, ...]


@cache
def indexes() -> tuple[Index, ...]:
    """Every index of the template's tables; an item without its key is in none of them."""
    tables = (r["Properties"] for r in template()["Resources"].values() if _is_table(r))
    return tuple(
        Index(
            tuple(part["AttributeName"] for part in index["KeySchema"]),
            tuple(index["Projection"].get("NonKeyAttributes", ())),
        )
        for table in tables
        for index in table.get("GlobalSecondaryIndexes", ())
    )


def written(before: Item, after: Item) -> int:
    """The units of a write: the larger item's kilobytes, and what the indexes take."""
    item = max(1, ceil(max(size(before), size(after)) / WRITE_UNIT))
    return item + sum(_in_index(index, before, after) for index in indexes())


def read(items: list[Item], *, consistent: bool) -> float:
    """The units of reading items one by one; finding none costs as much as a small one."""
    whole = sum(max(1, ceil(size(item) / READ_UNIT)) for item in items or [{}])
    return whole if consistent else whole / 2


def size(item: Item) -> int:
    """Bytes of an item in DynamoDB's JSON."""
    return sum(len(name) + _length(value) for name, value in item.items())


def _in_index(index: Index, before: Item, after: Item) -> int:
    """One for coming in, going out or another content; two for another place in it."""
    was, is_ = _entry(index.key, before), _entry(index.key, after)
    if was != is_:
        return (was is not None) + (is_ is not None)
    changed = any(before.get(name) != after.get(name) for name in index.projected)
    return int(is_ is not None and changed)


def _entry(names: tuple[str, ...], item: Item) -> list[Any] | None:
    return [item[name] for name in names] if all(name in item for name in names) else None


def _length(value: Item) -> int:
    [content] = value.values()
    return len(content if isinstance(content, bytes) else str(content).encode())


def _is_table(resource: dict[str, Any]) -> bool:
    return bool(resource["Type"] == "AWS::DynamoDB::Table")
