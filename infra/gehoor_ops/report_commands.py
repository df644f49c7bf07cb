"""`gehoor desk report`: how soon first answers came, by the cases that are stored."""

from __future__ import annotations

from argparse import ArgumentTypeError
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from gehoor.aws.arrivals import DynamoArrivals
from gehoor.domain.answer_figures import Clocked, Figures, by_name, clocked, figures
from gehoor.settings import Duration
from gehoor_ops.output import table
from gehoor_ops.stack import clock, find_stack

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator, Sequence

    from gehoor_ops.output import Output
    from gehoor_ops.stack import Stack

SINCE = timedelta(days=7)
MOST = 50_000
"""Mentions looked at in one report: about a thousand calls."""

AT_ONCE = 100
HEADS = ("", "answered", "in time", "median", "90%", "overdue", "waiting", "solved unanswered")
_DURATION: TypeAdapter[timedelta] = TypeAdapter(Duration)


def register(commands: Any) -> None:
    """Add the commands."""
    desk = commands.add_parser("desk", help="how the desk does")
    actions = desk.add_subparsers(title="commands", metavar="COMMAND", required=True)
    purpose = "how soon first answers were on their networks, by network and by intent"
    report = actions.add_parser("report", help=purpose, description=purpose)
    report.add_argument(
        "--since",
        metavar="WHEN",
        type=_moment,
        help="cases heard since then: a date like 2026-11-01, or a time ago like 12h (default: 7d)",
    )
    report.set_defaults(run=show_report)


def show_report(options: Namespace, output: Output) -> None:
    """Show the figures of the cases that were heard since a moment."""
    now = clock()
    since = options.since or now - SINCE
    found, is_whole = _clocks(find_stack(options.stack, output), since, now)
    if not is_whole:
        output.note(
            f"more than {MOST} mentions: only the first are counted; choose a later --since"
        )
    networks = by_name(((one.network, one) for one in found), now)
    intents = by_name(((one.clock.intent, one) for one in found), now)
    document = {
        "since": since,
        "whole": is_whole,
        "all": _plain(figures(found, now)),
        "by_network": {name: _plain(part) for name, part in networks.items()},
        "by_intent": {name: _plain(part) for name, part in intents.items()},
    }
    rows = [("all", figures(found, now)), *networks.items(), *intents.items()]
    output.show(document, table(HEADS, [_row(name, part) for name, part in rows]))


def _clocks(stack: Stack, since: datetime, until: datetime) -> tuple[list[Clocked], bool]:
    """The clocks that started since then, each once, and whether those are all."""
    arrivals = DynamoArrivals(stack.account.dynamodb(), stack.output("CoreTable"))
    names = (mention_id for _, mention_id in arrivals.between(since, until))
    looked_at = list(islice(names, MOST))
    mentions, cases = stack.mentions(), stack.cases()
    case_ids: dict[str, None] = {}
    for batch in _batches(looked_at):
        records = mentions.get_many(batch).values()
        case_ids |= dict.fromkeys(record.case_id for record in records if record)
    case_ids.pop("", None)
    stored = [case for batch in _batches(list(case_ids)) for case in cases.get_many(batch)]
    found = [one for case in stored for one in clocked(case, since)]
    return found, next(names, None) is None


def _batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + AT_ONCE] for start in range(0, len(names), AT_ONCE))


def _plain(part: Figures) -> dict[str, Any]:
    """Times in minutes, as programs compare them."""
    found = asdict(part)
    for name in ("median", "percentile_90"):
        found[f"{name}_minutes"] = _minutes(found.pop(name))
    return found


def _row(name: str, part: Figures) -> tuple[object, ...]:
    share = "-" if part.share_in_time is None else f"{part.share_in_time:.0%}"
    times = (_shown(part.median), _shown(part.percentile_90))
    counts = (part.overdue, part.waiting, part.solved_unanswered)
    return (name, part.answered, share, *times, *counts)


def _minutes(span: timedelta | None) -> float | None:
    return None if span is None else round(span / timedelta(minutes=1), 1)


def _shown(span: timedelta | None) -> str:
    return "-" if span is None else f"{span / timedelta(minutes=1):.0f} min"


def _moment(text: str) -> datetime:
    readers: tuple[Callable[[str], datetime], ...] = (
        lambda day: datetime.combine(date.fromisoformat(day), time(), UTC),
        lambda span: clock() - _DURATION.validate_python(span),
    )
    for read in readers:
        try:
            return read(text)
        except (ValueError, ValidationError, OverflowError):
            continue
    message = "a date like 2026-11-01, or a time ago like 12h or 30d"
    raise ArgumentTypeError(message)
