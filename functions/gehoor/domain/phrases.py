"""Find phrases in text, word by word, in time linear in the length of the text.

A phrase is words with a space between. Words compare without case, accents and apostrophes. In a
phrase `*` at a word's end stands for any ending, at its start for any beginning (Dutch joins words:
`*brand` finds `keukenbrand`), `..` for up to four words of the same sentence, `.`
at the end for the end of a clause, `<n>` for a number from two, `<nth>` for an ordinal and `<time>`
for a unit of time below a year.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from gehoor.domain.remembered import remembered

MOST_WORDS_BETWEEN = 4
SENTENCE_END = "."
CLAUSE_END = "."
"""In a phrase, where only the last may be one."""

_FARTHEST = MOST_WORDS_BETWEEN + 1
_LONGEST_REMEMBERED = 40
"""Letters of a word that is looked up once: most of what people write are few words, and short."""

COMMA = ","
LINK = "<link>"

_LINK_PATTERN = (
    r"(?P<link>https?://\S+|www\.\S+|\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/\S*"
    r"|\b[\w-]{1,63}\.(?:com|net|org|info|eu|nl|be|uk|io|shop|online|site)\b(?!@))"
)
_OTHER_PATTERN = (
    r"(?P<handle>(?<!\w)@[\w.-]+(?:@[\w.-]+)?)"
    r"|(?P<hashtag>(?<!\w)#\w+)"
    r"|(?P<word>\w[\w\u0300-\u036f]*(?:['\u2019]\w[\w\u0300-\u036f]*)*)"
    r"|(?P<comma>,)"
    r"|(?P<end>[.!?;:…]+(?!\S)|\n)"
    "|(?P<sign>[\u2639-\u263b\u2764\u2665\U0001f300-\U0001faff])"
)
_TOKEN = re.compile(f"{_LINK_PATTERN}|{_OTHER_PATTERN}", re.IGNORECASE)
_TOKEN_WHERE_NO_LINK_IS = re.compile(_OTHER_PATTERN, re.IGNORECASE)
"""Every word of a text is tried as a link first, in vain where the text has none: half the time."""

_MAY_BE_A_LINK = re.compile(r"://|www\.|[\w-]\.[\w-]", re.IGNORECASE)
_HASHTAG_PART = re.compile(r"[A-Z]?[^\WA-Z_]+|[A-Z]+")
_DRAWN_OUT = re.compile(r"([^\W\d])\1{2,}")
_NUMBER = re.compile(r"\d+x?")
_ORDINAL = re.compile(r"\d+(?:de|ste|st|nd|rd|th|e)")
_WORDS_OF_KIND = {
    "<n>": """twee drie vier vijf zes zeven acht negen tien honderd tig paar enkele meerdere
        two three four five six seven eight nine ten several couple many countless multiple""",
    "<nth>": """tweede derde vierde vijfde zesde zevende achtste negende tiende zoveelste
        second third fourth fifth sixth seventh eighth ninth tenth umpteenth nth""",
    "<time>": """minuut minuten min kwartier uur uren u dag dagen week weken maand maanden
        minute minutes mins hour hours hrs day days weeks wks month months""",
}
_KIND_OF_WORD = {word: kind for kind, words in _WORDS_OF_KIND.items() for word in words.split()}


class _Continuation(NamedTuple):
    """How a phrase goes on after its first word: not at all unless `needed`, where it is not "",
    is one of the next `within` words."""

    name: str
    rest: tuple[str, ...]
    needed: str
    within: int


_Index = dict[str, list[_Continuation]]


class Word(NamedTuple):
    """One word, sign, link or break of a text: folded for comparing, and where it stands."""

    folded: str
    start: int
    end: int


class Found(NamedTuple):
    """A phrase found: the name it is listed under, its first word and the word after its last."""

    name: str
    first: int
    after: int


def listed(text: str) -> list[str]:
    """The phrases of a list with commas between them."""
    return [" ".join(phrase.split()) for phrase in text.split(",") if phrase.strip()]


def words_of(text: str) -> list[Word]:
    """Return the words, signs, links and breaks of a text; handles are left out."""
    return list(_words(text))


class PhraseBook:
    """Phrases listed under names, indexed by their first word."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self._by_word: _Index = defaultdict(list)
        self._by_stem: _Index = defaultdict(list)
        self._by_ending: _Index = defaultdict(list)
        for name, listed in phrases.items():
            for phrase in listed:
                head, *rest = (_folded_element(element) for element in phrase.split())
                if part := head.strip("*"):
                    self._index_of(head)[part].append(_continuation(name, tuple(rest)))
        self._shortest_stem = min(map(len, self._by_stem), default=1)
        self._stems = _grouped(self._by_stem, slice(self._shortest_stem))
        self._shortest_ending = min(map(len, self._by_ending), default=1)
        self._endings = _grouped(self._by_ending, slice(-self._shortest_ending, None))
        self._starting_with = remembered(1024, _LONGEST_REMEMBERED)(self._looked_up)

    def find(self, words: list[Word]) -> Iterator[Found]:
        """Yield every phrase that stands in the words, in the order of their first words."""
        for first, word in enumerate(words):
            phrases = self._starting_with(word.folded)
            if not phrases:
                continue
            following = [each.folded for each in words[first + 1 : first + 1 + _FARTHEST]]
            for name, rest, needed, within in phrases:
                if needed and needed not in following[:within]:
                    continue
                after = _end_of(rest, words, first + 1)
                if after:
                    yield Found(name, first, after)

    def _index_of(self, head: str) -> _Index:
        if head.startswith("*"):
            return self._by_ending
        return self._by_stem if head.endswith("*") else self._by_word

    def _looked_up(self, folded: str) -> list[_Continuation]:
        found = [*self._by_word.get(folded, ())]
        if kind := _kind(folded):
            found += self._by_word.get(kind, ())
        for stem in self._stems.get(folded[: self._shortest_stem], ()):
            if folded.startswith(stem):
                found += self._by_stem[stem]
        for ending in self._endings.get(folded[-self._shortest_ending :], ()):
            if folded.endswith(ending):
                found += self._by_ending[ending]
        return found


