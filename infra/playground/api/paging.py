"""Lists in pages, in Zendesk's two ways: by cursor (`page[size]`) and by offset (`page`)."""

import base64
import binascii
import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from playground.api.links import same_address
from playground.desk.errors import Refused, bad_request, invalid

MAX_PAGE = 100
MAX_OFFSET_PAGES = 100
Rendered = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a list; `column` comes from a fixed list, never from the caller."""

    column: str = "id"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Rows of a table that fulfil a condition; both are constants of this program."""

    table: str
    condition: str = "1"
    parameters: Sequence[Any] = ()


def order(columns: Sequence[str], default: str = "id") -> Order:
    """The order the caller asks for: `sort=-created_at`, or `sort_by=` with `sort_order=desc`."""
    wanted = request.args.get("sort") or request.args.get("sort_by") or default
    descending = wanted.startswith("-") or request.args.get("sort_order") == "desc"
    column = wanted.removeprefix("-")
    if column not in (*columns, "id"):
        raise bad_request("InvalidSort", f"sort is not valid, accepted: {', '.join(columns)}")
    return Order(column, descending)


def page(
    db: sqlite3.Connection,
    name: str,
    query: Query,
    by: Order,
    render: Callable[[sqlite3.Row], Rendered],
) -> Rendered:
    """One page of a list under its `name`, with what leads to the next."""
    if any(key.startswith("page[") for key in request.args):
        return _cursor_page(db, name, query, by, render)
    return _offset_page(db, name, query, by, render)


def _offset_page(
    db: sqlite3.Connection,
    name: str,
    query: Query,
    by: Order,
    render: Callable[[sqlite3.Row], Rendered],
) -> Rendered:
    number, size = _whole("page", 1), min(_whole("per_page", MAX_PAGE), MAX_PAGE)
    if number > MAX_OFFSET_PAGES:
        raise bad_request("InvalidPaginationDepth", "Use cursor pagination beyond 100 pages")
    count = db.execute(
        f"SELECT COUNT(*) FROM {query.table} WHERE {query.condition}",  # noqa: S608  see Query
        query.parameters,
    ).fetchone()[0]
    rows = _select(db, query, by, "", (), f"LIMIT {size} OFFSET {(number - 1) * size}")
    return {
        name: [render(row) for row in rows],
        "next_page": _offset_link(number + 1) if number * size < count else None,
        "previous_page": _offset_link(number - 1) if number > 1 else None,
        "count": count,
    }


def _cursor_page(
    db: sqlite3.Connection,
    name: str,
    query: Query,
    by: Order,
    render: Callable[[sqlite3.Row], Rendered],
) -> Rendered:
    size = min(_whole("page[size]", MAX_PAGE), MAX_PAGE)
    after, before = request.args.get("page[after]"), request.args.get("page[before]")
    walk = Order(by.column, by.descending != bool(before))
    cursor = after or before
    position = _decode(cursor) if cursor else None
    sign = "<" if walk.descending else ">"
    beyond = f" AND ({walk.column}, id) {sign} (?, ?)" if position else ""
    rows = _select(db, query, walk, beyond, position or (), f"LIMIT {size + 1}")
    more, rows = len(rows) > size, rows[:size]
    if before:
        rows = rows[::-1]
    first = _encode(rows[0], by) if rows else None
    last = _encode(rows[-1], by) if rows else None
    return {
        name: [render(row) for row in rows],
        "meta": {"has_more": more, "after_cursor": last, "before_cursor": first},
        "links": {
            "prev": _cursor_link("page[before]", first),
            "next": _cursor_link("page[after]", last) if more or before else None,
        },
    }


def _select(
    db: sqlite3.Connection,
    query: Query,
    by: Order,
    beyond: str,
    position: Sequence[Any],
    limit: str,
) -> list[sqlite3.Row]:
    direction = "DESC" if by.descending else "ASC"
    return db.execute(
        f"SELECT * FROM {query.table} WHERE {query.condition}{beyond}"  # noqa: S608  see Query
        f" ORDER BY {by.column} {direction}, id {direction} {limit}",
        [*query.parameters, *position],
    ).fetchall()


def _whole(name: str, default: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not text.isdigit() or int(text) < 1:
        raise invalid(name, "InvalidValue", f"{name}: is not a whole number above 0")
    return int(text)


def _encode(row: sqlite3.Row, by: Order) -> str:
    position = json.dumps([row[by.column], row["id"]]).encode("utf-8")
    return base64.urlsafe_b64encode(position).decode("ascii")


def _decode(cursor: str) -> tuple[str | int, str | int]:
    try:
        value, row_id = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
    except (ValueError, TypeError, binascii.Error) as exc:
        raise _wrong_cursor() from exc
    if not isinstance(value, str | int) or not isinstance(row_id, str | int):
        raise _wrong_cursor()
    return value, row_id


def _wrong_cursor() -> Refused:
    return bad_request("InvalidCursor", "page[after] or page[before] is not valid")


def _offset_link(number: int) -> str:
    return same_address({**request.args.to_dict(), "page": str(number)})


def _cursor_link(name: str, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    kept = {k: v for k, v in request.args.items() if k not in ("page[after]", "page[before]")}
    return same_address({**kept, name: cursor})
