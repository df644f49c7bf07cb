"""`gehoor secret`: set the values that the configuration only names."""

from __future__ import annotations

import json
import re
import sys
from getpass import getpass
from typing import TYPE_CHECKING, Any

from gehoor.config_problems import pattern_of
from gehoor.settings import SecretName
from gehoor_ops.failures import CommandFailed
from gehoor_ops.stack import find_account

if TYPE_CHECKING:
    from argparse import Namespace

    from gehoor_ops.output import Output

MAX_BYTES = 4096
"""What a standard parameter of SSM holds."""


def register(commands: Any) -> None:
    """Add the commands."""
    secret = commands.add_parser("secret", help="set the values of secrets")
    actions = secret.add_subparsers(title="commands", metavar="COMMAND", required=True)
    purpose = "set a secret to what standard input says; the value is never shown"
    action = actions.add_parser("set", help=purpose, description=purpose)
    action.add_argument("name", metavar="NAME", help="as in the configuration, like /gehoor/masto")
    action.set_defaults(run=set_secret)


def set_secret(options: Namespace, output: Output) -> None:
    """Store the value from standard input as a new version of the secret."""
    name = options.name
    if not re.fullmatch(pattern_of(SecretName), name):
        raise CommandFailed(
            "this is no name of a secret",
            "give a name like /gehoor/masto, and the value on standard input",
        )
    value = _checked(_read_value(name))
    version = find_account(output).secrets().put(name, value)
    output.show(
        {"name": name, "version": version},
        f"Secret {name} is set, version {version}. Functions use it within 5 minutes.",
    )


def _read_value(name: str) -> str:
    if sys.stdin.isatty():
        return getpass(f"Value of {name} (not shown): ")
    try:
        return sys.stdin.buffer.read(MAX_BYTES + 2).decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        cause = "the value on standard input is not text in UTF-8"
        raise CommandFailed(cause, "give the secret as text or as JSON") from None


def _checked(value: str) -> str:
    if not value.strip():
        raise CommandFailed(
            "there is no value on standard input", "pipe the secret into the command"
        )
    if len(value.encode()) > MAX_BYTES:
        raise CommandFailed(
            f"the value is longer than the {MAX_BYTES} bytes a secret may have",
            "check that the right file is piped in",
        )
    if value.startswith("{"):
        _check_json(value)
    return value


def _check_json(value: str) -> None:
    try:
        json.loads(value)
    except json.JSONDecodeError as error:
        cause = f"the value begins like JSON and is not: line {error.lineno}, column {error.colno}"
        raise CommandFailed(cause, "mend the JSON, or give the secret as plain text") from None
