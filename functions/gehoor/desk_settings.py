"""The `desk` part of the configuration: how the people who answer work."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    TypeAdapter,
    model_validator,
)

from gehoor.config_problems import nearest, refused, words
from gehoor.domain import desk as domain
from gehoor.domain.coach_signs import Calling, CoachRules, Sign
from gehoor.domain.desk_hours import MIDNIGHT, ROUND_THE_CLOCK, DeskHours, Shift
from gehoor.domain.judgement import Intent, Urgency
from gehoor.settings import Duration, Name, SecretName, Settings, Url

if TYPE_CHECKING:
    from gehoor.domain.desk_words import Topics

DEFAULT = "default"
TARGETED = (*Urgency, *Intent, DEFAULT)
"""What `first_response` may name."""

_SHIFT = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        accepted = "a time zone like Europe/Amsterdam or UTC"
        raise refused(accepted, nearest(name, available_timezones())) from None
    return name


def _shift(text: str) -> Shift:
    found = _SHIFT.fullmatch(text)
    opens, closes = text[:5], text[6:]
    if found is None or closes > "24:00" or opens == closes:
        raise refused("opening hours like 09:00-17:30, 22:00-06:00 or 00:00-24:00, in quotes")
    ends = MIDNIGHT if closes == "24:00" else time.fromisoformat(closes)
    return Shift(time.fromisoformat(opens), ends)


def _hours_text(text: str) -> str:
    _shift(text)
    return text


def _one_or_more(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _kind(name: str) -> str:
    if name not in TARGETED:
        raise refused(words(TARGETED), nearest(name, TARGETED))
    return name


def _day(value: Any) -> date:
    """YAML reads a date as one; what is stored is text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise refused("a date like 2026-12-25") from None


TimeZone = Annotated[str, AfterValidator(_time_zone)]
Hours = Annotated[str, AfterValidator(_hours_text)]
DayHours = Annotated[tuple[Hours, ...], BeforeValidator(_one_or_more)]
Holiday = Annotated[date, BeforeValidator(_day)]
Target = Annotated[Duration, Field(gt=timedelta(), le=timedelta(days=30))]

_ONE_TARGET: TypeAdapter[timedelta] = TypeAdapter(Target)
_TARGETS: TypeAdapter[dict[str, timedelta]] = TypeAdapter(
    dict[Annotated[str, AfterValidator(_kind)], Target]
)


def _targets(value: Any) -> timedelta | dict[str, timedelta]:
    known = _TARGETS if isinstance(value, Mapping) else _ONE_TARGET
    return known.validate_python(value)


class OpeningHours(Settings):
    """When the desk is open on each day; a day that is not named is one on which it is closed."""

    monday: DayHours = ()
    tuesday: DayHours = ()
    wednesday: DayHours = ()
    thursday: DayHours = ()
    friday: DayHours = ()
    saturday: DayHours = ()
    sunday: DayHours = ()

    @model_validator(mode="after")
    def _is_open_at_all(self) -> "OpeningHours":
        if not any(self.week):
            raise refused("opening hours on one day at least; leave `hours` out for any time")
        return self

    @property
    def week(self) -> tuple[tuple[Shift, ...], ...]:
        """The shifts of each day, from Monday on."""
        days = (self.monday, self.tuesday, self.wednesday, self.thursday, self.friday)
        return tuple(tuple(map(_shift, day)) for day in (*days, self.saturday, self.sunday))


class Notify(Settings):
    """Where it is told that an answer is due; `secret` names what these calls are signed with."""

    webhook: Url
    secret: SecretName


def _group(value: Any) -> Any:
    """A group's id may be written as the number it is."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Group = Annotated[str, BeforeValidator(_group), StringConstraints(min_length=1, max_length=100)]
"""A group of the helpdesk, by name or by id."""

Count = Annotated[int, Field(ge=1)]
Handles = dict[str, tuple[Annotated[str, StringConstraints(pattern=r"^\S{1,200}$")], ...]]
"""Handles by network, with or without the leading @."""


class GroupRule(Settings):
    """A group, and what it answers: all that is named must be so."""

    group: Group
    brand: Name | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] | None = None
    topic: str | None = None
    intent: Intent | None = None


class Routing(Settings):
    """Who answers: the agent of the last ticket, else the first group that fits; risk goes to its
    own group."""

    same_agent_within: Annotated[Duration, Field(le=timedelta(days=365))] = timedelta(days=30)
    risk_group: Group | None = None
    groups: tuple[GroupRule, ...] = ()


class Reputation(Settings):
    """From which counts on those who speak for the company are told of a post; null for never.

    Those an hour are averages since the post was published.
    """

    followers: Count | None = 50_000
    views: Count | None = 100_000
    likes: Count | None = 5_000
    reposts: Count | None = 1_000
    replies: Count | None = 500
    reposts_an_hour: Count | None = 100
    replies_an_hour: Count | None = 50


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

    Without `hours` they are there at any time but on `holidays`. `first_response` is one time, or
    one for each urgency and intent that it names. `phone` is given to customers for whom a call is
    the better answer, in `calling_hours`; `causes` are what a case may turn out to be about, for
    agents to choose from. Triage knows `competitors` by these names, and tells `topics` by their
    words, besides those that every desk has. Posts by `own_accounts`, beside those of the brands,
    and by `staff` never become tickets.
    """

    time_zone: TimeZone = "UTC"
    hours: OpeningHours | None = None
    holidays: tuple[Holiday, ...] = ()
    first_response: Annotated[timedelta | dict[str, timedelta], BeforeValidator(_targets)] = (
        timedelta(hours=1)
    )
    critical_round_the_clock: bool = True
    promise_notice: Annotated[Duration, Field(gt=timedelta(), le=timedelta(days=7))] = timedelta(
        hours=2
    )
    notify: Notify | None = None
    join_within: Annotated[Duration, Field(le=timedelta(days=7))] = timedelta(hours=24)
    phone: Annotated[str, StringConstraints(pattern=r"^[+0-9][0-9 ().-]{3,30}$")] | None = None
    calling_hours: Annotated[str, StringConstraints(max_length=100)] = ""
    causes: Annotated[tuple[Cause, ...], Field(min_length=1, max_length=50)] = CAUSES
    coach: Coach = Coach()
    competitors: tuple[CompanyName, ...] = ()
    topics: dict[Name, tuple[Phrase, ...]] = Field(default_factory=dict)

    routing: Routing = Routing()
    reputation: Reputation = Reputation()
    own_accounts: Handles = Field(default_factory=dict)
    staff: Handles = Field(default_factory=dict)

    def in_domain(self) -> domain.Desk:
        """The desk as the use cases know it."""
        week = self.hours.week if self.hours else ROUND_THE_CLOCK
        answers = self.first_response
        targets = {DEFAULT: answers} if isinstance(answers, timedelta) else answers
        return domain.Desk(
            hours=DeskHours(ZoneInfo(self.time_zone), week, frozenset(self.holidays)),
            target=targets.get(DEFAULT, timedelta(hours=1)),
            targets={kind: target for kind, target in targets.items() if kind != DEFAULT},
            critical_round_the_clock=self.critical_round_the_clock,
            promise_notice=self.promise_notice,
        )

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
    def topic_words(self) -> "Topics":
        """The topics with their words, those of every desk too.

        The words are loaded by who judges: most functions read this configuration and never do.
        """
        from gehoor.domain.desk_words import topics_of

        return topics_of(self.topics)
