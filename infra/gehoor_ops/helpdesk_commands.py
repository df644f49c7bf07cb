"""`gehoor helpdesk`: what operators do in the helpdesk itself."""

from __future__ import annotations

from typing import Any

from gehoor_ops import helpdesk_setup_commands, helpdesk_sign_in_commands


def register(commands: Any) -> None:
    """Add the commands."""
    helpdesk = commands.add_parser("helpdesk", help="sign in to the helpdesk, check it, set it up")
    actions = helpdesk.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (helpdesk_sign_in_commands, helpdesk_setup_commands):
        module.register(actions)
