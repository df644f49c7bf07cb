"""Where a source stands."""

from dataclasses import dataclass
from datetime import datetime

from gehoor.domain.network import Cursor


@dataclass(frozen=True, slots=True)
class SourceState:
    """State of one source. `failures` counts polls that failed since the last success.

    `watched_since` is when it came into the configuration, `quiet_until` the time before which the
    network asked not to be read again.
    """

    source_id: str
    cursor: Cursor
    next_due_at: datetime
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None
    failures: int = 0
    error: str = ""
    watched_since: datetime | None = None
    quiet_until: datetime | None = None
