"""What a person does who signs gehoor in: open an address, and give back where it leads."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from gehoor.authorization_code import CodeFlow
    from gehoor_ops.output import Output


def add_options(command: ArgumentParser, redirect_url: str) -> None:
    """The options of a command that signs in; `redirect_url` is used unless another is given."""
    command.add_argument(
        "--redirected-to",
        metavar="ADDRESS",
        help="the whole address that the browser was sent to (default: ask for it)",
    )
    command.add_argument(
        "--redirect-url",
        metavar="URL",
        default=redirect_url,
        help=f"one that the OAuth client is registered with (default: {redirect_url})",
    )


def redirected_to(flow: CodeFlow, options: Namespace, output: Output) -> str | None:
    """Where the browser was sent: as given, or as pasted at a terminal.

    None when there is neither: then the address to open was shown, with the command that goes on.
    """
    if options.redirected_to is not None:
        return str(options.redirected_to)
    address = flow.address(options.redirect_url)
    if sys.stdin.isatty():
        return _pasted(_how_to(flow, address))
    following = f"{flow.command} --redirected-to ADDRESS"
    text = f"{_how_to(flow, address)}\nThen run: {following}"
    output.show({"open": address, "next": following}, text)
    return None


def _how_to(flow: CodeFlow, address: str) -> str:
    return (
        f"Open this address in a browser where {flow.account} is signed in, and allow it:\n\n"
        f"  {address}\n\n"
        f"The browser is then sent to an address that need not load. It is good for "
        f"{flow.code_life}."
    )


def _pasted(how_to: str) -> str:
    print(how_to, file=sys.stderr)
    print("Paste that address: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline()
