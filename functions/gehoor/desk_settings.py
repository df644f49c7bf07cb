"""The `desk` part of the configuration: how the people who answer work."""

from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field

from gehoor.config_problems import nearest, refused
from gehoor.settings import Duration, Settings


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        accepted = "a time zone like Europe/Amsterdam or UTC"
        raise refused(accepted, nearest(name, available_timezones())) from None
    return name


TimeZone = Annotated[str, AfterValidator(_time_zone)]


class Desk(Settings):
    """When people are there, how soon they answer, how long a new post joins an open case."""

    time_zone: TimeZone = "UTC"
    first_response: Annotated[Duration, Field(gt=timedelta())] = timedelta(hours=1)
    join_within: Annotated[Duration, Field(le=timedelta(days=7))] = timedelta(hours=24)
