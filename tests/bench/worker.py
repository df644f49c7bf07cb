"""gehoor's side of a load: its real handlers, warm, in one process; all else is in another one.

Only what runs inside a handler is timed. Time passes as the load says, and while a worker waits.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from threading import Lock, current_thread, get_ident, main_thread
from typing import TYPE_CHECKING, Any

import requests
from botocore.client import BaseClient
from botocore.config import Config

from bench.aws import OF_THE_MAPPING
from bench.surroundings import Told, surroundings
from desk_server import TOKEN as DESK_TOKEN
from fakes.clock import FakeClock
from gehoor import bootstrap, connections, entry
from gehoor.aws.config_store import ConfigStore
from gehoor.aws.sources import Sources
from gehoor.config import parse
from gehoor.http import Http, Response
from lambda_stack import CONFIG, SOURCE, Context
from scripted_mastodon import TOKEN as NETWORK_TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

BATCHES = {"polls": 6, "urgent_deliveries": 50, "deliveries": 100}
"""As the template's mappings say, but for polls: what is sent at once spreads over the five pollers
that Lambda asks a queue with, so that thirty messages come as five batches and not as three."""

FUNCTIONS = {
    "polls": "poll_source",
    "urgent_deliveries": "deliver_mention",
    "deliveries": "deliver_mention",
}
AWS_CALL_S = 0.01
PATIENT = bootstrap.LEAN_AWS_CALLS.merge(
    Config(connect_timeout=10, read_timeout=120, retries={"total_max_attempts": 1})
)
"""On a busy machine nothing is to be asked twice: it would be counted."""

NETWORK_CALL_S = 0.8
HELPDESK_CALL_S = 0.25
"""How long calls take, with the work around them: what a function waits is most of its time, and
without waiting no limit would have time to recover."""

POLL_WORK_S = 0.05
"""What of a poll is work and not waiting, which polls beside each other do one after another: 6 ms
of CPU here, and 256 MB have a seventh of one."""

STEP = timedelta(seconds=10)
APART = timedelta(minutes=5)
"""How far apart sweeps are, which is as long as they take to notice anything."""

LONGEST = timedelta(hours=24)
WARM_UP_MINUTES = 3


@dataclass
class Worker:
    """The functions with their queues, and what they cost so far."""

    told: Told
    clock: FakeClock
    queues: dict[str, str]
    network: str
    cpu: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    duration_s: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    invocations: Counter[str] = field(default_factory=Counter)
    untold_s: float = 0.0
    logged: int = 0
    helpdesk_calls: int = 0
    _beside: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    _lock: Lock = field(default_factory=Lock)

    def poll(self) -> None:
        """Ask for a poll of the source."""
        bootstrap.sqs().send_message_batch(
            QueueUrl=self.queues["polls"],
            Entries=[
                {
                    "Id": "0",
                    "MessageBody": json.dumps({"source_id": SOURCE}),
                    "MessageGroupId": SOURCE,
                }
            ],
        )

    def work(self, tickets: int) -> None:
        """Hand messages to the functions until there are so many tickets and nothing is left."""
        end = self.clock() + LONGEST
        while self.clock() < end:
            batches = [(name, self._receive(name)) for name in BATCHES]
            for name, batch in batches:
                if batch:
                    self._call(name, batch)
            if any(batch for _, batch in batches):
                continue
            if self.told("tickets") >= tickets and not self.told("messages"):
                return
            self.wait(self.clock() + STEP)
        left = f"{self.told('tickets')} tickets of {tickets}, {self.told('messages')}"
        message = f"not done after {LONGEST}: {left}"
        raise TimeoutError(message)

    def wait(self, until: datetime) -> None:
        """Fits `ports.Wait`: time passes everywhere."""
        self.spend(max((until - self.clock()).total_seconds(), 0))
        self._tell()

    def spend(self, seconds: float) -> None:
        """So much time passes; the surroundings are told when they matter next.

        Threads beside the main one spend theirs at the same time: the longest counts.
        """
        with self._lock:
            if current_thread() is main_thread():
                self._beside.clear()
                passed = seconds
            else:
                longest = max(self._beside.values(), default=0)
                self._beside[get_ident()] += seconds
                passed = max(self._beside[get_ident()] - longest, 0)
            self.clock.advance(seconds=passed)
            self.untold_s += passed

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Run a function as Lambda would; what it takes is noted."""
        handler = import_module(f"{function}.handler").handler
        began = self.clock()
        self._beside.clear()
        with self.timed("all", time.process_time):
            answer = handler(event, Context())
        self.spend(POLL_WORK_S * max(len(self._beside) - 1, 0))
        self.invocations[function] += 1
        self.duration_s[function] += (self.clock() - began).total_seconds()
        return answer

    @contextmanager
    def timed(self, what: str, cpu_s: Callable[[], float] = time.thread_time) -> Iterator[None]:
        """Count the CPU time of the block, by default its own thread's alone."""
        began = cpu_s()
        try:
            yield
        finally:
            with self._lock:
                self.cpu[what] += cpu_s() - began

    def _tell(self) -> None:
        self.told("advance", self.untold_s)
        self.untold_s = 0

    def _receive(self, name: str) -> list[dict[str, Any]]:
        self._tell()
        found: list[dict[str, Any]] = []
        while len(found) < BATCHES[name]:
            answer = bootstrap.sqs().receive_message(
                QueueUrl=self.queues[name],
                MaxNumberOfMessages=min(10, BATCHES[name] - len(found)),
                MessageSystemAttributeNames=["All"],
            )
            if "Messages" not in answer:
                break
            found += [_record(message, self.queues[name]) for message in answer["Messages"]]
        return found

    def _call(self, name: str, batch: list[dict[str, Any]]) -> None:
        failures = self.invoke(FUNCTIONS[name], {"Records": batch})["batchItemFailures"]
        failed = {failure["itemIdentifier"] for failure in failures}
        for record in batch:
            if record["messageId"] not in failed:
                bootstrap.sqs().delete_message(
                    QueueUrl=self.queues[name], ReceiptHandle=record["receiptHandle"]
                )


