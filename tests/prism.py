"""Prism: judges requests against an OpenAPI file that nobody here wrote.

Prism is @stoplight/prism-cli from npm, kept in .gehoor/prism. Tests that need it are skipped with
the reason when Node is missing or the package cannot be installed.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desk_server import free_port, wait_for

VERSION = "5.14.2"
HOME = Path(__file__).parents[1] / ".gehoor" / "prism"
COMMAND = HOME / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
INSTALL_SECONDS = 240
START_SECONDS = 90


@contextmanager
def prism(spec: Path, log: Path) -> Iterator[str]:
    """Serve `spec` until the block ends; yields the server's URL. Skips where Prism cannot run."""
    node = _node()
    _install()
    port = free_port()
    command = [node, str(COMMAND), "mock", "-h", "127.0.0.1", "-p", str(port), str(spec)]
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_for(lambda: _is_ready(process, log), "Prism to listen", START_SECONDS)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=10)


def _node() -> str:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        pytest.skip("Prism needs Node with npm, and neither is installed here")
    return node


def _install() -> None:
    if COMMAND.exists():
        return
    HOME.mkdir(parents=True, exist_ok=True)
    (HOME / "package.json").write_text(json.dumps({"private": True}), encoding="utf-8")
    npm = shutil.which("npm")
    assert npm is not None
    package = f"@stoplight/prism-cli@{VERSION}"
    done = subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", "--loglevel=error", package],
        cwd=HOME,
        capture_output=True,
        text=True,
        timeout=INSTALL_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"Prism could not be installed with npm: {done.stderr.strip()[-300:]}")


def _is_ready(process: subprocess.Popen[bytes], log: Path) -> bool:
    said = log.read_text(encoding="utf-8")
    assert process.poll() is None, f"Prism stopped: {said[-2000:]}"
    return "Prism is listening" in said
