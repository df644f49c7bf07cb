"""`gehoor incident`: storms that became one incident, and the one answer for all who wait."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from gehoor.domain.event import CommentAdded
from gehoor.domain.incident import BROADCAST
from gehoor.errors import Gone
from gehoor.usecases.broadcast_words import previews_of
from gehoor.usecases.membership import members_of
from gehoor_ops.connections import answer_ports
from gehoor_ops.failures import CommandFailed, unknown
from gehoor_ops.output import ago, table
from gehoor_ops.stack import clock, find_stack

if TYPE_CHECKING:
    from argparse import Namespace

    from gehoor.aws.incidents import DynamoIncidents
    from gehoor.domain.incident import Broadcast, Incident
    from gehoor_ops.output import Output

MOST = 100
HEADS = ("incident", "opened", "state", "brand", "posts", "ticket", "broadcast", "about")
PREVIEW_HEADS = ("ticket", "network", "length", "of", "answer")


def register(commands: Any) -> None:
    """Add the commands."""
    incident = commands.add_parser("incident", help="list and close incidents, answer all of one")
    actions = incident.add_subparsers(title="commands", metavar="COMMAND", required=True)
    purpose = f"list the newest {MOST} incidents, the newest first"
    actions.add_parser("list", help=purpose, description=purpose).set_defaults(run=list_incidents)
    purpose = "show whom a broadcast would answer, each answer with its length; nothing is sent"
    shown = actions.add_parser("preview", help=purpose, description=purpose)
    shown.set_defaults(run=preview)
    purpose = "send the broadcast that was previewed on the problem ticket to everybody who waits"
    sent = actions.add_parser("broadcast", help=purpose, description=purpose)
    sent.add_argument("--yes", action="store_true", help="do it; without this nothing is sent")
    sent.set_defaults(run=broadcast)
    purpose = "close an incident: later mentions do not belong to it, and nothing more is sent"
    closed = actions.add_parser("close", help=purpose, description=purpose)
    closed.set_defaults(run=close)
    for action in (shown, sent, closed):
        action.add_argument("id", metavar="ID", help="as `gehoor incident list` shows it")


def list_incidents(options: Namespace, output: Output) -> None:
    """List incidents, with what became of them."""
    incidents, now = find_stack(options.stack, output).incidents(), clock()
    found = [(each, _posts(each, incidents)) for each in incidents.newest(MOST)]
    rows = [
        (
            each.incident_id,
            ago(each.opened_at, now),
            "open" if each.is_open else "closed",
            each.brand,
            posts,
            each.ticket_id,
            _stage(each.broadcast),
            ", ".join(each.phrases),
        )
        for each, posts in found
    ]
    document = {"incidents": [_summary(each, posts) for each, posts in found]}
    output.show(document, table(HEADS, rows) if rows else "No incidents.")


def preview(options: Namespace, output: Output) -> None:
    """Show every answer as it would go out, and how many get none."""
    stack = find_stack(options.stack, output)
    incident, proposed = _with_broadcast(options.id, stack.incidents())
    _, config = stack.config_store().current()
    ports = answer_ports(stack, config)
    try:
        comment = ports.helpdesk.read_comment(incident.ticket_id, proposed.comment_id)
    except Gone as error:
        raise _nothing_shown(incident) from error
    shown = previews_of(incident, comment, ports)
    answers, left_out = shown.answers, shown.left_out
    rows = [
        (each.ticket_id, each.network, each.length, each.limit or "", each.text) for each in answers
    ]
    why = [f"{count} get nothing: {reason}." for reason, count in sorted(left_out.items())]
    text = table(PREVIEW_HEADS, rows) if rows else "Nobody would be answered."
    document = {
        "incident": incident.incident_id,
        "answers": [asdict(each) | {"too_long": each.is_too_long} for each in answers],
        "left_out": dict(left_out),
    }
    output.show(document, "\n".join([text, *why]))


def broadcast(options: Namespace, output: Output) -> None:
    """Begin what was previewed; apply_event sends it, at its pace."""
    stack = find_stack(options.stack, output)
    incidents = stack.incidents()
    incident, proposed = _with_broadcast(options.id, incidents)
    if not incident.is_open:
        cause = f"incident {incident.incident_id} is closed"
        raise CommandFailed(cause, "nothing is sent for a closed incident")
    if proposed.ended_at is not None:
        raise _nothing_shown(incident)
    if not options.yes:
        next_step = f"see it with: gehoor incident preview {incident.incident_id}; then add --yes"
        raise CommandFailed("this answers customers in public, so it wants --yes", next_step)
    if proposed.begun_at is None:
        _store(incident.begun(clock()), incidents)
    stack.queues().send_event(CommentAdded(incident.ticket_id, proposed.comment_id))
    document = {"incident": incident.incident_id, "comment_id": proposed.comment_id}
    text = f"On its way. How it ends is told on ticket {incident.ticket_id}."
    output.show(document, text)


def close(options: Namespace, output: Output) -> None:
    """Close an incident; nothing to do for one that is closed."""
    stack = find_stack(options.stack, output)
    incidents = stack.incidents()
    incident = _get(options.id, incidents)
    if incident.is_open:
        _store(replace(incident, closed_at=clock()), incidents)
    if incident.broadcast is not None and incident.broadcast.is_under_way:
        # Whoever hears of it tells the agent how far it got.
        stack.queues().send_event(CommentAdded(incident.ticket_id, incident.broadcast.comment_id))
    text = f"Closed. Its problem ticket {incident.ticket_id or '(none)'} stays as it is."
    output.show({"incident": incident.incident_id, "state": "closed"}, text)


def _get(incident_id: str, incidents: DynamoIncidents) -> Incident:
    found = incidents.get(incident_id)
    if found is None:
        known = [each.incident_id for each in incidents.newest(MOST)]
        raise unknown("incident", incident_id, known, "gehoor incident list")
    return found


def _with_broadcast(incident_id: str, incidents: DynamoIncidents) -> tuple[Incident, Broadcast]:
    incident = _get(incident_id, incidents)
    if incident.broadcast is None:
        raise _nothing_shown(incident)
    return incident, incident.broadcast


def _nothing_shown(incident: Incident) -> CommandFailed:
    return CommandFailed(
        f"there is no broadcast to send for incident {incident.incident_id}",
        f"write a public comment with the tag {BROADCAST} on ticket {incident.ticket_id}, and wait "
        "for its preview",
    )


def _store(incident: Incident, incidents: DynamoIncidents) -> None:
    if not incidents.put(incident):
        cause = f"incident {incident.incident_id} was being changed at the same moment"
        raise CommandFailed(cause, "run the command again")


def _posts(incident: Incident, incidents: DynamoIncidents) -> int:
    return len(members_of(incidents.joined(incident.incident_id)))


def _stage(broadcast: Broadcast | None) -> str:
    if broadcast is None:
        return ""
    if broadcast.ended_at is not None:
        return "over"
    return "previewed" if broadcast.begun_at is None else "under way"


def _summary(incident: Incident, posts: int) -> dict[str, Any]:
    return {
        "id": incident.incident_id,
        "brand": incident.brand,
        "opened_at": incident.opened_at,
        "closed_at": incident.closed_at,
        "state": "open" if incident.is_open else "closed",
        "people": incident.count,
        "hours": incident.hours,
        "normal": round(incident.normal, 2),
        "phrases": list(incident.phrases),
        "posts": posts,
        "ticket_id": incident.ticket_id,
        "broadcast": _stage(incident.broadcast),
    }
