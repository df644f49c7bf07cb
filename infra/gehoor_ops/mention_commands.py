"""`gehoor mention`: find mentions, look at one, and send again what did not arrive."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import timedelta
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from gehoor.domain.record import MentionState
from gehoor.errors import GehoorError, Transient
from gehoor_ops.connections import connect_network
from gehoor_ops.failures import CommandFailed, unknown
from gehoor_ops.output import ago, printable, table
from gehoor_ops.redelivery import Redelivery
from gehoor_ops.stack import clock, find_stack
from gehoor_ops.story import Stores, story

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator

    from gehoor.aws.mention_lists import MentionLists
    from gehoor.domain.record import MentionRecord
    from gehoor_ops.output import Output
    from gehoor_ops.stack import Stack
    from gehoor_ops.story import Happening

DAYS = 30
MOST = 1000
"""Mentions looked at in one state, or of one day."""

NEWEST = 100
"""Mentions among which a mistyped id is looked for."""

HEADS = ("mention", "seen", "state", "source", "urgency", "ticket", "reason")


def register(commands: Any) -> None:
    """Add the commands."""
    mention = commands.add_parser("mention", help="list, show and redeliver mentions")
    actions = mention.add_subparsers(title="commands", metavar="COMMAND", required=True)
    purpose = (
        f"list mentions of the last {DAYS} days, the newest first; "
        "with --state pending or aside those of any age, the longest waiting first, with insight "
        "those that are kept to learn from"
    )
    listed = actions.add_parser("list", help=purpose, description=purpose)
    listed.add_argument("--state", choices=[state.value for state in MentionState])
    listed.add_argument("--source", metavar="ID", help="only of this source")
    listed.add_argument("--limit", metavar="N", type=amount, default=50, help="default: 50")
    listed.set_defaults(run=list_mentions)
    purpose = "show all that is known of a mention, with its text and its story in order"
    shown = actions.add_parser("show", help=purpose, description=purpose)
    shown.add_argument("id", metavar="ID")
    shown.set_defaults(run=show)
    purpose = "send mentions again that are pending or aside; what is delivered stays delivered"
    again = actions.add_parser("redeliver", help=purpose, description=purpose)
    which = again.add_mutually_exclusive_group(required=True)
    which.add_argument("ids", metavar="ID", nargs="*", default=[])
    which.add_argument("--all-aside", action="store_true", help="all that were set aside")
    again.set_defaults(run=redeliver)


def list_mentions(options: Namespace, output: Output) -> None:
    """List mentions by state and source; without their text."""
    lists = find_stack(options.stack, output).mention_lists()
    state = MentionState(options.state) if options.state else None
    looked_at = MOST if options.source else options.limit
    found = (
        record
        for record in _records(lists, state, looked_at)
        if options.source in (None, record.source_id) and state in (None, record.state)
    )
    records, now = list(islice(found, options.limit)), clock()
    rows = [
        (
            record.mention_id,
            ago(record.seen_at, now),
            record.state,
            record.source_id,
            record.judgement.urgency if record.judgement else "",
            record.ticket_id,
            record.reason,
        )
        for record in records
    ]
    text = table(HEADS, rows) if rows else "No mentions."
    output.show({"mentions": [_summary(record) for record in records]}, text)


def show(options: Namespace, output: Output) -> None:
    """Show one mention, and its story."""
    stack = find_stack(options.stack, output)
    record = _get(options.id, stack)
    known = {**_summary(record), **_content(record)}
    told = story(record, Stores(stack.cases(), stack.answers(), stack.ledger()))
    width = max(map(len, known))
    lines = [f"{name.ljust(width)}  {_readable(value)}" for name, value in known.items()]
    document = {**known, "story": [happening._asdict() for happening in told]}
    output.show(document, "\n".join([*lines, "", *map(_happened, told)]))


def redeliver(options: Namespace, output: Output) -> None:
    """Send mentions again, each for itself; CommandFailed when one of them could not be sent."""
    stack = find_stack(options.stack, output)
    records = (
        list(stack.mention_lists().undelivered(MentionState.ASIDE, MOST))
        if options.all_aside
        else [_get(mention_id, stack) for mention_id in dict.fromkeys(options.ids)]
    )
    if len(records) == MOST:
        output.note(f"taking the first {MOST}; run it again for the rest")
    refused = _send_all(records, stack)
    sent = [record.mention_id for record in records if record.mention_id not in refused]
    if refused:
        raise CommandFailed(
            f"{len(refused)} of {len(records)} mentions could not be sent again",
            "mend what the reasons name, then redeliver these again",
            tuple(f"  {mention_id}: {reason}" for mention_id, reason in refused.items()),
            sent=sent,
            refused=refused,
        )
    output.show({"sent": sent, "refused": {}}, f"Mentions on their way again: {len(sent)}.")


def _send_all(records: Iterable[MentionRecord], stack: Stack) -> dict[str, str]:
    """Send each; returns the reasons of those that could not be sent."""
    _, config = stack.config_store().current()
    connect = partial(connect_network, stack, config)
    redelivery = Redelivery(stack.mentions(), stack.queues(), config, connect)
    refused = {}
    for record in records:
        try:
            redelivery.send(record)
        except Transient:
            raise
        except GehoorError as error:
            refused[record.mention_id] = str(error)
    return refused


def amount(text: str) -> int:
    """How many to list, from the command line."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        message = f"a number from 1 to {MOST}"
        raise ArgumentTypeError(message)
    return int(text)


