"""`gehoor helpdesk`: what operators do in the helpdesk itself."""

from typing import Any

from gehoor_ops import helpdesk_setup_commands


def register(commands: Any) -> None:
    """Add the commands."""
    helpdesk = commands.add_parser("helpdesk", help="set up the helpdesk")
    actions = helpdesk.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (helpdesk_setup_commands,):
        module.register(actions)
