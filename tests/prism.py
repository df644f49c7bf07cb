"""Prism: judges requests against an OpenAPI file that nobody here wrote.

Prism is @stoplight/prism-cli from npm, kept in .gehoor/prism. Tests that need it are skipped with
the reason when Node is missing or the package cannot be installed.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desk_server import free_port, wait_for
from npm_package import installed, node

START_SECONDS = 90
ZENDESK = "shared/specs/zendesk/zendesk-support-skeleton-json-suffix.swagger2.json"


def zendesk_spec() -> Path:
    """Zendesk's interface without its prose; skips where it is absent, for it may not be copied."""
    spec = Path(__file__).parents[2] / ZENDESK
    if not spec.exists():
        pytest.skip("the Zendesk specification may not be copied and ../shared is absent here")
    return spec


@contextmanager
def prism(spec: Path, log: Path, upstream: str = "") -> Iterator[str]:
    """Serve `spec` until the block ends; yields the server's URL. Skips where Prism cannot run.

    With `upstream` it stands in front of a server, and judges that one's answers as well: what
    either side does wrong is answered with an error.
    """
    program = installed("prism", "@stoplight/prism-cli", "5.14.2", "dist/index.js")
    port = free_port()
    kind = ["proxy", "--errors", str(spec), upstream] if upstream else ["mock", str(spec)]
    command = [node(), str(program), *kind, "-h", "127.0.0.1", "-p", str(port)]
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_for(lambda: _is_ready(process, log), "Prism to listen", START_SECONDS)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=10)


def _is_ready(process: subprocess.Popen[bytes], log: Path) -> bool:
    said = log.read_text(encoding="utf-8")
    assert process.poll() is None, f"Prism stopped: {said[-2000:]}"
    return "Prism is listening" in said
