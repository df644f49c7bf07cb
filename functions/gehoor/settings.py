"""The parts of the configuration that adapters extend, and the value types they share."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

_DURATION = re.compile(r"^(\d{1,6})\s*([smhd])$", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _duration(value: object) -> timedelta:
    match = _DURATION.match(value) if isinstance(value, str) else None
    if isinstance(value, timedelta):
        return value
    if match is None:
        msg = "a number and a unit: 30s, 15m, 2h, 1d"
        raise ValueError(msg)
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


Duration = Annotated[timedelta, BeforeValidator(_duration)]
"""Written as a number and a unit: 30s, 15m, 2h, 1d."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
"""An id the operator chooses: lower-case letters, digits and hyphens."""

SecretName = Annotated[str, StringConstraints(pattern=r"^/gehoor/[A-Za-z0-9_./-]{1,200}$")]
"""Where a secret's value lives in SSM; the value itself is never in the configuration."""

Visible = Annotated[str, StringConstraints(pattern=r"^[!-~]+$")]
"""A token, or a part of a secret: what may stand in a header as it is, without spaces."""

Life = Annotated[int, Field(gt=0, le=10 * 366 * 86_400)]
"""How long a token lives, in seconds: ten years at most."""

Scope = Annotated[str, StringConstraints(pattern=r"^[ -~]*$")]
"""What a token allows, in words with spaces between them (RFC 6749, section 3.3)."""

Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/?#]+[^\s]*$")]
"""An absolute http or https address."""


SELDOM = timedelta(minutes=10)
"""What is polled more seldom is so for a quota's or for politeness' sake."""


class Settings(BaseModel):
    """Base of every part of the configuration: unknown keys are errors, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceSettings(Settings):
    """What every source has. Each network's adapter extends it with its own keys.

    `every` is how often it is polled, `fastest` in busy times (half of that, or `every` itself when
    it is over SELDOM) and `slowest` in quiet ones (`every` unless set). `silence` is how long the
    source is known to bring nothing: longer raises an alarm. `backfill` is how far back the first
    poll reaches, where the network says when things were posted. `safety_every` is how often it is
    polled, at most, while its network's pushes bring what is new.
    """

    id: Name
    network: str
    brand: Name
    every: Annotated[Duration, Field(ge=timedelta(minutes=1), le=timedelta(days=1))] = timedelta(
        minutes=5
    )
    fastest: Annotated[Duration, Field(ge=timedelta(minutes=1))] | None = None
    slowest: Annotated[Duration, Field(le=timedelta(days=1))] | None = None
    silence: Annotated[Duration, Field(ge=timedelta(hours=1))] = timedelta(days=7)
    safety_every: Annotated[Duration, Field(ge=timedelta(minutes=1), le=timedelta(days=1))] = (
        timedelta(minutes=15)
    )
    backfill: Annotated[Duration, Field(ge=timedelta(0))] = timedelta(hours=24)

    @field_validator("fastest", "slowest")
    @classmethod
    def _around_every(cls, value: timedelta | None, info: ValidationInfo) -> timedelta | None:
        every = info.data.get("every")
        if value is not None and every is not None:
            if info.field_name == "fastest" and value > every:
                msg = "at most `every`"
                raise ValueError(msg)
            if info.field_name == "slowest" and value < every:
                msg = "at least `every`"
                raise ValueError(msg)
        return value

    @property
    def bounds(self) -> tuple[timedelta, timedelta]:
        """The shortest and the longest interval between polls."""
        often = self.every <= SELDOM
        soonest = max(self.every / 2, timedelta(minutes=1)) if often else self.every
        return self.fastest or soonest, self.slowest or self.every


class CrmSettings(Settings):
    """What every CRM has. Each CRM's adapter extends it with its own keys."""

    kind: str
    secret: SecretName


class HelpdeskSettings(Settings):
    """What every helpdesk has. Each helpdesk's adapter extends it with its own keys."""

    kind: str
    base_url: Url
    secret: SecretName
