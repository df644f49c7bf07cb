"""What the company promised a customer: the sentence of an answer that a customer will hold it to.

Rules for Dutch and English. A promise is that somebody comes back to the customer, or that
something happens by a time that lies ahead. Quotes, questions, refusals and what was already done
are none. A missed promise costs an agent a look into the ticket; a false one embarrasses them
before the customer: so rules are narrow.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from gehoor.domain.frozen import frozen
from gehoor.domain.patterns import Pattern
from gehoor.domain.promise_cues import (
    COMES_BACK,
    HARMLESS_NO,
    NO_PROMISE,
    TIME_AHEAD,
    UP_TO_THE_CUSTOMER,
    WILL_HAPPEN,
)
from gehoor.domain.text import clean, shorten

LONGEST_QUOTE = 160
LOOKED_AT = 20
"""Answers looked at, from the newest: an older promise is another story."""

READ = 2_000
"""Characters of an answer that are read; the rest is signatures and older mail."""

_REST_IS_QUOTED = Pattern(
    r"^[ \t]*(?:-{2,}[ \t]*(?:original message|oorspronkelijk bericht|forwarded message)"
    r"|(?:on|op)\b[^\n]{0,200}\b(?:wrote|schreef)\b[^\n]{0,80}:[ \t]*$"
    r"|(?:from|van):[^\n]*\n[ \t]*(?:sent|date|verzonden|datum):)",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED_LINE = Pattern(r"^[ \t]*>.*$", re.MULTILINE)
_QUOTED_WORDS = Pattern(
    r"\"[^\"\n]{1,500}\"|\u201c[^\u201d\n]{1,500}\u201d|\u201e[^\u201d\u201c\n]{1,500}[\u201d\u201c]"
    r"|«[^»\n]{1,500}»|(?<!\w)[\u2018'][^\u2019'\n]{1,500}[\u2019'](?!\w)"
)
_WRAPPED = Pattern(r"(?<=[^\n]{49}[^.!?…:\n])\n(?!\n)|\n(?=[^\W\d_A-Z])")
_SENTENCE_END = Pattern(r"(?<=[.!?…])[ \t]+(?=[A-ZÀ-Þ\"\u201c\u2018(\d])|\n+")
_CLAUSE_END = Pattern(
    r"[,;:)](?=\s|$)|[(\u2013\u2014]|(?:^|\s)(?:but|maar|because|omdat|although|hoewel)\s",
    re.IGNORECASE,
)
_PLAIN = str.maketrans({"\u2019": "'", "ó": "o", "é": "e", "Ó": "O", "É": "E"})


@frozen
class Said:
    """What the company told a customer; `where` names the ticket or thread for agents."""

    text: str
    at: datetime
    where: str


@frozen
class Promise:
    """A promise in the company's own words, made `at`."""

    quote: str
    at: datetime
    where: str


def last_promise(said: Iterable[Said]) -> Promise | None:
    """The newest promise in what was said, in any order; of one answer its last."""
    newest_first = sorted(said, key=lambda answer: answer.at, reverse=True)
    for answer in newest_first[:LOOKED_AT]:
        found = promises_in(answer.text)
        if found:
            return Promise(found[-1], answer.at, answer.where)
    return None


def promises_in(text: str) -> list[str]:
    """The sentences of an answer that promise something, shortened, in their order."""
    return [quote_of(sentence, clauses) for sentence, clauses in promising(text)]


def promising(text: str) -> list[tuple[str, list[str]]]:
    """The sentences of an answer that promise something, each with the clauses that do."""
    return [
        (sentence, clauses)
        for sentence in _sentences(_own_words(clean(text[:READ])))
        if (clauses := list(_promising(sentence)))
    ]


def beside(sentence: str) -> list[str]:
    """The clauses of a sentence that refuse and doubt nothing."""
    clauses = _CLAUSE_END.split(sentence)
    return [clause for clause in clauses if not NO_PROMISE.search(clause.translate(_PLAIN))]


def quote_of(sentence: str, clauses: list[str]) -> str:
    """The sentence; of a long one the clause that promises."""
    return shorten(sentence if len(sentence) <= LONGEST_QUOTE else clauses[-1], LONGEST_QUOTE)


def _own_words(text: str) -> str:
    """The text without what it quotes."""
    quoted_from = _REST_IS_QUOTED.search(text)
    own = text[: quoted_from.start()] if quoted_from else text
    return _QUOTED_WORDS.sub(" … ", _QUOTED_LINE.sub("", own))


def _sentences(text: str) -> list[str]:
    """Sentences; lines that mail wrapped are joined again, abbreviations keep theirs whole."""
    parts = _SENTENCE_END.split(_WRAPPED.sub(" ", text))
    return [" ".join(part.split()) for part in parts if part.strip()]


def _promising(sentence: str) -> Iterator[str]:
    """The clauses of a sentence that promise something."""
    if sentence.endswith("?") or UP_TO_THE_CUSTOMER.search(sentence.translate(_PLAIN)):
        return
    for clause in _CLAUSE_END.split(sentence):
        plain = HARMLESS_NO.sub(" ", clause.translate(_PLAIN))
        if not NO_PROMISE.search(plain) and _promises(plain):
            yield clause.strip()


def _promises(clause: str) -> bool:
    if any(pattern.search(clause) for pattern in COMES_BACK):
        return True
    if TIME_AHEAD.search(clause) is None:
        return False
    return any(pattern.search(clause) for pattern in WILL_HAPPEN)
