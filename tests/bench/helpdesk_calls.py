"""How many calls to the helpdesk a mention costs, and how a storm drains; printed and kept.

Zendesk's adapter, the use cases and the budget are the real ones; stores and queues are in memory;
the helpdesk is the Desk (a stand-in, judged by Prism and zenpy), called in process; time is a
clock that is set forward. Every figure is counted, none is typed in.

    python tests/bench/helpdesk_calls.py [MENTIONS]
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Literal
from urllib.parse import urlencode

from requests.structures import CaseInsensitiveDict
from werkzeug.test import Client

from desk_server import TOKEN, TOKENS
from factories import JUDGEMENT, NOW, mention
from fakes.budget import FakeBudget
from fakes.clock import FakeClock
from fakes.wiring import wiring
from fakes.world import World
from gehoor import bootstrap, entry
from gehoor.domain.budget import Lane
from gehoor.domain.customer import Identity
from gehoor.domain.judgement import Urgency
from gehoor.domain.mention import Mention
from gehoor.domain.record import MentionState
from gehoor.errors import GehoorError
from gehoor.helpdesks.zendesk import Settings, ZendeskHelpdesk, connect
from gehoor.http import Http, Response
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
ONE_IN = 20
"""Of so many mentions one is urgent."""

WORKERS = 2
"""For each queue, as the template says."""

BATCH = {"urgent": 50, "normal": 100}
LANES = {"urgent": Lane.URGENT, "normal": Lane.NORMAL}
LONGEST = timedelta(hours=6)


class DirectHttp(Http):
    """Calls the Desk without a network, and counts."""

    def __init__(self, clock: FakeClock, client: Client, calls: Counter[str]) -> None:
        super().__init__(clock)
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
    """People who post, gehoor, and a Desk with a clock of its own."""

    directory: Path
    calls: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.world = World()
        self.clock = self.world.clock
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
        http = DirectHttp(self.clock, client, self.calls)
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
        """Let time pass until all is done."""
        end = self.clock() + LONGEST
        while not done() and self.clock() < end:
            for name in self.queues:
                for _ in range(WORKERS):
                    self._work(name)
            self._take_sent()
            self.clock.now = max(self.clock() + timedelta(seconds=1), self._next_moment())

    def _work(self, name: str) -> None:
        queue = self.queues[name]
        visible = [m for m in queue if m.visible_at <= self.clock()][: BATCH[name]]
        if not visible:
            return
        ids = {id(message) for message in visible}
        self.queues[name] = [m for m in queue if id(m) not in ids]
        for message in visible:
            message.receipts += 1
        self.receipts = max(self.receipts, *(message.receipts for message in visible))
        deadline = self.clock() + timedelta(seconds=40)
        failures = deliver_waiting(
            [message.body for message in visible],
            self._ports(LANES[name]),
            lambda: self._ports(Lane.SPARE),
            self.world.recheck_ports,
            deadline,
        )
        for message in visible:
            self._put_back(name, message, failures)

    def _put_back(self, name: str, message: Message, failures: Mapping[str, Exception]) -> None:
        for failed in message.body.values():
            if failed in failures:
                error = failures[failed]
                if not isinstance(error, GehoorError):
                    raise error
                message.visible_at = self.clock() + entry._delay(error, message.receipts)
                self.queues[name].append(message)

    def _take_sent(self) -> None:
        sent, self.world.queues.deliveries = self.world.queues.deliveries, []
        for body in sent:
            delay = timedelta(seconds=20) if "bulk_id" in body else timedelta()
            self.queues["normal"].append(Message(body, self.clock() + delay))

    def _next_moment(self) -> datetime:
        return min((m.visible_at for queue in self.queues.values() for m in queue), default=NOW)

    def _ports(self, lane: Lane) -> DeliverPorts:
        return replace(self.world.deliver_ports(), helpdesk=self.helpdesks[lane])

    def delivered(self) -> int:
        """How many mentions are in a ticket."""
        records = self.world.mentions.records.values()
        return sum(record.state is MentionState.DELIVERED for record in records)

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


def posts(prefix: str, count: int, **changes: Any) -> list[Mention]:
    """A post of each of many authors."""
    return [mention(f"{prefix}-{n}", by=f"person{n}", **changes) for n in range(count)]


def single(directory: Path) -> dict[str, float]:
    """Calls of one mention at a time: a new author, a known one, a follow-up, with their notes."""
    town = Town(directory)
    later = NOW + timedelta(days=2)
    story = {
        "new_author": mention("1"),
        "known_author": mention("2", posted_at=later),
        "known_author_the_same_day": mention("3", brand="another", posted_at=later),
        "follow_up": mention("4", in_reply_to="2", posted_at=later + timedelta(minutes=1)),
    }
    found = {}
    for name, new in story.items():
        town.world.town.post(new)
        town.calls.clear()
        town.post([new])
        expected = town.delivered() + 1
        town.drain(lambda expected=expected: town.delivered() == expected)  # type: ignore[misc]
        found[name] = float(town.calls.total())
        town.clock.advance(minutes=5)
    return found


def storm(directory: Path, count: int, authors: Literal["new", "known"]) -> dict[str, Any]:
    """Many mentions at once, of authors nobody knows or of authors with a customer."""
    town = Town(directory)
    if authors == "known":
        _meet(town, count)
    town.calls.clear()
    start = town.clock()
    urgent_at: list[datetime] = []
    town.post(posts("storm", count), lambda number: number % ONE_IN == 0)
    urgent_ids = [m.body["mention_id"] for m in town.queues["urgent"]]

    def done() -> bool:
        records = town.world.mentions.records
        waiting = [name for name in urgent_ids if records[name].state is MentionState.PENDING]
        urgent_at.extend([town.clock()] * (len(urgent_ids) - len(urgent_at) - len(waiting)))
        return town.delivered() == count

    town.drain(done)
    tickets = town.tickets()
    calls = {name: number for name, number in town.calls.items() if not _is_of_notes(name)}
    return {
        "mentions": count,
        "lost": count - len(tickets),
        "doubled": sum(number - 1 for number in tickets.values()),
        "calls_per_mention": round(sum(calls.values()) / count, 3),
        "calls": dict(sorted(calls.items())),
        "calls_of_notes_so_far": town.calls.total() - sum(calls.values()),
        "drain_minutes": round((town.clock() - start) / timedelta(minutes=1), 1),
        "urgent_p95_s": _p95([(at - start).total_seconds() for at in urgent_at]),
        "most_receipts": town.receipts,
    }


def _meet(town: Town, count: int) -> None:
    """Let the authors be customers already, as after earlier contacts."""
    with town.place.store.transaction() as db:
        for new in posts("storm", count):
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
