"""Outside limits: how many calls an API takes in a time, and who may spend them first."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Lane(StrEnum):
    """Whose calls they are. A lane leaves a reserve for those named before it."""

    URGENT = "urgent"
    NORMAL = "normal"
    SPARE = "spare"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` in any stretch of `per`; `name` tells whose, over all workers."""

    name: str
    calls: int
    per: timedelta
