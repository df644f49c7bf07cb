"""Find what nobody should leave in public: numbers and addresses by which a person is known.

Rules only, for Dutch and English: what they cannot know is a name, or an address without a number.
Everything takes time linear in the length of the text, and never raises.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from gehoor.domain.check_digits import is_card, is_citizen_number, is_iban


class PersonalData(StrEnum):
    """A kind of personal data. `POSSIBLE_BSN` passes the 11-test, but nothing says what it is."""

    BSN = "bsn"
    IBAN = "iban"
    CARD = "card"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    PLATE = "plate"
    POSTCODE = "postcode"
    ORDER_NUMBER = "order_number"
    CUSTOMER_NUMBER = "customer_number"
    POSSIBLE_BSN = "possible_bsn"


SHOWN = {
    PersonalData.BSN: "citizen service number",
    PersonalData.IBAN: "bank account",
    PersonalData.CARD: "card number",
    PersonalData.EMAIL: "e-mail address",
    PersonalData.PHONE: "phone number",
    PersonalData.ADDRESS: "address",
    PersonalData.PLATE: "number plate",
    PersonalData.POSTCODE: "postcode",
    PersonalData.ORDER_NUMBER: "order number",
    PersonalData.CUSTOMER_NUMBER: "customer number",
    PersonalData.POSSIBLE_BSN: "number that may be a citizen service number",
}
"""What each kind is called in front of an agent."""

HARMFUL_IN_PUBLIC = frozenset(
    (
        PersonalData.BSN,
        PersonalData.IBAN,
        PersonalData.CARD,
        PersonalData.EMAIL,
        PersonalData.PHONE,
        PersonalData.ADDRESS,
    )
)
"""What strangers can use. A postcode alone is a quarter, an order tells only the company more, and
a plate is as often that of the company's own van, which the complaint is about."""

