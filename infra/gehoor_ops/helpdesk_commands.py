"""`gehoor helpdesk`: sign in to the helpdesk and check the connection."""

from __future__ import annotations

from typing import Any

from gehoor_ops import helpdesk_sign_in_commands


def register(commands: Any) -> None:
    """Add the commands."""
    helpdesk = commands.add_parser("helpdesk", help="check the helpdesk and sign in to it")
    actions = helpdesk.add_subparsers(title="commands", metavar="COMMAND", required=True)
    helpdesk_sign_in_commands.register(actions)
