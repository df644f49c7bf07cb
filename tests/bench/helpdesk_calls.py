"""How many calls to the helpdesk a mention costs, and how a storm drains; printed and kept.

Zendesk's adapter, the use cases and the budget are the real ones; stores and queues are in memory;
the helpdesk is the Desk (a stand-in, judged by Prism and zenpy), called in process; time is a
clock that is set forward. Every figure is counted, none is typed in.

    python tests/bench/helpdesk_calls.py [MENTIONS]
"""

import json
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, Literal
from urllib.parse import urlencode

from requests.structures import CaseInsensitiveDict
from werkzeug.test import Client

from desk_server import TOKEN, TOKENS
from factories import JUDGEMENT, NOW, author, mention
from fakes.budget import FakeBudget
from fakes.clock import FakeClock
from fakes.wiring import wiring
from fakes.world import World
from gehoor import bootstrap, entry
from gehoor.domain.budget import Lane
from gehoor.domain.contact import VerifiedContact
from gehoor.domain.customer import Identity
from gehoor.domain.judgement import Urgency
from gehoor.domain.mention import Mention
from gehoor.domain.record import MentionState
from gehoor.errors import GehoorError
from gehoor.helpdesks.zendesk import Settings, ZendeskHelpdesk, connect
from gehoor.http import Http, Response
from gehoor.usecases.bulk import FIRST_LOOK
from gehoor.usecases.customers import profile_of
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.deliver_waiting import deliver_waiting
from playground.app import build, create_app
from playground.config import Settings as DeskSettings
from playground.desk import users
from playground.desk.inputs import UserInput

RESULT = Path("build/bench.json")
PER_MINUTE = 400
ACCOUNT_PER_MINUTE = 500
"""gehoor leaves a fifth of the account's requests to others."""

JOB_SECONDS = 30
ONE_IN = 50
"""Of so many mentions one is urgent."""

WORKERS = 2
"""For each queue, as the template says."""

BATCH = {"urgent": 50, "normal": 100}
LANES = {"urgent": Lane.URGENT, "normal": Lane.NORMAL}
LONGEST = timedelta(hours=6)
TIME_OF_A_CALL = timedelta(seconds=0.25)
BATCHING_WINDOW = timedelta(seconds=1)
TIME_OF_A_BATCH = timedelta(seconds=40)


class Over(BaseException):
    """The bench is over: a worker stops where it waits."""


