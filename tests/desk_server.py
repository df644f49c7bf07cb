"""A playground running in the test's own process, on a port of its own."""

import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from playground.app import build
from playground.config import Settings
from playground.context import Playground
from playground.server import serve

TOKEN = "token-of-gehoor"
TOKENS = {TOKEN: {"name": "gehoor", "email": "gehoor@desk.example", "role": "admin"}}
CLIENT = {"client_id": "gehoor", "client_secret": "secret-of-gehoor"}
REDIRECT_URL = "http://localhost/"
OAUTH_CLIENT = {
    "identifier": CLIENT["client_id"],
    "secret": CLIENT["client_secret"],
    "redirect_urls": [REDIRECT_URL],
    "acts_as": {"name": "gehoor", "email": "gehoor@desk.example", "role": "admin"},
}
TIMEOUT = (2, 10)


@dataclass(frozen=True)
class Desk:
    """A running Desk and a client that acts as gehoor."""

    url: str
    place: Playground
    session: requests.Session

    def call(self, method: str, path: str, **sent: Any) -> requests.Response:
        """An API request; `path` starts after /api/v2."""
        return self.session.request(method, f"{self.url}/api/v2{path}", timeout=TIMEOUT, **sent)

    def get(self, path: str, **sent: Any) -> Any:
        """The JSON of an answer that must be a success."""
        return _good(self.call("GET", path, **sent))

    def post(self, path: str, body: object, **sent: Any) -> Any:
        """The JSON of an answer that must be a success."""
        return _good(self.call("POST", path, json=body, **sent))

    def put(self, path: str, body: object, **sent: Any) -> Any:
        """The JSON of an answer that must be a success."""
        return _good(self.call("PUT", path, json=body, **sent))

    def ask_token(self, **grant: Any) -> requests.Response:
        """A request to the token endpoint, as the client of the tests unless told otherwise."""
        sent = {**CLIENT, **grant}
        return requests.post(f"{self.url}/oauth/tokens", json=sent, timeout=TIMEOUT)

    def refresh_token(self, **changes: str) -> str:
        """Of a person who allowed gehoor in."""
        asked = {
            "response_type": "code",
            "client_id": CLIENT["client_id"],
            "redirect_uri": REDIRECT_URL,
            "scope": "read write",
            **changes,
        }
        url = f"{self.url}/oauth/authorizations/new"
        sent = self.session.get(url, params=asked, allow_redirects=False, timeout=TIMEOUT)
        code = sent.headers["Location"].partition("code=")[2].partition("&")[0]
        grant = {"grant_type": "authorization_code", "code": code}
        answer = self.ask_token(**grant, redirect_uri=asked["redirect_uri"])
        return str(answer.json()["refresh_token"])

    def status_for(self, access_token: str, method: str = "GET", path: str = "/tickets") -> int:
        """What a call with this token is answered."""
        headers = {"Authorization": f"Bearer {access_token}"}
        return self.call(method, path, headers=headers, json={}).status_code

    def control(self, path: str, body: object = None) -> requests.Response:
        """A request to the control paths below /_desk."""
        method = "GET" if path == "log" else "POST"
        url = f"{self.url}/_desk/{path}"
        return self.session.request(method, url, json=body, timeout=TIMEOUT)

    def customer(self, name: str = "Anna", **fields: Any) -> int:
        """The id of a new end user."""
        created = self.post("/users", {"user": {"name": name, **fields}})
        return int(created["user"]["id"])

    def ticket(self, text: str = "It broke", **fields: Any) -> dict[str, Any]:
        """A new ticket."""
        body = {"ticket": {"subject": "Broken", "comment": {"body": text}, **fields}}
        ticket: dict[str, Any] = self.post("/tickets", body)["ticket"]
        return ticket


def free_port() -> int:
    """A port nobody listens on, below those lent to outgoing connections."""
    for port in random.sample(range(20000, 32000), 50):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError("no free port found")


@contextmanager
def running_desk(
    directory: Path, clock: Callable[..., Any] | None = None, **more: Any
) -> Iterator[Desk]:
    """Serve until the block ends; `more` are settings."""
    settings = Settings.model_validate(
        {"port": free_port(), "database": directory / "desk.sqlite", "tokens": TOKENS} | more
    )
    place = build(settings, clock) if clock else build(settings)
    stop = threading.Event()
    serving = threading.Thread(target=serve, args=(place, stop), name="desk")
    serving.start()
    url = f"http://127.0.0.1:{settings.port}"
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {TOKEN}"
        try:
            wait_for(lambda: _is_up(session, url), "the desk to answer")
            yield Desk(url, place, session)
        finally:
            stop.set()
            serving.join()


def wait_for(condition: Callable[[], Any], what: str, seconds: float = 10) -> Any:
    """The first true value of the condition; fails when it does not come in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s in vain for {what}")


def _good(response: requests.Response) -> Any:
    assert response.ok, f"{response.status_code} {response.text}"
    return response.json()


def _is_up(session: requests.Session, url: str) -> bool:
    try:
        return session.get(f"{url}/_health", timeout=TIMEOUT).ok
    except requests.ConnectionError:
        return False
