"""All that is around gehoor, in a process of its own: a network, a helpdesk, AWS.

So the other process's time and memory are gehoor's alone. It is told what to do line by line.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from bench.aws import Aws, running_aws
from desk_server import Desk, running_desk
from fakes.clock import FakeClock
from gehoor_ops.town import CONVERSATIONS
from playground import context
from scripted_mastodon import ScriptedMastodon, scripted_mastodon

if TYPE_CHECKING:
    from collections.abc import Iterator

UNLIMITED = 10**6
JOB_SECONDS = 30


@dataclass
class Surroundings:
    """What the orders are about; every public method is one."""

    clock: FakeClock
    aws: Aws
    desk: Desk
    network: ScriptedMastodon

    def __post_init__(self) -> None:
        lines = CONVERSATIONS.read_text(encoding="utf-8").splitlines()
        self._texts = cycle(json.loads(line)["turns"][0]["text"] for line in lines)
        self._people = count()

    def places(self) -> dict[str, Any]:
        """Where everything is."""
        return {
            "aws": self.aws.url,
            "queues": self.aws.stack.urls._asdict(),
            "tables": [self.aws.stack.core, self.aws.stack.state],
            "desk": self.desk.url,
            "network": self.network.url,
        }

    def say(self, many: int) -> None:
        """So many people say something to the brand, for the first time."""
        for _ in range(many):
            self.network.mention(
                next(self._texts), self.clock(), f"person{next(self._people)}@town.example"
            )

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(seconds=seconds)

    def settle(self) -> dict[str, Any]:
        """AWS's bill since the last time."""
        return self.aws.settle()

    def multiply(self, times: int) -> int:
        """Let the table `core` hold so many times more."""
        return self.aws.multiply(times)

    def stored_bytes(self) -> int:
        """How much the table `core` holds."""
        return self.aws.stored_bytes()

    def tickets(self) -> int:
        """How many tickets there are, of different cases."""
        with self.desk.place.store.transaction() as db:
            [row] = db.execute("SELECT count(DISTINCT external_id) AS n FROM tickets")
        return int(row["n"])

    def messages(self) -> dict[str, int]:
        """How many messages each queue holds that holds any, hidden ones too."""
        return self.aws.messages()

    def helpdesk_calls(self) -> int:
        """How many API calls the helpdesk took so far."""
        return len(self.desk.place.log)


class Told:
    """The other end: gives orders to the process and reads what it answers."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, order: str, *arguments: float) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([order, *arguments]), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())


@contextmanager
def surroundings() -> Iterator[Told]:
    """Start the process; it ends with the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.surroundings"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Told(process)


def main() -> None:
    """Follow orders until there are no more."""
    clock = FakeClock()
    with ExitStack() as around:
        folder = around.enter_context(tempfile.TemporaryDirectory())
        limits = dict.fromkeys(
            (
                "requests_per_minute",
                "ticket_lists_per_minute",
                "ticket_updates_per_minute",
                "user_updates_per_minute",
            ),
            UNLIMITED,
        )
        around.enter_context(patch.object(context, "LOG_LENGTH", None))
        desk = around.enter_context(running_desk(Path(folder), clock, **limits))
        desk.place.job_pace.seconds = JOB_SECONDS
        network = around.enter_context(scripted_mastodon())
        aws = around.enter_context(running_aws(clock))
        here = Surroundings(clock, aws, desk, network)
        for line in sys.stdin:
            order, *arguments = json.loads(line)
            print(json.dumps(getattr(here, order)(*arguments)), flush=True)


if __name__ == "__main__":
    main()
