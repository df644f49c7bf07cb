"""Finding the stack: embedded or on AWS, and what is said when it cannot be found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from fakes.deployed import describe_stacks
from gehoor_ops import stack
from gehoor_ops.output import Output
from loopback import Answer, Asked, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakes.command import Command
    from fakes.deployed import Deployed

OUTPUTS = {"CoreTable": "core", "StateTable": "state"}


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that names keys and a region."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "never-shown")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


@pytest.fixture
def emulator() -> Iterator[str]:
    with serving(lambda asked: describe_stacks(asked, {"gehoor": OUTPUTS})) as served:
        yield served.url


def note_of_up(url: str, pid: int) -> None:
    note = {"aws_endpoint_url": url, "region": "eu-central-1", "pid": pid, "api_url": "http://x"}
    stack.RUN_FILE.write_text(json.dumps(note))


def dead_pid() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_the_embedded_aws_is_used_while_it_runs_and_that_is_said(
    emulator: str, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given an embedded AWS that runs, and an environment that names no other
    note_of_up(emulator, os.getpid())
    # When the stack is looked for
    found = stack.find_stack("gehoor", Output(as_json=True))
    # Then it is that one, and only stderr says so
    assert found.outputs == OUTPUTS
    assert found.account.endpoint_url == emulator
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"gehoor: using the embedded AWS at {emulator}\n")


@pytest.mark.usefixtures("keys")
def test_an_environment_that_names_keys_wins_over_the_embedded_aws() -> None:
    note_of_up("http://127.0.0.1:1", os.getpid())
    assert stack.find_account(Output(as_json=False)).endpoint_url is None


def test_an_embedded_aws_that_died_is_not_used_and_that_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    note_of_up("http://127.0.0.1:1", dead_pid())
    assert stack.find_account(Output(as_json=False)).endpoint_url is None
    assert "does not run any more" in capsys.readouterr().err


@pytest.mark.parametrize("note", ['{"aws_end', '{"region": "eu-west-1", "pid": 0}'])
def test_a_half_written_note_of_the_embedded_aws_is_refused(gehoor: Command, note: str) -> None:
    # Given an embedded AWS that is still starting
    stack.RUN_FILE.write_text(note)
    # When a command wants the stack
    run = gehoor("source", "list")
    # Then nothing is done on another AWS by mistake
    assert_told(run, "still starting", "gehoor down")


def assert_told(run: Any, cause: str, next_step: str) -> None:
    """One cause and one next step, no traceback, no secret."""
    assert run.code == 1
    assert cause in run.err
    assert next_step in run.err.partition("next: ")[2]
    assert "Traceback" not in run.err
    assert "never-shown" not in run.err + run.out


def test_without_region_the_next_step_is_told(gehoor: Command) -> None:
    assert_told(gehoor("source", "list"), "no AWS region is set", "set AWS_REGION")


def test_without_credentials_the_next_step_is_told(
    gehoor: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert_told(gehoor("source", "list"), "no AWS credentials were found", "AWS_PROFILE")


def test_an_unknown_profile_is_told(gehoor: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert_told(gehoor("source", "list"), "the AWS profile does not exist", "list-profiles")


@pytest.mark.usefixtures("keys")
def test_an_endpoint_that_refuses_is_told(gehoor: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given an address where nobody listens
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    # When a command wants the stack
    # Then that is the cause
    assert_told(gehoor("source", "list"), "AWS does not answer", "AWS_ENDPOINT_URL")


@pytest.mark.usefixtures("keys")
def test_an_endpoint_that_is_no_address_is_told(
    gehoor: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "localhost 4566")
    assert_told(gehoor("source", "list"), "AWS_ENDPOINT_URL is not an address", "unset it")


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    ("status", "code", "cause", "next_step"),
    [
        (400, "Throttling", "AWS is busy (Throttling)", "wait a minute and try again"),
        (503, "ServiceUnavailable", "AWS is busy", "wait a minute and try again"),
        (403, "AccessDenied", "AWS refused (AccessDenied)", "check the role's rights"),
        (403, "ExpiredToken", "the AWS credentials have expired", "sign in to AWS again"),
        (403, "InvalidClientTokenId", "AWS does not know these credentials", "AWS_PROFILE"),
        (403, "SignatureDoesNotMatch", "AWS does not know these credentials", "AWS_PROFILE"),
        (400, "Whatever", "AWS rejected the call (Whatever)", "read the cause"),
    ],
)
def test_what_aws_answers_is_told_with_the_next_step(
    gehoor: Command,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    code: str,
    cause: str,
    next_step: str,
) -> None:
    # Given an AWS that answers with an error
    body = f"<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>".encode()
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    with serving(lambda _asked: Answer(body, status, {"Content-Type": "text/xml"})) as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        # When a command wants the stack
        run = gehoor("source", "list")
    # Then cause and next step fit it
    assert_told(run, cause, next_step)


@pytest.mark.usefixtures("deployed")
def test_an_unknown_stack_is_told(gehoor: Command) -> None:
    run = gehoor("--stack", "elsewhere", "source", "list", "--json")
    assert_told(run, "there is no stack elsewhere in eu-west-1", "--stack")
    assert run.document == {
        "error": "there is no stack elsewhere in eu-west-1",
        "next": "deploy it, name another one with --stack, or start one here with: gehoor up",
    }


@pytest.mark.usefixtures("keys")
def test_a_stack_of_another_version_lacks_outputs(
    gehoor: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a stack without the table of the configuration
    def answer(asked: Asked) -> Answer:
        return describe_stacks(asked, {"gehoor": {"CoreTable": "core"}})

    with serving(answer) as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        run = gehoor("source", "list")
    # Then the missing output is named
    assert_told(run, "stack gehoor has no output StateTable", "deploy it again")


def test_before_the_first_push_the_command_to_run_is_told(
    gehoor: Command, deployed: Deployed
) -> None:
    assert deployed.config_store.version() == 0
    run = gehoor("source", "list")
    assert_told(run, "no configuration was pushed yet", "gehoor config push gehoor.yaml")


@pytest.mark.parametrize("words", [[], ["source"], ["sorce"], ["mention", "list", "--limit", "0"]])
def test_wrong_usage_has_its_own_exit_code(gehoor: Command, words: list[str]) -> None:
    run = gehoor(*words)
    assert run.code == 2
    assert "usage: gehoor" in run.err
