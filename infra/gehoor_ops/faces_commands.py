"""`gehoor faces`: who looks like the company on networks, and is not it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gehoor_ops.output import ago, table
from gehoor_ops.stack import clock, find_stack

if TYPE_CHECKING:
    from argparse import Namespace

    from gehoor.domain.alert import AlertRecord
    from gehoor_ops.output import Output

HEADS = ("network", "handle", "shown name", "looks like us", "seen", "told", "where")


def register(commands: Any) -> None:
    """Add the commands."""
    faces = commands.add_parser("faces", help="handles that look like the company's own")
    actions = faces.add_subparsers(title="commands", metavar="COMMAND", required=True)
    purpose = (
        "list handles and shown names in mentions that look like the company's, the newest first; "
        "what is the company's after all goes into desk.own_accounts"
    )
    listed = actions.add_parser("list", help=purpose, description=purpose)
    listed.set_defaults(run=list_faces)


def list_faces(options: Namespace, output: Output) -> None:
    """List the faces, each once, with what is alike and where it was seen first."""
    found = find_stack(options.stack, output).alerts().faces()
    records, now = sorted(found, key=lambda one: one.seen_at, reverse=True), clock()
    rows = [
        [
            ago(value, now) if name in ("seen_at", "told_at") else value
            for name, value in row.items()
        ]
        for row in map(_summary, records)
    ]
    text = table(HEADS, rows) if rows else "Nobody looks like the company."
    output.show({"faces": [_summary(record) for record in records]}, text)


def _summary(record: AlertRecord) -> dict[str, Any]:
    face = record.alert.face
    return {
        "network": record.alert.network,
        "handle": face.handle if face else "",
        "display_name": face.display_name if face else "",
        "evidence": record.alert.evidence,
        "seen_at": record.seen_at,
        "told_at": record.told_at,
        "post": record.alert.link,
    }
