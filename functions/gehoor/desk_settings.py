"""The `desk` part of the configuration: how the people who answer work."""

import re
from collections.abc import Iterable
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, StringConstraints

from gehoor.config_problems import nearest, refused
from gehoor.domain.coach_signs import Calling, CoachRules, Sign
from gehoor.domain.desk_words import Topics, topics_of
from gehoor.settings import Duration, Name, Settings


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        accepted = "a time zone like Europe/Amsterdam or UTC"
        raise refused(accepted, nearest(name, available_timezones())) from None
    return name


TimeZone = Annotated[str, AfterValidator(_time_zone)]


def _domain(name: str) -> str:
    if re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", name.casefold()) is None:
        raise refused("a domain like noordlicht.example, without https:// and without a path")
    return name.casefold()


CompanyName = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\w", max_length=80)]
"""A name as people write it, such as "T-Mobile"; handles count as their names do."""

Phrase = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\w", max_length=80)]
"""Words as people write them; a word may end or begin in * for any ending or beginning."""

Domain = Annotated[str, AfterValidator(_domain)]
Cause = Annotated[str, StringConstraints(pattern=r"^[^\s,][^,\n]{0,59}$")]
CAUSES = ("delivery", "product", "payment", "information", "conduct", "outage", "other")


class Coach(Settings):
    """What answers are held against before they go out.

    `links` are the domains an answer may link to, any while none is listed. `own` are addresses,
    phone numbers and handles that may stand in an answer. `words` adds to gehoor's own lists.
    """

    links: tuple[Domain, ...] = ()
    own: tuple[Phrase, ...] = ()
    words: dict[Literal["nl", "en"], dict[Sign, tuple[Phrase, ...]]] = Field(default_factory=dict)


class Desk(Settings):
    """When people are there, how soon they answer, how long a new post joins an open case.

    `phone` is given to customers for whom a call is the better answer, in `calling_hours`;
    `causes` are what a case may turn out to be about, for agents to choose from. Triage
    knows `competitors` by these names, and tells `topics` by their words, besides those that every
    desk has.
    """

    time_zone: TimeZone = "UTC"
    first_response: Annotated[Duration, Field(gt=timedelta())] = timedelta(hours=1)
    join_within: Annotated[Duration, Field(le=timedelta(days=7))] = timedelta(hours=24)
    phone: Annotated[str, StringConstraints(pattern=r"^[+0-9][0-9 ().-]{3,30}$")] | None = None
    calling_hours: Annotated[str, StringConstraints(max_length=100)] = ""
    causes: Annotated[tuple[Cause, ...], Field(min_length=1, max_length=50)] = CAUSES
    coach: Coach = Coach()
    competitors: tuple[CompanyName, ...] = ()
    topics: dict[Name, tuple[Phrase, ...]] = Field(default_factory=dict)

    def calling(self) -> Calling | None:
        """Where customers can call, None where no number is given."""
        return Calling(self.phone, self.calling_hours) if self.phone else None

    def coach_rules(self, handles: Iterable[str] = ()) -> CoachRules:
        """What answers are held against; `handles` are the brands' own accounts."""
        named = [*self.coach.own, *handles, *([self.phone] if self.phone else [])]
        return CoachRules(
            links=frozenset(self.coach.links),
            own=frozenset(name.lstrip("@").casefold() for name in named),
            words=tuple(
                (language, sign, phrases)
                for language, signs in self.coach.words.items()
                for sign, phrases in signs.items()
            ),
        )

    @cached_property
    def topic_words(self) -> Topics:
        """The topics with their words, those of every desk too."""
        return topics_of(self.topics)
