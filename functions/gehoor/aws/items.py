"""How values are written into items: keys, versions, times, and JSON of frozen dataclasses.

Keys say what they hold: `entity` is what the item is about, `part` what of it the item tells.
Times are ISO-8601 UTC with microseconds, so that text order is time order.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from zlib import compress, decompress
from zlib import error as zlib_error

from gehoor.domain.moments import in_utc
from gehoor.errors import ContractBroken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef
    from pydantic import TypeAdapter

    Item = Mapping[str, AttributeValueTypeDef]

SCHEMA_VERSION = 3
"""What stands in each item as it was written. 1: a mention was JSON in a string; 2: it is packed.
3: a source's cursor is packed too, and mentions that came together are listed together.

Items of every version are read; what is written again is of the newest.
"""

SHARDS = tuple(f"pending-{n}" for n in range(4))
"""Partitions of the index `undelivered` that hold what is pending: a storm must not heat one."""

CLOCKS = tuple(f"clock-{n}" for n in range(4))
"""Partitions of the same index that hold cases of which agents are to be told something, at the
moment when that is: a storm's cases come due together."""

ASIDE = "aside"
"""The partition of the index `undelivered` that holds what was set aside."""

INSIGHTS = "insights"
"""The partition of the index `undelivered` that lists what is kept to learn from."""

T = TypeVar("T")


def key(entity: str, part: str) -> dict[str, AttributeValueTypeDef]:
    """The primary key of an item."""
    return {"entity": {"S": entity}, "part": {"S": part}}


def text(value: str) -> AttributeValueTypeDef:
    """A string attribute."""
    return {"S": value}


def number(value: int) -> AttributeValueTypeDef:
    """A number attribute."""
    return {"N": str(value)}


def moment(value: datetime) -> str:
    """A time as it stands in keys and attributes."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def read_text(item: Item, name: str) -> str:
    """A string attribute, "" when it is not there."""
    return str(item.get(name, {}).get("S", ""))


def packed(value: str) -> AttributeValueTypeDef:
    """A long text as a binary attribute: a write costs a unit for each kilobyte begun."""
    return {"B": compress(value.encode("utf-8", "surrogatepass"))}


def read_packed(item: Item, name: str, what: str) -> str:
    """A packed text, "" when it is not there; older items hold a string.

    ContractBroken when it is damaged.
    """
    value = item.get(name, {}).get("B")
    if value is None:
        return read_text(item, name)
    try:
        return decompress(bytes(value)).decode("utf-8", "surrogatepass")
    except (zlib_error, UnicodeDecodeError):
        message = f"{what}: the stored {name} is damaged"
        raise ContractBroken(message) from None


def read_number(item: Item, name: str) -> int:
    """A whole number, 0 when it is not there; ContractBroken when it is damaged."""
    with _undamaged(name):
        return int(item.get(name, {}).get("N", "0"))


def read_moment(item: Item, name: str) -> datetime | None:
    """A time in UTC, None when it is not there; ContractBroken when it is damaged."""
    value = read_text(item, name)
    if not value:
        return None
    with _undamaged(name):
        return in_utc(datetime.fromisoformat(value))


@contextmanager
def _undamaged(name: str) -> Iterator[None]:
    try:
        yield
    except ValueError:
        message = f"the stored {name} is damaged"
        raise ContractBroken(message) from None


def pending_shard(name: str, shards: tuple[str, ...] = SHARDS) -> str:
    """The partition of the index `undelivered` for an item."""
    return shards[sum(name.encode()) % len(shards)]


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    """Imports pydantic only here: the receiver, which must start fast, needs none of it."""
    if kind not in _ADAPTERS:
        from pydantic import TypeAdapter

        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def dump(value: object) -> str:
    """A frozen dataclass as JSON, without what has its default: each write pays for every byte.

    So a default of a stored dataclass is part of how it is stored, and stays as it is.
    """
    return _adapter(type(value)).dump_json(value, by_alias=False, exclude_defaults=True).decode()


def load(kind: type[T], value: str, what: str) -> T:
    """A frozen dataclass from JSON; ContractBroken when a newer or damaged item is read."""
    from pydantic import ValidationError

    try:
        loaded: T = _adapter(kind).validate_json(value)
    except ValidationError as error:
        message = (
            f"{what}: the stored {kind.__name__} cannot be read ({error.error_count()} faults)"
        )
        raise ContractBroken(message) from None
    return loaded
