"""How long it takes from a post to its ticket, in real time, on the embedded AWS.

`gehoor up` as users type it: the deployed template, a Mastodon-API server polled each minute, and a
stand-in for X that pushes. The Desk is looked at again and again, so that a figure is late by a
look at most. The embedded AWS stores a queue's batching window and does not wait it: on AWS up to a
second is added.
"""

from __future__ import annotations

import json
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import requests

from bench.figures import Figure, Figures, p95
from gehoor.config import to_json
from gehoor.webhooks.x import SIGNATURES, signature
from running_stack import TIMEOUT, Desk, Running, Street, deployed, gehoor
from scripted_x import SECRET, ScriptedX, scripted_x

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

POSTS = 20
POSTS_EVERY_S = 6.0
PUSHES = 12
PUSHES_EVERY_S = 4.0
LOOK_S = 1.0
"""The Desk takes a hundred such looks a minute."""

QUICK_LOOK_S = 0.35
LONGEST_S = 240
SEEDED = 9
HOOK_SECRET = "secret-of-the-app"


def figures() -> Figures:
    """Posts that a poll finds, and posts that are pushed."""
    with _running() as stack:
        desk = Desk(stack)
        _until(lambda: len(desk.tickets()) >= SEEDED, "the first tickets")
        polled = _polled(stack, desk)
        with scripted_x() as network:
            _watch(stack, network)
            pushed = _pushed(stack, desk, network)
    by_poll = (
        f"{POSTS} posts, one each {POSTS_EVERY_S:g} s, to the ticket's appearance on the Desk; "
        f"gehoor up, polls each minute, looks each {LOOK_S:g} s"
    )
    by_push = f"{PUSHES} signed webhook calls to the ticket; gehoor up, looks each {QUICK_LOOK_S} s"
    return {
        "p50_s": Figure(round(median(polled), 1), "s", by_poll, 40),
        "p95_s": Figure(round(p95(polled), 1), "s", by_poll, 75),
        "longest_s": Figure(round(max(polled), 1), "s", by_poll),
        "push_p50_s": Figure(round(median(pushed), 1), "s", by_push),
        "push_p95_s": Figure(round(p95(pushed), 1), "s", by_push, 3),
    }


@contextmanager
def _running() -> Iterator[Running]:
    with tempfile.TemporaryDirectory() as folder:
        run, began = Path(folder) / "up", time.monotonic()
        started = gehoor(run, "up", "--detach", "--json")
        if started.returncode:
            raise RuntimeError(started.stderr)
        try:
            yield Running(json.loads(started.stdout), run, time.monotonic() - began)
        finally:
            gehoor(run, "down")


def _polled(stack: Running, desk: Desk) -> list[float]:
    street, said = Street(stack), dict[str, float]()
    seen: dict[str, float] = {}
    start = time.monotonic()
    while len(seen) < POSTS:
        due = start + len(said) * POSTS_EVERY_S
        if len(said) < POSTS and time.monotonic() >= due:
            name = f"parcel {len(said)}."
            said[name] = time.monotonic()
            street.say("anna", f"@noordlicht I still wait for {name}")
        _note_seen(desk, said, seen)
        _check_time(start + POSTS * POSTS_EVERY_S, f"{len(seen)} of {POSTS} tickets")
        time.sleep(LOOK_S)
    return [seen[name] - said[name] for name in said]


def _pushed(stack: Running, desk: Desk, network: ScriptedX) -> list[float]:
    found: list[float] = []
    for number in range(PUSHES):
        name, seen = f"invoice {number}.", dict[str, float]()
        post = network.mention(f"@noordlicht nobody explains {name}", datetime.now(UTC))
        began = time.monotonic()
        _push(stack, post)
        while not seen:
            _note_seen(desk, {name: began}, seen)
            _check_time(began, f"the ticket of {name}")
            time.sleep(QUICK_LOOK_S)
        found.append(seen[name] - began)
        time.sleep(max(0, began + PUSHES_EVERY_S - time.monotonic()))
    return found


def _note_seen(desk: Desk, said: dict[str, float], seen: dict[str, float]) -> None:
    texts = [ticket["description"] for ticket in desk.tickets()]
    for name in said:
        if name not in seen and any(name in text for text in texts):
            seen[name] = time.monotonic()


def _watch(stack: Running, network: ScriptedX) -> None:
    """Hear the account on X from now on, and wait until the functions know."""
    for name, value in (("x", SECRET), ("webhook/x", HOOK_SECRET)):
        gehoor(stack.run, "secret", "set", f"/gehoor/{name}", text=value)
    _, config = deployed(stack.document).config_store().current()
    document = json.loads(to_json(config))
    source = {"id": "x", "network": "x", "brand": "noordlicht", "base_url": network.url}
    document["sources"] += [{**source, "secret": "/gehoor/x", "every": "15m"}]
    document["allow_private_hosts"] += [network.url.removeprefix("http://")]
    file = stack.run / "gehoor.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    pushed = gehoor(stack.run, "config", "push", str(file))
    if pushed.returncode:
        raise RuntimeError(pushed.stderr)
    first = network.mention("@noordlicht hello, is anybody there?", datetime.now(UTC))
    _until(lambda: bool(network.asked), "the first poll of X")
    desk = Desk(stack)
    _until(lambda: desk.ticket_about("is anybody there") is not None, f"post {first['id']}")
    # Each function reads the configuration anew after a minute at the latest.
    time.sleep(60)


def _push(stack: Running, post: dict[str, Any]) -> None:
    """Tell of a post, as X does."""
    event = {
        "event_uuid": post["id"],
        "event_type": "post.mention.create",
        "tag": "x",
        "payload": {"id": post["id"]},
    }
    body = json.dumps({"data": event}).encode()
    host = stack["api_url"].removeprefix("http://")
    answer = requests.post(
        f"{stack['aws_endpoint_url']}/hooks/x",
        data=body,
        headers={"Host": host, SIGNATURES[0]: signature(HOOK_SECRET, body)},
        timeout=TIMEOUT,
    )
    answer.raise_for_status()


def _until(look: Callable[[], bool], what: str) -> None:
    began = time.monotonic()
    while not look():
        _check_time(began, what)
        time.sleep(LOOK_S)


def _check_time(began: float, what: str) -> None:
    if time.monotonic() - began > LONGEST_S:
        message = f"{what}: not within {LONGEST_S} s"
        raise TimeoutError(message)
