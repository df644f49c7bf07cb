"""`gehoor replay`: hand over a webhook call that was recorded, as if it had come in now."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gehoor import webhooks
from gehoor.domain.event import message_of
from gehoor.errors import NotAllowed
from gehoor.usecases.receive import replay
from gehoor_ops.failures import CommandFailed
from gehoor_ops.stack import clock, find_stack

if TYPE_CHECKING:
    from argparse import Namespace

    from gehoor.domain.event import Event
    from gehoor_ops.output import Output

FORMAT = (
    "a recorded call is an HTTP request: POST /hooks/SENDER, its headers, an empty line, its body"
)
PATH = "/hooks/"
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n")


class Call(NamedTuple):
    """A call as it was recorded; header names in lower case, the body to the byte."""

    sender: str
    headers: dict[str, str]
    body: bytes


def register(commands: Any) -> None:
    """Add the command."""
    purpose = (
        "verify a recorded webhook call as the receiver does, and show what it asks for; with "
        "--apply hand it over, which is safe to repeat"
    )
    replayed = commands.add_parser("replay", help=purpose, description=purpose)
    replayed.add_argument("file", metavar="FILE", type=_bytes, help=FORMAT)
    replayed.add_argument("--apply", action="store_true", help="hand it over now")
    replayed.set_defaults(run=replay_call)


def replay_call(options: Namespace, output: Output) -> None:
    """Verify a recorded call, and hand it over; CommandFailed when its sender did not sign it."""
    call = parse_call(options.file)
    webhook = _webhook(call.sender)
    stack = find_stack(options.stack, output)
    secret = stack.account.secrets().get(webhooks.SECRETS + call.sender)
    send = stack.queues().send_event if options.apply else None
    try:
        at = webhook.signed_at(call.headers)
        event = replay(webhook, *call[1:], secret, at, stack.inbox(), send, clock)
    except NotAllowed as error:
        next_step = (
            "record the call with every header and the body to the byte; if the secret was changed "
            "since, the call cannot be proven any more"
        )
        raise CommandFailed("the recorded call's signature does not hold", next_step) from error
    asked = message_of(event) if event else None
    document = {"sender": call.sender, "event": asked, "handed_over": bool(event and send)}
    output.show(document, _told(call.sender, event, asked or {}, options.apply))


def _webhook(sender: str) -> Any:
    """The module that verifies and reads a sender's calls."""
    if sender.isidentifier() and not sender.startswith("_"):
        with suppress(ModuleNotFoundError):
            return import_module(f"{webhooks.__name__}.{sender}")
    cause = f"nobody knows a sender {sender}"
    raise CommandFailed(cause, f"correct the first line; {FORMAT}")


def parse_call(recorded: bytes) -> Call:
    """A recorded call; CommandFailed when it is no HTTP request to a webhook of gehoor's.

    What follows the length that the headers name is not of the body: editors add a line's end.
    """
    head, *found = _EMPTY_LINE.split(recorded, maxsplit=1)
    body = found[0] if found else b""
    first, *lines = head.decode("latin-1").splitlines() or [""]
    method, _, rest = first.partition(" ")
    target = rest.partition(" ")[0]
    if method != "POST" or PATH not in target:
        raise CommandFailed("the file does not begin with a call of a webhook", FORMAT)
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines)
    }
    length = headers.get("content-length", "")
    sender = target.partition(PATH)[2].partition("?")[0]
    return Call(sender, headers, body[: int(length)] if length.isdecimal() else body)


def _told(sender: str, event: Event | None, asked: dict[str, str], applied: bool) -> str:
    if event is None:
        return f"{sender} signed it, and it asks for nothing that gehoor does."
    ids = ", ".join(f"{name} {value}" for name, value in asked.items())
    if applied:
        return f"{sender} signed it. Handed over: {ids}."
    return f"{sender} signed it. It asks for: {ids}.\nNothing was done. To do it, add --apply."


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise ArgumentTypeError(message) from None
