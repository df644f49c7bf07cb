"""Ticket fields that agents choose in: each option is a tag, and field and tag stay equal.

Choosing an option adds its tag and takes off that of the one before; a tag that is added chooses
its option (help article 4408881943194). A value that is no option changes nothing, and is no error
(reported, node-zendesk issue 132). Assumed: where one request sends both, the field counts.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from playground.desk.inputs import TicketInput
from playground.desk.ticket_columns import Columns

TAGGER = "tagger"

Options = Mapping[int, Mapping[str, str]]
"""The names of options by their value, by the id of their field."""


def of_fields(db: sqlite3.Connection) -> Options:
    """The options of all ticket fields that agents choose in."""
    rows = db.execute("SELECT id, content FROM definitions WHERE kind = 'ticket_field'").fetchall()
    fields = {row["id"]: json.loads(row["content"]) for row in rows}
    return {
        field_id: {option["value"]: option["name"] for option in field["custom_field_options"]}
        for field_id, field in fields.items()
        if field["type"] == TAGGER
    }


def agreed(
    options: Options, given: TicketInput, after: Columns, before: sqlite3.Row | None = None
) -> Columns:
    """The columns of a ticket in which fields and tags say the same."""
    tags: list[str] = json.loads(after["tags"])
    values = {field["id"]: field["value"] for field in json.loads(after["custom_fields"])}
    old_tags = json.loads(before["tags"]) if before else []
    sent = {field.id: field.value for field in given.custom_fields}
    for field_id, names in options.items():
        old = next((tag for tag in old_tags if tag in names), None)
        chosen = _chosen(names, tags, old)
        if field_id in sent:
            chosen = _sent(names, sent[field_id], chosen)
        tags = [tag for tag in tags if tag not in names or tag == chosen]
        if chosen and chosen not in tags:
            tags.append(chosen)
        if chosen or field_id in values:
            values[field_id] = chosen
    fields = [{"id": field_id, "value": value} for field_id, value in values.items()]
    return {**after, "tags": json.dumps(tags), "custom_fields": json.dumps(fields)}


def _sent(names: Iterable[str], value: Any, otherwise: str | None) -> str | None:
    """What a sent value chooses: nothing when it is empty, and no change when it is no option."""
    if value in (None, ""):
        return None
    return value if value in names else otherwise


def _chosen(names: Iterable[str], tags: Sequence[str], old: str | None) -> str | None:
    """What the tags choose: of several the one that is new and comes last."""
    options = [tag for tag in tags if tag in names]
    new = [tag for tag in options if tag != old]
    return next(reversed(new or options), None)
