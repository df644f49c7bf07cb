"""Reading the lists of a source for one run: the newest of each first, then what is unread."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from gehoor.domain.brand import Brand
from gehoor.domain.listing import Ask, Entry, Floor, Listing, Position
from gehoor.domain.mention import Mention
from gehoor.domain.network import Broken
from gehoor.domain.source import SourceState
from gehoor.domain.walk import Step, forget_position, take_newest, take_rest
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    Permanent,
    PositionLost,
    Unavailable,
)
from gehoor.ports.network import Network
from gehoor.ports.sources import SourceStore
from gehoor.usecases.cursors import cursor_of, places_in
from gehoor.usecases.intake import IntakePorts, put_aside, take_in
from gehoor.usecases.known_entries import KnownEntries

if TYPE_CHECKING:
    from gehoor.domain.place import Cursor

MAX_PAGES = 20
"""Pages of a run below the newest ones."""

MOST_UNSAVED = 5
"""Pages that brought nothing new, as most do when a list is read once more: to read so many again
costs less than to save the cursor after each."""

MOST_BARREN = 5
MOST_GAPS = 10


class FrozenCursor(ContractBroken):
    """The network has more, but its answers do not lead on to it."""


class Reading:
    """One run. `new` mentions came, and the network may ask for a pause until `not_before`; the
    credential is good until `credential_ends_at`, where that is known.

    `is_read` tells that at least a page was. After each page its mentions are stored, and before
    the next one the cursor, under the lease of `owner`; that of pages that brought nothing may wait
    for MOST_UNSAVED of them. That of the last page is left to whoever ends the run, who writes to
    the source anyway: it is `unsaved`, with the `gaps` found so far.
    """

    def __init__(
        self,
        network: Network,
        state: SourceState,
        brand: Brand,
        first_floor: datetime,
        owner: str,
        sources: SourceStore,
        intake: IntakePorts,
        known: KnownEntries,
    ) -> None:
        self.new = 0
        self.is_read = False
        self.unsaved: Cursor | None = None
        self.gaps = state.gaps
        self.not_before: datetime | None = None
        self.credential_ends_at: datetime | None = None
        self._network = network
        self._source_id = state.source_id
        self._brand = brand
        self._owner = owner
        self._sources = sources
        self._intake = intake
        self._known = known
        self._names = network.lists()
        self._places, self._memory = places_in(
            state.cursor, self._names, first_floor, state.source_id
        )
        self._kept = state.cursor
        self._pages = 0
        self._unsaved_pages = 0
        self._has_news = False
        self._read: dict[str, set[str]] = {name: set() for name in self._names}
        self._barren: Counter[str] = Counter()
        self._lost: set[str] = set()
        self._failed: dict[str, GehoorError] = {}

    def read(self, deadline: datetime) -> bool:
        """Read until nothing is left; whether something is, for the next run.

        Ends early after MAX_PAGES, at `deadline`, when the network asks for a pause, and when the
        cursor cannot be saved because another worker has the lease. FrozenCursor when pages lead
        nowhere; every other error is the network's or the store's, and what was read before it
        stays read. What is wrong with one list, and not with the network as a whole, is raised when
        the others are read.
        """
        is_cut_short = False
        for name, read in self._turns():
            is_cut_short = self._is_time_up(deadline)
            if is_cut_short:
                break
            if not self._save():
                return False
            try:
                read(name)
            except AuthExpired:
                raise
            except (Permanent, ContractBroken, Unavailable) as error:
                self._failed[name] = error
            if self.not_before is not None:
                return False
        if self._failed and not (is_cut_short and self.is_read):
            raise next(iter(self._failed.values()))
        return is_cut_short

    def _is_time_up(self, deadline: datetime) -> bool:
        has_begun = self.is_read or bool(self._failed)
        return self._pages == MAX_PAGES or (has_begun and self._intake.clock() >= deadline)

    def _turns(self) -> Iterator[tuple[str, Callable[[str], None]]]:
        """Which list is read next, and how."""
        for name in self._names:
            yield name, self._read_newest
        while left := [name for name in self._names if self._is_unread(name)]:
            for name in left:
                yield name, self._read_rest

    def _is_unread(self, name: str) -> bool:
        return bool(self._places[name].ranges) and name not in self._failed

    def _read_newest(self, name: str) -> None:
        place, now = self._places[name], self._intake.clock()
        try:
            listing = self._network.read(self._ask(name, place.floor, None), now)
        except PositionLost:
            if not place.floor.id:
                raise
            place = replace(place, floor=Floor(place.floor.at))
            listing = self._network.read(self._ask(name, place.floor, None), now)
        self._count(name, listing)
        step = take_newest(name, place, listing, now)
        self._keep(name, step, listing)
        self._known.add(name, step.unread, self._intake.clock())

    def _read_rest(self, name: str) -> None:
        place, now = self._places[name], self._intake.clock()
        current = place.ranges[0]
        self._pages += 1
        try:
            listing = self._network.read(self._ask(name, current.floor, current.position), now)
        except PositionLost:
            self._start_again(name)
            return
        leads_on = self._count(name, listing) or listing.older != current.position
        step = take_rest(name, place, listing, now)
        is_met = bool(current.known)
        unread = step.unread if is_met else self._known.left_out(name, step.unread, now)
        self._keep(name, step._replace(unread=unread), listing)
        self._known.add(name, step.unread, self._intake.clock())
        goes_on = len(step.place.ranges) == len(place.ranges)
        if goes_on and (not leads_on or self._barren[name] >= MOST_BARREN):
            message = f"source {self._source_id}: its pages repeat though there is more"
            raise FrozenCursor(message)

    def _ask(self, name: str, floor: Floor, position: Position | None) -> Ask:
        seen = frozenset(self._places[name].seen)
        taken_in = self._known.ids(name, self._intake.clock())
        return Ask(name, floor, position, self._memory, seen, taken_in)

    def _start_again(self, name: str) -> None:
        """Read the range from the newest entry, once a run: a network may lose all positions."""
        if name in self._lost:
            message = f"source {self._source_id}: the network loses every position in {name}"
            raise FrozenCursor(message)
        self._lost.add(name)
        self._read[name].clear()
        self._places[name] = forget_position(self._places[name])

    def _count(self, name: str, listing: Listing) -> bool:
        """Whether the page brings anything that this run has not read."""
        names = {_name(entry) for entry in listing.entries}
        is_new = not names <= self._read[name]
        self._read[name] |= names
        self._barren[name] = 0 if is_new else self._barren[name] + 1
        return is_new

    def _keep(self, name: str, step: Step, listing: Listing) -> None:
        """Store what the page brought, and note where reading goes on, if that changed."""
        contents = [entry.content for entry in reversed(step.unread)]
        mentions = [content for content in contents if isinstance(content, Mention)]
        broken = [content for content in contents if isinstance(content, Broken)]
        reach = {
            entry.content.native_id: entry.reach
            for entry in step.unread
            if isinstance(entry.content, Mention) and entry.reach
        }
        self.new += take_in(mentions, self._brand, self._intake, reach)
        self.new += put_aside(broken, self._source_id, self._intake)
        if step.gap is not None:
            self.gaps = (*self.gaps, step.gap)[-MOST_GAPS:]
            self._intake.metrics.count("GapsFound")
        self.is_read = True
        self._places[name] = step.place
        self._memory = self._memory if listing.memory is None else listing.memory
        self.not_before = listing.not_before
        self.credential_ends_at = listing.credential_ends_at
        cursor = cursor_of(self._places, self._memory)
        self.unsaved = None if cursor == self._kept else cursor
        self._unsaved_pages += self.unsaved is not None
        self._has_news = self._has_news or bool(mentions or broken)

    def _save(self) -> bool:
        """Save where reading stands, when it is due; False when another worker has the lease."""
        is_due = self._has_news or self._unsaved_pages >= MOST_UNSAVED
        if self.unsaved is None or not is_due:
            return True
        cursor = self.unsaved
        is_ours = self._sources.save_cursor(self._source_id, self._owner, cursor, self.gaps)
        self._kept, self.unsaved = cursor, None
        self._unsaved_pages, self._has_news = 0, False
        return is_ours


def _name(entry: Entry) -> str:
    """What tells an entry from others; one without an id is told by what it says."""
    content = entry.content
    return entry.id or (content.native_id if content is not None else str(entry.at))
