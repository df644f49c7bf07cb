"""What an author wrote to be known by: addresses and numbers that a person may look up.

Anybody can write anything, so none of it links anybody. It is shown as much as names it to somebody
who reads the post beside it, because every copy of an address is one more to erase.
"""

from collections.abc import Iterator
from itertools import islice

from gehoor.domain.frozen import frozen
from gehoor.domain.personal_data import Found, personal_data_in
from gehoor.domain.personal_data_kinds import PersonalData
from gehoor.domain.personal_data_shapes import dialled

LONGEST_READ = 10_000
"""Characters searched, to bound the cost: more than any network's post."""

MOST_DETAILS = 4

_LONGEST_DOMAIN = 40
_KINDS = {
    PersonalData.EMAIL: "e-mail",
    PersonalData.PHONE: "phone",
    PersonalData.ORDER_NUMBER: "order number",
    PersonalData.CUSTOMER_NUMBER: "customer number",
}
"""What a customer is found by; a bank account, for one, is not."""


@frozen
class GivenDetail:
    """One thing an author gave: what it is, and as much of it as names it to a reader."""

    kind: str
    shown: str


def given_details(text: str) -> tuple[GivenDetail, ...]:
    """What an author gave in a text, each once, MOST_DETAILS at most; never raises."""
    text = text[:LONGEST_READ]
    return tuple(islice(dict.fromkeys(_details(text)), MOST_DETAILS))


def _details(text: str) -> Iterator[GivenDetail]:
    """In the order of their kinds, so that the best to look up by is never the one left out."""
    found = [each for each in personal_data_in(text) if each.kind in _KINDS]
    for kind, name in _KINDS.items():
        for each in found:
            if each.kind is kind:
                yield GivenDetail(name, _shown(each, text[each.start : each.end]))


def _shown(found: Found, said: str) -> str:
    """As much of it as names it to a reader."""
    if found.kind is PersonalData.EMAIL:
        name, _, domain = said.partition("@")
        return f"{name[0]}…@{domain[:_LONGEST_DOMAIN]}"
    return f"…{dialled(said)[-3:]}" if found.kind is PersonalData.PHONE else said
