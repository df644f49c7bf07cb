"""`gehoor up` and `gehoor down`: the whole stack on this machine, and its clean end."""

from __future__ import annotations

import json
import secrets
import shutil
import signal
import sys
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from gehoor.config import AppConfig, parse, secret_names, to_json
from gehoor_ops import embedded, town
from gehoor_ops.config_file import read_config
from gehoor_ops.desk import REQUESTS_PER_MINUTE, Desk, make_ticket_fields, start_playground
from gehoor_ops.failures import CommandFailed
from gehoor_ops.processes import Program, is_running, stop
from gehoor_ops.stack import RUN_FILE, Account, Stack, clock
from gehoor_ops.workspace import RUN, prepare

if TYPE_CHECKING:
    from argparse import Namespace

    from gehoor_ops.output import Output

STREET = "street"
STREET_SECRET = "/gehoor/street"  # noqa: S105  a name, not a secret
DESK_SECRET = "/gehoor/desk"  # noqa: S105  a name, not a secret
WEBHOOK_SECRET = "/gehoor/webhook/zendesk"  # noqa: S105


def register(commands: Any) -> None:
    """Add the commands."""
    up_command = commands.add_parser("up", help="run everything on this machine")
    up_command.add_argument(
        "--config", type=Path, metavar="FILE", help="your own gehoor.yaml; tickets go to the Desk"
    )
    up_command.add_argument("--detach", action="store_true", help="return when everything is ready")
    up_command.set_defaults(run=up)
    down_command = commands.add_parser("down", help="stop what `gehoor up` started")
    down_command.set_defaults(run=down)


def up(options: Namespace, output: Output) -> None:
    """Start everything; stay until Ctrl-C or SIGTERM unless told to detach."""
    own = read_config(options.config) if options.config else None
    _refuse_a_second(_noted())
    prepare(output.note)
    shutil.rmtree(RUN, ignore_errors=True)
    RUN.mkdir(parents=True, mode=0o700)
    programs: list[Program] = []
    ready, stopped = threading.Event(), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _interrupt(ready, stopped))
    try:
        document = _start(programs, own, output)
        ready.set()
        output.show(document, _where_to_look(document))
        sys.stdout.flush()
        if options.detach:
            return
        _stay(programs, stopped)
    except BaseException:
        _end(programs)
        raise
    output.note("stopping")
    _end(programs)


def down(_options: Namespace, output: Output) -> None:
    """Stop everything; nothing to do is no failure."""
    running = [program for program in _noted() if is_running(program)]
    _end(running)
    names = [program.name for program in running]
    output.show({"stopped": names}, f"Stopped {', '.join(names)}." if names else "Nothing ran.")


def _refuse_a_second(noted: list[Program]) -> None:
    dead = [program.name for program in noted if not is_running(program)]
    if len(dead) == len(noted):
        return
    cause = (
        f"gehoor is up already, but {' and '.join(dead)} ended" if dead else "gehoor is up already"
    )
    raise CommandFailed(cause, "stop it first: gehoor down")


def _interrupt(ready: threading.Event, stopped: threading.Event) -> None:
    """A signal ends the wait; while things still start, it ends the start."""
    stopped.set()
    if not ready.is_set():
        raise KeyboardInterrupt


def _stay(programs: list[Program], stopped: threading.Event) -> None:
    while not stopped.wait(2):
        for program in programs:
            if not is_running(program):
                raise CommandFailed(f"{program.name} ended", f"read the logs in {RUN}")


def _start(programs: list[Program], own: AppConfig | None, output: Output) -> dict[str, Any]:
    tokens = {name: secrets.token_urlsafe(24) for name in (town.COMPANY, *town.CUSTOMERS)}
    note = partial(_add, programs)
    people = town.start_server(tokens, note)
    aws_url = embedded.start_emulator(note)
    output.note("deploying template.yaml to the embedded AWS")
    outputs = embedded.deploy(aws_url)
    desk = start_playground(people, outputs["ApiUrl"], aws_url, note)
    stack = Stack(embedded.STACK, Account(embedded.session(), aws_url), outputs)
    missing = _configure(stack, people, desk, own)
    for name in missing:
        output.note(f"the secret {name} has no value yet; set it with: gehoor secret set {name}")
    town.seed(people)
    embedded.invoke(aws_url, "dispatch-polls")
    document = {
        "playground_url": desk.url,
        "street_url": f"{desk.url}/street",
        "desk_url": f"{desk.url}/desk",
        "helpdesk_url": desk.url,
        "helpdesk_token": desk.token,
        "api_url": outputs["ApiUrl"],
        "aws_endpoint_url": aws_url,
        "mastodon_url": people.url,
        "mastodon_tokens": people.tokens,
        "missing_secrets": missing,
    }
    _note(programs, document)
    return document


