"""Every command in the README and in docs/ runs, on the stack that `gehoor up` started."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from factories import judgement, mention
from gehoor.domain.mention import Mention
from running_stack import PROJECT, deployed, gehoor

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

PAGES = (PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md")))
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for block in BLOCK.findall(page.read_text()):
            for line in block.strip().splitlines():
                yield page.name, line


COMMANDS = sorted(set(commands()))


SET_TOKEN = "printf '%s' \"$DESK_TOKEN\" | gehoor secret set /gehoor/zendesk"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An environment in which `gehoor` means this checkout, and a stack to try commands on.

    The stack is one of its own, because the example's configuration replaces the playground's.
    """
    run = tmp_path_factory.mktemp("docs") / "up"
    result = gehoor(run, "up", "--detach", "--json")
    assert result.returncode == 0, result.stderr
    started = json.loads(result.stdout)
    config = _with_the_desk(tmp_path_factory.mktemp("config") / "gehoor.yaml", started)
    assert gehoor(run, "config", "push", str(config)).returncode == 0
    aside = _set_aside_one(started)
    programs = tmp_path_factory.mktemp("bin")
    command = programs / "gehoor"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gehoor_ops "$@"\n')
    command.chmod(0o755)
    yield {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "HOME": os.environ["HOME"],
        "PYTHONPATH": os.pathsep.join(str(PROJECT / name) for name in ("functions", "infra")),
        "GEHOOR_RUN": str(run),
        "MENTION": aside.mention_id,
        "MASTODON_TOKEN": "example",
        "BLUESKY_HANDLE": "noordlicht.example",
        "BLUESKY_APP_PASSWORD": "example",
        "X_CLIENT_ID": "example",
        "X_CLIENT_SECRET": "example",
        "YOUTUBE_API_KEY": "example",
        "YOUTUBE_CLIENT_ID": "example",
        "YOUTUBE_CLIENT_SECRET": "example",
        "DESK_TOKEN": started["helpdesk_token"],
        "ZENDESK_CLIENT_ID": "example",
        "ZENDESK_CLIENT_SECRET": "example",
        "PUSHED": str(config),
        "NOTIFY_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "TOPIC_ARN": "arn:aws:sns:eu-west-1:000000000000:alarms",
    }
    gehoor(run, "down")


def _with_the_desk(file: Path, started: dict[str, str]) -> Path:
    """The example's configuration, with the Desk as its helpdesk: commands set that up."""
    example = (PROJECT / "docs/gehoor.yaml").read_text()
    text = example.replace("https://noordlicht.zendesk.example", started["helpdesk_url"])
    file.write_text(f"{text}allow_private_hosts: [127.0.0.1]\n")
    return file


def _set_aside_one(started: dict[str, str]) -> Mention:
    """A mention to show and to send again, of which no queue tells."""
    aside, now = mention("example", posted_at=datetime.now(UTC)), datetime.now(UTC)
    mentions = deployed(started).mentions()
    mentions.put_new(aside, judgement(), now)
    mentions.set_aside(aside.mention_id, "Rejected: an example", now)
    return aside


def test_there_are_commands_to_run() -> None:
    assert len(COMMANDS) > 15


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_a_command_of_the_docs_runs(page: str, command: str, shell: dict[str, str]) -> None:
    # Given a command as the page shows it; make's own are looked at, not run within a test
    looked_at = re.sub(r"^make ", "make --dry-run ", command)
    looked_at = looked_at.replace("push docs/gehoor.yaml", 'push "$PUSHED"')
    if "helpdesk setup" in command:
        # The reader's own OAuth client would sign in; here the Desk knows a token.
        looked_at = f"{SET_TOKEN} && {looked_at}"

    # When a reader types it
    result = subprocess.run(
        ["bash", "-c", looked_at],
        cwd=PROJECT,
        env=shell,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    # Then it works
    assert result.returncode == 0, f"{page}: {command}\n{result.stdout}{result.stderr}"


def test_every_alarm_points_to_a_section_that_exists() -> None:
    # Given the alarms of the template
    pointers = re.findall(
        r'docs/operations\.md, "([^"]+)"', (PROJECT / "template.yaml").read_text()
    )
    sections = re.findall(r"^### (.+)$", (PROJECT / "docs/operations.md").read_text(), re.MULTILINE)

    # Then each names a section, and each section is named
    assert set(pointers) == set(sections)


def test_every_file_the_docs_name_exists() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
        for path in re.findall(r"`((?:functions|infra|tests|docs)/[\w./-]+)`", page.read_text()):
            assert (PROJECT / path).exists() or "<" in path, f"{page.name} names {path}"
