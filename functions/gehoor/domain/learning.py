"""Learning intents from what a desk says of its posts, and whether that is any better than rules.

Logistic regression by gradient steps, in an order without chance. A fifth of the posts is held back
by a hash of their words, so that one text said twice is never on both sides.
"""

from collections import Counter
from collections.abc import Sequence
from math import sqrt
from zlib import crc32

from gehoor.domain.frozen import frozen
from gehoor.domain.judgement import Intent
from gehoor.domain.learned import BUCKETS, LARGEST_WEIGHT, Weights, parts_of, shares_of

FEWEST_OF_AN_INTENT = 5
"""Posts of an intent below which nothing is learned of it."""

FEWEST_HELD_BACK = 30
"""Posts to compare on; with fewer, chance decides."""

FEWEST_INTENTS = 2
ROUNDS = 6
SLOWER = 0.2
_HELD_BACK = 5

Row = tuple[str, Intent]
"""Folded words of a post (see `triage.words_judged`), and the intent that the desk says it has."""


@frozen
class Comparison:
    """Rules beside what was learned, on posts that nothing was learned from."""

    posts: int
    rules_right: int
    learned_right: int
    complaints: int
    rules_found: int
    learned_found: int

    @property
    def is_better(self) -> bool:
        """Whether what was learned is right more often, and misses no complaint more."""
        enough = self.posts >= FEWEST_HELD_BACK
        misses_no_more = self.learned_found >= self.rules_found
        return enough and misses_no_more and self.learned_right > self.rules_right


def split(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Rows to learn from, and rows that are held back."""
    held_back = [row for row in rows if _is_held_back(row[0])]
    return [row for row in rows if not _is_held_back(row[0])], held_back


def learn(rows: Sequence[Row], language: str) -> Weights | None:
    """What the rows teach; None where they teach nothing, for want of two intents.

    The same rows in the same order give the same weights.
    """
    counted = Counter(intent for _, intent in rows)
    intents = tuple(i for i in Intent if counted[i] >= FEWEST_OF_AN_INTENT)
    taught = [(parts_of(words), intents.index(i)) for words, i in rows if i in intents]
    if len(intents) < FEWEST_INTENTS:
        return None
    fitted = _fitted(taught, len(intents))
    scale = max(abs(weight) for row in fitted for weight in row) / LARGEST_WEIGHT
    small = tuple(tuple(round(weight / scale) for weight in row) for row in fitted)
    return Weights(language, intents, small, scale, len(taught))


def compare(
    truths: Sequence[Intent], by_rules: Sequence[Intent], by_learned: Sequence[Intent]
) -> Comparison:
    """How both did on the same posts; who is unsure handles a post as a complaint."""
    rules = [as_handled(intent) for intent in by_rules]
    learned = [as_handled(intent) for intent in by_learned]
    complaints = [at for at, truth in enumerate(truths) if truth is Intent.COMPLAINT]
    return Comparison(
        posts=len(truths),
        rules_right=sum(map(_same, truths, rules)),
        learned_right=sum(map(_same, truths, learned)),
        complaints=len(complaints),
        rules_found=sum(rules[at] is Intent.COMPLAINT for at in complaints),
        learned_found=sum(learned[at] is Intent.COMPLAINT for at in complaints),
    )


def as_handled(intent: Intent) -> Intent:
    """What an intent is handled as."""
    return Intent.COMPLAINT if intent is Intent.UNSURE else intent


def _same(first: Intent, second: Intent) -> bool:
    return first is second


def _is_held_back(words: str) -> bool:
    return crc32(f"held back {words}".encode("utf-8", "surrogatepass")) % _HELD_BACK == 0


def _fitted(taught: Sequence[tuple[frozenset[int], int]], intents: int) -> list[list[float]]:
    """Each row moves the weights of its parts by how wrong they were, less in later rounds."""
    weights = [[0.0] * BUCKETS for _ in range(intents)]
    for turn in range(ROUNDS):
        for at in sorted(range(len(taught)), key=lambda at: _mixed(turn, at)):
            parts, right = taught[at]
            sums = [sum(map(row.__getitem__, parts)) for row in weights]
            for intent, share in enumerate(shares_of(sums, len(parts))):
                step = ((intent == right) - share) / ((1 + SLOWER * turn) * sqrt(len(parts)))
                row = weights[intent]
                for part in parts:
                    row[part] += step
    return weights


def _mixed(turn: int, at: int) -> int:
    return crc32(f"{turn} {at}".encode())
