"""Starting the playground: the Desk, a stand-in helpdesk, and the Street."""

import json
import secrets
from typing import NamedTuple

import requests

from gehoor_ops import town
from gehoor_ops.failures import CommandFailed
from gehoor_ops.processes import LOCALHOST, Note, free_port, start, wait_for
from gehoor_ops.workspace import PROJECT, PYTHON, RUN

PORT = 5580
REQUESTS_PER_MINUTE = 700
FIELDS = {
    "network": "Network",
    "permalink": "Post",
    "handle": "Handle",
    "language": "Language",
    "intent": "Intent",
    "urgency": "Urgency",
    "topic": "Topic",
}


class Desk(NamedTuple):
    """The running playground; `token` is gehoor's own for the Desk's API."""

    url: str
    token: str
    webhook_secret: str


def start_playground(people: town.Town, api_url: str, aws_url: str, note: Note) -> Desk:
    """Start the playground with a webhook to gehoor's receiver, whose host only AWS knows."""
    port = free_port(PORT)
    desk = Desk(f"http://{LOCALHOST}:{port}", secrets.token_urlsafe(24), secrets.token_urlsafe(32))
    settings = {
        "port": port,
        "database": str(RUN / "desk.sqlite"),
        "tokens": {desk.token: {"name": "gehoor", "email": "gehoor@desk.example", "role": "admin"}},
        "mastodon": {
            "base_url": people.url,
            "company": town.COMPANY,
            "customers": {name: people.tokens[name] for name in town.CUSTOMERS},
        },
        "requests_per_minute": REQUESTS_PER_MINUTE,
        "webhooks": [
            {
                "name": "gehoor",
                "endpoint": f"{api_url}/hooks/zendesk",
                "subscriptions": ["zen:event-type:ticket.comment_added"],
                "secret": desk.webhook_secret,
            }
        ],
        "resolve": {"*.execute-api.localhost": aws_url.removeprefix("http://")},
    }
    path, log = RUN / "playground.json", RUN / "playground.log"
    path.write_text(json.dumps(settings))
    program = start(
        "the playground",
        [PYTHON, "-m", "playground", "--config", path],
        "-m playground",
        {"PYTHONPATH": f"{PROJECT / 'infra'}", "PATH": "/usr/bin:/bin"},
        log,
        RUN,
    )
    note(program)
    wait_for(program, f"{desk.url}/_health", log)
    return desk


def make_ticket_fields(desk: Desk) -> dict[str, int]:
    """Make the fields gehoor fills, as an administrator of a helpdesk would; ids by key."""
    return {key: _make_field(desk, key, title) for key, title in FIELDS.items()}


def _make_field(desk: Desk, key: str, title: str) -> int:
    try:
        answer = requests.post(
            f"{desk.url}/api/v2/ticket_fields",
            json={"ticket_field": {"type": "text", "title": title}},
            headers={"Authorization": f"Bearer {desk.token}"},
            timeout=(2, 10),
        )
        answer.raise_for_status()
        return int(answer.json()["ticket_field"]["id"])
    except (requests.RequestException, ValueError, KeyError) as error:
        cause = f"the Desk did not make the field {key} ({type(error).__name__})"
        raise CommandFailed(cause, f"read {RUN / 'playground.log'}") from error