def _records(
    lists: MentionLists, state: MentionState | None, most_waiting: int
) -> Iterator[MentionRecord]:
    """What waits, the oldest first; all others day by day, the newest first."""
    if state in (MentionState.PENDING, MentionState.ASIDE, MentionState.INSIGHT):
        found = lists.undelivered(state, most_waiting)
        return iter(sorted(found, key=lambda record: record.seen_at))
    today = clock().date()
    days = ((today - timedelta(days=back)).isoformat() for back in range(DAYS))
    return chain.from_iterable(lists.seen_on(day, MOST) for day in days)


def _get(mention_id: str, stack: Stack) -> MentionRecord:
    record = stack.mentions().get(mention_id)
    if record is None:
        records = _records(stack.mention_lists(), None, 0)
        known = [found.mention_id for found in islice(records, NEWEST)]
        raise unknown("mention", mention_id, known, "see the mentions with: gehoor mention list")
    return record


def _summary(record: MentionRecord) -> dict[str, Any]:
    mention, judgement = record.mention, record.judgement
    return {
        "mention_id": record.mention_id,
        "state": record.state,
        "seen_at": record.seen_at,
        "source": record.source_id,
        "network": mention and mention.network,
        "brand": mention and mention.brand,
        "permalink": mention and mention.permalink,
        "language": judgement and judgement.language,
        "intent": judgement and judgement.intent,
        "urgency": judgement and judgement.urgency,
        "case_id": record.case_id or None,
        "ticket_id": record.ticket_id or None,
        "attempts": record.attempts,
        "reason": record.reason or None,
    }


def _content(record: MentionRecord) -> dict[str, Any]:
    """The personal part: shown for one mention that somebody asked for."""
    mention, judgement = record.mention, record.judgement
    if mention is None or judgement is None:
        return {"raw": record.raw}
    return {
        "author": mention.author.handle,
        "author_name": mention.author.display_name,
        "author_profile": mention.author.profile_url,
        "posted_at": mention.posted_at,
        "edited_at": mention.edited_at,
        "missing_since": record.missing_since,
        "deleted_at": record.deleted_at,
        "visibility": mention.visibility,
        "native_id": mention.native_id,
        "in_reply_to": mention.in_reply_to,
        "risk": judgement.risk,
        "topic": judgement.topic or None,
        "personal_data": list(judgement.personal_data),
        "holds_order_to_machine": judgement.injection,
        "reasons": list(judgement.reasons),
        "corrections": [f"{c.name}: {c.judged} is {c.corrected}" for c in record.corrections],
        "title": mention.title,
        "text": mention.text,
    }


def _happened(happening: Happening) -> str:
    when = f"{happening.at:%Y-%m-%d %H:%M:%S}" if happening.at else "-".ljust(19)
    return printable(f"{when}  {happening.what}")


def _readable(value: object) -> str:
    if value is None:
        return "-"
    lines = value if isinstance(value, list) else [value]
    return printable("\n".join(map(str, lines))) or "-"
