"""What judging costs: time for a post once all is loaded, and what a worker's start takes more."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from bench.figures import Figure
from desk import rows
from gehoor.language import triage
from gehoor_ops.workspace import PROJECT

if TYPE_CHECKING:
    from bench.figures import Figures

ROUNDS = 15
STARTS = 7
MICROSECONDS_AT_MOST = 500
COLD_MS_AT_MOST = 60
WORKER = """
import boto3, gehoor.bootstrap, gehoor.config, gehoor.aws.mentions, gehoor.networks.mastodon
import gehoor.usecases.poll
boto3.client('dynamodb', 'eu-west-1')
"""
"""What a worker that polls has loaded before it judges."""

JUDGE = "from gehoor.language import triage; triage('Mijn pakket is kwijt', None, ('nl', 'en'))"
MEASURED = """
import json, time
{worker}
before = time.process_time()
{judge}
print(json.dumps(time.process_time() - before))
"""


def figures() -> Figures:
    """Processor time, so that other work on the machine hardly counts."""
    posts = [row["text"] for row in rows.authored()]
    cold = min(_cold_s() for _ in range(STARTS))
    return {
        "a_post": Figure(
            round(min(_seconds(posts) for _ in range(ROUNDS)) / len(posts) * 1e6),
            "microseconds",
            f"language and all rules, processor time, least of {ROUNDS} rounds, n = {len(posts)}",
            MICROSECONDS_AT_MOST,
        ),
        "cold": Figure(
            round(cold * 1e3),
            "ms",
            f"processor time of the first judgement in a worker, least of {STARTS} starts",
            COLD_MS_AT_MOST,
        ),
    }


def _seconds(posts: list[str]) -> float:
    before = time.process_time()
    for post in posts:
        triage(post, None, ("nl", "en"))
    return time.process_time() - before


def _cold_s() -> float:
    """The first judgement of a process that has loaded what every worker has."""
    program = MEASURED.format(worker=WORKER, judge=JUDGE)
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(PROJECT / "functions")},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(json.loads(ran.stdout))
