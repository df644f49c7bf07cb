"""Names reduced to how they look, so that two that look alike compare as equal.

The table holds characters that people take for a Latin letter in a handle: Cyrillic and Greek
letters drawn like it, digits and signs that stand in for it, and pairs that run together. They are
those of Unicode's confusables (UTS 39) that keyboards and networks let into names; what NFKC and
the removal of accents settle (full width, ligatures, marks) needs no row.
"""

import unicodedata
from functools import lru_cache

_DRAWN_LIKE = {
    "a": "\u0430\u03b1\u02514@",
    "b": "\u042c\u0185",
    "c": "\u0441\u03f2",
    "d": "\u0501\u0257",
    "e": "\u0435\u0454\u03b53",
    "g": "\u0261\u0581",
    "h": "\u04bb\u0570",
    "i": "\u0456\u03b9\u0131\u0269l1|\u04cf\u01c0!",
    "j": "\u0458\u03f3",
    "k": "\u043a\u03ba",
    "m": "\u043c",
    "n": "\u043f\u0578\u03b7",
    "o": "\u043e\u03bf\u03c3\u05850\u00f8",
    "p": "\u0440\u03c1",
    "q": "\u051b\u0563",
    "r": "\u0433\u1d26",
    "s": "\u0455\ua7315$",
    "t": "\u0442\u03c47",
    "u": "\u03c5\u057d\u028b",
    "v": "\u03bd\u0475",
    "w": "\u051d\u03c9\u0461",
    "x": "\u0445\u03c7",
    "y": "\u0443\u04af\u03b3",
    "z": "\u1d22",
}
_LETTER_OF = str.maketrans(
    {sign: letter for letter, signs in _DRAWN_LIKE.items() for sign in signs}
)
_RUN_TOGETHER = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("ci", "d"))


@lru_cache(maxsize=256)  # every name is held against the company's, which are few
def looks(name: str) -> str:
    """The letters a name seems to have, without case, accents, spaces and separators."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))
    letters = "".join(c for c in bare.translate(_LETTER_OF) if c.isalnum())
    for pair, letter in _RUN_TOGETHER:
        letters = letters.replace(pair, letter)
    return letters


def is_one_slip_apart(one: str, other: str) -> bool:
    """Whether one letter was added, left out, changed, or changed places with its neighbour."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = _common(one, other)
    if len(one) == len(other):
        swapped = one[start + 1 : start + 2] + one[start : start + 1]
        is_swap = other[start : start + 2] == swapped and one[start + 2 :] == other[start + 2 :]
        return is_swap or one[start + 1 :] == other[start + 1 :]
    longer, shorter = sorted((one, other), key=len, reverse=True)
    return longer[start + 1 :] == shorter[start:]


def _common(one: str, other: str) -> int:
    """How many letters they begin with together."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
