"""Where numbers and addresses stand in a text by which people are known, by what they look like.

Each function takes a text whose digits, spaces and dashes are ASCII, in time linear in its length.
"""

import re
from collections.abc import Callable, Iterator

from gehoor.domain.check_digits import is_card, is_citizen_number, is_iban
from gehoor.domain.patterns import Pattern

Span = tuple[int, int]

LINK = Pattern(r"https?://\S+|www\.\S+", re.IGNORECASE)
_IBAN = Pattern(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?:[ .-]?[A-Za-z0-9]){11,28}")
_CARD = Pattern(r"(?<![\w.+-])[2-6][0-9]{3}(?:[ -]?[0-9]){8,15}")
_CARD_KIND = Pattern(
    "4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|(?:5[0-9]|2[2-7]|6[0-9])[0-9]{14}|3[47][0-9]{13}"
    "|3[068][0-9]{12}"
)
_CITIZEN_NUMBER = Pattern(r"(?<![\w+])[0-9](?:[ .-]?[0-9]){7,8}(?![0-9])")
_CITIZEN_WORD = Pattern(
    r"bsn|burger ?service|sofi|citizen ?service|social ?security|rijksregister|fiscaal ?nummer",
    re.IGNORECASE,
)
_CITIZEN_DIGITS = 9
_EMAIL = Pattern(
    r"(?<![\w.%+@/-])\w[\w.%+-]{0,63}"
    r"@[^\W_][\w-]{0,62}(?:\.[\w-]{1,63}){0,8}\.[^\W\d_]{2,24}(?![\w@-])"
)
_PHONE = Pattern(
    r"(?<![\w+.,/@-])\(?[+0](?:[ ().-]{0,3}[0-9]|(?<=[0-9]) ?/ ?[0-9]){7,16}(?![\w@-])"
)
_PHONE_IN_THE_US = Pattern(
    r"(?<![\w+.,/@-])(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[.-])[2-9][0-9]{2}[ .-][0-9]{4}(?![\w@-])"
)
_DIALLED = Pattern(
    r"(?:\+|00)(?:31[1-9][0-9]{8}|(?!31)[1-9][0-9]{7,14})|0(?!800|90[0-9])[1-9][0-9]{8,9}"
)
_DATE = Pattern(r"[0-9]{1,2}([-.])[0-9]{1,2}\1[0-9]{2,4}\b")
_NUMBER = Pattern(
    r"\b(?P<kind>order|bestelling|bestel|klant|customer|client|account)"
    r"(?:[ -]?(?:nummer|number|nr|no|id|code)\b)?"
    r"[ .:#=(]{1,4}(?:is )?#?(?![0-9]{1,4}-[0-9]{1,2}-[0-9]{1,4}\b)"
    r"(?P<value>[A-Z0-9][A-Z0-9-]{3,23})(?![\w@-])",
    re.IGNORECASE,
)
_FEWEST_DIGITS = 4
_NO_COUNTRY = ("000", "+0")
_CUSTOMER_WORDS = ("klant", "customer", "client", "account")
_AMOUNT = (
    r"(?! ?(?:uur|u|dagen|dag|keer|x|weken|maanden|jaar|minuten|min|euro|km|m|stuks)\b| ?[%€])"
)
_HOUSE = rf"[0-9]{{1,5}}(?: ?-? ?(?:[a-zA-Z]|[0-9]{{1,4}}|bis|hs|[IVX]{{1,3}}))?(?![\w-]){_AMOUNT}"
_POSTCODE_LETTERS = r"(?!S[ADS])[A-Z]{2}"
_ADDRESS = Pattern(
    rf"(?<![\w-])[1-9][0-9]{{3}}(?: ?{_POSTCODE_LETTERS}|[a-z]{{2}})"
    rf"(?:-|,? ?(?:huis)?(?:nummer|nr\.?|no\.?)? ?){_HOUSE}"
    r"|\b(?!Onder|Snel|Terug|Heen|Half)[A-Z][\w'-]{1,30}(?: [A-Z][\w'-]{1,30}){0,2}?"
    rf"(?:straat|laan|weg|plein|dijk|kade|gracht|singel|steeg|dreef|hof|pad|plantsoen) {_HOUSE}"
    rf"|\b[a-z]{{3,30}}(?:straat|laan|gracht|plein|singel) {_HOUSE}"
    r"|(?<![\w-])[0-9]{1,5}[a-zA-Z]? [A-Z][a-z]{1,30}(?: [A-Z][a-z]{1,30})?"
    r" (?:Street|Road|Avenue|Lane|Crescent|Terrace)\b"
)
_POSTCODE = Pattern(
    rf"(?<![\w-])[1-9][0-9]{{3}} ?{_POSTCODE_LETTERS}(?![\w-])"
    r"|(?<=postcode )[1-9][0-9]{3} ?[a-z]{2}(?![\w-])"
    r"|(?<![\w-])[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}(?![\w-])"
)
_PLATE = Pattern(
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


def _hits(
    pattern: Pattern, text: str, end_of: Callable[[re.Match[str]], int | None]
) -> Iterator[Span]:
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


def ibans(text: str) -> Iterator[Span]:
    """Bank accounts, by their check digits."""
    return _hits(_IBAN, text, _end_of_iban)


def _end_of_iban(hit: re.Match[str]) -> int | None:
    return _first_end(hit, lambda said: is_iban(_compact(said)))


def cards(text: str) -> Iterator[Span]:
    """Payment cards, by the shapes of the networks and their check digit."""
    return _hits(_CARD, text, _end_of_card)


def _end_of_card(hit: re.Match[str]) -> int | None:
    return _first_end(hit, _is_card)


def _is_card(said: str) -> bool:
    digits = _compact(said)
    return _CARD_KIND.fullmatch(digits) is not None and is_card(digits)


def citizen_numbers(text: str) -> Iterator[Span]:
    """Dutch citizen service numbers (BSN), where the text has a word for them."""
    if _CITIZEN_WORD.search(text):
        yield from _hits(_CITIZEN_NUMBER, text, _end_of_citizen_number)


def _end_of_citizen_number(hit: re.Match[str]) -> int | None:
    return hit.end() if is_citizen_number(_compact(hit[0])) else None


def possible_citizen_numbers(text: str) -> Iterator[Span]:
    """Numbers of nine digits that pass for a citizen service number."""
    for start, end in _hits(_CITIZEN_NUMBER, text, _end_of_citizen_number):
        if len(_compact(text[start:end])) == _CITIZEN_DIGITS:
            yield start, end


def emails(text: str) -> Iterator[Span]:
    """E-mail addresses."""
    return (hit.span() for hit in _EMAIL.finditer(text))


def order_numbers(text: str) -> Iterator[Span]:
    """Numbers behind a word for an order."""
    return (span for word, span in _numbered(text) if word not in _CUSTOMER_WORDS)


def customer_numbers(text: str) -> Iterator[Span]:
    """Numbers behind a word for a customer."""
    return (span for word, span in _numbered(text) if word in _CUSTOMER_WORDS)


def _numbered(text: str) -> Iterator[tuple[str, Span]]:
    for hit in _NUMBER.finditer(text):
        if sum(map(str.isdigit, hit["value"])) >= _FEWEST_DIGITS:
            yield hit["kind"].lower(), hit.span("value")


def phones(text: str) -> Iterator[Span]:
    """Phone numbers of people: Dutch, American, and of any country with its code."""
    yield from _hits(_PHONE, text, _end_of_phone)
    for hit in _PHONE_IN_THE_US.finditer(text):
        yield hit.span()


def _end_of_phone(hit: re.Match[str]) -> int | None:
    is_none = _DATE.match(hit[0]) or dialled(hit[0]).startswith(_NO_COUNTRY)
    return None if is_none else _first_end(hit, _is_phone)


def _is_phone(said: str) -> bool:
    return _DIALLED.fullmatch(dialled(said)) is not None


def dialled(phone: str) -> str:
    """A phone number as it is dialled: digits, and a plus where it has one."""
    return re.sub(r"\(0\)|[^0-9+]", "", phone)


def addresses(text: str) -> Iterator[Span]:
    """A postcode or a street, with a house number."""
    return (hit.span() for hit in _ADDRESS.finditer(text))


def plates(text: str) -> Iterator[Span]:
    """Number plates in the shapes of the Dutch sidecodes."""
    return (hit.span() for hit in _PLATE.finditer(text))


def postcodes(text: str) -> Iterator[Span]:
    """Dutch and British postcodes; in capitals every short word behind a year looks like one."""
    if not text.isupper():
        for hit in _POSTCODE.finditer(text):
            yield hit.span()
