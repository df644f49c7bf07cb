"""Cutting a text that is too long for one post into parts that a reader can follow."""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

from gehoor.domain.text import between_characters

MOST_PARTS = 5
"""More posts in a row are no answer any more. Below ten, so that all numbers are equally long."""

Fits = Callable[[str], bool]
"""Whether a post of this text is within the network's limit."""

_WHOLE = re.compile(
    r"\[[^\[\]\n]+\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)"
    r"|(?:https?://|www\.)[^\s<>\"\u3000-\u303f\uff00-\uffef]+"
    r"|[@#][\w.-]+(?:@[\w.-]+)*",
    re.IGNORECASE,
)
"""Markdown links, web addresses, mentions and hashtags."""

_GAP = re.compile(r"\s+")
_STOPS = (".", "!", "?", "…")
_AFTER_A_STOP = "\"'”’»)]"  # noqa: RUF001 - typographic quotes close sentences too
_STOPS_WITHOUT_SPACE = "。！？"  # noqa: RUF001 - the full stops of Chinese and Japanese


class _Rank(IntEnum):
    """How well a reader bears a cut."""

    WORD_BROKEN = 0
    WORD = 1
    SENTENCE = 2
    PARAGRAPH = 3


class _Cut(NamedTuple):
    """A place where the text may be cut: before the character `at`."""

    at: int
    rank: _Rank


def split(text: str, fits: Fits) -> tuple[int, ...]:
    """Where the parts of `text` end, so that `fits` is true of each of `parts(text, ends)`.

    One end when the text fits as it is; none when MOST_PARTS do not hold it, or when it has a link
    that alone is too long. A part ends with a paragraph, else a sentence, else a word, as long as
    it is at least half full; a longer word is broken between characters. Nothing is cut inside a
    web address, a mention, a hashtag, a Markdown link or a character as a reader sees it.
    """
    if fits(text):
        return (len(text),)
    cuts = _cuts(text)
    ends: list[int] = []
    start = 0
    while len(ends) < MOST_PARTS:
        if _fits_as_part(text[start:], fits):
            return (*ends, len(text))
        end = _end_of_part(text, start, cuts, fits)
        if end is None:
            break
        ends.append(end)
        start = end
    return ()


def parts(text: str, ends: Sequence[int]) -> tuple[str, ...]:
    """The parts of `text` that end at `ends`, numbered when they are several."""
    pieces = [text[start:end].strip() for start, end in pairwise((0, *ends))]
    if len(pieces) == 1:
        return (pieces[0],)
    return tuple(_numbered(piece, number, len(pieces)) for number, piece in enumerate(pieces, 1))


def _numbered(piece: str, number: int, count: int) -> str:
    return f"{piece} ({number}/{count})"


def _fits_as_part(piece: str, fits: Fits) -> bool:
    return fits(_numbered(piece.strip(), MOST_PARTS, MOST_PARTS))


def _end_of_part(text: str, start: int, cuts: Sequence[_Cut], fits: Fits) -> int | None:
    """The best end of the part from `start`, None when no part from there fits."""
    first = bisect_left(cuts, start + 1, key=lambda cut: cut.at)

    def is_too_far(cut: _Cut) -> bool:
        return not _fits_as_part(text[start : cut.at], fits)

    beyond = bisect_left(cuts, True, lo=first, key=is_too_far)
    if beyond == first:
        return None
    furthest = cuts[beyond - 1]
    half = start + (furthest.at - start) / 2
    full_enough = (cut for cut in cuts[first:beyond] if cut.at >= half)
    best = max(full_enough, key=lambda cut: (cut.rank, cut.at))
    return furthest.at if is_too_far(best) else best.at


def _cuts(text: str) -> list[_Cut]:
    """Every place where the text may be cut, in order."""
    ranks = {at: _rank_between_letters(text[at - 1]) for at in _between_letters(text)}
    ranks |= {gap.start(): _rank_of_gap(text, gap) for gap in _GAP.finditer(text)}
    for whole in _WHOLE.finditer(text):
        for at in range(whole.start() + 1, whole.end()):
            ranks.pop(at, None)
    return [_Cut(at, ranks[at]) for at in sorted(ranks)]


def _between_letters(text: str) -> list[int]:
    return [
        at
        for at, (before, after) in enumerate(pairwise(text), 1)
        if not before.isspace() and not after.isspace() and between_characters(text, at)
    ]


def _rank_between_letters(before: str) -> _Rank:
    return _Rank.SENTENCE if before in _STOPS_WITHOUT_SPACE else _Rank.WORD_BROKEN


def _rank_of_gap(text: str, gap: re.Match[str]) -> _Rank:
    lines = gap.group().count("\n")
    if lines > 1:
        return _Rank.PARAGRAPH
    before = text[max(0, gap.start() - 4) : gap.start()].rstrip(_AFTER_A_STOP)
    return _Rank.SENTENCE if lines or before.endswith(_STOPS) else _Rank.WORD
