"""How alike two answers are, told from what is left of their words: a character a word.

What is kept of an answer cannot be read back: a word is one of 20,000 characters by its checksum,
names of people, handles and links are left out. So it may be kept and compared without keeping what
was said to whom.
"""

import re
from collections.abc import Callable
from zlib import crc32

Likeness = Callable[[str, str], float]
"""From 0 to 100: twice the longest common subsequence as a share of both lengths; symmetric."""

ALIKE = 80
"""From here on two answers are near copies. Source: triage.md, section 4 (ratio of rapidfuzz)."""

FEWEST_WORDS = 6
"""Shorter answers are alike by chance."""

_MOST_WORDS = 200
_FIRST, _COUNT = 0x4E00, 20_000
_LEFT_OUT = re.compile(r"https?://\S+|www\.\S+|@[\w.-]+(?:@[\w.-]+)?|[\^*~]\s?\w+\s*$")
_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|dear|hoi|hallo|hai|beste|dag|good \w+|goede\w+)\b(?:\s+\w[\w'-]*)?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")


def imprint(text: str) -> str:
    """What is kept of an answer: "" of one that is too short to be a copy of anything."""
    plain = _LEFT_OUT.sub(" ", text)
    plain = _GREETING.sub(" ", plain)
    words = _WORD.findall(plain.casefold())[:_MOST_WORDS]
    return "".join(map(_mark, words)) if len(words) >= FEWEST_WORDS else ""


def _mark(word: str) -> str:
    return chr(_FIRST + crc32(word.encode("utf-8", "surrogatepass")) % _COUNT)
