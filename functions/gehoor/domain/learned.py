"""Intents learned from a desk's own corrections: a linear model over parts of words.

Two to five bytes in a row are a part; a hash puts each into one of `buckets`. Weights are of
eight bits, so that a language is some ten kilobytes once packed.
"""

import re
from collections.abc import Callable, Sequence
from itertools import chain
from math import exp, sqrt
from zlib import crc32

from gehoor.domain.frozen import frozen
from gehoor.domain.judgement import Intent

BUCKETS = 8_192
LARGEST_WEIGHT = 127
CONFIDENT = 0.7
"""The probability from which on it counts as an answer; below it the rules decide."""

_LONGEST_READ = 1_000
_SHORTEST_PART, _LONGEST_PART = 2, 5
_DIGITS = re.compile(r"[0-9]+")


@frozen
class Weights:
    """What was learned of one language: for each intent a weight for each bucket.

    A weight is so many times `scale`. `learned_from` is how many corrected and confirmed posts.
    """

    language: str
    intents: tuple[Intent, ...]
    rows: tuple[tuple[int, ...], ...]
    scale: float
    learned_from: int

    def intent_of(self, words: str) -> Intent | None:
        """The intent that the parts of the words speak for; None where that is not clear."""
        parts = parts_of(words, len(self.rows[0]))
        sums = [self.scale * sum(map(row.__getitem__, parts)) for row in self.rows]
        shares = shares_of(sums, len(parts))
        likeliest = max(shares)
        return self.intents[shares.index(likeliest)] if likeliest >= CONFIDENT else None


def shares_of(sums: Sequence[float], parts: int) -> list[float]:
    """The probability of each intent, by what its weights add up to over so many parts."""
    root = sqrt(parts)
    most = max(sums)
    powers = [exp((each - most) / root) for each in sums]
    total = sum(powers)
    return [power / total for power in powers]


Learned = Callable[[str], Weights | None]
"""A language (ISO 639-1) to what was learned of it, None for nothing."""


def nothing_learned(_language: str) -> None:
    """What a desk knows that has trained nothing."""


def parts_of(words: str, buckets: int = BUCKETS) -> frozenset[int]:
    """The buckets of the parts of folded words; which number they give does not count."""
    data = f" {_DIGITS.sub('0', words[:_LONGEST_READ])} ".encode("utf-8", "surrogatepass")
    lengths = range(_SHORTEST_PART, _LONGEST_PART + 1)
    parts = ((data[at : at + n] for at in range(len(data) - n + 1)) for n in lengths)
    return frozenset(crc32(part) % buckets for part in chain.from_iterable(parts))
