"""Find phrases in text, word by word, in time linear in the length of the text.

A phrase is words with a space between. Words compare without case, accents and apostrophes. In a
phrase `*` at a word's end stands for any ending, `..` for up to four words of the same sentence,
`<n>` for a number, `<nth>` for an ordinal and `<time>` for a unit of time shorter than a year.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

MOST_WORDS_BETWEEN = 4
SENTENCE_END = "."
COMMA = ","
LINK = "<link>"

_TOKEN = re.compile(
    r"(?P<link>https?://\S+|www\.\S+|\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/\S*)"
    r"|(?P<handle>(?<!\w)@[\w.-]+(?:@[\w.-]+)?)"
    r"|(?P<word>\w+(?:['’]\w+)*)"
    r"|(?P<comma>,)"
    r"|(?P<end>[.!?;:…]+(?!\S)|\n)"
    "|(?P<sign>[\u2639-\u263b\u2764\u2665\U0001f300-\U0001faff])",
    re.IGNORECASE,
)
_INSIDE_HASHTAG = re.compile(r"#\w+")
_NEXT_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_NUMBER = re.compile(r"\d+(?:x|de|ste|st|nd|rd|th|e)?")

_NUMBER_WORDS = frozenset(
    (
        "een twee drie vier vijf zes zeven acht negen tien paar one two three four five six seven"
        " eight nine ten couple several many enkele meerdere tig hele a an"
    ).split(" ")
)
_ORDINAL_WORDS = frozenset(
    (
        "tweede derde vierde vijfde zesde zevende achtste negende tiende zoveelste umpteenth"
        " second third fourth fifth sixth seventh eighth ninth tenth nth"
    ).split(" ")
)
_TIME_WORDS = frozenset(
    (
        "minuut minuten min uur uren u dag dagen week weken maand maanden kwartier"
        " minute minutes mins hour hours hrs day days weeks month months wk wks"
    ).split(" ")
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word, sign or break of a text: folded for comparing, and where it stands."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found[Name]:
    """A phrase found: what it is a cue for, and its first word and the word after its last."""

    name: Name
    first: int
    after: int


def fold(word: str) -> str:
    """Return a word without case, accents, apostrophes and drawn-out letters."""
    folded = word.casefold()
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _DRAWN_OUT.sub(r"\1\1", folded.replace("'", "").replace("’", ""))


def words_of(text: str) -> list[Word]:
    """Return the words, signs and breaks of a text; handles are left out, links are `<link>`."""
    spaced = _INSIDE_HASHTAG.sub(_spaced_hashtag, text)
    return [
        Word(_folded_token(found), found.start(), found.end())
        for found in _TOKEN.finditer(text)
        if found.lastgroup != "handle"
    ]