def _configure(stack: Stack, people: town.Town, desk: Desk, own: AppConfig | None) -> list[str]:
    """Push the configuration with its secrets; returns the secrets only the user can set."""
    config = parse(_document(people, desk, own))
    store = stack.account.secrets()
    store.put(STREET_SECRET, people.tokens[town.COMPANY])
    store.put(DESK_SECRET, desk.token)
    store.put(WEBHOOK_SECRET, desk.webhook_secret)
    stack.config_store().push(config, clock())
    stack.sources().reconcile([source.id for source in config.sources], clock())
    return [name for name in secret_names(config) if not store.exists(name)]


def _document(people: town.Town, desk: Desk, own: AppConfig | None) -> dict[str, Any]:
    """The configuration: the user's own or the playground's, always with the Desk and the Street.

    A trial never writes into a real helpdesk, whatever the user's file names.
    """
    document = json.loads(to_json(own)) if own else _playground_document()
    brand = document["brands"][0]["id"]
    document["sources"] = [*document["sources"], _street(people, brand)]
    document["helpdesk"] = {
        "kind": "zendesk",
        "base_url": desk.url,
        "secret": DESK_SECRET,
        "requests_per_minute": REQUESTS_PER_MINUTE,
        "ticket_fields": make_ticket_fields(desk),
    }
    hosts = {urlsplit(url).netloc for url in (people.url, desk.url)}
    document["allow_private_hosts"] = sorted({*document.get("allow_private_hosts", []), *hosts})
    return document


def _playground_document() -> dict[str, Any]:
    return {
        "company": "Noordlicht",
        "brands": [
            {
                "id": town.COMPANY,
                "languages": ["nl", "en"],
                "accounts": {"mastodon": town.COMPANY},
            }
        ],
        "sources": [],
        # Each of the town's complaints is a story of its own.
        "desk": {"join_within": "0s"},
    }


def _street(people: town.Town, brand: str) -> dict[str, Any]:
    return {
        "id": STREET,
        "network": "mastodon",
        "brand": brand,
        "base_url": people.url,
        "secret": STREET_SECRET,
        "every": "1m",
    }


def _add(programs: list[Program], program: Program) -> None:
    """Note a program at once, so that `gehoor down` finds it even after a death in between."""
    programs.append(program)
    _note(programs, {})


def _note(programs: list[Program], document: dict[str, Any]) -> None:
    aws = next((p.pid for p in programs if p.name == "the embedded AWS"), 0)
    noted = {
        **document,
        "region": embedded.REGION,
        "pid": aws,
        "programs": [program._asdict() for program in programs],
    }
    RUN_FILE.write_text(json.dumps(noted, indent=2))
    RUN_FILE.chmod(0o600)


def _noted() -> list[Program]:
    if not RUN_FILE.is_file():
        return []
    try:
        return [Program(**program) for program in json.loads(RUN_FILE.read_text())["programs"]]
    except (ValueError, KeyError, TypeError):
        return []


def _end(programs: list[Program]) -> None:
    stop(programs)
    shutil.rmtree(RUN / "tmp", ignore_errors=True)
    RUN_FILE.unlink(missing_ok=True)


def _where_to_look(document: dict[str, Any]) -> str:
    return f"""
Ready.

  Street    {document["street_url"]}   speak as a customer
  Desk      {document["desk_url"]}   answer as an agent (a stand-in for your helpdesk)
  Mastodon  {document["mastodon_url"]}
  AWS       {document["aws_endpoint_url"]}

The first tickets are on their way to the Desk; new posts on the Street follow within a minute.
Look inside with: gehoor source list, gehoor mention list. Stop with Ctrl-C or: gehoor down
"""