class Crew:
    """Workers that take turns, each a thread; time passes only while all of them wait."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self._waiting: list[tuple[datetime, int, threading.Semaphore]] = []
        self._stopped = threading.Semaphore(0)
        self._turns = count()
        self._is_over = False
        self._faults: list[BaseException] = []

    def run(self, works: Sequence[Callable[[], None]], is_over: Callable[[], bool]) -> None:
        """Let them work until it is over, and then end them."""
        self._is_over = False
        threads = [threading.Thread(target=self._live, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
            self._stopped.acquire()
        while self._waiting:
            at, _, go = heappop(self._waiting)
            self._is_over = self._is_over or bool(self._faults) or is_over()
            self.clock.now = self.clock.now if self._is_over else max(self.clock.now, at)
            go.release()
            self._stopped.acquire()
        for thread in threads:
            thread.join()
        if self._faults:
            raise self._faults[0]

    def wait(self, until: datetime) -> None:
        """Fits `ports.Wait`, for the worker that calls it."""
        go = threading.Semaphore(0)
        heappush(self._waiting, (until, next(self._turns), go))
        self._stopped.release()
        go.acquire()
        if self._is_over:
            raise Over

    def _live(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Over:
            pass
        except BaseException as fault:  # noqa: BLE001  raised where the crew was started
            self._faults.append(fault)
        self._stopped.release()


class DirectHttp(Http):
    """Calls the Desk without a network, and counts."""

    def __init__(self, crew: Crew, client: Client, calls: Counter[str]) -> None:
        super().__init__(crew.clock)
        self._crew = crew
        self._client = client
        self._calls = calls

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Any = None,
        json: Any = None,
        form: Any = None,
        body: bytes | None = None,
        changes: bool = False,
        max_bytes: int = 5_000_000,
        redirects: int = 0,
    ) -> Response:
        self._crew.wait(self._crew.clock() + TIME_OF_A_CALL)
        path = url.removeprefix("https://desk.example")
        self._calls[f"{method} {_shape(path)}"] += 1
        answer = self._client.open(
            path,
            method=method,
            headers=dict(headers or {}),
            query_string=urlencode(params or {}),
            json=json,
        )
        given = CaseInsensitiveDict(answer.headers.items())
        return Response(answer.status_code, given, answer.data, url)


def _shape(path: str) -> str:
    parts = path.removeprefix("/api/v2/").split("/")
    return "/".join("#" if part.isdigit() or part.startswith("V3-") else part for part in parts)


@dataclass
class Message:
    """A message on one of the two queues."""

    body: dict[str, str]
    visible_at: datetime
    receipts: int = 0


@dataclass
class Town:
    """People who post, gehoor's workers, and a Desk; they share a clock."""

    directory: Path
    calls: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.world = World()
        self.clock = self.world.clock
        self.crew = Crew(self.clock)
        # The delay of what goes back to its queue is counted from this clock.
        bootstrap.clock = self.clock
        self.world.join_within = timedelta(hours=24)
        settings = DeskSettings.model_validate(
            {
                "port": 1,
                "database": self.directory / "desk.sqlite",
                "tokens": TOKENS,
                "requests_per_minute": ACCOUNT_PER_MINUTE,
            }
        )
        self.place = build(settings, self.clock)
        self.place.job_pace.seconds = JOB_SECONDS
        client, budget = Client(create_app(self.place)), FakeBudget(self.clock)
        http = DirectHttp(self.crew, client, self.calls)
        self.helpdesks = {lane: _connected(http, budget, lane) for lane in Lane}
        self.queues: dict[str, list[Message]] = {"urgent": [], "normal": []}
        self.receipts = 0

    def post(self, posts: list[Mention], urgent: Callable[[int], bool] = lambda _: False) -> None:
        """Mentions that were taken in, each on its queue."""
        for number, new in enumerate(posts):
            urgency = Urgency.CRITICAL if urgent(number) else Urgency.NORMAL
            judgement = replace(JUDGEMENT, urgency=urgency)
            self.world.mentions.put_new(new, judgement, self.clock())
            name = "urgent" if urgent(number) else "normal"
            self.queues[name].append(Message({"mention_id": new.mention_id}, self.clock()))

    def drain(self, done: Callable[[], bool]) -> None:
        """Let the workers work until all is done."""
        end = self.clock() + LONGEST
        works = [partial(self._work, name) for name in self.queues for _ in range(WORKERS)]
        self.crew.run(works, lambda: done() or self.clock() >= end)

    def _work(self, name: str) -> None:
        """One worker's life: batch after batch."""
        while True:
            if len(self._visible(name)) < BATCH[name]:
                self.crew.wait(self.clock() + BATCHING_WINDOW)
            batch = self._visible(name)[: BATCH[name]]
            if batch:
                self._deliver(name, batch)

    def _visible(self, name: str) -> list[Message]:
        return [m for m in self.queues[name] if m.visible_at <= self.clock()]

    def _deliver(self, name: str, batch: list[Message]) -> None:
        ids = {id(message) for message in batch}
        self.queues[name] = [m for m in self.queues[name] if id(m) not in ids]
        for message in batch:
            message.receipts += 1
        self.receipts = max(self.receipts, *(message.receipts for message in batch))
        failures = deliver_waiting(
            [message.body for message in batch],
            self._ports(LANES[name]),
            lambda: self._ports(Lane.SPARE),
            self.world.recheck_ports,
            self.clock() + TIME_OF_A_BATCH,
        )
        for message in batch:
            self._put_back(name, message, failures)
        self._take_sent()

    def _put_back(self, name: str, message: Message, failures: Mapping[str, Exception]) -> None:
        for failed in message.body.values():
            if failed in failures:
                error = failures[failed]
                if not isinstance(error, GehoorError):
                    raise error
                message.visible_at = self.clock() + entry._delay(error, message.receipts)
                self.queues[name].append(message)

    def _take_sent(self) -> None:
        queues = self.world.queues
        for name, sent in (("normal", queues.deliveries), ("urgent", queues.urgent)):
            for body in sent:
                delay = FIRST_LOOK if "bulk_id" in body else timedelta()
                self.queues[name].append(Message(body, self.clock() + delay))
            sent.clear()

    def _ports(self, lane: Lane) -> DeliverPorts:
        ports = self.world.deliver_ports()
        return replace(ports, helpdesk=self.helpdesks[lane], wait=self.crew.wait)

    def delivered(self) -> int:
        """How many mentions are in a ticket."""
        records = self.world.mentions.records.values()
        return sum(record.state is MentionState.DELIVERED for record in records)

    def opened_at(self, mention_ids: Iterable[str]) -> list[datetime]:
        """When the tickets of these mentions were there, by the Desk's own database."""
        records = self.world.mentions.records
        with self.place.store.transaction() as db:
            found = {
                str(row["id"]): row["created_at"] for row in db.execute("SELECT * FROM tickets")
            }
        return [datetime.fromisoformat(found[records[n].ticket_id]) for n in mention_ids]

    def tickets(self) -> Counter[str]:
        """Tickets by external id, read from the Desk's own database."""
        with self.place.store.transaction() as db:
            return Counter(row["external_id"] for row in db.execute("SELECT * FROM tickets"))


