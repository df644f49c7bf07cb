"""The `gehoor` command.

Exit codes: 0 done; 1 refused or failed, with the cause and the next step on stderr; 2 wrong usage.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import Any

from gehoor.errors import GehoorError
from gehoor_ops import (
    config_commands,
    doctor_commands,
    faces_commands,
    forget_commands,
    helpdesk_commands,
    incident_commands,
    insight_commands,
    mention_commands,
    redrive_commands,
    replay_commands,
    report_commands,
    secret_commands,
    source_commands,
    triage_commands,
    up_commands,
)
from gehoor_ops.failures import failure_of
from gehoor_ops.output import Output

INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """A parser whose commands all take the common options, before or after the command."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **settings})
        common = self.add_argument_group("common options")
        common.add_argument(
            "--json",
            action="store_true",
            default=argparse.SUPPRESS,
            help="print one JSON document (wrong usage is told in text)",
        )
        common.add_argument(
            "--stack",
            metavar="NAME",
            default=argparse.SUPPRESS,
            help="the CloudFormation stack (default: gehoor)",
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options = parser().parse_args(arguments)
    output = Output(options.json)
    try:
        options.run(options, output)
        sys.stdout.flush()
    except GehoorError as error:
        output.fail(failure_of(error))
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def parser() -> Parser:
    """All commands. Each sets `run`, which takes the options and the output."""
    root = Parser(prog="gehoor", description="Operate gehoor.")
    root.set_defaults(json=False, stack="gehoor")
    commands = root.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for group in (
        up_commands,
        config_commands,
        secret_commands,
        source_commands,
        mention_commands,
        incident_commands,
        insight_commands,
        faces_commands,
        report_commands,
        helpdesk_commands,
        redrive_commands,
        replay_commands,
        forget_commands,
        triage_commands,
        doctor_commands,
    ):
        group.register(commands)
    return root
