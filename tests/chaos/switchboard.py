"""Worker processes and the servers they call, over loopback, one call at a time.

Every worker is a process of its own. The switchboard waits until each stands before a call or has
nothing to do, lets one of them make its call, and waits again: so the dice choose the interleaving,
what fails and where a worker is killed, and the same seed gives the same run. Time is a number that
all processes read and only the switchboard moves.
"""

import json
import os
import re
import selectors
import signal
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from multiprocessing.sharedctypes import RawValue
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chaos.faults import HAS_EFFECT, KILLS, TIME_OUTS, Dice, Fault
from chaos.worker import TIMED_OUT, WAIT, WORKER, live
from loopback import Answer, Asked

CALL_S = 0.02
TIME_OUT_S = {"aws": 2.0, "desk": 10.0, "network": 10.0}
"""What a time-out takes of the clock that all share; gehoor's own are set so in real seconds."""

LATEST_EFFECT_S = 60.0
"""A request whose answer nobody waits for any more takes its effect within this."""

STUCK_S = 120.0
"""Real seconds after which a worker that makes no call and does not end is a fault of the ring."""

JOB_ID = re.compile(r"V3-\w+")


class SharedClock:
    """The time, the same in every process."""

    def __init__(self, start: datetime) -> None:
        self._seconds = RawValue("d", start.timestamp())

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self._seconds.value, UTC)

    @property
    def seconds(self) -> float:
        return float(self._seconds.value)

    def advance_to(self, seconds: float) -> None:
        self._seconds.value = max(self._seconds.value, seconds)


@dataclass(eq=False)
class Worker:
    """A process that works off one function's events, as the switchboard sees it."""

    slot: int
    function: str
    pid: int = 0
    control: socket.socket | None = None
    line: socket.socket | None = None
    asked: Asked | None = None
    wakes_at: float | None = None
    is_running: bool = False
    ends_at: float = 0.0
    done: Callable[[Any], None] | None = None

    @property
    def is_idle(self) -> bool:
        return self.done is None


@dataclass
class Server:
    """What a call may reach: `answers` has its effect, `refusal` is what it says of a fault."""

    name: str
    answers: Callable[[Asked], Answer]
    refusal: Callable[[Fault], Answer]


