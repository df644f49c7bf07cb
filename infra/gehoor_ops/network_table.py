"""The README's table of networks, written from what the adapters declare: `make readme`."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import TYPE_CHECKING

from gehoor import networks
from gehoor_ops.capability_words import in_private, in_public, longest
from gehoor_ops.workspace import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

README = PROJECT / "README.md"
BEGIN, END = "<!-- networks -->", "<!-- end of networks -->"
HEADS = ("network", "what is heard", "how", "answered in public", "in private", "longest", "tested")


def table() -> str:
    """The table in Markdown, one row a network."""
    rows = [HEADS, ["---"] * len(HEADS), *map(_row, networks.names())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def written_into(page: str) -> str:
    """The page with the table between its marks; LookupError when they are missing."""
    marked = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if not marked.search(page):
        message = f"the page has no {BEGIN} ... {END}"
        raise LookupError(message)
    whole = f"{BEGIN}\n{table()}\n{END}"
    return marked.sub(lambda _: whole, page)


def _row(name: str) -> tuple[str, ...]:
    module = networks.adapter(name)
    can = module.CAPABILITIES
    pushes = find_spec(f"gehoor.webhooks.{name}") is not None
    how = "polled and pushed" if pushes else "polled"
    most = longest(can) if can.reply else "-"
    return name, module.DESCRIPTION, how, in_public(can), in_private(can), most, module.TESTED


def main(readme: Path = README) -> None:
    """Write the table into the README."""
    readme.write_text(written_into(readme.read_text()))


if __name__ == "__main__":
    main()
