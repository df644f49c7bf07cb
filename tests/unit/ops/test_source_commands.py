"""`gehoor source`: what operators see and do about a source."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fakes.deployed import SOURCES, write_config
from gehoor.domain.place import Gap
from gehoor.ports.sources import PollOutcome
from gehoor_ops.output import ago

if TYPE_CHECKING:
    from fakes.command import Command
    from fakes.deployed import Deployed

FIRST, SECOND = SOURCES
EXAMPLE = Path(__file__).parents[3] / "docs" / "gehoor.yaml"


@pytest.fixture(autouse=True)
def pushed(gehoor: Command, deployed: Deployed, tmp_path: Path) -> None:
    """A configuration in force."""
    assert gehoor("config", "push", str(write_config(tmp_path))).code == 0
    assert deployed.config_store.version() == 1


def poll_ended(deployed: Deployed, source_id: str, error: str = "") -> None:
    now = datetime.now(UTC)
    assert deployed.sources.acquire(source_id, "me", now, now + timedelta(minutes=1))
    assert deployed.sources.save_cursor(source_id, "me", {"mark": "17"})
    deployed.sources.release(source_id, "me", PollOutcome(now, 0 if error else 3, error))


def test_the_list_puts_the_worst_health_first(gehoor: Command, deployed: Deployed) -> None:
    # Given a source that works and one whose token expired
    poll_ended(deployed, FIRST)
    poll_ended(deployed, SECOND, "AuthExpired: the token is dead")
    # When the sources are listed
    run = gehoor("source", "list", "--json")
    # Then the broken one comes first, with what is wrong
    first, second = run.document["sources"]
    assert (first["id"], first["health"], first["failures"]) == (SECOND, "auth_expired", 1)
    assert first["error"] == "AuthExpired: the token is dead"
    assert (second["id"], second["health"], second["error"]) == (FIRST, "fresh", "")
    assert second["last_success_at"] is not None


def test_the_list_shows_an_error_before_the_source_counts_as_failing(
    gehoor: Command, deployed: Deployed
) -> None:
    poll_ended(deployed, FIRST)
    poll_ended(deployed, FIRST, "Unavailable: down")
    found = {
        source["id"]: source for source in gehoor("source", "list", "--json").document["sources"]
    }
    assert (found[FIRST]["health"], found[FIRST]["error"]) == ("fresh", "Unavailable: down")


def test_the_list_tells_what_was_never_read(gehoor: Command, deployed: Deployed) -> None:
    # Given a source of which the network cut something off
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    gap = Gap("mentions", now - timedelta(days=2), now - timedelta(days=1), now)
    assert deployed.sources.acquire(FIRST, "me", now, now + timedelta(minutes=1))
    assert deployed.sources.save_cursor(FIRST, "me", {}, [gap])
    deployed.sources.release(FIRST, "me", PollOutcome(now, 0))
    # When the sources are listed
    listed, told = gehoor("source", "list", "--json"), gehoor("source", "list")
    # Then it stands there with its bounds, and how long the source may be silent
    sources = {source["id"]: source for source in listed.document["sources"]}
    assert sources[FIRST]["gaps"] == [
        {
            "list": "mentions",
            "since": "2026-02-27T12:00:00+00:00",
            "until": "2026-02-28T12:00:00+00:00",
            "found_at": "2026-03-01T12:00:00+00:00",
        }
    ]
    assert sources[SECOND]["gaps"] == []
    assert sources[FIRST]["silence_seconds"] == 7 * 24 * 3600
    assert "mentions, 2026-02-27 12:00:00 to 2026-02-28 12:00:00 UTC" in told.out


def test_the_list_tells_how_often_a_source_is_polled_and_why(
    gehoor: Command, deployed: Deployed
) -> None:
    # Given a source that was polled, and then heard of by a push
    now = datetime.now(UTC)
    assert deployed.sources.acquire(FIRST, "me", now, now + timedelta(minutes=1))
    deployed.sources.release(FIRST, "me", PollOutcome(now, 0))
    deployed.sources.note_pushed(FIRST, now)
    # When the sources are listed
    listed, told = gehoor("source", "list", "--json"), gehoor("source", "list")
    # Then it is polled less often than the other one, and both say why
    found = {source["id"]: source for source in listed.document["sources"]}
    assert (found[FIRST]["pace"], found[FIRST]["pace_seconds"]) == ("pushed", 15 * 60)
    assert (found[SECOND]["pace"], found[SECOND]["pace_seconds"]) == ("busy", 150)
    assert found[FIRST]["pushed_at"] == now.isoformat()
    assert "15m pushed" in told.out


def test_the_list_tells_when_a_credential_ends(gehoor: Command, deployed: Deployed) -> None:
    # Given a source whose network told when its credential ends, and one whose network does not
    now = datetime.now(UTC)
    ends_at = now + timedelta(days=5, hours=1)
    assert deployed.sources.acquire(FIRST, "me", now, now + timedelta(minutes=1))
    deployed.sources.release(FIRST, "me", PollOutcome(now, 0, credential_ends_at=ends_at))
    # When the sources are listed
    listed, told = gehoor("source", "list", "--json"), gehoor("source", "list")
    # Then the end stands there, for programs and for people
    ends = {source["id"]: source["credential_ends_at"] for source in listed.document["sources"]}
    assert ends == {FIRST: ends_at.isoformat(), SECOND: None}
    assert "in 5d" in told.out


def test_the_list_is_a_table_for_people(gehoor: Command) -> None:
    run = gehoor("source", "list")
    head, *rows = run.out.splitlines()
    assert head.split()[:3] == ["SOURCE", "NETWORK", "HEALTH"]
    assert sorted(row.split()[:3] for row in rows) == [
        [name, "mastodon", "new"] for name in sorted(SOURCES)
    ]


def test_a_source_that_has_no_state_is_stale(gehoor: Command, deployed: Deployed) -> None:
    # Given a configured source whose item is not in the table
    deployed.sources.reconcile([FIRST], datetime.now(UTC))
    # When the sources are listed
    stale = gehoor("source", "list", "--json").document["sources"][0]
    # Then that is told
    assert (stale["id"], stale["health"], stale["next_due_at"]) == (SECOND, "stale", None)
    assert "push the configuration again" in stale["error"]


def test_poll_sends_one_message(gehoor: Command, deployed: Deployed) -> None:
    # Given a source
    # When it is to be polled now
    run = gehoor("source", "poll", FIRST, "--json")
    # Then the poller is told
    assert run.document == {"source": FIRST, "queued": True}
    [message] = deployed.messages("PollsQueue")
    assert json.loads(message) == {"source_id": FIRST}


def test_reset_forgets_the_cursor_only_when_confirmed(gehoor: Command, deployed: Deployed) -> None:
    # Given a source that was read up to somewhere
    poll_ended(deployed, FIRST)
    # When it is reset without a yes
    asked = gehoor("source", "reset", FIRST)
    # Then nothing is done, and the whole command is told
    assert asked.code == 1
    assert f"gehoor source reset {FIRST} --yes" in asked.err
    state = deployed.sources.get(FIRST)
    assert state is not None
    assert state.cursor == {"mark": "17"}
    # When it is meant
    done = gehoor("source", "reset", FIRST, "--yes")
    # Then the cursor is gone
    state = deployed.sources.get(FIRST)
    assert done.code == 0
    assert state is not None
    assert state.cursor == {}


@pytest.mark.parametrize("action", [("poll",), ("reset", "--yes")])
def test_an_unknown_source_is_refused_with_the_nearest(
    gehoor: Command, deployed: Deployed, action: tuple[str, ...]
) -> None:
    run = gehoor("source", *action, "masta", "--json")
    assert run.code == 1
    assert run.document["error"] == "there is no source masta; did you mean masto?"
    assert run.document["nearest"] == "masto"
    assert deployed.messages("PollsQueue") == []


@pytest.mark.parametrize("source", ["x", "bluesky", "tube"])
def test_the_networks_that_the_example_shows_in_comments_can_be_switched_on(
    gehoor: Command, deployed: Deployed, tmp_path: Path, source: str
) -> None:
    # Given the example with what is commented out switched on
    own = tmp_path / "own.yaml"
    own.write_text(re.sub(r"^  # (- |  )", r"  \1", EXAMPLE.read_text(), flags=re.MULTILINE))
    assert gehoor("config", "push", str(own)).code == 0
    # Then its sources are listed, polled and reset as all others are
    listed = {one["id"]: one for one in gehoor("source", "list", "--json").document["sources"]}
    assert (listed[source]["health"], listed[source]["gaps"]) == ("new", [])
    assert gehoor("source", "poll", source).code == 0
    assert [json.loads(one)["source_id"] for one in deployed.messages("PollsQueue")] == [source]
    poll_ended(deployed, source)
    assert gehoor("source", "reset", source, "--yes").code == 0
    state = deployed.sources.get(source)
    assert state is not None
    assert state.cursor == {}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0s ago"), (59, "59s ago"), (-61, "in 1m"), (7300, "2h ago"), (-200_000, "in 2d")],
)
def test_times_are_told_in_one_unit(seconds: int, words: str) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert ago(now - timedelta(seconds=seconds), now) == words
