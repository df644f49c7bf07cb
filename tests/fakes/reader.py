"""A source that is polled as gehoor does, on stores in memory; `tap` sits on their calls."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol, cast

from factories import BRAND, NOW, judge
from fakes.clock import FakeClock, FakeMetrics
from fakes.queues import FakeQueues
from fakes.stores import FakeForgotten, FakeMentions, FakeSources
from fakes.tap import Tap
from fakes.watching import watching
from gehoor.domain.judgement import Judgement
from gehoor.domain.listing import Ask, Listing
from gehoor.domain.mention import Mention
from gehoor.domain.network import Broken
from gehoor.domain.pace import Pace
from gehoor.domain.place import Cursor, Place
from gehoor.domain.source import SourceState
from gehoor.ports.network import Network
from gehoor.ports.sources import PollOutcome
from gehoor.usecases.cursors import places_in
from gehoor.usecases.intake import IntakePorts
from gehoor.usecases.known_entries import TakenIn
from gehoor.usecases.poll import PollPorts, Watched, poll_source

EVERY = timedelta(minutes=1)
SOURCE = "s"
RUN = timedelta(seconds=30)
PAGE_NAMES = {"token", "cursor", "page", "page_token", "max_id"}
"""How adapters call what a network gave them to ask for a page with."""


class Readable(Protocol):
    """What polling uses of a network."""

    def lists(self) -> tuple[str, ...]: ...

    def read(self, ask: Ask, now: datetime) -> Listing: ...


class Offered(FakeMentions):
    """Also keeps what it was given, again and again or not."""

    def __init__(self) -> None:
        super().__init__()
        self.mentions: list[Mention] = []
        self.broken: list[Broken] = []

    def put_new(self, mention: Mention, judgement: Judgement, now: datetime) -> bool:
        self.mentions.append(mention)
        return super().put_new(mention, judgement, now)

    def put_broken(self, broken: Broken, source_id: str, now: datetime) -> bool:
        self.broken.append(broken)
        return super().put_broken(broken, source_id, now)


class Reader:
    """Polls what `connect` gives, a new connection each time; `asked` are the pages asked for.

    `before_page` is called before each.
    """

    def __init__(
        self,
        connect: Callable[[], Readable],
        clock: FakeClock,
        backfill: timedelta = timedelta(hours=24),
    ) -> None:
        self.clock = clock
        self.tap = Tap()
        self.store = Offered()
        self.metrics = FakeMetrics()
        self.taken_in = TakenIn()
        self.sources = FakeSources()
        self.sources.add(SOURCE, clock())
        self.asked: list[Ask] = []
        self.before_page: Callable[[], None] = lambda: None
        self._connect = connect
        self._watched = Watched(SOURCE, BRAND, Pace(EVERY, EVERY, EVERY), backfill)
        self._runs = 0

    @property
    def state(self) -> SourceState:
        return self.sources.states[SOURCE]

    @property
    def cursor(self) -> Cursor:
        return self.state.cursor

    def place(self, name: str) -> Place:
        """Where reading a list stands."""
        places, _ = places_in(self.cursor, [name], NOW, SOURCE)
        return places[name]

    @property
    def has_ranges(self) -> bool:
        return any(place.get("ranges") for place in self.cursor.get("lists", {}).values())

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to read, and nothing to read once more."""
        places = self.cursor.get("lists", {}).values()
        return not self.has_ranges and not any(place.get("reread_at") for place in places)

    @property
    def texts(self) -> list[str]:
        """The texts of what was given to the store, in that order."""
        return [mention.text for mention in self.store.mentions]

    @property
    def stored(self) -> list[str]:
        """The texts of what is stored, in alphabetical order."""
        records = self.store.records.values()
        return sorted(record.mention.text for record in records if record.mention)

    def start_anew(self) -> None:
        """Go on in a new process."""
        self.taken_in = TakenIn()

    def forget_positions(self) -> None:
        """Put what no network knows in the place of every page's name."""
        cursor = json.loads(json.dumps(self.cursor))
        ranges = [one for place in cursor["lists"].values() for one in place.get("ranges", ())]
        for one in ranges:
            known = one.get("position", {})
            one["position"] = known | dict.fromkeys(known.keys() & PAGE_NAMES, "forgotten")
        self.sources.states[SOURCE] = replace(self.state, cursor=cursor)

    def poll(self) -> PollOutcome:
        """One run, which nobody else may be at; what the last one left of its lease is over."""
        self.sources.leases.clear()
        outcome = self.run()
        assert outcome is not None
        return outcome

    def run(self, time: timedelta = RUN) -> PollOutcome | None:
        """One run that has so much time; None when another one is at it."""
        self._runs += 1
        sources, store = self.tap.wrap("sources", self.sources), self.tap.wrap("store", self.store)
        intake = IntakePorts(
            store, FakeForgotten(), FakeQueues(), judge, self.clock, self.metrics, watching()
        )
        ports = PollPorts(sources, self._counted, intake, float, self.taken_in)
        return poll_source(self._watched, ports, f"run-{self._runs}", self.clock() + time)

    def _counted(self, _source_id: str) -> Network:
        return cast("Network", _Counted(self._connect(), self))

    def read_all(self) -> list[str]:
        """Run until nothing is left; the texts that were given to the store."""
        before = len(self.store.mentions)
        for _ in range(200):
            outcome = self.poll()
            assert not outcome.error, outcome.error
            if not outcome.more:
                return self.texts[before:]
        raise AssertionError("reading never ends")

    def settle(self) -> list[str]:
        """Read all, and once more when late entries are listed; the texts given to the store."""
        before = len(self.store.mentions)
        for _ in range(5):
            self.read_all()
            if self.is_settled:
                return self.texts[before:]
            self.clock.advance(minutes=11)
        raise AssertionError("the cursor never settles")


class _Counted:
    """The network, with what is asked of it kept by a reader."""

    def __init__(self, network: Readable, reader: Reader) -> None:
        self._network = network
        self._reader = reader

    def lists(self) -> tuple[str, ...]:
        return self._network.lists()

    def read(self, ask: Ask, now: datetime) -> Listing:
        self._reader.before_page()
        self._reader.asked.append(ask)
        return self._network.read(ask, now)
