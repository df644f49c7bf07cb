"""Programs of `gehoor up`: known again by their command line, stopped by their process id."""

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gehoor_ops import processes
from gehoor_ops.failures import CommandFailed
from gehoor_ops.processes import Program, free_port, is_running, start, stop, wait_for


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[Program]:
    """A program that does nothing for a while; it has begun, so its command line is known."""
    code = "import pathlib, time; pathlib.Path('begun').touch(); time.sleep(60)"
    program = start("sleeper", [sys.executable, "-c", code], code, {}, tmp_path / "log", tmp_path)
    while not (tmp_path / "begun").exists():
        assert is_running(program)
    yield program
    with contextlib.suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)
    while is_running(program):
        os.sched_yield()


@pytest.mark.parametrize("proc", [Path("/proc"), Path("/nowhere")])
def test_a_program_is_known_by_its_command_line(
    sleeper: Program, proc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a system with and without /proc
    monkeypatch.setattr(processes, "PROC", proc)
    # Then it runs, and another program under its process id would not be taken for it
    assert is_running(sleeper)
    assert not is_running(sleeper._replace(sign="something else"))


def test_a_stopped_program_is_gone(sleeper: Program) -> None:
    # When it is stopped
    stop([sleeper])
    # Then it does not run
    assert not is_running(sleeper)


def test_a_program_that_ignores_the_request_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a program that does not want to end
    monkeypatch.setattr(processes, "STOPPING_S", 0.2)
    code = (
        "import pathlib,signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "pathlib.Path('deaf').touch(); time.sleep(60)"
    )
    program = start("deaf", [sys.executable, "-c", code], code, {}, tmp_path / "log", tmp_path)
    while not (tmp_path / "deaf").exists():
        assert is_running(program)
    # When it is stopped
    stop([program])
    # Then it is ended all the same
    while is_running(program):
        os.sched_yield()


def test_a_program_that_ends_early_is_reported_with_its_log(tmp_path: Path) -> None:
    # Given a program that fails at its start
    log = tmp_path / "log"
    program = start(
        "broken", [sys.executable, "-c", "raise SystemExit(1)"], "raise", {}, log, tmp_path
    )
    # When somebody waits for it, then the log is named
    with pytest.raises(CommandFailed, match="did not start") as caught:
        wait_for(program, "http://127.0.0.1:9/", log)
    assert str(log) in caught.value.next_step


def test_a_taken_port_is_passed_over() -> None:
    # Given a port somebody listens on
    port = free_port(28_500)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        # Then the next free one is found
        assert free_port(port) > port
