"""The `desk` part of the configuration: how the people who answer work."""

from datetime import timedelta
from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, StringConstraints

from gehoor.config_problems import nearest, refused
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


CompanyName = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\w", max_length=80)]
"""A name as people write it, such as "T-Mobile"; handles count as their names do."""

Phrase = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\w", max_length=80)]
"""Words as people write them; a word may end or begin in * for any ending or beginning."""


class Desk(Settings):
    """When people are there, how soon they answer, how long a new post joins an open case.

    Triage knows `competitors` by these names, and tells `topics` by their words, besides those
    that every desk has.
    """

    time_zone: TimeZone = "UTC"
    first_response: Annotated[Duration, Field(gt=timedelta())] = timedelta(hours=1)
    join_within: Annotated[Duration, Field(le=timedelta(days=7))] = timedelta(hours=24)

    competitors: tuple[CompanyName, ...] = ()
    topics: dict[Name, tuple[Phrase, ...]] = Field(default_factory=dict)

    @cached_property
    def topic_words(self) -> Topics:
        """The topics with their words, those of every desk too."""
        return topics_of(self.topics)
