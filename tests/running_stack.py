"""The running stack as its users see it: the command, the network, the helpdesk."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
import requests

from gehoor_ops import embedded
from gehoor_ops.stack import Account, Stack

PROJECT = Path(__file__).resolve().parents[1]
TIMEOUT = (2, 10)
T = TypeVar("T")


@dataclass(frozen=True)
class Running:
    """What `gehoor up` printed, the folder it runs in, and how long it took."""

    document: dict[str, Any]
    run: Path
    seconds: float

    def __getitem__(self, name: str) -> Any:
        return self.document[name]


def environment(run: Path) -> dict[str, str]:
    """An environment that names no AWS account, and `run` as the place of the stack."""
    kept = ("PATH", "HOME", "LANG", "PIP_CERT", "SSL_CERT_FILE")
    paths = os.pathsep.join(str(PROJECT / name) for name in ("functions", "infra"))
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PYTHONPATH": paths,
        "GEHOOR_RUN": str(run),
    }


def gehoor(run: Path, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Type a command."""
    return subprocess.run(
        [sys.executable, "-m", "gehoor_ops", *arguments],
        env=environment(run),
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        cwd=PROJECT,
    )


def deployed(document: dict[str, Any]) -> Stack:
    """The stores of a running stack, from what `gehoor up --json` printed."""
    account = Account(embedded.session(), document["aws_endpoint_url"])
    [stack] = account.cloudformation().describe_stacks(StackName=embedded.STACK)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    return Stack(embedded.STACK, account, outputs)


def eventually(look: Callable[[], T | None], seconds: float, what: str) -> T:
    """What `look` finds, soon after it is there: the Desk takes only so many calls a minute."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.5)
    pytest.fail(f"{what}: not within {seconds} s")


class Street:
    """The Mastodon server as its users see it."""

    def __init__(self, running: Running) -> None:
        self._url = running["mastodon_url"]
        self._tokens = running["mastodon_tokens"]

    def say(self, who: str, text: str, **more: Any) -> dict[str, Any]:
        """Post as somebody."""
        body = {"status": text, **more}
        posted: dict[str, Any] = self._call(who, "POST", "/api/v1/statuses", json=body)
        return posted

    def take_back(self, who: str, status_id: str) -> None:
        """Delete somebody's post."""
        self._call(who, "DELETE", f"/api/v1/statuses/{status_id}")

    def answers_to(self, who: str, status_id: str) -> list[dict[str, Any]]:
        """The company's answers below a post."""
        context = self._call(who, "GET", f"/api/v1/statuses/{status_id}/context")
        return [s for s in context["descendants"] if s["account"]["acct"] == "noordlicht"]

    def _call(self, who: str, method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self._tokens[who]}"}
        answer = requests.request(
            method, self._url + path, headers=headers, timeout=TIMEOUT, **more
        )
        answer.raise_for_status()
        return answer.json()


class Desk:
    """The helpdesk as its agents' programs see it."""

    def __init__(self, running: Running) -> None:
        self._base = f"{running['helpdesk_url']}/api/v2"
        self._headers = {"Authorization": f"Bearer {running['helpdesk_token']}"}

    def tickets(self) -> list[dict[str, Any]]:
        """Every ticket."""
        found: list[dict[str, Any]] = self._call("GET", "/tickets?per_page=100")["tickets"]
        return found

    def ticket_about(self, words: str) -> dict[str, Any] | None:
        """The ticket whose first comment has these words."""
        return next((t for t in self.tickets() if words in t["description"]), None)

    def comments(self, ticket: dict[str, Any]) -> list[dict[str, Any]]:
        """A ticket's comments, oldest first."""
        found: list[dict[str, Any]] = self._call("GET", f"/tickets/{ticket['id']}/comments")[
            "comments"
        ]
        return found

    def answer(self, ticket: dict[str, Any], text: str, *, public: bool) -> None:
        """Write a comment as the agent."""
        [agent] = self._call("GET", "/users/search?query=sam")["users"]
        comment = {"body": text, "public": public, "author_id": agent["id"]}
        self._call("PUT", f"/tickets/{ticket['id']}", json={"ticket": {"comment": comment}})

    def _call(self, method: str, path: str, **more: Any) -> Any:
        """What the Desk answers; a look too many waits as the Desk says, as it limits everybody."""
        url, headers = self._base + path, self._headers
        answer = requests.request(method, url, headers=headers, timeout=TIMEOUT, **more)
        if answer.status_code == requests.codes.too_many_requests:
            time.sleep(int(answer.headers["Retry-After"]))
            answer = requests.request(method, url, headers=headers, timeout=TIMEOUT, **more)
        answer.raise_for_status()
        return answer.json()
