"""Starting and stopping the programs that `gehoor up` runs: loopback only, each with its log."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import requests

from gehoor_ops.failures import CommandFailed

LOCALHOST = "127.0.0.1"
PATIENCE_S = 60
STOPPING_S = 15
PROC = Path("/proc")
_CHILDREN: dict[int, subprocess.Popen[bytes]] = {}
"""Own children by process id: asked for their end, else they would stay as zombies."""


class Program(NamedTuple):
    """A running program; `sign` is part of its command line, to know it again by."""

    name: str
    pid: int
    sign: str


Note = Callable[[Program], None]
"""Remembers a program that was started, so that it can be stopped."""


def free_port(preferred: int) -> int:
    """`preferred` when it is free, else the next free port; below those lent to callers."""
    for port in range(preferred, preferred + 200):
        with contextlib.closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOCALHOST, port))
            except OSError:
                continue
            return port
    cause = f"no free port from {preferred} to {preferred + 200}"
    raise CommandFailed(cause, "stop what listens there")


def start(
    name: str,
    command: Sequence[str | Path],
    sign: str,
    environment: Mapping[str, str],
    log: Path,
    folder: Path,
) -> Program:
    """Start a program in a session of its own, so that Ctrl-C reaches only `gehoor up`.

    Note the program before anything else can fail, or nobody can stop it.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603  commands are put together here
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
        )
    _CHILDREN[process.pid] = process
    return Program(name, process.pid, sign)


def wait_for(
    program: Program, url: str, log: Path, headers: Mapping[str, str] | None = None
) -> None:
    """Wait until `url` answers 200; CommandFailed when the program ends or takes too long."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with contextlib.suppress(requests.RequestException):
            if requests.get(url, headers=headers, timeout=(1, 2)).status_code == 200:
                return
        if not is_running(program):
            break
        time.sleep(0.1)
    raise CommandFailed(f"{program.name} did not start", f"read {log}")


def is_running(program: Program) -> bool:
    """Whether the program still runs, and its process id is not somebody else's by now."""
    child = _CHILDREN.get(program.pid)
    if child is not None and child.poll() is not None:
        return False
    state, command = _look_at(program.pid)
    # An own child that ended this moment counts as running until its end was asked for.
    is_alive = child is not None or state not in ("", "Z")
    # A program that was started just now has no command line for a moment.
    return is_alive and (not command or program.sign in command)


def _look_at(pid: int) -> tuple[str, str]:
    """State letter and command line of a process, empty when there is none."""
    if not PROC.is_dir():
        return _ask_ps(pid)
    try:
        command = (PROC / f"{pid}/cmdline").read_bytes().replace(b"\0", b" ")
        stat = (PROC / f"{pid}/stat").read_text()
    except OSError:
        return "", ""
    return stat.rpartition(")")[2].strip()[:1], command.decode("utf-8", "replace")


def _ask_ps(pid: int) -> tuple[str, str]:
    shown = subprocess.run(  # noqa: S603  a process id is a number
        ["ps", "-ww", "-p", str(pid), "-o", "stat=,command="],  # noqa: S607  every Unix has ps
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    state, _, command = shown.partition(" ")
    return state[:1], command


def stop(programs: Sequence[Program]) -> None:
    """Ask each program to end, the last started first; end those that do not."""
    running = [program for program in reversed(programs) if is_running(program)]
    for program in running:
        _signal(program, signal.SIGTERM)
    end = time.monotonic() + STOPPING_S
    while any(is_running(program) for program in running) and time.monotonic() < end:
        time.sleep(0.1)
    for program in running:
        if is_running(program):
            _signal(program, signal.SIGKILL)
        child = _CHILDREN.pop(program.pid, None)
        if child is not None:
            child.wait(STOPPING_S)


def _signal(program: Program, number: signal.Signals) -> None:
    """To the program's whole session: an emulator's workers end with it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(program.pid, number)
