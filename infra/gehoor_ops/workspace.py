"""The folder `.gehoor`: environments of the programs that `gehoor up` runs, and what they leave."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gehoor_ops.failures import CommandFailed

PROJECT = Path(__file__).resolve().parents[2]
HOME = PROJECT / ".gehoor"
RUN = Path(os.environ.get("GEHOOR_RUN") or HOME / "run")
"""What one `gehoor up` leaves; GEHOOR_RUN names another folder, so that two can run at once."""

PACKAGE = HOME / "package"
FUNCTIONS = PROJECT / "functions"
PYTHON = Path(sys.executable)
PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes")


def prepare(say: Callable[[str], None]) -> None:
    """Install what `gehoor up` runs, once; later runs find it there."""
    jobs = [
        ("the embedded AWS", HOME / "emulator", PROJECT / "infra/emulator/requirements.txt", _venv),
        (
            "the Mastodon server",
            HOME / "mastodon",
            PROJECT / "infra/mastodon/requirements.txt",
            _venv,
        ),
        ("the functions' package", PACKAGE, FUNCTIONS / "requirements.txt", _target),
    ]
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(_install, say, *job) for job in jobs]:
            done.result()


def _install(
    say: Callable[[str], None],
    what: str,
    folder: Path,
    requirements: Path,
    fill: Callable[[Path, Path], None],
) -> None:
    """Fill `folder` unless it holds exactly these requirements for this interpreter already."""
    stamp = folder / ".installed"
    wanted = _fingerprint(requirements)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"Installing {what} (once)")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    fill(folder, requirements)
    stamp.write_text(wanted)


def _fingerprint(requirements: Path) -> str:
    content = requirements.read_bytes() + sys.version.encode()
    return hashlib.sha256(content).hexdigest()


def _venv(folder: Path, requirements: Path) -> None:
    _run([str(PYTHON), "-m", "venv", str(folder)])
    _run([str(folder / "bin/python"), *PIP, "-r", str(requirements)])


def _target(folder: Path, requirements: Path) -> None:
    _run([str(PYTHON), *PIP, "-r", str(requirements), "--target", str(folder), "--no-compile"])
    # Workers on the embedded AWS start from this folder: compiled once, they start faster.
    _run(
        [
            str(PYTHON),
            "-m",
            "compileall",
            "-q",
            "--invalidation-mode",
            "unchecked-hash",
            str(folder),
        ]
    )


def _run(command: list[str]) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  fixed commands
    if result.returncode:
        tail = result.stderr.strip().splitlines()[-1:] or ["no message"]
        cause = f"{' '.join(command[1:4])} failed: {tail[0]}"
        raise CommandFailed(cause, "check the network connection to the package index, then repeat")


if __name__ == "__main__":
    prepare(print)