def _continuation(name: str, rest: tuple[str, ...]) -> _Continuation:
    is_gap = rest[:1] == ("..",)
    element = "".join(rest[is_gap : is_gap + 1])
    fits_others = element in ("..", CLAUSE_END) or element[:1] == "<" or element[-1:] == "*"
    return _Continuation(name, rest, "" if fits_others else element, _FARTHEST if is_gap else 1)


def _grouped(parts: Iterable[str], by: slice) -> dict[str, list[str]]:
    """Stems or endings, shortest first, by what all have of them: most words fall into no group."""
    groups: dict[str, list[str]] = defaultdict(list)
    for part in sorted(parts, key=len):
        groups[part[by]].append(part)
    return groups


def _words(text: str) -> Iterator[Word]:
    token = _TOKEN if _MAY_BE_A_LINK.search(text) else _TOKEN_WHERE_NO_LINK_IS
    for found in token.finditer(text):
        kind = found.lastgroup
        if kind == "hashtag":
            for part in _HASHTAG_PART.finditer(text, found.start(), found.end()):
                yield Word(_fold(part.group()), part.start(), part.end())
        elif kind == "link":
            yield Word(LINK, found.start(), found.end())
        elif kind == "end":
            yield Word(SENTENCE_END, found.start(), found.end())
        elif kind != "handle":
            yield Word(_fold(found.group()), found.start(), found.end())


@remembered(4096, _LONGEST_REMEMBERED)
def _fold(word: str) -> str:
    folded = word.casefold()
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    folded = folded.replace("'", "").replace("\u2019", "")
    return _DRAWN_OUT.sub(r"\1\1", folded) if _DRAWN_OUT.search(folded) else folded


def _folded_element(element: str) -> str:
    return element if element == ".." else _fold(element)


def _kind(folded: str) -> str:
    if folded[:1].isdigit():
        return _kind_of_figures(folded)
    return _KIND_OF_WORD.get(folded, "")


def _kind_of_figures(folded: str) -> str:
    if _NUMBER.fullmatch(folded):
        return "<n>"
    return "<nth>" if _ORDINAL.fullmatch(folded) else ""


def _is(element: str, folded: str) -> bool:
    if element.endswith("*"):
        return folded.startswith(element[:-1])
    return element == folded or (element[0] == "<" and element == _kind(folded))


def _end_of(rest: tuple[str, ...], words: list[Word], index: int) -> int:
    """Return the index after the phrase's last word, or 0 where the phrase does not go on so."""
    for position, element in enumerate(rest):
        if element == "..":
            return _end_after_gap(rest[position + 1 :], words, index)
        if element == CLAUSE_END:
            return index if _ends_clause(words, index) else 0
        if index >= len(words) or not _is(element, words[index].folded):
            return 0
        index += 1
    return index


def _ends_clause(words: list[Word], index: int) -> bool:
    """Whether no word follows at once: the text ends, or a break, a link or a sign comes."""
    return index == len(words) or not words[index].folded[:1].isalnum()


def _end_after_gap(rest: tuple[str, ...], words: list[Word], index: int) -> int:
    for start in range(index, min(index + MOST_WORDS_BETWEEN + 1, len(words))):
        if words[start].folded == SENTENCE_END:
            return 0
        after = _end_of(rest, words, start)
        if after:
            return after
    return 0
