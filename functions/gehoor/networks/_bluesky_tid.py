"""TIDs, the keys of records: 13 letters that hold a time in microseconds and ten more bits.

Source: https://atproto.com/specs/tid
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_LENGTH = 13
_CLOCK_BITS = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAMED_SINCE = datetime(1990, 1, 1, tzinfo=UTC)
_NAMED_BITS = 50
_MICROSECOND = timedelta(microseconds=1)


def tid_named(name: str) -> str:
    """The same TID for the same name, so that a repeated call cannot make a second record.

    Of 60 bits. Its time is made up, between 1990 and 2025: no server takes it for a future one.
    """
    bits = int.from_bytes(sha256(name.encode("utf-8", "surrogatepass")).digest(), "big")
    micros = (_NAMED_SINCE - _EPOCH) // _MICROSECOND + (bits >> _CLOCK_BITS) % (1 << _NAMED_BITS)
    return _text(micros << _CLOCK_BITS | bits % (1 << _CLOCK_BITS))


def last_tid_before(moment: datetime) -> str:
    """The greatest TID before a moment; TIDs sort as text in the order of their times."""
    return _text(max(1, (moment - _EPOCH) // _MICROSECOND << _CLOCK_BITS) - 1)


def time_of(tid: str) -> datetime | None:
    """The time that a TID holds, None when it is no TID."""
    if len(tid) != _LENGTH or not set(tid) <= set(_LETTERS):
        return None
    bits = 0
    for letter in tid:
        bits = bits << 5 | _LETTERS.index(letter)
    return _EPOCH + (bits >> _CLOCK_BITS) * _MICROSECOND


def _text(bits: int) -> str:
    return "".join(_LETTERS[bits >> 5 * place & 31] for place in reversed(range(_LENGTH)))
