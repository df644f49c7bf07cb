"""A network with one list in memory, with all that real lists do: late entries, one timestamp for
many, positions that are forgotten, pages out of order, entries that go."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from factories import mention
from fakes.clock import FakeClock
from gehoor.domain.listing import Ask, Entry, Listing
from gehoor.domain.mention import Mention
from gehoor.errors import GehoorError, PositionLost


@dataclass
class FakeList:
    """Fits what polling uses of a network. `entries` are newest first; ids have no order.

    `step` is how coarse its times are, `takes` how long a page takes. `takes_floor` says that it
    answers nothing below the floor's id, `spares_known` that it does not read again what an entry
    says that was given out. `reach` is how many entries it shows at most.
    """

    clock: FakeClock
    page_size: int = 20
    is_timed: bool = True
    takes_floor: bool = False
    spares_known: bool = False
    is_disordered: bool = False
    step: timedelta = timedelta(seconds=1)
    takes: timedelta = timedelta(0)
    reach: int = 1_000_000
    entries: list[Entry] = field(default_factory=list)
    errors: list[GehoorError | None] = field(default_factory=list)
    posted: int = 0
    epoch: int = 0

    def post(self, late: timedelta = timedelta(0), below: int = 0) -> str:
        """List an entry, `late` and up to `below` entries of its own time under their newest."""
        self.posted += 1
        at = self._rounded(self.clock() - late)
        name = sha256(str(self.posted).encode()).hexdigest()[:10]
        entry = Entry(name, at if self.is_timed else None, mention(name, posted_at=at))
        times = [self._time(one) for one in self.entries]
        place = sum(time > at for time in times)
        self.entries.insert(place + min(below, times.count(at)), entry)
        return name

    def delete(self, which: int) -> None:
        if self.entries:
            del self.entries[which % len(self.entries)]

    def forget_positions(self) -> None:
        self.epoch += 1

    def lists(self) -> tuple[str, ...]:
        return ("posts",)

    def read(self, ask: Ask, now: datetime) -> Listing:
        self.clock.now += self.takes
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error
        shown = self._shown(ask)
        start = self._start(ask, shown)
        page, rest = shown[start : start + self.page_size], shown[start + self.page_size :]
        older = {"below": page[-1].id, "epoch": str(self.epoch)} if rest else None
        is_cut = not rest and len(self.entries) > self.reach and not self._has_floor(ask)
        if self.is_disordered:
            page = [*page[1::2], *page[::2]]
        return Listing(tuple(self._shown_of(one, ask) for one in page), older, is_cut)

    def _shown_of(self, entry: Entry, ask: Ask) -> Entry:
        """The entry, without what it says where that need not be read again."""
        edited = isinstance(entry.content, Mention) and entry.content.edited_at is not None
        is_spared = self.spares_known and ask.knows(entry.id) and not edited
        return replace(entry, content=None) if is_spared else entry

    def _shown(self, ask: Ask) -> list[Entry]:
        shown = self.entries[: self.reach]
        ids = [entry.id for entry in shown]
        return shown[: ids.index(ask.floor.id)] if self._has_floor(ask) else shown

    def _has_floor(self, ask: Ask) -> bool:
        known = [entry.id for entry in self.entries[: self.reach]]
        if self.takes_floor and ask.floor.id and ask.floor.id not in known:
            raise PositionLost("the floor is not known")
        return self.takes_floor and bool(ask.floor.id)

    def _start(self, ask: Ask, shown: list[Entry]) -> int:
        if ask.position is None:
            return 0
        ids = [entry.id for entry in shown]
        if ask.position["epoch"] != str(self.epoch) or ask.position["below"] not in ids:
            raise PositionLost("the position is not known")
        return ids.index(ask.position["below"]) + 1

    def _time(self, entry: Entry) -> datetime:
        """When an entry was listed, said or not."""
        assert entry.content is not None
        return entry.content.posted_at  # type: ignore[union-attr]  # all of them are mentions

    def _rounded(self, moment: datetime) -> datetime:
        seconds = self.step.total_seconds()
        return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, moment.tzinfo)
