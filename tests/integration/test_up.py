"""`gehoor up` and `gehoor down`: what they print, what they leave, how they end."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from running_stack import PROJECT, Desk, Running, environment, eventually, gehoor

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]


def test_it_prints_where_everything_is(stack: Running) -> None:
    # Then programs find every address and token
    expected = {
        "playground_url",
        "helpdesk_url",
        "helpdesk_token",
        "api_url",
        "aws_endpoint_url",
        "mastodon_url",
        "mastodon_tokens",
    }
    assert expected <= set(stack.document)
    assert {"noordlicht", "anna"} <= set(stack["mastodon_tokens"])
    for name in ("playground_url", "aws_endpoint_url", "mastodon_url"):
        assert stack[name].startswith("http://127.0.0.1:"), "loopback only"


def test_a_second_up_beside_a_running_one_is_refused(stack: Running) -> None:
    # When somebody starts it again
    again = gehoor(stack.run, "up", "--detach", "--json")

    # Then it says what to do
    assert again.returncode == 1
    assert json.loads(again.stdout)["next"] == "stop it first: gehoor down"


def test_the_company_own_configuration_runs_with_the_desk(tmp_path: Path) -> None:
    # Given a configuration with a feed of one's own and a helpdesk one must not write to
    feed = tmp_path / "feed"
    feed.mkdir()
    (feed / "index.xml").write_text(
        "<rss version='2.0'><channel><title>Forum</title><link>http://forum.example/</link>"
        "<item><guid>1</guid><title>Refund</title><link>http://forum.example/1</link>"
        "<description>Still waiting for my refund</description></item></channel></rss>"
    )
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"],
        cwd=feed,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout is not None
    port = server.stdout.readline().split(" port ")[1].split()[0]
    own = tmp_path / "gehoor.yaml"
    own.write_text(
        f"""
company: Kompas
brands: [{{id: kompas, languages: [en]}}]
sources:
  - {{id: forum, network: feed, brand: kompas, url: "http://127.0.0.1:{port}/index.xml", every: 1m}}
helpdesk: {{kind: zendesk, base_url: "https://kompas.zendesk.example", secret: /gehoor/zendesk}}
allow_private_hosts: ["127.0.0.1:{port}"]
"""
    )
    run = tmp_path / "run"
    try:
        # When it runs
        result = gehoor(run, "up", "--config", str(own), "--detach", "--json")
        assert result.returncode == 0, result.stderr
        document = json.loads(result.stdout)

        # Then the feed's entry becomes a ticket on the Desk
        desk = Desk(Running(document, run, 0))
        ticket = eventually(lambda: desk.ticket_about("waiting for my refund"), 90, "the ticket")
        assert ticket["subject"] == "Refund"
        assert "network_feed" in ticket["tags"]
    finally:
        gehoor(run, "down")
        server.terminate()
        server.communicate(timeout=10)


def test_an_invalid_configuration_starts_nothing(tmp_path: Path) -> None:
    # Given a file with a misspelt key
    own = tmp_path / "gehoor.yaml"
    own.write_text("company: Kompas\nbrand: []\n")

    # When it is run
    result = gehoor(tmp_path / "run", "up", "--config", str(own), "--detach")

    # Then it says so, and nothing was started
    assert result.returncode == 1
    assert "brand" in result.stderr
    assert not (tmp_path / "run" / "up.json").exists()


@pytest.fixture
def in_the_foreground(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`gehoor up` in the folder `run`, and nothing of it left afterwards."""
    run = tmp_path / "run"
    process = subprocess.Popen(
        [sys.executable, "-m", "gehoor_ops", "up"],
        cwd=PROJECT,
        env=environment(run),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate(timeout=60)
    gehoor(run, "down")


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything(
    tmp_path: Path, in_the_foreground: subprocess.Popen[str], number: signal.Signals
) -> None:
    # Given a stack in the foreground
    assert in_the_foreground.stdout is not None
    while "Ready." not in in_the_foreground.stdout.readline():
        assert in_the_foreground.poll() is None
    noted = json.loads((tmp_path / "run/up.json").read_text())

    # When it is told to stop
    in_the_foreground.send_signal(number)
    in_the_foreground.communicate(timeout=60)

    # Then it ends well, and so does everything it started
    assert in_the_foreground.returncode == 0
    assert not any(_is_there(program["pid"]) for program in noted["programs"])
    with pytest.raises(requests.ConnectionError):
        requests.get(noted["playground_url"], timeout=2)
    assert gehoor(tmp_path / "run", "down").returncode == 0, "down after the end is no failure"


def test_a_signal_while_things_start_leaves_nothing(
    tmp_path: Path, in_the_foreground: subprocess.Popen[str]
) -> None:
    # Given a start that has begun its first program
    note = tmp_path / "run/up.json"

    def first() -> list[dict[str, int]]:
        if not note.exists():
            return []
        noted: list[dict[str, int]] = json.loads(note.read_text() or '{"programs":[]}')["programs"]
        return noted

    programs = eventually(first, 60, "the first program")

    # When it is told to stop
    in_the_foreground.send_signal(signal.SIGINT)
    in_the_foreground.communicate(timeout=60)

    # Then the program is gone, and files with tokens are nobody else's to read
    assert in_the_foreground.returncode == 130
    assert not any(_is_there(program["pid"]) for program in programs)
    assert (tmp_path / "run").stat().st_mode & 0o077 == 0
