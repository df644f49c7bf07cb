"""`gehoor config push`: a new version, sources that fit it, and secrets that are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakes.deployed import NO_SECRETS, SOURCES, write_config
from gehoor.aws.secrets import Secrets
from gehoor.errors import NotAllowed

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from fakes.command import Command
    from fakes.deployed import Deployed


def test_a_first_push_makes_version_1_and_its_sources_due_now(
    gehoor: Command, deployed: Deployed, tmp_path: Path
) -> None:
    # Given a stack without configuration
    file = write_config(tmp_path)
    # When one is pushed
    run = gehoor("config", "push", str(file), "--json")
    # Then it is in force, and every source is due
    assert run.code == 0
    assert run.document == {
        "version": 1,
        "changed": True,
        "added": list(SOURCES),
        "retired": [],
        "missing_secrets": ["/gehoor/zendesk", "/gehoor/masto", "/gehoor/webhook/zendesk"],
    }
    assert deployed.config_store.current()[1].company == "Noordlicht"
    assert {state.source_id for state in deployed.sources.all()} == set(SOURCES)


def test_a_missing_secret_is_told_with_the_line_that_sets_it(
    gehoor: Command, deployed: Deployed, tmp_path: Path
) -> None:
    # Given a stack that has one of its secrets
    gehoor("secret", "set", "/gehoor/zendesk", stdin=b"x")
    assert deployed.secret("/gehoor/zendesk")["Version"] == 1
    # When a configuration is pushed
    run = gehoor("config", "push", str(write_config(tmp_path)))
    # Then the others are named, and the push is done
    assert run.code == 0
    assert "secret /gehoor/masto is not set; run: gehoor secret set /gehoor/masto\n" in run.err
    assert "secret /gehoor/webhook/zendesk is not set" in run.err
    assert "secret /gehoor/zendesk " not in run.err


def test_who_may_not_read_secrets_can_still_push(
    gehoor: Command, deployed: Deployed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given somebody without the right to read secrets
    def deny(_secrets: Secrets, _name: str) -> bool:
        message = NO_SECRETS
        raise NotAllowed(message)

    monkeypatch.setattr(Secrets, "exists", deny)
    # When they push
    run = gehoor("config", "push", str(write_config(tmp_path)), "--json")
    # Then it is done, and they know what was not checked
    assert (run.code, run.document["missing_secrets"]) == (0, [])
    assert f"could not be checked: {NO_SECRETS}" in run.err
    assert deployed.config_store.version() == 1


def test_the_same_file_again_changes_nothing(
    gehoor: Command, deployed: Deployed, tmp_path: Path
) -> None:
    # Given a pushed configuration
    file = write_config(tmp_path)
    gehoor("config", "push", str(file))
    # When it is pushed again
    run = gehoor("config", "push", str(file))
    # Then it keeps its version
    assert "Version 1 is in force already; nothing changed." in run.out
    assert deployed.config_store.version() == 1


def test_a_source_that_left_the_file_is_retired(
    gehoor: Command, deployed: Deployed, tmp_path: Path
) -> None:
    # Given two sources in force
    gehoor("config", "push", str(write_config(tmp_path)))
    # When a file without the second is pushed
    run = gehoor("config", "push", str(write_config(tmp_path, sources=SOURCES[:1])))
    # Then nobody polls it any more
    assert "Version 2 is in force." in run.out
    assert f"Sources retired: {SOURCES[1]}." in run.out
    assert [state.source_id for state in deployed.sources.all()] == [SOURCES[0]]


def test_sources_that_are_somewhere_else_need_other_ids(
    gehoor: Command, deployed: Deployed, tmp_path: Path
) -> None:
    # Given sources in force
    file = write_config(tmp_path)
    gehoor("config", "push", str(file))
    # When a file has them on another server
    file.write_text(file.read_text().replace("social.example", "elsewhere.example"))
    run = gehoor("config", "push", str(file), "--json")
    # Then it is refused: that server knows none of the posts which are kept under this id
    assert run.code == 1
    assert run.document["moved"] == list(SOURCES)
    assert deployed.config_store.version() == 1


def test_a_refused_file_changes_nothing(
    gehoor: Command, deployed: Deployed, tmp_path: Path
) -> None:
    # Given a file with a fault
    file = write_config(tmp_path)
    file.write_text(file.read_text().replace("company:", "compny:"))
    # When it is pushed
    run = gehoor("config", "push", str(file))
    # Then it is refused, and the stack is as it was
    assert run.code == 1
    assert deployed.config_store.version() == 0
    assert deployed.sources.all() == []
