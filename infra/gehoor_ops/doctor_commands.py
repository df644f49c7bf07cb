"""`gehoor doctor`: whether all that gehoor needs is there, and what to do where it is not."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from gehoor.domain.finding import State
from gehoor_ops.checkup import checkup
from gehoor_ops.failures import CommandFailed
from gehoor_ops.output import overview, printable
from gehoor_ops.stack import find_stack

if TYPE_CHECKING:
    from argparse import Namespace

    from gehoor_ops.output import Output


def register(commands: Any) -> None:
    """Add the command."""
    purpose = "check configuration, secrets, sources and helpdesk, and say what to do next"
    commands.add_parser("doctor", help=purpose, description=purpose).set_defaults(run=doctor)


def doctor(options: Namespace, output: Output) -> None:
    """Show every finding, the worst first; CommandFailed when something cannot work like that."""
    findings = checkup(find_stack(options.stack, output))
    failures = [finding for finding in findings if finding.state is State.FAILURE]
    document = {"healthy": not failures, "findings": [asdict(finding) for finding in findings]}
    text = overview(findings)
    if failures:
        first = failures[0]
        raise CommandFailed(
            f"{len(failures)} of {len(findings)} checks failed; {first.subject}: "
            f"{printable(first.detail)}",
            first.next_step,
            tuple(text.splitlines()),
            **document,
        )
    output.show(document, text)
