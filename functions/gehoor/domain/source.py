"""Where a source stands."""

from datetime import datetime

from gehoor.domain.frozen import frozen
from gehoor.domain.place import Cursor, Gap


@frozen
class SourceState:
    """State of one source. `failures` counts polls that failed since the last success.

    `watched_since` is when it came into the configuration. Its turn does not come before
    `quiet_until`, and until `rests_until` not even something new is a reason to read it: the
    network asked for that, or fails. `pushed_at` is when a push last told of something new before
    a poll did, None once a poll was first. `gaps` are the last that were found, oldest first.
    `credential_ends_at` is when a person has to renew the credential, None where nobody can tell.
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
    rests_until: datetime | None = None
    pushed_at: datetime | None = None
    gaps: tuple[Gap, ...] = ()
    credential_ends_at: datetime | None = None
