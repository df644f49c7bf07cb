"""`gehoor redrive`: dead letters by reason, and what is still to be done sent again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from gehoor_ops.dead_letters import MOST, QUEUES, Fate, dead_letters, drop, send_again
from gehoor_ops.output import table
from gehoor_ops.stack import find_stack

if TYPE_CHECKING:
    from argparse import Namespace

    from gehoor_ops.dead_letters import DeadLetter
    from gehoor_ops.output import Output
    from gehoor_ops.stack import Stack

PROGRESS_EVERY = 100
ASIDE = "What is set aside: mend its reason, then run gehoor mention redeliver --all-aside"
HEADS = ("queue", "what became of it", "count", "what is done")


def register(commands: Any) -> None:
    """Add the command."""
    purpose = (
        "show dead letters by what became of what they asked for; with --apply send again what is "
        "still to be done, and drop what was done meanwhile"
    )
    redriven = commands.add_parser("redrive", help=purpose, description=purpose)
    redriven.add_argument("--queue", choices=QUEUES, help="only this queue's")
    redriven.add_argument("--apply", action="store_true", help="do it now")
    redriven.set_defaults(run=redrive)


def redrive(options: Namespace, output: Output) -> None:
    """Show dead letters, or send them again; safe to repeat after it was interrupted."""
    stack = find_stack(options.stack, output)
    groups: Counter[tuple[str, str, Fate]] = Counter()
    for queue in [options.queue] if options.queue else QUEUES:
        with dead_letters(stack, queue) as letters:
            if len(letters) >= MOST:
                output.note(f"{queue}: taking the first {MOST:,}; run it again for the rest")
            groups.update((letter.queue, letter.reason, letter.fate) for letter in letters)
            if options.apply:
                _act(letters, stack, output)
    _show(groups, options.apply, output)


def _act(letters: list[DeadLetter], stack: Stack, output: Output) -> None:
    """Take off the list what was sent again or dropped."""
    found = list(letters)
    for number, letter in enumerate(found, 1):
        if letter.fate is Fate.KEEP:
            continue
        if letter.fate is Fate.SEND:
            send_again(letter, stack)
        else:
            drop(letter, stack)
        letters.remove(letter)
        if number % PROGRESS_EVERY == 0:
            output.note(f"{letter.queue}: {number:,} of {len(found):,}")


def _show(groups: Counter[tuple[str, str, Fate]], applied: bool, output: Output) -> None:
    rows = sorted((queue, reason, count, fate) for (queue, reason, fate), count in groups.items())
    found = [
        {"queue": queue, "reason": reason, "count": count, "fate": fate}
        for queue, reason, count, fate in rows
    ]
    lines = [table(HEADS, rows) if rows else "No dead letters."]
    if rows and not applied:
        lines.append("Nothing was changed. To do it, add --apply.")
    if any("set aside" in reason for _, reason, _, _ in rows):
        lines.append(ASIDE)
    output.show({"applied": applied, "dead_letters": found}, "\n".join(lines))
