"""What an author wrote to be known by: addresses and numbers that a person may look up.

Anybody can write anything, so none of it links anybody. It is shown as much as names it to somebody
who reads the post beside it, because every copy of an address is one more to erase.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

LONGEST_READ = 10_000
"""Characters searched, to bound the cost: more than any network's post."""

MOST_DETAILS = 4

_LONGEST_DOMAIN = 40
_FEWEST_DIGITS = 4
_LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_BANK_ACCOUNT = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_EMAIL = re.compile(
    r"(?<![\w.%+@/-])(?P<first>\w)[\w.%+-]{0,63}"
    r"@(?P<domain>[^\W_][\w-]{0,62}(?:\.[\w-]{1,63}){0,8}\.[^\W\d_]{2,24})(?![\w@-])"
)
_PHONE = re.compile(r"(?<![\w+.,/@-])[+0][0-9][0-9 ().-]{5,20}[0-9](?![\w@-])")
_DATE = re.compile(r"[0-9]{1,2}([-.])[0-9]{1,2}\1[0-9]{2,4}\b")
_DIALLED = re.compile(r"(?:\+|00)[1-9][0-9]{7,14}|0[1-9][0-9]{8,9}")
_NUMBER = re.compile(
    r"\b(?P<kind>order|bestelling|bestel|klant|customer|client|account)"
    r"(?:[ -]?(?:nummer|number|nr|no|id|code)\b)?"
    r"[ .:#=]{1,4}(?:is )?#?(?P<value>[A-Z0-9][A-Z0-9-]{3,23})(?![\w@-])",
    re.IGNORECASE,
)
_KIND_OF_WORD = {
    **dict.fromkeys(("order", "bestelling", "bestel"), "order number"),
    **dict.fromkeys(("klant", "customer", "client", "account"), "customer number"),
}


@dataclass(frozen=True, slots=True)
class GivenDetail:
    """One thing an author gave: what it is, and as much of it as names it to a reader."""

    kind: str
    shown: str


def given_details(text: str) -> tuple[GivenDetail, ...]:
    """What an author gave in a text, each once, MOST_DETAILS at most; never raises.

    A bank account is nothing to find a customer by, and is left out.
    """
    text = _BANK_ACCOUNT.sub("#", _LINK.sub("#", text[:LONGEST_READ]))
    return tuple(islice(dict.fromkeys(_details(text)), MOST_DETAILS))


def _details(text: str) -> Iterator[GivenDetail]:
    for found in _EMAIL.finditer(text):
        domain = found["domain"][:_LONGEST_DOMAIN]
        yield GivenDetail("e-mail", f"{found['first']}…@{domain}")
    for found in _PHONE.finditer(text):
        digits = re.sub(r"\(0\)|[ ().-]", "", found[0])
        if _DIALLED.fullmatch(digits) and not _DATE.match(found[0]):
            yield GivenDetail("phone", f"…{digits[-3:]}")
    for found in _NUMBER.finditer(text):
        if sum(character.isdigit() for character in found["value"]) >= _FEWEST_DIGITS:
            yield GivenDetail(_KIND_OF_WORD[found["kind"].lower()], found["value"])