class ThreadEach(AbstractContextManager["ThreadEach"]):
    """Fits what gehoor uses of a pool of threads: here no call takes long, and threads of a pool
    would be done soon enough to be used again, one poll after the other."""

    def __init__(self, _many: int) -> None:
        self._pools = ExitStack()

    def __enter__(self) -> ThreadEach:
        return self

    def __exit__(self, *_: object) -> None:
        self._pools.close()

    def map(self, work: Callable[[Any], Any], pieces: Iterable[Any]) -> list[Any]:
        """What comes of each piece."""
        pools = ((self._pools.enter_context(ThreadPoolExecutor(1)), piece) for piece in pieces)
        begun = [pool.submit(work, piece) for pool, piece in pools]
        return [one.result() for one in begun]


class TimedHttp(Http):
    """Calls take the time they take far away."""

    def __init__(self, worker: Worker) -> None:
        super().__init__(worker.clock, frozenset({"127.0.0.1"}))
        self._worker = worker
        self._network = worker.network

    def request(self, method: str, url: str, **sent: Any) -> Response:
        is_network = url.startswith(self._network)
        self._worker.spend(NETWORK_CALL_S if is_network else HELPDESK_CALL_S)
        with self._worker.timed("http"):
            return super().request(method, url, **sent)


@dataclass(frozen=True)
class Load:
    """So many mentions of new authors, so many a poll."""

    mentions: int
    a_poll: int


def bring(worker: Worker, load: Load) -> dict[str, Any]:
    """Take the load to tickets with their notes; what that cost."""
    told = worker.told
    before = told("tickets")
    begin(worker)
    for number in range(0, load.mentions, load.a_poll):
        told("say", min(load.a_poll, load.mentions - number))
        worker.wait(worker.clock() + timedelta(minutes=1))
        worker.poll()
        worker.work(before + min(number + load.a_poll, load.mentions))
    return taken(worker)


def quiet_polls(worker: Worker, minutes: int, sources: int) -> dict[str, Any]:
    """So many minutes of sources that bring nothing; they are retired again."""
    names = [f"quiet{number}" for number in range(sources)]
    _configure(worker, names)
    start = worker.clock()
    for minute in range(WARM_UP_MINUTES + minutes):
        if minute == WARM_UP_MINUTES:
            begin(worker)
        worker.wait(start + timedelta(minutes=minute))
        worker.invoke("dispatch_polls", {})
        worker.work(0)
    found = taken(worker)
    _configure(worker, [SOURCE])
    return found


def sweeps(worker: Worker, many: int) -> dict[str, Any]:
    """So many sweeps that find nothing."""
    begin(worker)
    for _ in range(many):
        worker.wait(worker.clock() + timedelta(minutes=5))
        worker.invoke("sweep", {})
        worker.work(0)
    return taken(worker)


def looks(worker: Worker) -> list[dict[str, Any]]:
    """All later looks at what was posted so far, each at its time, by the sweep that asks for it.

    Before each goes a sweep that finds nothing and is not counted, but for the first: one that came
    after days would read all of them.
    """
    start = worker.clock()
    found = list[dict[str, Any]]()
    for age in bootstrap.config().recheck_after:
        if found:
            _sweep_at(start + age - APART, worker)
        begin(worker)
        _sweep_at(start + age + APART, worker)
        found.append(taken(worker))
    return found


def _sweep_at(moment: datetime, worker: Worker) -> None:
    worker.wait(moment)
    worker.invoke("sweep", {})
    worker.work(0)


def begin(worker: Worker) -> None:
    """Forget what was taken so far."""
    worker.told("settle")
    for kept in (worker.cpu, worker.duration_s, worker.invocations):
        kept.clear()
    sys.stdout.flush()
    worker.logged, worker.helpdesk_calls = _logged(), worker.told("helpdesk_calls")


