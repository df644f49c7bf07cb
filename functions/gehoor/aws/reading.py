"""Reading many items of a table in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from gehoor.aws.items import read_text
from gehoor.aws.translate import translated
from gehoor.errors import ContractBroken, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, KeysAndAttributesTypeDef

    from gehoor.aws.items import Item

    Key = dict[str, AttributeValueTypeDef]

T = TypeVar("T")

READ_AT_ONCE = 100
"""What one call takes."""

CALLS = 5
"""So often the table may leave some for another call, which it does under load."""


def read_many(
    client: DynamoDBClient,
    table: str,
    keys: dict[str, Key],
    value_of: Callable[[str, Item], T],
    what: str,
) -> dict[str, T | None]:
    """The values at `keys`, by the names these have here; None where there is no item.

    READ_AT_ONCE at most. What `value_of` cannot read is left out. Unavailable when the table has no
    time for all.
    """
    items = {
        read_text(item, "entity"): item for item in _items(client, table, list(keys.values()), what)
    }
    found: dict[str, T | None] = {}
    for name, key in keys.items():
        item = items.get(read_text(key, "entity"))
        try:
            found[name] = value_of(name, item) if item else None
        except ContractBroken:
            continue
    return found


def standing(client: DynamoDBClient, table: str, keys: dict[str, Key], what: str) -> frozenset[str]:
    """The names of those `keys` where an item stands, however many; Unavailable as `read_many`."""
    names = {read_text(key, "entity"): name for name, key in keys.items()}
    asked = list(keys.values())
    parts = (asked[start : start + READ_AT_ONCE] for start in range(0, len(asked), READ_AT_ONCE))
    items = (item for part in parts for item in _items(client, table, part, what, only="entity"))
    return frozenset(names[read_text(item, "entity")] for item in items)


def _items(
    client: DynamoDBClient,
    table: str,
    keys: Sequence[Key],
    what: str,
    calls: int = CALLS,
    only: str = "",
) -> list[Item]:
    if not keys:
        return []
    if not calls:
        message = f"{what}: the table answered only a part"
        raise Unavailable(message)
    with translated(what):
        asked: KeysAndAttributesTypeDef = {"Keys": keys, "ConsistentRead": True}
        if only:
            asked["ProjectionExpression"] = only
        answer = client.batch_get_item(RequestItems={table: asked})
    skipped = answer["UnprocessedKeys"].get(table)
    left = [dict(key) for key in skipped["Keys"]] if skipped else []
    return [
        *answer["Responses"].get(table, []),
        *_items(client, table, left, what, calls - 1, only),
    ]
