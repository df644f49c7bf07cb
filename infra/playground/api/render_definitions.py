"""Definitions as the JSON that Zendesk answers; keys and types follow recorded answers."""

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from playground.api.links import link

CATEGORY = "36000000000001"
"""The category of every trigger."""

NOT_FILTERABLE = ("subject", "created")
NOT_SORTABLE = ("subject",)


def _common(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "url": link(f"{row['kind']}s/{row['id']}.json"),
        "id": row["id"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        **json.loads(row["content"]),
    }


def _field(row: sqlite3.Row) -> dict[str, Any]:
    shown = _common(row)
    description = shown["description"] or shown["title"]
    raw = {"raw_title": shown["title"], "raw_description": description}
    return {**shown, **raw, "description": description}


def _ticket_field(row: sqlite3.Row) -> dict[str, Any]:
    shown = _field(row)
    in_portal = shown["title_in_portal"] or shown["title"]
    titles = {"title_in_portal": in_portal, "raw_title_in_portal": in_portal}
    return {**shown, **titles, "key": None}


def _user_field(row: sqlite3.Row) -> dict[str, Any]:
    return {**_field(row), "system": False}


def _ticket_form(row: sqlite3.Row) -> dict[str, Any]:
    shown = _common(row)
    display_name = shown["display_name"] or shown["name"]
    return {
        **shown,
        "raw_name": shown["name"],
        "display_name": display_name,
        "raw_display_name": display_name,
        "agent_conditions": [],
        "end_user_conditions": [],
    }


def _rule(row: sqlite3.Row) -> dict[str, Any]:
    shown = _common(row)
    shown = {**shown, "raw_title": shown["title"], "default": False}
    if "all" in shown:
        shown["conditions"] = {"all": shown.pop("all"), "any": shown.pop("any")}
    return shown


def _view(row: sqlite3.Row) -> dict[str, Any]:
    shown = _rule(row)
    output = shown.pop("output")
    columns = [_column(name) for name in output.pop("columns")]
    execution = {
        **output,
        "group": _ordered(output["group_by"], output["group_order"]),
        "sort": _ordered(output["sort_by"], output["sort_order"]),
        "columns": columns,
        "fields": columns,
        "custom_fields": [],
    }
    return {**shown, "execution": execution}


def _trigger(row: sqlite3.Row) -> dict[str, Any]:
    return {**_rule(row), "category_id": CATEGORY}


def _column(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "title": "Requested" if name == "created" else name.replace("_", " ").capitalize(),
        "filterable": name not in NOT_FILTERABLE,
        "sortable": name not in NOT_SORTABLE,
    }


def _ordered(name: str | None, order: str) -> dict[str, Any] | None:
    return None if name is None else {**_column(name), "order": order}


RENDERED: dict[str, Callable[[sqlite3.Row], dict[str, Any]]] = {
    "ticket_field": _ticket_field,
    "user_field": _user_field,
    "ticket_form": _ticket_form,
    "view": _view,
    "trigger": _trigger,
    "macro": _rule,
}
"""How each kind of definition is shown."""
