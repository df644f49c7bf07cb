"""Names reduced to how they look, so that two that look alike compare as equal.

The table holds characters that people take for a Latin letter in a handle: Cyrillic and Greek
letters drawn like it, digits and signs that stand in for it, and pairs that run together. They are
those of Unicode's confusables (UTS 39) that keyboards and networks let into names; what NFKC and
the removal of accents settle (full width, ligatures, marks) needs no row.
"""

import unicodedata

_DRAWN_LIKE = {
    "a": "аαɑ4@",
    "b": "Ьƅ",
    "c": "сϲ",
    "d": "ԁɗ",
    "e": "еєε3",
    "g": "ɡց",
    "h": "һհ",
    "i": "іιıɩl1|ӏǀ!",
    "j": "јϳ",
    "k": "кκ",
    "m": "м",
    "n": "пոη",
    "o": "оοσօ0ø",
    "p": "рρ",
    "q": "ԛգ",
    "r": "гᴦ",
    "s": "ѕꜱ5$",
    "t": "тτ7",
    "u": "υսʋ",
    "v": "νѵ",
    "w": "ԝωѡ",
    "x": "хχ",
    "y": "уүγ",
    "z": "ᴢ",
}
_LETTER_OF = str.maketrans(
    {sign: letter for letter, signs in _DRAWN_LIKE.items() for sign in signs}
)
_RUN_TOGETHER = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("ci", "d"))


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
