"""A town that speaks up, gehoor's workers, and a Desk, on one clock that is set forward.

Zendesk's adapter, the use cases and the budget are the real ones; stores and queues are in memory;
the Desk is a stand-in for Zendesk, judged by Prism and zenpy, called in process.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from requests.structures import CaseInsensitiveDict
from werkzeug.test import Client

from bench.crew import Crew
from desk_server import TOKEN, TOKENS
from factories import JUDGEMENT
from fakes.budget import FakeBudget
from fakes.wiring import wiring
from fakes.world import World
from gehoor import bootstrap, entry
from gehoor.domain.budget import Lane
from gehoor.domain.judgement import Urgency
from gehoor.domain.mention import Mention
from gehoor.domain.record import MentionState
from gehoor.errors import GehoorError
from gehoor.helpdesks.zendesk import Settings, ZendeskHelpdesk, connect
from gehoor.http import Http, Response
from gehoor.usecases.bulk_work import FIRST_LOOK
from gehoor.usecases.deliver_ports import DeliverPorts
from gehoor.usecases.deliver_waiting import deliver_waiting
from playground.app import build, create_app
from playground.config import Settings as DeskSettings

PER_MINUTE = 400
ACCOUNT_PER_MINUTE = 500
"""gehoor leaves a fifth of the account's requests to others."""

JOB_SECONDS = 30
WORKERS = 2
"""For each queue, as the template says."""

BATCH = {"urgent": 50, "normal": 100}
LANES = {"urgent": Lane.URGENT, "normal": Lane.NORMAL}
LONGEST = timedelta(hours=6)
TIME_OF_A_CALL = timedelta(seconds=0.25)
BATCHING_WINDOW = timedelta(seconds=1)
TIME_OF_A_BATCH = timedelta(seconds=40)


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
