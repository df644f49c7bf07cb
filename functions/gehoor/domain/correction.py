"""What the desk made of a judgement: a field of the ticket that says something else now."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from gehoor.domain.frozen import frozen
from gehoor.domain.judgement import Intent, Judgement, Urgency
from gehoor.domain.outcome import chosen


class JudgedField(StrEnum):
    """A field that triage fills in a ticket, by its key, and the desk may change."""

    INTENT = "intent"
    URGENCY = "urgency"
    LANGUAGE = "language"
    TOPIC = "topic"


class Corrector(StrEnum):
    """Who changed it, by role: nobody's work is counted."""

    DESK = "desk"


@frozen
class Correction:
    """A field as it was judged, and as the desk says it is; `at` is when that was heard."""

    name: JudgedField
    judged: str
    corrected: str
    at: datetime = field(compare=False)
    by: Corrector = Corrector.DESK


@frozen
class Corrections:
    """All that the desk corrected of one judgement."""

    each: tuple[Correction, ...] = ()


def judged_tag(field: str, word: str) -> str:
    """A ticket's tag for what was judged; where agents choose, the value of that choice as well."""
    return f"{field}_{word}"


def corrections_in(
    judgement: Judgement, fields: Mapping[str, str], at: datetime
) -> tuple[Correction, ...]:
    """What a ticket's fields say otherwise than the judgement that filled them.

    A field holds a word, or where agents choose, its tag. One that is empty, or says what no
    judgement can say, corrects nothing.
    """
    return tuple(_corrections(judgement, fields, at))


def _corrections(
    judgement: Judgement, fields: Mapping[str, str], at: datetime
) -> Iterator[Correction]:
    for name, can_say in _CAN_SAY.items():
        judged = str(getattr(judgement, name))
        told = chosen(name, fields.get(name, "").strip().lower())
        if told != judged and can_say(told):
            yield Correction(name, judged, told, at)


def _is_one_of(kind: type[Intent] | type[Urgency]) -> Callable[[str], bool]:
    return frozenset(each.value for each in kind).__contains__


_CAN_SAY: Mapping[JudgedField, Callable[[str], object]] = {
    JudgedField.INTENT: _is_one_of(Intent),
    JudgedField.URGENCY: _is_one_of(Urgency),
    JudgedField.LANGUAGE: re.compile(r"[a-z]{2,3}").fullmatch,
    JudgedField.TOPIC: re.compile(r"[a-z0-9][a-z0-9-]{0,62}").fullmatch,
}