NEVER_STORED = frozenset((PersonalData.BSN,))
"""Dutch law lets only few use it (UAVG, article 46)."""


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data of a kind at `text[start:end]`."""

    kind: PersonalData
    start: int
    end: int


_LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?:[ .-]?[A-Za-z0-9]){11,28}")
_CARD = re.compile(r"(?<![\w.+-])[2-6][0-9]{3}(?:[ -]?[0-9]){8,15}")
_CARD_KIND = re.compile(
    "4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|(?:5[0-9]|2[2-7]|6[0-9])[0-9]{14}|3[47][0-9]{13}"
    "|3[068][0-9]{12}"
)
_CITIZEN_NUMBER = re.compile(r"(?<![\w+])[0-9](?:[ .-]?[0-9]){7,8}(?![0-9])")
_CITIZEN_WORD = re.compile(
    r"bsn|burger ?service|sofi|citizen ?service|social ?security|rijksregister|fiscaal ?nummer",
    re.IGNORECASE,
)
_CITIZEN_DIGITS = 9
_EMAIL = re.compile(
    r"(?<![\w.%+@/-])\w[\w.%+-]{0,63}"
    r"@[^\W_][\w-]{0,62}(?:\.[\w-]{1,63}){0,8}\.[^\W\d_]{2,24}(?![\w@-])"
)
_PHONE = re.compile(
    r"(?<![\w+.,/@-])\(?[+0](?:[ ().-]{0,3}[0-9]|(?<=[0-9]) ?/ ?[0-9]){7,16}(?![\w@-])"
)
_PHONE_IN_THE_US = re.compile(
    r"(?<![\w+.,/@-])(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[.-])[2-9][0-9]{2}[ .-][0-9]{4}(?![\w@-])"
)
_DIALLED = re.compile(
    r"(?:\+|00)(?:31[1-9][0-9]{8}|(?!31)[1-9][0-9]{7,14})|0(?!800|90[0-9])[1-9][0-9]{8,9}"
)
_DATE = re.compile(r"[0-9]{1,2}([-.])[0-9]{1,2}\1[0-9]{2,4}\b")
_NUMBER = re.compile(
    r"\b(?P<kind>order|bestelling|bestel|factuur|invoice|booking|klant|customer|client|account)"
    r"(?:[ -]?(?:nummer|number|nr|no|id|code)\b)?"
    r"[ .:#=]{1,4}(?:is )?#?(?P<value>[A-Z0-9][A-Z0-9-]{3,23})(?![\w@-])",
    re.IGNORECASE,
)
_FEWEST_DIGITS = 4
_CUSTOMER_WORDS = ("klant", "customer", "client", "account")
_HOUSE = r"[0-9]{1,5}(?: ?-? ?(?:[a-zA-Z]|[0-9]{1,4}|bis|hs|[IVX]{1,3}))?(?![\w-])"
_POSTCODE_LETTERS = r"(?!S[ADS])[A-Z]{2}"
_ADDRESS = re.compile(
    rf"(?<![\w-])[1-9][0-9]{{3}}(?: ?{_POSTCODE_LETTERS}|[a-z]{{2}})"
    rf"(?:-|,? ?(?:huis)?(?:nummer|nr\.?|no\.?)? ?){_HOUSE}"
    r"|\b[A-Z][\w'-]{1,30}(?: [A-Z][\w'-]{1,30}){0,2}?"
    r"(?:straat|laan|weg|plein|dijk|kade|gracht|singel|steeg|dreef|hof|pad|markt|plantsoen"
    rf"|straatweg|park|baan) {_HOUSE}"
    r"|(?<![\w-])[0-9]{1,5}[a-zA-Z]? [A-Z][a-z]{1,30}(?: [A-Z][a-z]{1,30})?"
    r" (?:Street|Road|Avenue|Lane|Crescent|Terrace)\b"
)
_POSTCODE = re.compile(rf"(?<![\w-])[1-9][0-9]{{3}} ?{_POSTCODE_LETTERS}(?![\w-])")
_PLATE = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(
        shape.replace("9", "[0-9]").replace("X", "[A-Z]")
        for shape in (
            *("XX-99-99", "99-99-XX", "99-XX-99", "XX-99-XX", "XX-XX-99", "99-XX-XX", "99-XXX-9"),
            *("9-XXX-99", "XX-999-X", "X-999-XX", "XXX-99-X", "X-99-XXX", "9-XX-999", "999-XX-9"),
        )
    )
    + r")(?![\w-])",
    re.IGNORECASE,
)
_SAME_LENGTH = {
    **dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " "),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-"),
}


def personal_data_in(text: str) -> tuple[Found, ...]:
    """What of a person stands in a text, in its order; no two overlap.

    Addresses of the web are left whole, but for a citizen number in them.
    """
    plain = _plain(text)
    if not any(character in plain for character in "@0123456789"):
        return ()
    unlinked = _blanked(plain, (link.span() for link in _LINK.finditer(plain)))
    found = [*_ibans(unlinked), *_cards(unlinked)]
    found += _citizen_numbers(_blanked(plain, _spans(found)))
    for find in (_emails, _numbers, _phones, _addresses, _plates, _possible_bsns, _postcodes):
        found += find(_blanked(unlinked, _spans(found)))
    return tuple(sorted(found, key=lambda each: each.start))


def masked(text: str, kinds: Collection[PersonalData] = HARMFUL_IN_PUBLIC) -> str:
    """The text with what it holds of `kinds` replaced by what it was: "[phone number hidden]"."""
    pieces: list[str] = []
    position = 0
    for found in personal_data_in(text):
        if found.kind in kinds:
            pieces += [text[position : found.start], f"[{SHOWN[found.kind]} hidden]"]
            position = found.end
    return "".join([*pieces, text[position:]])


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


def _spans(found: Iterable[Found]) -> Iterator[tuple[int, int]]:
    return ((each.start, each.end) for each in found)


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    pieces: list[str] = []
    position = 0
    for start, end in sorted(spans):
        pieces += [text[position:start], "\0" * (end - start)]
        position = end
    return "".join([*pieces, text[position:]])


def _hits(
    pattern: re.Pattern[str], text: str, end_of: Callable[[re.Match[str]], int | None]
) -> Iterator[tuple[int, int]]:
    """Where a pattern fits and `end_of` says up to where; what it refuses is searched again."""
    position = 0
    while hit := pattern.search(text, position):
        end = end_of(hit)
        if end:
            yield hit.start(), end
        position = end or hit.start() + 1


def _ends(hit: re.Match[str]) -> Iterator[int]:
    """Where a number may end, last first: the pattern may have run into what stands behind it."""
    text = hit.string
    for place in range(hit.end() - 1, hit.start(), -1):
        if text[place].isalnum() and not text[place + 1 : place + 2].isalnum():
            yield place + 1


def _compact(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _first_end(hit: re.Match[str], fits: Callable[[str], bool]) -> int | None:
    return next((end for end in _ends(hit) if fits(hit.string[hit.start() : end])), None)


def _ibans(text: str) -> Iterator[Found]:
    def end_of(hit: re.Match[str]) -> int | None:
        return _first_end(hit, lambda said: is_iban(_compact(said)))

    return (Found(PersonalData.IBAN, *span) for span in _hits(_IBAN, text, end_of))


def _cards(text: str) -> Iterator[Found]:
    return (Found(PersonalData.CARD, *span) for span in _hits(_CARD, text, _end_of_card))


def _end_of_card(hit: re.Match[str]) -> int | None:
    return _first_end(hit, _is_card)


def _is_card(said: str) -> bool:
    digits = _compact(said)
    return _CARD_KIND.fullmatch(digits) is not None and is_card(digits)


def _citizen_numbers(text: str) -> Iterator[Found]:
    if _CITIZEN_WORD.search(text):
        for span in _hits(_CITIZEN_NUMBER, text, _end_of_citizen_number):
            yield Found(PersonalData.BSN, *span)


def _end_of_citizen_number(hit: re.Match[str]) -> int | None:
    return hit.end() if is_citizen_number(_compact(hit[0])) else None


def _possible_bsns(text: str) -> Iterator[Found]:
    for start, end in _hits(_CITIZEN_NUMBER, text, _end_of_citizen_number):
        if len(_compact(text[start:end])) == _CITIZEN_DIGITS:
            yield Found(PersonalData.POSSIBLE_BSN, start, end)


def _emails(text: str) -> Iterator[Found]:
    return (Found(PersonalData.EMAIL, *hit.span()) for hit in _EMAIL.finditer(text))


def _numbers(text: str) -> Iterator[Found]:
    for hit in _NUMBER.finditer(text):
        if sum(map(str.isdigit, hit["value"])) >= _FEWEST_DIGITS:
            of_customer = hit["kind"].lower() in _CUSTOMER_WORDS
            kind = PersonalData.CUSTOMER_NUMBER if of_customer else PersonalData.ORDER_NUMBER
            yield Found(kind, *hit.span("value"))


def _phones(text: str) -> Iterator[Found]:
    for start, end in _hits(_PHONE, text, _end_of_phone):
        yield Found(PersonalData.PHONE, start, end)
    for hit in _PHONE_IN_THE_US.finditer(text):
        yield Found(PersonalData.PHONE, *hit.span())


def _end_of_phone(hit: re.Match[str]) -> int | None:
    return None if _DATE.match(hit[0]) else _first_end(hit, _is_phone)


def _is_phone(said: str) -> bool:
    return _DIALLED.fullmatch(dialled(said)) is not None


def dialled(phone: str) -> str:
    """A phone number as it is dialled: digits, and a plus where it has one."""
    return re.sub(r"\(0\)|[^0-9+]", "", phone)


def _addresses(text: str) -> Iterator[Found]:
    return (Found(PersonalData.ADDRESS, *hit.span()) for hit in _ADDRESS.finditer(text))


def _plates(text: str) -> Iterator[Found]:
    return (Found(PersonalData.PLATE, *hit.span()) for hit in _PLATE.finditer(text))


def _postcodes(text: str) -> Iterator[Found]:
    if not text.isupper():
        for hit in _POSTCODE.finditer(text):
            yield Found(PersonalData.POSTCODE, *hit.span())
