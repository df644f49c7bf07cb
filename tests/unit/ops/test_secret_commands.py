"""`gehoor secret set`: values go from standard input to SSM, and nowhere else."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest

from gehoor_ops import secret_commands

if TYPE_CHECKING:
    from fakes.command import Command
    from fakes.deployed import Deployed

NAME = "/gehoor/masto"
VALUE = "hunter2-hunter2"


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (f"{VALUE}\n", VALUE),
        (VALUE, VALUE),
        (f"\ufeff{VALUE}\r\n", VALUE),
        ('{"access_token": "hunter2"}', '{"access_token": "hunter2"}'),
        ("  two words  \n", "  two words  "),
        ("wachtwoord-é\n", "wachtwoord-é"),
    ],
)
def test_a_value_is_stored_encrypted_without_the_line_end(
    gehoor: Command, deployed: Deployed, given: str, stored: str
) -> None:
    # Given a value on standard input
    # When it is set
    run = gehoor("secret", "set", NAME, stdin=given.encode())
    # Then SSM holds it encrypted, and nobody sees it
    assert run.code == 0
    assert deployed.secret(NAME)["Value"] == stored
    assert deployed.secret(NAME)["Type"] == "SecureString"
    assert stored not in run.out + run.err


def test_setting_again_makes_a_new_version(gehoor: Command, deployed: Deployed) -> None:
    # Given a secret that is set
    gehoor("secret", "set", NAME, stdin=b"old")
    # When it is set again
    run = gehoor("secret", "set", NAME, "--json", stdin=b"new")
    # Then the version is told
    assert run.document == {"name": NAME, "version": 2}
    assert deployed.secret(NAME)["Value"] == "new"


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("value", "cause"),
    [
        (b"", "there is no value on standard input"),
        (b"\n", "there is no value on standard input"),
        (b"   \r\n", "there is no value on standard input"),
        (b'{"access_token": "hunter2-hunter2"', "begins like JSON and is not"),
        (b"hunter2-hunter2\xff", "not text in UTF-8"),
        (b"hunter2-hunter2" * 300, "longer than the 4096 bytes"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_without_echo(
    gehoor: Command, value: bytes, cause: str
) -> None:
    run = gehoor("secret", "set", NAME, "--json", stdin=value)
    assert run.code == 1
    assert cause in run.document["error"]
    assert VALUE not in run.out + run.err


@pytest.mark.usefixtures("deployed")
def test_a_value_where_the_name_belongs_is_refused_without_echo(gehoor: Command) -> None:
    run = gehoor("secret", "set", VALUE, stdin=b"x")
    assert run.code == 1
    assert "give a name like /gehoor/masto" in run.err
    assert VALUE not in run.out + run.err


def test_on_a_terminal_the_value_is_asked_for_without_echo(
    gehoor: Command, deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a person at a terminal
    prompts = []

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        return VALUE

    leader, follower = os.openpty()
    terminal = io.TextIOWrapper(os.fdopen(follower, "rb", buffering=0))
    monkeypatch.setattr(secret_commands, "getpass", ask)
    # When the secret is set
    run = gehoor("secret", "set", NAME, stdin=terminal)
    terminal.close()
    os.close(leader)
    # Then it was asked for
    assert run.code == 0
    assert prompts == [f"Value of {NAME} (not shown): "]
    assert deployed.secret(NAME)["Value"] == VALUE
