"""Mentions and answers through gehoor's own functions while everything around them fails.

Real: the six handlers, their adapters (Zendesk, Mastodon, DynamoDB, SQS, SSM), HTTP over loopback,
a process for each worker, and SIGKILL. Stand-ins: moto for AWS, the Desk for Zendesk, a scripted
server for Mastodon; the clock, which all share and which a call moves on.

    PYTHONHASHSEED=0 python -m chaos.ring --mentions 1000 --answers 200 --seed 1 --result FILE

Without PYTHONHASHSEED=0 sets take another order in each run, and a seed another course.
"""

import argparse
import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from botocore.config import Config
from werkzeug.test import Client

from chaos.aws import Aws
from chaos.faults import Dice, Fault
from chaos.hooks import HOOK_SECRET, SUBSCRIPTIONS, Hooks
from chaos.people import AGENT, AGENT_TOKEN, REFUSED_WORDS, People
from chaos.switchboard import Server, SharedClock, Switchboard
from chaos.verdict import judge
from desk_server import TOKEN as DESK_TOKEN
from desk_server import TOKENS
from gehoor import bootstrap, connections
from gehoor.aws.config_store import ConfigStore
from gehoor.aws.sources import Sources
from gehoor.config import parse
from gehoor.http import Http
from gehoor.language import detect
from loopback import Answer, Asked
from playground.app import build, create_app
from playground.config import Settings as DeskSettings
from scripted_mastodon import TOKEN as NETWORK_TOKEN
from scripted_mastodon import ScriptedMastodon, json_answer

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SOURCE = "masto"
SLOTS = {
    "dispatch_polls": 1,
    "poll_source": 2,
    "deliver_mention": 3,
    "receive_webhook": 2,
    "apply_event": 2,
    "sweep": 1,
}
SCHEDULES_S = {"dispatch_polls": 60.0, "sweep": 300.0}
LOOK_S = 1.0
"""How often queues, schedules and people are looked at."""

SETTLED_S = 1200.0
"""Nothing may be waiting any more for so long before the ring is over."""

LONGEST_S = 12 * 3600.0
"""What is not done so long after the last words is lost."""

PATIENCE_S = 120.0
JOB_S = 4.0
PER_MINUTE = 2500
RETRY_AFTER = {"Retry-After": "2"}
LOADED = ("botocore.endpoint", "gehoor.networks.mastodon", "gehoor.helpdesks.zendesk")


class Ring:
    """The world for one seed."""

    def __init__(self, folder: Path, mentions: int, answers: int, seed: int) -> None:
        self.clock, self.dice = SharedClock(START), Dice(seed)
        self.log = folder / "workers.log"
        self.aws = Aws(self.clock, self.dice)
        self.town = ScriptedMastodon()
        self.desk = build(_desk_settings(folder), self.clock)
        self.desk.job_pace.seconds = JOB_S
        self.client = Client(create_app(self.desk))
        self.people = People(self.town, self.dice, mentions, answers)
        self.hooks = Hooks(self.desk.store, self.clock, self.dice)
        servers = [
            self.aws.server(),
            Server("desk", self._desk_answers, _refusal),
            Server("network", self.town.answer, _refusal),
        ]
        self._servers = {server.name: server for server in servers}
        self.board = Switchboard(self.clock, self.dice, SLOTS, str(self.log), self._server_of)
        self._next_look, self._quiet_since = self.clock.seconds, self.clock.seconds
        self._turns = dict.fromkeys(SCHEDULES_S, self.clock.seconds)
        self.failed_runs = 0

    def run(self) -> None:
        """Until all is done, or nothing more can be expected."""
        _prepare_functions(self)
        gc.freeze()
        try:
            while not self._is_over():
                self.board.settle()
                if self.clock.seconds >= self._next_look:
                    self._next_look = self.clock.seconds + LOOK_S
                    self._look()
                    self.board.settle()
                if not self.board.step():
                    self.clock.advance_to(min(self._next_look, self.board.next_moment()))
        finally:
            self.board.close()

    def _look(self) -> None:
        """People write; schedules, queues and webhooks give workers something to do."""
        now = self.clock()
        self.people.post_until(now, START)
        if int(now.timestamp()) % 15 == 0:
            self.people.write(self.client, self.desk, now.timestamp())
        for name, every in SCHEDULES_S.items():
            worker = self.board.idle(name)
            if now.timestamp() >= self._turns[name] and worker:
                self._turns[name] += every
                self.board.give(worker, {}, self.aws.timeouts[name], self._note_run)
        self.hooks.call(self.board, self.aws.timeouts["receive_webhook"])
        self.aws.feed(self.board)

    def _note_run(self, answer: Any) -> None:
        self.failed_runs += answer is not None and "failed" in answer

    def _is_over(self) -> bool:
        now = self.clock.seconds
        is_done = self.people.is_done and not self.aws.waiting() and not self.hooks.waiting()
        if not is_done:
            self._quiet_since = now
        if now - self._quiet_since < SETTLED_S or not self.board.is_quiet:
            return now - START.timestamp() > LONGEST_S
        return True

    def _server_of(self, asked: Asked) -> Server:
        if "x-amz-target" in asked.headers:
            return self._servers["aws"]
        is_network = asked.headers.get("authorization") == f"Bearer {NETWORK_TOKEN}"
        return self._servers["network" if is_network else "desk"]

    def _desk_answers(self, asked: Asked) -> Answer:
        if REFUSED_WORDS.encode() in asked.body:
            return json_answer({"error": "RecordInvalid", "description": "refused"}, 422)
        kept = ("authorization", "content-type", "idempotency-key", "user-agent")
        answered = self.client.open(
            asked.path,
            method=asked.method,
            headers={name: asked.headers[name] for name in kept if name in asked.headers},
            query_string={name: values[0] for name, values in asked.query.items()},
            data=asked.body,
        )
        return Answer(answered.data, answered.status_code, dict(answered.headers))


