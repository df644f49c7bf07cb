"""`make chaos`: rings of 1,000 mentions, each with a seed of its own, as many at a time as cores.

python -m chaos.rings [--rings 10] [--first-seed 1]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

RESULT = Path(__file__).parents[2] / "build" / "chaos.json"
MENTIONS, ANSWERS = 1_000, 200
PROMISES = (
    "lost",
    "doubled_tickets",
    "doubled_replies",
    "private_made_public",
    "dead_letters",
    "faults_in_gehoor",
    "personal_text_in_logs",
    "personal_text_in_queues",
)
ADDED_UP = (
    "mentions",
    "agent_answers",
    *PROMISES,
    "poison",
    "poison_isolated",
    "tickets",
    "replies",
    "private_mentions",
    "handed_over",
    "workers_killed",
    "calls",
)
HOW = {
    "workers": "processes that run the functions' handlers, killed with SIGKILL at a drawn call",
    "clock": "virtual and shared: a call moves it on by 0.02 s, a time-out by 2 s or 10 s",
    "aws": "moto behind HTTP; queues, tables and time-outs as template.yaml says",
    "helpdesk": "the Desk, a stand-in for Zendesk, behind HTTP",
    "network": "a scripted server of Mastodon's API, behind HTTP",
    "judged_by": "the Desk's database, the network's posts, tables, dead letters and logs",
}


def run_ring(seed: int, folder: Path, mentions: int = MENTIONS, answers: int = ANSWERS) -> Any:
    """What one ring reports; CalledProcessError with its traceback printed when it breaks."""
    result = folder / f"{seed}.json"
    given = {"mentions": mentions, "answers": answers, "seed": seed, "result": result}
    options = [f"--{name}={value}" for name, value in given.items()]
    command = [sys.executable, "-m", "chaos.ring", *options]
    subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": "0"}, check=True)
    return json.loads(result.read_text())


def added_up(rings: Sequence[Any]) -> dict[str, Any]:
    """The rings as one result."""
    faults: Counter[str] = Counter()
    for ring in rings:
        faults.update(ring["faults"])
    return {
        "all_well": all(ring["all_well"] for ring in rings),
        **{name: sum(ring[name] for ring in rings) for name in ADDED_UP},
        "seeds": [ring["seed"] for ring in rings],
        "how": HOW,
        "faults": dict(sorted(faults.items())),
        "rings": rings,
    }


def main(arguments: Sequence[str]) -> int:
    """Run, print, keep; 1 when a promise was broken.

    What is found is kept after each ring, so that a run that somebody stops leaves what it found.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--rings", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=1)
    options = parser.parse_args(arguments)
    seeds = range(options.first_seed, options.first_seed + options.rings)
    started = time.monotonic()
    RESULT.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        rings = []
        for ring in pool.map(partial(run_ring, folder=Path(folder)), seeds):
            rings.append(ring)
            told = {name: ring[name] for name in ("seed", "all_well", *PROMISES, "wrong")}
            print(json.dumps(told), flush=True)
            found = {**added_up(rings), "seconds_taken": round(time.monotonic() - started, 1)}
            RESULT.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(json.dumps({name: found[name] for name in found if name != "rings"}, indent=2))
    return int(not found["all_well"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