def taken(worker: Worker) -> dict[str, Any]:
    """What was taken since it began."""
    bill = worker.told("settle")
    sys.stdout.flush()
    return {
        "cpu_s": dict(worker.cpu),
        "calls": bill["calls"]
        | {"helpdesk": worker.told("helpdesk_calls") - worker.helpdesk_calls},
        "write_units": bill["write_units"],
        "read_units": bill["read_units"],
        "duration_s": dict(worker.duration_s),
        "invocations": dict(worker.invocations),
        "logged_bytes": _logged() - worker.logged,
    }


def _logged() -> int:
    """How much the functions logged: it goes to a file."""
    return os.fstat(sys.stdout.fileno()).st_size


def bare_posts(worker: Worker, many: int) -> float:
    """CPU seconds of opening so many tickets with nothing but a `requests.Session`."""
    url = f"{worker.told('places')['desk']}/api/v2/tickets.json"
    ticket = {"subject": "It broke", "comment": {"body": "It broke. " * 20}}
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {DESK_TOKEN}"
        began = time.process_time()
        for number in range(many):
            body = {"ticket": {**ticket, "external_id": f"bare-{number}"}}
            session.post(url, json=body, timeout=(2, 10)).raise_for_status()
        return time.process_time() - began


def main(orders: list[Any]) -> None:
    """Follow orders one after another: `bring`, `bare_posts`, or `multiply` what is stored."""
    with surroundings() as told:
        worker = _set_up(told)
        found = [_follow(worker, *order) for order in orders]
    peak_rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"found": found, "peak_rss_mb": peak_rss_mb}), file=sys.__stderr__)


def _follow(worker: Worker, order: str, *numbers: int) -> Any:
    if order == "bring":
        return bring(worker, Load(*numbers))
    followed: dict[str, Callable[..., Any]] = {
        "bare_posts": bare_posts,
        "quiet_polls": quiet_polls,
        "sweeps": sweeps,
        "looks": looks,
    }
    if order in followed:
        return followed[order](worker, *numbers)
    return worker.told(order, *numbers)


def _set_up(told: Told) -> Worker:
    places, clock = told("places"), FakeClock()
    core, state = places["tables"]
    os.environ |= {
        "AWS_ENDPOINT_URL": places["aws"],
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "CORE_TABLE": core,
        "STATE_TABLE": state,
        "OWN_QUEUES": " ".join(places["queues"].values()),
        **{f"{name.upper()}_QUEUE": url for name, url in places["queues"].items()},
    }
    worker = Worker(told, clock, places["queues"], places["network"])
    bootstrap.AWS_CALLS = PATIENT
    bootstrap.clock, bootstrap.wait = clock, worker.wait
    connections.http = lambda: TimedHttp(worker)
    vars(entry)["ThreadPoolExecutor"] = ThreadEach
    _time_aws_calls(worker)
    for client in (bootstrap.dynamodb(), bootstrap.sqs()):
        client.meta.events.register("before-send", lambda **_: worker.spend(AWS_CALL_S))
    for name, secret in (("masto", NETWORK_TOKEN), ("zendesk", DESK_TOKEN)):
        bootstrap.ssm().put_parameter(
            Name=f"/gehoor/{name}", Value=secret, Type="SecureString", Overwrite=True
        )
    _configure(worker, [SOURCE])
    return worker


def _configure(worker: Worker, sources: list[str]) -> None:
    """Put a configuration with these sources into force, all of one network."""
    given: dict[str, Any] = CONFIG
    [source] = given["sources"]
    places = worker.told("places")
    config = {
        **given,
        "sources": [{**source, "id": name, "base_url": places["network"]} for name in sources],
        "helpdesk": {
            "kind": "zendesk",
            "base_url": places["desk"],
            "secret": "/gehoor/zendesk",
            "requests_per_minute": 2500,
        },
        "allow_private_hosts": ["127.0.0.1"],
    }
    ConfigStore(*bootstrap.state()).push(parse(config), worker.clock())
    Sources(*bootstrap.state()).reconcile(sources, worker.clock())
    worker.wait(worker.clock() + timedelta(minutes=2))


def _time_aws_calls(worker: Worker) -> None:
    """Time the AWS SDK inside handlers."""
    call = BaseClient._make_api_call  # type: ignore[attr-defined]  # botocore has no types

    def timed(client: BaseClient, name: str, given: Any) -> Any:
        what = "aws" if name not in OF_THE_MAPPING else "mapping"
        with worker.timed(what):
            return call(client, name, given)

    BaseClient._make_api_call = timed  # type: ignore[attr-defined]


def _record(message: Any, url: str) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "eventSourceARN": f"arn:aws:sqs:eu-west-1:1:{url.rpartition('/')[2]}",
        "eventSource": "aws:sqs",
    }


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