def _refusal(fault: Fault) -> Answer:
    if fault is Fault.THROTTLED:
        return json_answer({"error": "Too many requests"}, 429, RETRY_AFTER)
    return Answer(b"<html>Something went wrong</html>", 500, {"Content-Type": "text/html"})


def _desk_settings(folder: Path) -> DeskSettings:
    webhook = {
        "name": "gehoor",
        "endpoint": "https://hooks.example/hooks/zendesk",
        "subscriptions": list(SUBSCRIPTIONS),
        "secret": HOOK_SECRET,
    }
    return DeskSettings.model_validate(
        {
            "port": 1,
            "database": folder / "desk.sqlite",
            "tokens": {**TOKENS, AGENT_TOKEN: AGENT},
            "requests_per_minute": PER_MINUTE,
            "ticket_updates_per_minute": PER_MINUTE,
            "webhooks": [webhook],
        }
    )


def _config(port: int) -> dict[str, Any]:
    url = f"http://127.0.0.1:{port}"
    source = {"id": SOURCE, "network": "mastodon", "brand": "noordlicht", "base_url": url}
    return {
        "company": "Noordlicht",
        "brands": [
            {"id": "noordlicht", "languages": ["en"], "accounts": {"mastodon": "brand@127.0.0.1"}}
        ],
        "sources": [{**source, "secret": "/gehoor/masto", "every": "1m"}],
        "helpdesk": {
            "kind": "zendesk",
            "base_url": url,
            "secret": "/gehoor/zendesk",
            "requests_per_minute": PER_MINUTE,
        },
        # Looking at old posts again is another story, and would make the ring hours longer.
        "recheck_after": [],
        "allow_private_hosts": ["127.0.0.1"],
    }


def _prepare_functions(ring: Ring) -> None:
    """What is done before a worker starts: settings, secrets, and all that it would import."""
    urls = ring.aws.urls
    os.environ.update(
        {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ring.board.port}",
            "CORE_TABLE": "CoreTable",
            "STATE_TABLE": "StateTable",
            "POLLS_QUEUE": urls["PollsQueue"],
            "DELIVERIES_QUEUE": urls["DeliveriesQueue"],
            "URGENT_DELIVERIES_QUEUE": urls["UrgentDeliveriesQueue"],
            "EVENTS_QUEUE": urls["EventsQueue"],
            "OWN_QUEUES": " ".join(urls.values()),
        }
    )
    secrets = {"masto": NETWORK_TOKEN, "zendesk": DESK_TOKEN, "webhook/zendesk": HOOK_SECRET}
    for name, value in secrets.items():
        ring.aws.ssm.put_parameter(Name=f"/gehoor/{name}", Value=value, Type="SecureString")
    config = parse(_config(ring.board.port))
    ConfigStore(ring.aws.dynamodb, "StateTable").push(config, ring.clock())
    Sources(ring.aws.dynamodb, "StateTable").reconcile([SOURCE], ring.clock())
    bootstrap.clock = ring.clock
    _take_no_real_time()
    for name in (*LOADED, *(f"{function}.handler" for function in SLOTS)):
        import_module(name)
    for client in (bootstrap.dynamodb, bootstrap.sqs, bootstrap.ssm, bootstrap.replays):
        client()
    detect("My parcel is lost", ("en",))


def _take_no_real_time() -> None:
    """Let no real time-out strike, however long a worker waits for its turn: they are drawn."""
    patient = Config(connect_timeout=PATIENCE_S, read_timeout=PATIENCE_S)
    bootstrap.AWS_CALLS = bootstrap.AWS_CALLS.merge(patient)
    bootstrap.QUICK_AWS_CALLS = bootstrap.QUICK_AWS_CALLS.merge(patient)
    for name in ("dynamodb", "sqs", "ssm", "replays"):
        getattr(bootstrap, name).cache_clear()

    def http() -> Http:
        hosts = frozenset(bootstrap.config().allow_private_hosts)
        times = (PATIENCE_S, PATIENCE_S)
        return Http(bootstrap.clock, hosts, times, call_seconds=PATIENCE_S)

    connections.http = http


@contextmanager
def ran(mentions: int, answers: int, seed: int) -> Iterator[Ring]:
    """A ring that is over; its folder is gone at the end of the block."""
    with tempfile.TemporaryDirectory() as folder:
        ring = Ring(Path(folder), mentions, answers, seed)
        ring.run()
        yield ring


def report(mentions: int, answers: int, seed: int) -> Mapping[str, Any]:
    """Run one ring, and say what came of it."""
    started = time.monotonic()
    with ran(mentions, answers, seed) as ring:
        return {
            "seed": seed,
            "mentions": mentions,
            "agent_answers": answers,
            **judge(ring),
            "worker_processes": sum(SLOTS.values()),
            "workers_killed": ring.board.kills,
            "calls": ring.board.calls,
            "faults": dict(sorted(ring.dice.drawn.items())),
            "failed_scheduled_runs": ring.failed_runs,
            "trace_sha256": ring.board.trace.hexdigest(),
            "hours_of_the_ring": round((ring.clock.seconds - START.timestamp()) / 3600, 2),
            "seconds_taken": round(time.monotonic() - started, 1),
        }


def main(arguments: list[str]) -> None:
    """Run one ring, and keep what came of it."""
    parser = argparse.ArgumentParser()
    for name in ("mentions", "answers", "seed"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--result", type=Path, required=True)
    options = parser.parse_args(arguments)
    found = report(options.mentions, options.answers, options.seed)
    options.result.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
