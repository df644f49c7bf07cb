"""The cues that stand in a text, each in its place: not denied, not in somebody else's words."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import pairwise

from gehoor.domain.cues import Cue
from gehoor.domain.phrases import COMMA, SENTENCE_END, Found, PhraseBook, Word

Evidence = Mapping[Cue, tuple[str, ...]]
"""The words found for each cue, as the author wrote them."""

TROUBLE = (Cue.FAILURE, Cue.REPETITION, Cue.WAITING, Cue.DISPLEASURE, Cue.DEMAND)
MILD_TROUBLE = (Cue.OUTAGE, Cue.REFUND, Cue.LEAVING)

_LONGEST_QUOTE = 60
_FEWEST_WORDS_QUOTED = 4
_QUOTED = re.compile(
    '[\u201c\u201e][^\u201c\u201d\u201e]{1,1000}[\u201c\u201d]|"[^"]{1,1000}"|\u00ab[^\u00ab\u00bb]{1,1000}\u00bb'
    r"|(?m:^[ \t]*>[^\n]*)|(?<!\w)RT @[\w.@-]+:.*",
    re.DOTALL,
)
_NEGATIONS = frozenset(
    (
        *("niet", "geen", "nooit", "zonder", "nauwelijks", "amper", "niks", "niets"),
        *("no", "not", "never", "without", "hardly", "isnt", "wasnt", "arent", "werent", "dont"),
        *("doesnt", "didnt", "cant", "cannot", "couldnt", "wont", "wouldnt", "hasnt", "havent"),
        *("aint", "barely", "nothing", "neither"),
    )
)
_BETWEEN_NEGATION_AND_WORD = frozenset(
    (
        *("meer", "echt", "heel", "erg", "zo", "bepaald", "altijd", "een", "de", "enkel", "enkele"),
        *("very", "really", "at", "all", "been", "any", "a", "an", "the", "so", "too", "exactly"),
        *("that", "get", "got", "be", "feeling", "feel", "even", "te", "to"),
    )
)
_NEGATED = {
    Cue.PRAISE: Cue.DISPLEASURE,
    Cue.THANKS: Cue.DISPLEASURE,
    Cue.RESOLVED: Cue.FAILURE,
}
_DENIABLE_DANGERS = frozenset(
    (
        *("brand", "vuur", "rook", "vlammen", "gevaar", "gewonden"),
        *("fire", "smoke", "flames", "injuries"),
    )
)


def evidence_in(text: str, words: list[Word], book: PhraseBook) -> Evidence:
    """What the words of a text are signs of."""
    found = list(book.find(words))
    harmless = _indices(hit for hit in found if hit.name == Cue.HARMLESS)
    of_others = _quoted_words(text, words)
    said: dict[Cue, dict[str, None]] = {}
    for hit in found:
        if harmless.isdisjoint(range(hit.first, hit.after)):
            cue = _meant(text, words, hit)
            if cue in (*TROUBLE, *MILD_TROUBLE) and hit.first in of_others:
                cue = Cue.QUOTED
            if cue:
                said.setdefault(cue, {})[quote(text, words, hit)] = None
    return {cue: tuple(quotes) for cue, quotes in said.items()}


def has_none(evidence: Evidence, cues: Iterable[Cue]) -> bool:
    """Whether the text has no sign of any of the cues."""
    return all(cue not in evidence for cue in cues)


def quote(text: str, words: list[Word], hit: Found) -> str:
    """What a phrase found looks like in the text, in one short line."""
    said = " ".join(text[words[hit.first].start : words[hit.after - 1].end].split())
    return said if len(said) <= _LONGEST_QUOTE else said[: _LONGEST_QUOTE - 1] + "…"


def _indices(hits: Iterable[Found]) -> set[int]:
    return {index for hit in hits for index in range(hit.first, hit.after)}


def _quoted_words(text: str, words: list[Word]) -> set[int]:
    """The words that stand in quotation marks, where there are enough to be somebody's sentence."""
    quoted: set[int] = set()
    starts = [word.start for word in words]
    for passage in _QUOTED.finditer(text):
        inside = range(*(bisect_left(starts, place) for place in passage.span()))
        if len(inside) >= _FEWEST_WORDS_QUOTED:
            quoted.update(inside)
    return quoted


def _meant(text: str, words: list[Word], hit: Found) -> Cue | None:
    """Return what the words found are a cue for in their place, or None for nothing."""
    cue = Cue(hit.name)
    if cue in _NEGATED and _is_negated(hit, words):
        return _NEGATED[cue]
    if cue is Cue.QUESTION and not _opens_question(text, words, hit):
        return None
    if cue in (Cue.FAILURE, Cue.OUTAGE, Cue.DISPLEASURE) and _is_negated(hit, words):
        return None
    denied = cue is Cue.DANGER and words[hit.first].folded in _DENIABLE_DANGERS
    return None if denied and _is_negated(hit, words) else cue


def _opens_question(text: str, words: list[Word], hit: Found) -> bool:
    starts = hit.first == 0 or words[hit.first - 1].folded in (COMMA, SENTENCE_END)
    one_word = hit.after - hit.first == 1
    return (starts and "?" in text) if one_word else (starts or "?" in text)


def _is_negated(hit: Found, words: list[Word]) -> bool:
    before = [word.folded for word in words[max(0, hit.first - 2) : hit.first]]
    if not before or before[-1] in (COMMA, SENTENCE_END):
        return False
    if before[-1] in _NEGATIONS:
        return True
    return before[0] in _NEGATIONS and before[-1] in _BETWEEN_NEGATION_AND_WORD


def without_orders(words: list[Word], book: PhraseBook) -> list[Word]:
    """Leave out orders to a machine that reads along, so that they cannot change the judgement.

    What only ties two of them together goes too.
    """
    spans = [(order.first, _after(order, words)) for order in book.find(words)]
    ordered = {index for span in spans for index in range(*span)}
    for (_, after), (first, _) in pairwise(spans):
        if all(word.folded in _TIES for word in words[after:first]):
            ordered.update(range(after, first))
    return [word for index, word in enumerate(words) if index not in ordered]


_TIES = frozenset(("en", "and", "then", "dan", COMMA))


def _after(order: Found, words: list[Word]) -> int:
    ends_sentence = order.after < len(words) and words[order.after].folded == SENTENCE_END
    return order.after + ends_sentence
