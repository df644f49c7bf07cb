"""Finding the signs of the coach's lists in a text, in Dutch, English or both."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

from gehoor.domain import coach_en, coach_nl
from gehoor.domain.coach_signs import Sign, Words
from gehoor.domain.phrases import COMMA, SENTENCE_END, Found, PhraseBook, Word, listed, words_of

LONGEST_READ = 10_000
"""Characters read, to bound the cost: more than any network takes in an answer."""

Signs = Mapping[Sign, tuple[str, ...]]
"""The words found for each sign, as they were written."""

_LISTS = {"nl": coach_nl, "en": coach_en}
_NEGATIONS = frozenset(
    ("niet", "geen", "nooit", "not", "no", "never", "dont", "doesnt", "cannot", "cant", "isnt")
)
_DOUBTS = frozenset((("of", "wij"), ("of", "we"), ("whether", "we"), ("if", "we")))
_WORDS_BEFORE = 3


def signs_in(text: str, language: str, own: Words = ()) -> Signs:
    """The signs in a text, by the lists of its language and a company's own; never raises.

    A language without lists, such as `und`, gets both. Liability that is denied or left open is
    no sign of it.
    """
    text = text[:LONGEST_READ]
    words = words_of(text)
    quotes: dict[Sign, dict[str, None]] = {}
    for hit in _book(language if language in _LISTS else "", own).find(words):
        sign = Sign(hit.name)
        if sign is not Sign.LIABILITY or not _is_denied(hit, words):
            quotes.setdefault(sign, {})[text[words[hit.first].start : words[hit.after - 1].end]] = (
                None
            )
    return {sign: tuple(found) for sign, found in quotes.items()}


def shows(sign: Sign, text: str, language: str) -> bool:
    """Whether a text shows this one sign, which may be any but LIABILITY; as `signs_in`."""
    words = words_of(text[:LONGEST_READ])
    return any(_book_of(sign, language if language in _LISTS else "").find(words))


def _is_denied(hit: Found, words: list[Word]) -> bool:
    before = [word.folded for word in words[max(0, hit.first - _WORDS_BEFORE) : hit.first]]
    breaks = [place for place, word in enumerate(before) if word in (SENTENCE_END, COMMA)]
    before = before[breaks[-1] + 1 :] if breaks else before
    after = [word.folded for word in words[hit.first : hit.after + 1]]
    in_doubt = any(pair in _DOUBTS for pair in pairwise(before))
    return in_doubt or any(word in _NEGATIONS for word in (*before, *after))


@lru_cache(maxsize=8)
def _book_of(sign: Sign, language: str) -> PhraseBook:
    """The phrases of one sign, in one language or in both for ""."""
    return PhraseBook({sign: _phrases(language).get(sign, [])})


@lru_cache(maxsize=8)
def _book(language: str, own: Words) -> PhraseBook:
    """The phrases of one language, or of both for "", and a company's own."""
    phrases = _phrases(language)
    for name, sign, added in own:
        if language in (name, ""):
            phrases.setdefault(sign, []).extend(added)
    return PhraseBook(phrases)


def _phrases(language: str) -> dict[str, list[str]]:
    phrases: dict[str, list[str]] = {}
    for name, lists in _LISTS.items():
        if language in (name, ""):
            for sign, words in (coach_nl.NL if lists is coach_nl else coach_en.EN).items():
                phrases.setdefault(sign, []).extend(listed(words))
            phrases.setdefault(Sign.ACT, []).extend(_acts(name))
    return phrases


def _acts(language: str) -> Iterator[str]:
    """Who does what; Dutch turns the two round after any other first word."""
    lists = _LISTS[language]
    for subject in listed(lists.SUBJECTS):
        for act in listed(lists.ACTS):
            yield f"{subject} .. {act}"
            if language == "nl":
                verb, *rest = act.split()
                yield " ".join((verb, subject, *rest))
