"""Changes valid input into what nobody expects; the same random numbers give the same change."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

LONGEST = 20_000
"""Of an input, in characters or bytes: what is bounded elsewhere need not be slow here."""

DEEP: list[Any] = []
for _ in range(60):
    DEEP = [DEEP]

ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1.5,
    10**30,
    float("inf"),
    float("nan"),
    "",
    " ",
    "\0",
    "\ud800",
    "\u202eevil",
    "e\u0301" * 50,
    "9" * 5_000,
    "a" * 5_000,
    "<script>alert(1)</script>",
    "<" * 300,
    "&#x110000;",
    "{{ticket.title}}",
    "2026-13-45T99:99:99Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-03-01T12:00:00",
    "http://[",
    "https://user:password@[::1]:99999/?q=%",
    "javascript:alert(1)",
    "at://",
    "did:plc:",
    "../../etc/passwd",
    "gehoor:",
    "+31 6 1234 5678 anna@shop.example",
    [],
    {},
    [None],
    {"": None},
    {"id": []},
    DEEP,
)
SNIPPETS = (
    *tuple(odd.encode("utf-8", "surrogatepass") for odd in ODD if isinstance(odd, str) and odd),
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc0\x80",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"&",
    b"\r\n",
    b'"',
)


def changed(value: Any, random: Random) -> Any:
    """JSON with up to four of its parts changed, renamed, lost, doubled or swapped for others."""
    whole = [deepcopy(value)]
    for _ in range(random.randint(1, 4)):
        places = list(_places(whole))
        holder, key = random.choice(places)
        _change(holder, key, places, random)
    return whole[0]


def _places(holder: Any) -> Any:
    """Every place in a document that holds something."""
    for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
        yield holder, key
        if isinstance(holder[key], dict | list):
            yield from _places(holder[key])


def _change(holder: Any, key: Any, places: list[Any], random: Random) -> None:
    match random.randrange(6):
        case 0 if isinstance(holder, dict):
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[str(random.choice(ODD))[:50]] = holder.pop(key)
        case 2:
            other, name = random.choice(places)
            holder[key] = deepcopy(other[name]) if _holds(other, name) else None
        case 3:
            holder[key] = [holder[key], holder[key]]
        case 4 if isinstance(holder[key], str):
            holder[key] = changed_text(holder[key], random)
        case _:
            holder[key] = deepcopy(random.choice(ODD))


def _holds(holder: Any, key: Any) -> bool:
    return key in holder if isinstance(holder, dict) else key < len(holder)


def changed_text(text: str, random: Random) -> str:
    """A text with some of its bytes changed."""
    found = changed_bytes(text.encode("utf-8", "surrogatepass"), random)
    return found.decode("utf-8", random.choice(("replace", "surrogateescape", "ignore")))


def changed_bytes(data: bytes, random: Random) -> bytes:
    """Bytes with up to four pieces lost, doubled, flipped or put in."""
    found = bytearray(data[:LONGEST])
    for _ in range(random.randint(1, 4)):
        start = random.randint(0, len(found))
        end = min(len(found), start + random.randint(0, 40))
        match random.randrange(5):
            case 0:
                del found[start:end]
            case 1:
                found[start:start] = found[start:end] * random.randint(1, 20)
            case 2:
                found[start:end] = bytes(byte ^ random.randrange(256) for byte in found[start:end])
            case 3:
                del found[start:]
            case _:
                found[start:start] = random.choice(SNIPPETS)
    return bytes(found[:LONGEST])


def changed_json_bytes(body: bytes, random: Random) -> bytes:
    """A JSON body that means something else, and now and then is no JSON any more."""
    try:
        value = json.loads(body)
    except ValueError:
        return changed_bytes(body, random)
    if random.random() < 0.2:
        return changed_bytes(body, random)
    return json.dumps(changed(value, random)).encode()
