"""Find what nobody should leave in public: numbers and addresses by which a person is known.

Rules only, for Dutch and English: what they cannot know is a name, or an address without a number.
Everything takes time linear in the length of the text, and never raises.
"""

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from gehoor.domain import personal_data_shapes as shapes
from gehoor.domain.frozen import frozen
from gehoor.domain.personal_data_kinds import (
    HARMFUL_IN_PUBLIC,
    NEVER_STORED,
    SHOWN,
    PersonalData,
)


@frozen
class Found:
    """Personal data of a kind at `text[start:end]`."""

    kind: PersonalData
    start: int
    end: int


_FINDERS = {
    PersonalData.EMAIL: shapes.emails,
    PersonalData.ORDER_NUMBER: shapes.order_numbers,
    PersonalData.CUSTOMER_NUMBER: shapes.customer_numbers,
    PersonalData.PHONE: shapes.phones,
    PersonalData.ADDRESS: shapes.addresses,
    PersonalData.PLATE: shapes.plates,
    PersonalData.POSSIBLE_BSN: shapes.possible_citizen_numbers,
    PersonalData.POSTCODE: shapes.postcodes,
}
"""In this order: what one finds, the next does not look at."""

_DIGIT = re.compile("[0-9]")
_SAME_LENGTH = {
    **dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " "),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-"),
}


@lru_cache(maxsize=16)  # a mention's text is looked at when it is stored, judged and shown
def personal_data_in(text: str) -> tuple[Found, ...]:
    """What of a person stands in a text, in its order; no two overlap.

    Addresses of the web are left whole, but for a citizen number in them.
    """
    plain = _plain(text)
    if not _DIGIT.search(plain):
        return tuple(_found(PersonalData.EMAIL, shapes.emails(_unlinked(plain))))
    unlinked = _unlinked(plain)
    found = [
        *_found(PersonalData.IBAN, shapes.ibans(unlinked)),
        *_found(PersonalData.CARD, shapes.cards(unlinked)),
    ]
    whole = _blanked(plain, _spans(found))
    found += _found(PersonalData.BSN, shapes.citizen_numbers(whole))
    for kind, find in _FINDERS.items():
        found += _found(kind, find(_blanked(unlinked, _spans(found))))
    return tuple(sorted(found, key=lambda each: each.start))


def _unlinked(text: str) -> str:
    return _blanked(text, (link.span() for link in shapes.LINK.finditer(text)))


def _found(kind: PersonalData, spans: Iterable[shapes.Span]) -> list[Found]:
    return [Found(kind, start, end) for start, end in spans]


def masked(text: str, kinds: Collection[PersonalData] = HARMFUL_IN_PUBLIC) -> str:
    """The text with what it holds of `kinds` replaced by what it was: "[phone number hidden]"."""
    pieces: list[str] = []
    position = 0
    for found in personal_data_in(text):
        if found.kind in kinds:
            pieces += [text[position : found.start], f"[{SHOWN[found.kind]} hidden]"]
            position = found.end
    return "".join([*pieces, text[position:]])


def without_never_stored(text: str) -> str:
    """The text as it may be stored."""
    return masked(text, NEVER_STORED)


def document_as_kept(document: str) -> str:
    """A document as it may be stored. In JSON only texts change, so that ids and shape stay."""
    try:
        read = json.loads(document)
    except (ValueError, RecursionError):
        return without_never_stored(document)
    kept = _texts_as_kept(read)
    return document if kept == read else json.dumps(kept, ensure_ascii=False)


def _texts_as_kept(value: object) -> object:
    if isinstance(value, str):
        return without_never_stored(value)
    if isinstance(value, list):
        return [_texts_as_kept(each) for each in value]
    if isinstance(value, dict):
        return {name: _texts_as_kept(each) for name, each in value.items()}
    return value


def kinds_in(text: str) -> tuple[PersonalData, ...]:
    """The kinds of personal data in a text, each once, gravest first."""
    found = {each.kind for each in personal_data_in(text)}
    return tuple(kind for kind in PersonalData if kind in found)


def _plain(text: str) -> str:
    """The text with digits of every script, spaces and dashes as ASCII has them, as long as it."""
    if text.isascii():
        return text
    text = text.translate(_SAME_LENGTH)
    return "".join(
        character if character.isascii() else str(unicodedata.decimal(character, character))
        for character in text
    )


def _spans(found: Iterable[Found]) -> Iterator[shapes.Span]:
    return ((each.start, each.end) for each in found)


def _blanked(text: str, spans: Iterable[shapes.Span]) -> str:
    pieces: list[str] = []
    position = 0
    for start, end in sorted(spans):
        pieces += [text[position:start], "\0" * (end - start)]
        position = end
    return "".join([*pieces, text[position:]])