def _connected(http: Http, budget: FakeBudget, lane: Lane) -> ZendeskHelpdesk:
    settings = Settings(
        kind="zendesk",
        base_url="https://desk.example",
        secret="/gehoor/zendesk",
        requests_per_minute=PER_MINUTE,
    )
    return connect(settings, wiring(TOKEN, http, budget=budget, lane=lane))


def posts(prefix: str, many: int, **changes: Any) -> list[Mention]:
    """A post of each of many authors."""
    return [mention(f"{prefix}-{n}", by=f"person{n}", **changes) for n in range(many)]


def single(directory: Path) -> dict[str, float]:
    """Calls of one mention at a time, with their notes, of authors new, known and proven."""
    town = Town(directory)
    later = NOW + timedelta(days=2)
    story = {
        "new_author": mention("1"),
        "known_author": mention("2", posted_at=later),
        "known_author_the_same_day": mention("3", brand="another", posted_at=later),
        "follow_up": mention("4", in_reply_to="2", posted_at=later + timedelta(minutes=1)),
        "new_author_on_x": mention("5", network="x", author=author("xena", network="x")),
        "new_author_with_a_verified_address": mention("6", by="vera"),
        "customer_by_a_verified_address": mention("7", by="karl"),
    }
    _prove(town)
    found = {}
    for name, new in story.items():
        town.world.town.post(new)
        town.calls.clear()
        town.post([new])
        end = town.clock() + timedelta(minutes=5)
        town.drain(lambda end=end: town.clock() >= end)  # type: ignore[misc]
        found[name] = float(town.calls.total())
    return found


def _prove(town: Town) -> None:
    """Let the CRM know two authors' addresses, one of which a customer has already."""
    for name in ("vera", "karl"):
        contact = VerifiedContact(f"{name}@shop.example")
        town.world.crm.note(f"gehoor:{author(name).identity}", contact=contact)
    with town.place.store.transaction() as db:
        given = UserInput(name="K. de Vries", email="karl@shop.example")
        users.create(db, given, town.place.now())


def storm(directory: Path, many: int, authors: Literal["new", "known"]) -> dict[str, Any]:
    """Many mentions at once, of authors nobody knows or of authors with a customer."""
    town = Town(directory)
    if authors == "known":
        _meet(town, many)
    town.calls.clear()
    start = town.clock()
    town.post(posts("storm", many), lambda number: number % ONE_IN == 0)
    urgent_ids = [m.body["mention_id"] for m in town.queues["urgent"]]

    town.drain(lambda: town.delivered() == many)
    tickets = town.tickets()
    calls = {name: number for name, number in town.calls.items() if not _is_of_notes(name)}
    return {
        "mentions": many,
        "lost": many - len(tickets),
        "doubled": sum(number - 1 for number in tickets.values()),
        "calls_per_mention": round(sum(calls.values()) / many, 3),
        "calls": dict(sorted(calls.items())),
        "calls_of_notes_so_far": town.calls.total() - sum(calls.values()),
        "drain_minutes": round((town.clock() - start) / timedelta(minutes=1), 1),
        "urgent_p95_s": _p95([(at - start).total_seconds() for at in town.opened_at(urgent_ids)]),
        "most_receipts": town.receipts,
    }


def _meet(town: Town, many: int) -> None:
    """Let the authors be customers already, as after earlier contacts."""
    with town.place.store.transaction() as db:
        for new in posts("storm", many):
            profile = profile_of(new, JUDGEMENT)
            given = UserInput(name=new.author.display_name, external_id=profile.external_id)
            user = users.create(db, given, town.place.now())
            name = new.author.identity
            told = profile.fingerprint
            town.world.identities.put(Identity(name, str(user["id"]), NOW, told))


def _is_of_notes(call: str) -> bool:
    """Calls after an agent can work: what went before, and the note about it."""
    return call in {"GET users/#/tickets/requested", "GET tickets/#/comments", "PUT tickets/#"}


def _p95(seconds: list[float]) -> float:
    ordered = sorted(seconds)
    return ordered[int(0.95 * (len(ordered) - 1))] if ordered else 0.0


def main(count: int) -> None:
    """Run all, print it, keep it."""
    bootstrap.jitter = Random(1)
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as directory:
        places = [Path(directory) / name for name in ("single", "new", "known")]
        for place in places:
            place.mkdir()
        clock_of = bootstrap.clock
        found["helpdesk_calls"] = single(places[0])
        found["storm_new_authors"] = storm(places[1], count, "new")
        found["storm_known_authors"] = storm(places[2], count, "known")
        bootstrap.clock = clock_of
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
