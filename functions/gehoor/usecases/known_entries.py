"""Which entries of a list are stored already, so that a list which is read once more costs little.

What this process took in lately it remembers, and what it does not it looks up in the store.
"""

from collections.abc import Container, Iterable, Mapping, Set
from datetime import datetime, timedelta

from gehoor.domain.listing import Entry, short_name
from gehoor.domain.mention import Mention
from gehoor.domain.walk import OVERLAP
from gehoor.ports.mentions import MentionStore

LATELY = 2 * OVERLAP + timedelta(minutes=10)
"""Everything is read once more after OVERLAP, down to what was as old then."""

MOST = 20_000
"""Names of a generation, of which there are two: some 2 MB each."""

_List = tuple[str, str]


class TakenIn:
    """The short names of entries whose mentions are stored, by source and list; threads share it.

    It spares work and decides nothing else. Whoever puts an older state of the store into force
    starts the functions anew, or waits for twice LATELY.
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


class KnownEntries:
    """The entries of one source that are stored."""

    def __init__(self, source_id: str, taken_in: TakenIn, mentions: MentionStore) -> None:
        self._source_id = source_id
        self._taken_in = taken_in
        self._mentions = mentions

    def names(self, list_name: str) -> tuple[Container[str], ...]:
        """The short names of those that are remembered, to look an entry's up in."""
        return self._taken_in.of(self._source_id, list_name)

    def add(self, list_name: str, entries: Iterable[Entry], now: datetime) -> None:
        """Remember entries that are stored by now."""
        stored = (e.id for e in entries if e.id and isinstance(e.content, Mention))
        self._taken_in.add(self._source_id, list_name, map(short_name, stored), now)

    def left_out(self, list_name: str, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """The entries without those that are stored, which would be judged in vain.

        A list that is read once more brings back more than a place remembers. What was edited
        stays: the store tells whether that is known. The store's errors pass through.
        """
        plain = {
            entry.content.mention_id: entry
            for entry in entries
            if isinstance(entry.content, Mention) and entry.content.edited_at is None
        }
        stored = self._stored(list_name, plain)

        def is_stored(entry: Entry) -> bool:
            return isinstance(entry.content, Mention) and entry.content.mention_id in stored

        return tuple(entry for entry in entries if not is_stored(entry))

    def _stored(self, list_name: str, entries: Mapping[str, Entry]) -> Set[str]:
        """Which of these mentions are stored; only what is not remembered is looked up."""
        lately = self.names(list_name)
        remembered = {
            mention_id
            for mention_id, entry in entries.items()
            if any(short_name(entry.id) in names for names in lately)
        }
        rest = sorted(entries.keys() - remembered)
        return remembered | self._mentions.known(rest) if rest else remembered
