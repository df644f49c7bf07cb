"""A real server of the Mastodon client API on loopback: the package mastodon-mock.

Use the fixture `mastodon`; a test that needs an empty server calls `mastodon.reset()` first.
"""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import requests

from loopback import free_port

USERS = ("brandcare", "alice", "bob")
_ROOT = Path(__file__).parents[1]
_START_SECONDS = 60.0


@dataclass(frozen=True)
class MastodonServer:
    """A running server with one account per name in `USERS`."""

    url: str

    def token(self, user: str) -> str:
        """The access token of an account."""
        return f"tok-{user}"

    def call(self, user: str, method: str, path: str, **arguments: Any) -> Any:
        """Call the API as a user, as a client app would."""
        answer = requests.request(
            method,
            f"{self.url}{path}",
            headers={"Authorization": f"Bearer {self.token(user)}"},
            timeout=10,
            **arguments,
        )
        answer.raise_for_status()
        return answer.json()

    def post(self, user: str, text: str, **fields: Any) -> dict[str, Any]:
        """Post as a user; the status as the server answers it."""
        found = self.call(user, "POST", "/api/v1/statuses", json={"status": text, **fields})
        return dict(found)

    def reset(self) -> None:
        """Empty the server: the accounts stay, their posts go."""
        requests.post(f"{self.url}/api/v1/_mock/reset", timeout=10).raise_for_status()


def executable() -> Path | None:
    """The installed server: GEHOOR_MASTODON_MOCK, or where `make` puts it; None without one."""
    named = os.environ.get("GEHOOR_MASTODON_MOCK")
    found = Path(named) if named else _ROOT / ".gehoor" / "mastodon" / "bin" / "mastodon_mock"
    return found if found.is_file() else None


def _configuration(port: int) -> str:
    accounts = "".join(
        f'[[seed.accounts]]\nusername = "{user}"\naccess_token = "tok-{user}"\n' for user in USERS
    )
    return (
        f'[server]\nhost = "127.0.0.1"\nport = {port}\n'
        "[ratelimit]\nenabled = true\nlimit = 3000\nwindow_seconds = 60\n"
        f"[auth]\nenforce_scopes = true\n{accounts}"
    )


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = monotonic() + _START_SECONDS
    while monotonic() < end and process.poll() is None:
        try:
            requests.get(f"{url}/api/v1/instance", timeout=2)
        except requests.ConnectionError:
            sleep(0.1)
        else:
            return
    message = f"mastodon-mock did not start:\n{log.read_text()[-2000:]}"
    raise RuntimeError(message)


@pytest.fixture(scope="session")
def mastodon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MastodonServer]:
    """The server for the whole run; skips with the reason when it is not installed."""
    program = executable()
    if program is None:
        pytest.skip("needs mastodon-mock: set GEHOOR_MASTODON_MOCK or install .gehoor/mastodon")
    home = tmp_path_factory.mktemp("mastodon")
    port = free_port(21_000)
    (home / "server.toml").write_text(_configuration(port))
    log = home / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, "serve", "--config", "server.toml", "--in-memory"],
            cwd=home,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_up(url, process, log)
        yield MastodonServer(url)
    finally:
        process.terminate()
        process.wait(timeout=10)
