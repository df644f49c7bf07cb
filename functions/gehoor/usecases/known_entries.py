"""Which entries of a list are stored already, so that a list which is read once more costs little.

What this process took in lately it remembers, and what it does not it looks up in the store.
"""

from collections.abc import Container, Iterable, Mapping, Set
from datetime import UTC, datetime, timedelta

from gehoor.domain.listing import Entry
from gehoor.domain.mention import Mention
from gehoor.domain.walk import OVERLAP
from gehoor.ports.mentions import MentionStore

LATELY = 2 * OVERLAP + timedelta(minutes=10)
"""Everything is read once more after OVERLAP, down to what was as old then."""

MOST = 20_000
"""Ids of a generation, of which there are two: some 4 MB each."""

LONGEST_ID = 200
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_Ids = dict[tuple[str, str], set[str]]


class TakenIn:
    """The ids of entries that were dealt with, by source and list.

    It spares work and decides nothing else. So threads share it as it is: what it loses when two
    of them turn it at once is looked up in the store.
    """

    def __init__(self) -> None:
        self._newer: _Ids = {}
        self._older: _Ids = {}
        self._began_at = _LONG_AGO

    def add(self, source_id: str, list_name: str, ids: Iterable[str], now: datetime) -> None:
        """Remember entries for LATELY, and up to three times as long where little is read.

        Of about twice MOST the oldest are forgotten sooner.
        """
        self._turn(now)
        self._newer.setdefault((source_id, list_name), set()).update(ids)

    def of(self, source_id: str, list_name: str, now: datetime) -> tuple[Container[str], ...]:
        """The ids of a list, to look an entry's up in."""
        self._turn(now)
        generations = (self._newer, self._older)
        return tuple(ids for one in generations if (ids := one.get((source_id, list_name))))

    def _turn(self, now: datetime) -> None:
        """Begin a generation when it is time, and forget the one before the last."""
        age = now - self._began_at
        is_full = sum(map(len, self._newer.values())) >= MOST
        if age >= LATELY or is_full:
            last = self._newer if age < 2 * LATELY else {}
            self._newer, self._older, self._began_at = {}, last, now


class KnownEntries:
    """The entries of one source that are stored."""

    def __init__(self, source_id: str, taken_in: TakenIn, mentions: MentionStore) -> None:
        self._source_id = source_id
        self._taken_in = taken_in
        self._mentions = mentions

    def ids(self, list_name: str, now: datetime) -> tuple[Container[str], ...]:
        """The ids of those that are remembered, to look an entry's up in."""
        return self._taken_in.of(self._source_id, list_name, now)

    def add(self, list_name: str, entries: Iterable[Entry], now: datetime) -> None:
        """Remember entries that are dealt with by now; those without an id stay unknown."""
        mentions = (entry for entry in entries if isinstance(entry.content, Mention))
        ids = (entry.id for entry in mentions if 0 < len(entry.id) <= LONGEST_ID)
        self._taken_in.add(self._source_id, list_name, ids, now)

    def left_out(
        self, list_name: str, entries: tuple[Entry, ...], now: datetime
    ) -> tuple[Entry, ...]:
        """The entries without those that are stored, which would be judged in vain.

        A list that is read once more brings back more than a place remembers. What was edited
        stays: the store tells whether that is known. The store's errors pass through.
        """
        plain = {
            entry.content.mention_id: entry
            for entry in entries
            if isinstance(entry.content, Mention) and entry.content.edited_at is None
        }
        stored = self._stored(list_name, plain, now)

        def is_stored(entry: Entry) -> bool:
            return isinstance(entry.content, Mention) and entry.content.mention_id in stored

        return tuple(entry for entry in entries if not is_stored(entry))

    def _stored(self, list_name: str, entries: Mapping[str, Entry], now: datetime) -> Set[str]:
        """Which of these mentions are stored; only what is not remembered is looked up."""
        lately = self.ids(list_name, now)
        remembered = {
            mention_id
            for mention_id, entry in entries.items()
            if any(entry.id in ids for ids in lately)
        }
        rest = sorted(entries.keys() - remembered)
        return remembered | self._mentions.known(rest) if rest else remembered
