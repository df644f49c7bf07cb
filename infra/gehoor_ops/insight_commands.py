"""`gehoor insight`: what speaks about the company and to nobody, kept to learn from."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from gehoor.domain.record import MentionState
from gehoor_ops.mention_commands import MOST, amount
from gehoor_ops.output import ago, table
from gehoor_ops.stack import clock, find_stack

if TYPE_CHECKING:
    from argparse import Namespace

    from gehoor.domain.record import MentionRecord
    from gehoor_ops.output import Output

HEADS = ("mention", "seen", "network", "brand", "intent", "language", "topic", "post")


def register(commands: Any) -> None:
    """Add the commands."""
    insight = commands.add_parser("insight", help="what was heard to learn from, in no ticket")
    actions = insight.add_subparsers(title="commands", metavar="COMMAND", required=True)
    purpose = (
        "list news, and posts about competitors alone, the newest first; `gehoor mention show` "
        "tells what one says, `gehoor mention redeliver` makes a ticket of it"
    )
    listed = actions.add_parser("list", help=purpose, description=purpose)
    listed.add_argument("--intent", metavar="NAME", help="only of this intent: news, competitor")
    listed.add_argument("--limit", metavar="N", type=amount, default=50, help="default: 50")
    listed.set_defaults(run=list_insights)


def list_insights(options: Namespace, output: Output) -> None:
    """List what is kept, without its text."""
    lists = find_stack(options.stack, output).mention_lists()
    found = sorted(
        lists.undelivered(MentionState.INSIGHT, MOST), key=lambda one: one.seen_at, reverse=True
    )
    wanted = (one for one in found if options.intent in (None, _intent(one)))
    records, now = list(islice(wanted, options.limit)), clock()
    rows = [
        [ago(value, now) if name == "seen" else value for name, value in _summary(record).items()]
        for record in records
    ]
    text = table(HEADS, rows) if rows else "No insights."
    output.show({"insights": [_summary(record) for record in records]}, text)


def _intent(record: MentionRecord) -> str:
    return str(record.judgement.intent) if record.judgement else ""


def _summary(record: MentionRecord) -> dict[str, Any]:
    mention, judgement = record.mention, record.judgement
    return {
        "mention_id": record.mention_id,
        "seen": record.seen_at,
        "network": mention.network if mention else "",
        "brand": mention.brand if mention else "",
        "intent": _intent(record),
        "language": judgement.language if judgement else "",
        "topic": judgement.topic if judgement else "",
        "permalink": mention.permalink if mention else "",
    }
