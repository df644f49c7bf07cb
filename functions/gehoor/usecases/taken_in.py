"""What this process took in lately, so that a list which is read once more costs little."""

from collections.abc import Container, Iterable
from datetime import datetime, timedelta

from gehoor.domain.walk import OVERLAP

LATELY = 2 * OVERLAP + timedelta(minutes=10)
"""Everything is read once more after OVERLAP, down to what was as old then."""

MOST = 20_000
"""Names of a generation, of which there are two: some 2 MB each."""

_List = tuple[str, str]


class TakenIn:
    """The short names of entries whose mentions are stored, by source and list; threads may share
    it.

    It spares work and decides nothing else: what it forgot, or another process took in, is looked
    up in the store. Whoever puts an older state of the store into force waits twice LATELY, or
    starts the functions anew.
    """

    def __init__(self) -> None:
        self._newer: dict[_List, set[str]] = {}
        self._older: dict[_List, set[str]] = {}
        self._began_at: datetime | None = None

    def add(self, source_id: str, list_name: str, names: Iterable[str], now: datetime) -> None:
        """Remember entries for LATELY, and up to twice as long; less when there are very many."""
        if self._began_at is None or self._is_full(now):
            self._newer, self._older, self._began_at = {}, self._newer, now
        self._newer.setdefault((source_id, list_name), set()).update(names)

    def of(self, source_id: str, list_name: str) -> tuple[Container[str], ...]:
        """The names of a list, to look an entry's up in."""
        generations = (self._newer, self._older)
        return tuple(names for one in generations if (names := one.get((source_id, list_name))))

    def _is_full(self, now: datetime) -> bool:
        is_old = self._began_at is not None and now - self._began_at >= LATELY
        return is_old or sum(map(len, self._newer.values())) >= MOST
