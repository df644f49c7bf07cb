"""The stored form of places: small JSON that later versions read too.

Names of entries are by far the most of it, so all of a list are the Base64 of their bytes, one
after the other. Before, they were a list of hexadecimal texts, which is read on.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from gehoor.domain.listing import NAME_LENGTH, Floor, Memory
from gehoor.domain.place import Cursor, Place, Range
from gehoor.errors import ContractBroken

Json = Mapping[str, Any]


def cursor_of(places: Mapping[str, Place], memory: Memory) -> Cursor:
    """The cursor to store; what says nothing is left out, as every write pays for all of it."""
    lists = {name: _place_json(place) for name, place in places.items()}
    return _without_empty({"lists": lists, "memory": dict(memory)})


def places_in(
    cursor: Cursor, list_names: Iterable[str], first_floor: datetime, source_id: str
) -> tuple[dict[str, Place], Memory]:
    """The place of each list, which a list that was never read gets here, and the memory.

    ContractBroken when the cursor cannot be read.
    """
    try:
        kept, memory, since = _parts(cursor, first_floor)
        unread = Place(Floor(since))
        places = {name: _place(kept[name]) if name in kept else unread for name in list_names}
    except (AttributeError, KeyError, TypeError, ValueError) as exc:
        message = f"source {source_id}: its cursor cannot be read; reset the source"
        raise ContractBroken(message) from exc
    return places, memory


def _parts(cursor: Cursor, first_floor: datetime) -> tuple[Json, Memory, datetime]:
    """Lists, memory, and from when a list is read that has no place.

    Before lists had places, a cursor was all its adapter's own: a feed's is what it remembers now,
    and Mastodon's said in `since` what was read for sure.
    """
    if "lists" in cursor or not cursor:
        return cursor.get("lists", {}), cursor.get("memory", {}), first_floor
    if "since" in cursor:
        return {}, {}, datetime.fromisoformat(cursor["since"])
    return {}, cursor, first_floor


def _place_json(place: Place) -> Json:
    return _without_empty(
        {
            "floor": _floor_json(place.floor),
            "newest_at": _text(place.newest_at),
            "reread_at": _text(place.reread_at),
            "seen": _packed(place.seen),
            "ranges": [_range_json(one) for one in place.ranges],
        }
    )


def _range_json(one: Range) -> Json:
    return _without_empty(
        {
            "position": one.position and dict(one.position),
            "floor": _floor_json(one.floor),
            "known": _packed(one.known),
            "above": _text(one.above),
        }
    )


def _floor_json(floor: Floor) -> list[str]:
    return [floor.at.isoformat(), floor.id]


def _place(found: Json) -> Place:
    return Place(
        floor=_floor(found["floor"]),
        newest_at=_time(found.get("newest_at")),
        reread_at=_time(found.get("reread_at")),
        seen=_names(found.get("seen", "")),
        ranges=tuple(_range(one) for one in found.get("ranges", ())),
    )


def _range(found: Json) -> Range:
    return Range(
        position=found.get("position"),
        floor=_floor(found["floor"]),
        known=_names(found.get("known", "")),
        above=_time(found.get("above")),
    )


def _floor(found: tuple[str, str]) -> Floor:
    at, entry_id = found
    return Floor(datetime.fromisoformat(at), entry_id)


def _packed(names: Iterable[str]) -> str:
    return b64encode(bytes.fromhex("".join(names))).decode()


def _names(found: str | list[str]) -> tuple[str, ...]:
    """The names in a packed text or a list of before; ValueError when they are none."""
    joined = b64decode(found, validate=True).hex() if isinstance(found, str) else "".join(found)
    if len(joined) % NAME_LENGTH:
        raise ValueError(joined)
    bytes.fromhex(joined)
    return tuple(
        joined[start : start + NAME_LENGTH] for start in range(0, len(joined), NAME_LENGTH)
    )


def _time(found: str | None) -> datetime | None:
    return datetime.fromisoformat(found) if found else None


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _without_empty(values: Json) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
