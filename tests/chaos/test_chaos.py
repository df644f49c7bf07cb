"""A short ring of `make chaos`, that its seed is its course, and that the verdict can be bad."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import moto.sqs.models
import pytest

from chaos.people import Poison, answer_token, mention_token
from chaos.ring import Ring
from chaos.rings import ADDED_UP, added_up, run_ring
from chaos.verdict import judge
from desk_server import TOKEN

PROJECT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def paths(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a ring's own process finds the code."""
    found = [str(PROJECT / name) for name in ("functions", "infra", "tests")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(found))


@pytest.mark.timeout(300)
def test_a_short_ring_loses_and_doubles_nothing(tmp_path: Path) -> None:
    # Given workers that are killed, and an AWS, a helpdesk and a network that fail
    found = run_ring(2, tmp_path, mentions=24, answers=4)
    # Then what was promised was kept, though much went wrong
    promises = ("lost", "doubled_tickets", "doubled_replies", "private_made_public")
    assert {name: found[name] for name in promises} == dict.fromkeys(promises, 0), found["wrong"]
    assert found["all_well"], found
    assert found["replies"] == 4
    assert found["poison_isolated"] == 1
    assert found["workers_killed"] > 0
    assert sum(found["faults"].values()) > 20


@pytest.mark.timeout(300)
def test_the_same_seed_takes_the_same_course(tmp_path: Path) -> None:
    # Given two rings of one seed
    first, second = (run_ring(4, tmp_path, mentions=4, answers=1) for _ in range(2))
    # Then the same calls of the same workers meet the same faults, in the same order
    assert first["calls"] > 100
    assert {**first, "seconds_taken": 0} == {**second, "seconds_taken": 0}


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ring]:
    """A world in which nobody works yet."""
    for name in ("unix_time", "unix_time_millis"):
        monkeypatch.setattr(moto.sqs.models, name, getattr(moto.sqs.models, name))
    made = Ring(tmp_path, mentions=40, answers=1, seed=1)
    yield made
    made.board.close()
    made.desk.store.close()


def open_ticket(ring: Ring, text: str, external_id: str) -> str:
    ticket = {"subject": "A post", "comment": {"body": text}, "external_id": external_id}
    headers = {"Authorization": f"Bearer {TOKEN}"}
    said = ring.client.post("/api/v2/tickets", headers=headers, json={"ticket": ticket})
    return str(said.get_json()["ticket"]["id"])


def test_the_verdict_counts_what_is_lost_and_what_is_doubled(ring: Ring) -> None:
    # Given three mentions: one lost, one in a ticket, one in two tickets of one case
    ring.people.mentions = 3
    ring.people.posted = {1: {}, 2: {}, 3: {}}
    open_ticket(ring, mention_token(2), "case-2")
    for _ in range(2):
        open_ticket(ring, mention_token(3), "case-3")
    # When
    found = judge(ring)
    # Then
    assert (found["lost"], found["doubled_tickets"]) == (1, 2)
    assert found["wrong"] == [mention_token(1), "case-3", mention_token(3)]
    assert not found["all_well"]


def test_the_verdict_counts_doubled_replies_and_private_words_in_public(ring: Ring) -> None:
    # Given a private mention that was answered twice, once in public
    ring.people.post_until(ring.clock(), ring.clock())
    post = ring.town.mention(mention_token(10), ring.clock(), visibility="direct")["status"]
    ring.people.private = {10}
    ring.people.answered = {10: open_ticket(ring, mention_token(10), "case-10")}
    for visibility in ("direct", "public"):
        answer = {"status": answer_token(10), "visibility": visibility}
        ring.town.posted.append({**answer, "in_reply_to_id": post["id"]})
    # When
    found = judge(ring)
    # Then
    assert (found["doubled_replies"], found["private_made_public"]) == (1, 1)
    assert not found["all_well"]


def test_the_verdict_wants_every_poison_aside(ring: Ring) -> None:
    # Given a mention that must go aside, of which nothing is noted
    ring.people.posted, ring.people.poison = {1: {}}, {1: Poison.REFUSED}
    # When
    found = judge(ring)
    # Then
    assert (found["poison_isolated"], found["poison"], found["all_well"]) == (0, 1, False)


def test_the_verdict_finds_personal_words_in_logs_and_queues(ring: Ring) -> None:
    # Given a log and a queue that name an author
    ring.log.write_text('{"message": "put back", "author": "Person12"}\n{"message": "polled"}\n')
    ring.aws.bodies = {'{"mention_id": "abc"}', '{"author": "person7"}'}
    # When
    found = judge(ring)
    # Then
    assert (found["personal_text_in_logs"], found["personal_text_in_queues"]) == (1, 1)
    assert not found["all_well"]


def test_rings_are_added_up_and_one_that_broke_a_promise_breaks_all() -> None:
    # Given two rings, of which one lost a mention
    well: dict[str, Any] = {**dict.fromkeys(ADDED_UP, 1), "lost": 0, "all_well": True, "seed": 1}
    well["faults"] = {"aws: reset": 2}
    rings = [well, {**well, "lost": 1, "all_well": False, "seed": 2}]
    # When
    found = added_up(rings)
    # Then
    assert (found["lost"], found["mentions"], found["seeds"]) == (1, 2, [1, 2])
    assert found["faults"] == {"aws: reset": 4}
    assert not found["all_well"]
