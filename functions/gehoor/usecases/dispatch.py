"""Sending every source that is due to the pollers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gehoor.ports.queues import Queues
    from gehoor.ports.sources import SourceStore
    from gehoor.ports.surroundings import Clock

EARLY = timedelta(seconds=10)
"""Schedules do not fire to the second. What is due a moment after this run is taken now, else it
would wait for the next one: a source of every minute would be read every other minute."""

EACH_RUN = timedelta(minutes=1)
"""What is read this often is due in every run. Its turn need not be moved, which would cost three
write units. It moves when the source is to wait: `PollOutcome.not_before`."""

LIMIT = 1_000
"""Sources a minute: more are taken in the next run, the longest waiting first."""


def dispatch_polls(
    intervals: Mapping[str, timedelta], sources: SourceStore, queues: Queues, clock: Clock
) -> int:
    """Ask for a poll of each due source and move its due time; returns how many.

    The messages go first: a death in between polls a source twice, which its lease makes harmless,
    and never skips a turn.
    """
    now = clock()
    found = sources.due(now + EARLY, LIMIT)
    due = [source_id for source_id in found if source_id in intervals]
    queues.send_polls(due)
    must_make_room = len(found) == LIMIT
    for source_id in due:
        if must_make_room or intervals[source_id] > EACH_RUN:
            sources.claim_turn(source_id, now + EARLY, now + intervals[source_id])
    return len(due)
