"""The people of the playground: their Mastodon server, and what they have to say."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import requests

from gehoor_ops.failures import CommandFailed
from gehoor_ops.processes import LOCALHOST, Note, free_port, start, wait_for
from gehoor_ops.workspace import HOME, RUN

PORT = 5590
COMPANY = "noordlicht"
CUSTOMERS = {
    "anna": "Anna de Wit",
    "bram": "Bram Visser",
    "carla": "Carla Jansen",
    "deniz": "Deniz Kaya",
    "els": "Els Bakker",
    "farid": "Farid el Amrani",
}
CONVERSATIONS = Path(__file__).with_name("data") / "conversations.jsonl"
TIMEOUT = (2, 10)


class Town(NamedTuple):
    """The running server; `tokens` by account name, the company's and the customers'."""

    url: str
    tokens: dict[str, str]


def start_server(tokens: dict[str, str], note: Note) -> Town:
    """Start the Mastodon-API server (mastodon-mock) with the company and its customers."""
    port = free_port(PORT)
    url = f"http://{LOCALHOST}:{port}"
    settings, log = RUN / "mastodon.toml", RUN / "mastodon.log"
    settings.write_text(_settings(port, tokens))
    server = HOME / "mastodon/bin/mastodon_mock"
    program = start(
        "the Mastodon server",
        [HOME / "mastodon/bin/python", server, "serve", "--config", settings, "--in-memory"],
        "mastodon/bin/mastodon_mock",
        {"HOME": str(RUN), "PATH": "/usr/bin:/bin"},
        log,
        RUN,
    )
    note(program)
    wait_for(program, f"{url}/api/v1/instance", log)
    return Town(url, tokens)


def seed(town: Town) -> int:
    """Let the customers say what real customers said; returns the number of posts."""
    lines = CONVERSATIONS.read_text().splitlines()
    return sum(_hold(town, json.loads(line)) for line in lines)


def _hold(town: Town, conversation: dict[str, Any]) -> int:
    """One conversation: each turn answers the one before."""
    last: str | None = None
    for turn in conversation["turns"]:
        by_company = turn["by"] == "company"
        author = COMPANY if by_company else conversation["customer"]
        addressed = conversation["customer"] if by_company else COMPANY
        last = _post(town, author, f"@{addressed} {turn['text']}", last)
    return len(conversation["turns"])


def _post(town: Town, author: str, text: str, in_reply_to: str | None) -> str:
    body = {"status": text, "visibility": "public", "in_reply_to_id": in_reply_to}
    try:
        answer = requests.post(
            f"{town.url}/api/v1/statuses",
            json={name: value for name, value in body.items() if value is not None},
            headers={"Authorization": f"Bearer {town.tokens[author]}"},
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        return str(answer.json()["id"])
    except (requests.RequestException, ValueError, KeyError) as error:
        cause = f"the Mastodon server did not take a post ({type(error).__name__})"
        raise CommandFailed(cause, f"read {RUN / 'mastodon.log'}") from error


def _settings(port: int, tokens: dict[str, str]) -> str:
    names = {COMPANY: "Noordlicht", **CUSTOMERS}
    tables = (
        ("server", {"host": LOCALHOST, "port": port}),
        ("ratelimit", {"enabled": True, "limit": 300, "window_seconds": 60}),
        ("auth", {"enforce_scopes": True}),
    )
    accounts = (
        {"username": name, "display_name": names[name], "access_token": token}
        for name, token in tokens.items()
    )
    parts = [_table(f"[{name}]", values) for name, values in tables]
    return "\n".join([*parts, *(_table("[[seed.accounts]]", account) for account in accounts)])


def _table(head: str, values: dict[str, Any]) -> str:
    lines = (f"{key} = {json.dumps(value)}" for key, value in values.items())
    return "\n".join([head, *lines, ""])
