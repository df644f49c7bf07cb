"""`gehoor source`: how the sources are, starting them again, and signing in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from gehoor.config import pace_of
from gehoor.config_problems import duration_text
from gehoor.domain.health import Health, health_of
from gehoor.domain.pace import next_turn
from gehoor_ops import source_sign_in_command
from gehoor_ops.failures import CommandFailed, unknown
from gehoor_ops.output import about, ago, table
from gehoor_ops.stack import clock, find_stack

if TYPE_CHECKING:
    from argparse import Namespace
    from datetime import datetime

    from gehoor.config import AppConfig
    from gehoor.domain.place import Gap
    from gehoor.domain.source import SourceState
    from gehoor.settings import SourceSettings
    from gehoor_ops.output import Output
    from gehoor_ops.stack import Stack

HEADS = (
    "source",
    "network",
    "health",
    "pace",
    "next poll",
    "last success",
    "last new",
    "silence",
    "gaps",
    "credential ends",
    "fails",
    "error",
)


def register(commands: Any) -> None:
    """Add the commands."""
    source = commands.add_parser("source", help="see, poll and reset sources, and sign in")
    actions = source.add_subparsers(title="commands", metavar="COMMAND", required=True)
    purpose = "show where each source stands"
    actions.add_parser("list", help=purpose, description=purpose).set_defaults(run=list_sources)
    purpose = "poll a source now, whenever it is due"
    polled = actions.add_parser("poll", help=purpose, description=purpose)
    polled.set_defaults(run=poll)
    purpose = "forget how far a source was read and read it from the start; nothing comes twice"
    cleared = actions.add_parser("reset", help=purpose, description=purpose)
    cleared.add_argument("--yes", action="store_true", help="do it; without this nothing is done")
    cleared.set_defaults(run=reset)
    for action in (polled, cleared):
        action.add_argument("id", metavar="ID", help="as in the configuration")
    source_sign_in_command.register(actions)


def list_sources(options: Namespace, output: Output) -> None:
    """Show every source of the configuration with its health, the worst first."""
    stack = find_stack(options.stack, output)
    config, now = _config(stack), clock()
    states = {state.source_id: state for state in stack.sources().all()}
    known = [_describe(settings, states.get(settings.id), now) for settings in config.sources]
    known.sort(key=lambda source: list(Health).index(source["health"]))
    text = [table(HEADS, [_row(source, now) for source in known]), *_gaps_told(known)]
    output.show({"sources": known}, "\n".join(text))


def poll(options: Namespace, output: Output) -> None:
    """Send a poll of one source to the queue."""
    stack = find_stack(options.stack, output)
    _check_configured(options.id, stack)
    stack.queues().send_polls([options.id])
    output.show(
        {"source": options.id, "queued": True},
        f"Source {options.id} is being polled; see: gehoor source list",
    )


def reset(options: Namespace, output: Output) -> None:
    """Forget a source's cursor."""
    stack = find_stack(options.stack, output)
    _check_configured(options.id, stack)
    if not options.yes:
        raise CommandFailed(
            f"source {options.id} would be read again from its start",
            f"if that is meant: gehoor source reset {options.id} --yes",
        )
    if not stack.sources().reset(options.id, clock()):
        raise CommandFailed(
            f"source {options.id} is in the configuration and has no state yet",
            "push the configuration again: gehoor config push gehoor.yaml",
        )
    output.show(
        {"source": options.id, "reset": True},
        f"Source {options.id} starts again within a minute; what is known stays known.",
    )


def _config(stack: Stack) -> AppConfig:
    return stack.config_store().current()[1]


def _check_configured(source_id: str, stack: Stack) -> None:
    known = [settings.id for settings in _config(stack).sources]
    if source_id not in known:
        raise unknown("source", source_id, known, "see the sources with: gehoor source list")


def _describe(settings: SourceSettings, state: SourceState | None, now: datetime) -> dict[str, Any]:
    """A source without state was never pushed to the table: nobody polls it."""
    health = health_of(state, settings.every, settings.silence, now) if state else Health.STALE
    turn = next_turn(pace_of(settings), state, now) if state else None
    return {
        "id": settings.id,
        "network": settings.network,
        "brand": settings.brand,
        "health": health,
        "every_seconds": int(settings.every.total_seconds()),
        "pace_seconds": int(turn.interval.total_seconds()) if turn else None,
        "pace": turn and turn.why,
        "next_due_at": state and max(state.next_due_at, now),
        "last_success_at": state and state.last_success_at,
        "last_new_at": state and state.last_new_at,
        "pushed_at": state and state.pushed_at,
        "silence_seconds": int(settings.silence.total_seconds()),
        "gaps": [_describe_gap(gap) for gap in state.gaps] if state else [],
        "credential_ends_at": state and state.credential_ends_at,
        "failures": state.failures if state else 0,
        "error": state.error if state else "it has no state yet; push the configuration again",
    }


def _pace(source: dict[str, Any]) -> str:
    """How often it is polled while nothing goes wrong, and why so often."""
    if source["pace"] is None:
        return ""
    return f"{about(timedelta(seconds=source['pace_seconds']))} {source['pace']}"


def _describe_gap(gap: Gap) -> dict[str, Any]:
    return {
        "list": gap.list_name,
        "since": gap.since,
        "until": gap.until,
        "found_at": gap.found_at,
    }


def _gaps_told(known: list[dict[str, Any]]) -> list[str]:
    """A line for each gap, with its bounds to look between."""
    return [
        f"{source['id']}: never read, and listed no more: {gap['list']}, "
        f"{gap['since']:%Y-%m-%d %H:%M:%S} to {gap['until']:%Y-%m-%d %H:%M:%S} UTC"
        for source in known
        for gap in source["gaps"]
    ]


def _row(source: dict[str, Any], now: datetime) -> tuple[object, ...]:
    ends_at = source["credential_ends_at"]
    times = (source["next_due_at"], source["last_success_at"], source["last_new_at"])
    return (
        source["id"],
        source["network"],
        source["health"],
        _pace(source),
        *(ago(time, now) for time in times),
        duration_text(timedelta(seconds=source["silence_seconds"])),
        len(source["gaps"]) or "",
        ago(ends_at, now) if ends_at else "",
        source["failures"],
        source["error"],
    )
