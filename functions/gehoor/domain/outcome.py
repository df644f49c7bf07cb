"""How a case ended and what was learned from it, as agents say in fields of its ticket."""

import re
from collections.abc import Mapping
from datetime import datetime

from gehoor.domain.frozen import frozen

CAUSE, ENDED = "cause", "ended"
"""The keys of the ticket's fields."""

_NO_TAG = re.compile(r"[^a-z0-9]+")


@frozen
class Outcome:
    """When a case was solved, what it was about and how it ended; "" where nobody said so.

    `in_private` says that the conversation had left the public by then.
    """

    at: datetime
    cause: str
    ended: str
    in_private: bool


def outcome_in(fields: Mapping[str, str], at: datetime, in_private: bool) -> Outcome:
    """What the fields of a ticket that was solved say."""
    cause, ended = (chosen(key, fields.get(key, "")) for key in (CAUSE, ENDED))
    return Outcome(at, cause, ended, in_private)


def choice_tag(key: str, choice: str) -> str:
    """The value of a choice in a field: a tag, which names the field as no other may have it."""
    return f"{key}_{_NO_TAG.sub('_', choice.casefold()).strip('_')}"


def chosen(key: str, value: str) -> str:
    """What a field's value says, without the field's name."""
    return value.removeprefix(f"{key}_")
