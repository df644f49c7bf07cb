"""`gehoor forget`: erase a person everywhere gehoor stores anything, and keep them forgotten."""

from __future__ import annotations

from collections import Counter
from time import sleep
from typing import TYPE_CHECKING, Any

from gehoor_ops.erasure import Erasure
from gehoor_ops.failures import CommandFailed, unknown
from gehoor_ops.output import printable
from gehoor_ops.person_search import all_items, authors_in_ticket, kind_of, native_ids
from gehoor_ops.stack import clock, find_stack

if TYPE_CHECKING:
    from argparse import Namespace
    from datetime import datetime

    from gehoor.aws.forgotten import Traces
    from gehoor_ops.output import Output
    from gehoor_ops.person_search import Found
    from gehoor_ops.stack import Stack

NOBODY = "give --network with their native id, which finds them in any state"
AGAIN = (
    "run the same command again, with --network and the native id: it goes on where this one ended"
)


def register(commands: Any) -> None:
    """Add the command."""
    purpose = (
        "erase a person from all that gehoor stores: shows what would be erased, and does it with "
        "--apply; what the helpdesk holds is erased there"
    )
    forget_one = commands.add_parser("forget", help=purpose, description=purpose)
    who = forget_one.add_mutually_exclusive_group(required=True)
    who.add_argument("--author", metavar="WHO", help="their native id or handle; needs --network")
    who.add_argument("--mention", metavar="ID", help="whoever wrote this mention")
    who.add_argument("--ticket", metavar="ID", help="whoever this ticket of the helpdesk is about")
    forget_one.add_argument("--network", metavar="NAME", help="where --author speaks")
    forget_one.add_argument("--apply", action="store_true", help="erase it now")
    forget_one.set_defaults(run=forget)


def forget(options: Namespace, output: Output) -> None:
    """Show what is stored of a person, or erase it and give a receipt.

    CommandFailed when nobody, or more than one, is meant; nothing is erased then.
    """
    stack = find_stack(options.stack, output)
    network, native_id = _who(options, stack, output)
    erasure = Erasure(
        network,
        native_id,
        stack.account.dynamodb(),
        stack.output("CoreTable"),
        stack.output("StateTable"),
        stack.mentions(),
        stack.cases(),
        output,
    )
    found, tombstone = erasure.found(), erasure.tombstone()
    traces = erasure.traces(found)
    if found.is_nobody and not (tombstone and tombstone.left != type(traces)()):
        raise _not_stored(tombstone.forgotten_at if tombstone else None)
    if options.apply:
        _apply(erasure, found, output)
    else:
        _preview(erasure, found, traces, output)


def _who(options: Namespace, stack: Stack, output: Output) -> tuple[str, str]:
    """The network and native id of the one who is meant."""
    if options.mention:
        return _author_of_mention(options.mention, stack)
    core = all_items(stack.account.dynamodb(), stack.output("CoreTable"), output)
    if options.ticket:
        return _only(authors_in_ticket(core, options.ticket), f"ticket {options.ticket}")
    if not options.network:
        raise CommandFailed("--author needs --network", "add --network, such as mastodon")
    found = native_ids(core, options.network, options.author) or {options.author}
    return _only({(options.network, native_id) for native_id in found}, options.author)


def _author_of_mention(mention_id: str, stack: Stack) -> tuple[str, str]:
    record = stack.mentions().get(mention_id)
    if record is None or record.mention is None:
        raise unknown("mention that can be read as", mention_id, (), NOBODY)
    return record.mention.network, record.mention.author.native_id


def _only(found: set[tuple[str, str]], what: str) -> tuple[str, str]:
    if len(found) == 1:
        return next(iter(found))
    names = sorted(f"{network} {native_id}" for network, native_id in found)
    if not names:
        raise CommandFailed(f"nothing is stored of {what}", NOBODY)
    raise CommandFailed(
        f"{what} may be one of {len(names)} people",
        "forget one of them with --network and --author and the native id",
        tuple(f"  {printable(name)}" for name in names),
        people=names,
    )


def _not_stored(forgotten_at: datetime | None) -> CommandFailed:
    if forgotten_at is None:
        return CommandFailed("nothing is stored of them", NOBODY, forgotten_at=None)
    return CommandFailed(
        f"they were forgotten on {forgotten_at:%Y-%m-%d at %H:%M} UTC, and nothing has come since",
        "nothing is left to do",
        forgotten_at=forgotten_at,
    )


def _preview(erasure: Erasure, found: Found, traces: Traces, output: Output) -> None:
    counts = Counter(kind_of(item) for _, item in erasure.rest(traces))
    counts["mention"] = len(traces.mentions)
    document = {
        "network": erasure.network,
        "native_id": erasure.native_id,
        "handles": sorted(found.handles),
        "would_erase": dict(sorted(counts.items())),
        "unreadable": sorted(found.unreadable),
        "helpdesk": _helpdesk(found),
    }
    handles = ", ".join(sorted(found.handles)) or "no handle is stored"
    lines = [
        printable(f"{erasure.network}: {handles} (native id {erasure.native_id})"),
        f"Would be erased: {_told(counts)}.",
        *_about_unreadable(found),
        _next_in_helpdesk(found),
        "Nothing was erased. To erase it, add --apply.",
    ]
    output.show(document, "\n".join(filter(None, lines)))


def _apply(erasure: Erasure, found: Found, output: Output) -> None:
    """Erase, look again, and show the receipt; CommandFailed when something came meanwhile."""
    try:
        erased = erasure.erase(clock, _wait)
    except KeyboardInterrupt:
        output.note(f"interrupted; {AGAIN}")
        raise
    left, tombstone = erasure.found(), erasure.tombstone()
    forgotten_at = tombstone.forgotten_at if tombstone else None
    receipt: dict[str, Any] = {
        "person": erasure.person,
        "forgotten_at": forgotten_at,
        "erased": dict(sorted(erased.items())),
        "complete": left.is_nobody,
        "helpdesk": _helpdesk(found),
    }
    if not left.is_nobody:
        cause = "something of theirs was stored while it was erased"
        raise CommandFailed(cause, AGAIN, **receipt)
    lines = [
        f"Erased: {_told(erased)}.",
        f"Receipt: person {erasure.person}, forgotten at {forgotten_at}.",
        _next_in_helpdesk(found),
    ]
    output.show(receipt, "\n".join(filter(None, lines)))


def _helpdesk(found: Found) -> dict[str, list[str]]:
    return {"tickets": sorted(found.opened), "customers": sorted(found.customers)}


def _told(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in sorted(counts.items()) if number)


def _about_unreadable(found: Found) -> list[str]:
    if not found.unreadable:
        return []
    return [
        f"{len(found.unreadable)} of the mentions could not be read and name them; look whether "
        "they are theirs: " + ", ".join(sorted(found.unreadable))
    ]


def _next_in_helpdesk(found: Found) -> str:
    if not (found.opened or found.customers):
        return ""
    return (
        "What the helpdesk holds is erased there: delete or redact its tickets "
        f"({', '.join(sorted(found.opened)) or 'none'}), and delete its customer "
        f"({', '.join(sorted(found.customers)) or 'none'})."
    )


def _wait(until: datetime) -> None:
    sleep(max(0.0, (until - clock()).total_seconds()))