@dataclass
class Switchboard:
    """The workers, their lines, and the servers behind."""

    clock: SharedClock
    dice: Dice
    slots: Mapping[str, int]
    log: str
    server_of: Callable[[Asked], Server]
    calls: int = 0
    kills: int = 0

    def __post_init__(self) -> None:
        self.trace = sha256()
        self._late: list[tuple[float, Callable[[], Any]]] = []
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        names = [name for name, many in self.slots.items() for _ in range(many)]
        self.workers = [Worker(slot, name) for slot, name in enumerate(names)]
        self._buffers: dict[socket.socket, bytearray] = {}

    # What the ring asks for.

    def idle(self, function: str) -> Worker | None:
        """A worker of this function that has nothing to do."""
        return next((w for w in self.workers if w.function == function and w.is_idle), None)

    def give(
        self, worker: Worker, event: dict[str, Any], seconds: float, done: Callable[[Any], None]
    ) -> None:
        """Let a worker handle an event; `done` gets what it answers, None when it was killed."""
        if not worker.pid:
            self._start(worker)
        worker.ends_at, worker.done, worker.is_running = self.clock.seconds + seconds, done, True
        assert worker.control is not None
        worker.control.sendall(json.dumps([event, worker.ends_at]).encode() + b"\n")

    def settle(self) -> None:
        """Wait until every worker stands before a call, waits, or has nothing to do."""
        while any(worker.is_running for worker in self.workers):
            ready = self._selector.select(STUCK_S)
            assert ready, f"stuck: {[w for w in self.workers if w.is_running]}"
            for key, _ in ready:
                key.data(key.fileobj)

    def step(self) -> bool:
        """Let one worker go on; False when all wait."""
        now = self.clock.seconds
        late = [effect for effect in self._late if effect[0] <= now]
        for effect in late:
            self._late.remove(effect)
            effect[1]()
        able = [w for w in self.workers if w.asked or (w.wakes_at or now + 1) <= now]
        if not able:
            return False
        worker = self.dice.random.choice(able)
        self.clock.advance_to(now + CALL_S)
        if worker.wakes_at is not None:
            worker.wakes_at = None
            self._say(worker, Answer())
        else:
            self._connect(worker)
        return True

    def next_moment(self) -> float:
        """When a worker that waits wants to go on, or a late request arrives."""
        times = [w.wakes_at for w in self.workers if w.wakes_at is not None]
        return min([*times, *(at for at, _ in self._late)], default=float("inf"))

    @property
    def is_quiet(self) -> bool:
        return not self._late and all(worker.is_idle for worker in self.workers)

    def close(self) -> None:
        """End every worker."""
        for worker in self.workers:
            if worker.pid:
                self._bury(worker)
        self._selector.close()
        self._listener.close()

    # One call.

    def _connect(self, worker: Worker) -> None:
        """Let the call go through, or not."""
        asked, worker.asked = worker.asked, None
        assert asked is not None
        server = self.server_of(asked)
        is_too_long = self.clock.seconds > worker.ends_at
        fault = Fault.KILLED if is_too_long else self.dice.draw(server.name, self.clock())
        if fault is Fault.LATE and asked.method == "GET":
            fault = Fault.TIMED_OUT
        self.calls += 1
        self.trace.update(f"{worker.slot} {server.name} {_shape(asked)} {fault}\n".encode())
        answer = server.answers(asked) if fault is None or fault in HAS_EFFECT else Answer()
        if fault is None:
            self._say(worker, answer)
        elif fault in KILLS:
            self.dice.drawn["lambda: out of time"] += is_too_long
            self._kill(worker)
        else:
            self._fail(worker, asked, server, fault)

    def _fail(self, worker: Worker, asked: Asked, server: Server, fault: Fault) -> None:
        now = self.clock.seconds
        if fault is Fault.LATE:
            at = now + self.dice.random.uniform(1, LATEST_EFFECT_S)
            self._late.append((at, lambda: server.answers(asked)))
        if fault in (Fault.RESET, Fault.RESET_AFTER):
            worker.is_running = True
            self._hang_up(worker)
        elif fault in TIME_OUTS:
            self.clock.advance_to(now + TIME_OUT_S[server.name])
            self._say(worker, Answer(headers={TIMED_OUT: "1"}))
        else:
            self._say(worker, server.refusal(fault))

    def _say(self, worker: Worker, answer: Answer) -> None:
        head = [f"HTTP/1.1 {answer.status} Said"]
        length = {"Content-Length": str(len(answer.body))}
        head += [f"{name}: {value}" for name, value in ({**answer.headers, **length}).items()]
        worker.is_running = True
        assert worker.line is not None
        worker.line.sendall("\r\n".join([*head, "", ""]).encode() + answer.body)

    # Processes.

    def _start(self, worker: Worker) -> None:
        ours, theirs = socket.socketpair()
        worker.pid = os.fork()
        if not worker.pid:
            try:
                for key in list(self._selector.get_map().values()):
                    key.fileobj.close()  # type: ignore[union-attr]
                ours.close()
                name = f"{worker.slot}"
                live(theirs, name, worker.function, self.clock, self.port, self.log)
            finally:
                os._exit(1)
        theirs.close()
        worker.control = ours
        self._selector.register(ours, selectors.EVENT_READ, lambda _: self._hear(worker))

    def _hear(self, worker: Worker) -> None:
        """The worker is done with its event."""
        assert worker.control is not None
        told = b""
        while not told.endswith(b"\n"):
            received = worker.control.recv(1_000_000)
            assert received, f"worker {worker.slot} ({worker.function}) ended by itself"
            told += received
        done, worker.done, worker.is_running = worker.done, None, False
        assert done is not None
        done(json.loads(told))

    def _kill(self, worker: Worker) -> None:
        self.kills += 1
        done, worker.done = worker.done, None
        self._bury(worker)
        assert done is not None
        done(None)

    def _bury(self, worker: Worker) -> None:
        os.kill(worker.pid, signal.SIGKILL)
        os.waitpid(worker.pid, 0)
        assert worker.control is not None
        self._selector.unregister(worker.control)
        worker.control.close()
        self._hang_up(worker)
        worker.pid, worker.control, worker.is_running = 0, None, False

    # Lines.

    def _accept(self, _: Any) -> None:
        line, _address = self._listener.accept()
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffers[line] = bytearray()
        self._selector.register(line, selectors.EVENT_READ, self._read)

    def _read(self, line: socket.socket) -> None:
        try:
            received = line.recv(1_000_000)
        except ConnectionError:
            received = b""
        if not received:
            assert not any(w.asked and w.line is line for w in self.workers), "a real time-out"
            self._drop(line)
            return
        self._buffers[line] += received
        asked = _whole_request(self._buffers[line])
        if asked is None:
            return
        self._buffers[line].clear()
        worker = self.workers[int(asked.headers[WORKER])]
        worker.line, worker.is_running = line, False
        if asked.path == WAIT:
            worker.wakes_at = float(asked.one("until") or 0)
        else:
            worker.asked = asked

    def _hang_up(self, worker: Worker) -> None:
        if worker.line is not None:
            self._drop(worker.line)
        worker.line = None

    def _drop(self, line: socket.socket) -> None:
        if self._buffers.pop(line, None) is not None:
            self._selector.unregister(line)
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()


def _shape(asked: Asked) -> str:
    """What is called, without the ids that servers draw by themselves."""
    path = JOB_ID.sub("#", asked.path)
    return f"{asked.method} {asked.headers.get('x-amz-target', path)}"


def _whole_request(received: bytearray) -> Asked | None:
    """The request, None while bytes of it are still to come."""
    head, end, body = bytes(received).partition(b"\r\n\r\n")
    if not end:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    if len(body) < int(headers.get("content-length", 0)):
        return None
    parts = urlsplit(target)
    query = parse_qs(parts.query, keep_blank_values=True)
    return Asked(method, parts.path, query, headers, body)
