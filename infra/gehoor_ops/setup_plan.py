"""What has to be done so that the helpdesk holds what gehoor wants there, and nothing else changes.

Pure: what is wanted and what was found go in, steps come out. An object is gehoor's own when its
title and its description both say so; what only one of them says stays the company's.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

KINDS = ("ticket_field", "user_field", "ticket_form", "trigger", "view", "macro", "webhook")
"""In the order in which they are made, because a form names fields; removed the other way round."""

TITLE_PREFIX = "Webcare"
FORM_SUFFIX = " (gehoor)"
USER_FIELD_PREFIX = "gehoor_"
MARK = re.compile(r"\[gehoor:([a-z0-9_-]+)\]")
FIXED = frozenset({"type", "key"})
"""What Zendesk keeps as it was made."""

FIELD_IDS = "ticket_field_ids"
OPTIONS = "custom_field_options"
CHOICE = "tagger"
"""The type of a field that agents choose in."""


class Action(StrEnum):
    """What a step does."""

    CREATE = "create"
    CHANGE = "change"
    LEAVE = "leave"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An object as it should be. `key` names it for good; properties are named as in the API.

    A form names its ticket fields by their keys.
    """

    kind: str
    key: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """An object in the helpdesk, gehoor's or not."""

    kind: str
    object_id: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A property that differs."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, or to leave. `properties` are what to send.

    A ticket field that is still to be made stands in a form by its key instead of its id.
    `stays_text` tells of a field from before it was to be a choice.
    """

    action: Action
    kind: str
    key: str
    title: str
    object_id: str | None = None
    properties: Mapping[str, Any] | None = None
    changes: tuple[Change, ...] = ()
    stays_text: bool = False


def title_name(kind: str) -> str:
    """The property that holds the title."""
    return "name" if kind in ("ticket_form", "webhook") else "title"


def mark(key: str) -> str:
    """What is written into the description of gehoor's own."""
    return f"[gehoor:{key}]"


def own(found: Iterable[Found]) -> dict[tuple[str, str], Found]:
    """gehoor's own objects by kind and key; the oldest where somebody copied one."""
    kept: dict[tuple[str, str], Found] = {}
    for one in sorted(found, key=_age):
        key = _key_of(one)
        if key is not None:
            kept.setdefault((one.kind, key), one)
    return kept


def plan(wanted: Sequence[Wanted], found: Sequence[Found]) -> tuple[Step, ...]:
    """The steps to what is wanted. Nothing is removed: what is wanted no more may hold data."""
    known = own(found)
    ordered = sorted(wanted, key=lambda one: KINDS.index(one.kind))
    return tuple(
        _step(_as_it_is(one, known, found), known.get((one.kind, one.key))) for one in ordered
    )


def plan_removal(found: Sequence[Found]) -> tuple[Step, ...]:
    """The steps that remove all of gehoor's own, also what an earlier version made."""
    ordered = sorted(own(found).items(), key=lambda item: -KINDS.index(item[0][0]))
    return tuple(
        Step(Action.REMOVE, kind, key, _title(kind, one.properties), one.object_id)
        for (kind, key), one in ordered
    )


def _step(wanted: Wanted, found: Found | None) -> Step:
    title = _title(wanted.kind, wanted.properties)
    if found is None:
        return Step(Action.CREATE, wanted.kind, wanted.key, title, properties=wanted.properties)
    sent = {name: value for name, value in wanted.properties.items() if name not in FIXED}
    changes = tuple(
        Change(name, found.properties.get(name), value)
        for name, value in sent.items()
        if found.properties.get(name) != value
    )
    action = Action.CHANGE if changes else Action.LEAVE
    stays_text = wanted.properties.get("type") == CHOICE and not _has_its_type(wanted, found)
    return Step(action, wanted.kind, wanted.key, title, found.object_id, sent, changes, stays_text)


def _has_its_type(wanted: Wanted, found: Found) -> bool:
    return bool(found.properties.get("type") == wanted.properties.get("type"))


def _as_it_is(
    wanted: Wanted, known: Mapping[tuple[str, str], Found], found: Sequence[Found]
) -> Wanted:
    """What is wanted, with what an administrator added to it."""
    return _with_options(_with_field_ids(wanted, known, found), known)


def _with_options(wanted: Wanted, known: Mapping[tuple[str, str], Found]) -> Wanted:
    """A field with the choices it has, as they are, and those that are missing.

    None is taken away: tickets hold it, and an option that is sent without its id is made anew. A
    field that was made as a text stays one, and takes none.
    """
    field = known.get((wanted.kind, wanted.key))
    if field is None or OPTIONS not in wanted.properties:
        return wanted
    if not _has_its_type(wanted, field):
        bare = {name: value for name, value in wanted.properties.items() if name != OPTIONS}
        return replace(wanted, properties=bare)
    present = list(field.properties.get(OPTIONS) or [])
    values = {option["value"] for option in present}
    missing = [one for one in wanted.properties[OPTIONS] if one["value"] not in values]
    return replace(wanted, properties={**wanted.properties, OPTIONS: [*present, *missing]})


def _with_field_ids(
    wanted: Wanted, known: Mapping[tuple[str, str], Found], found: Sequence[Found]
) -> Wanted:
    """A form with ids: what it has already, what every ticket has, and gehoor's own fields.

    What an administrator added to the form stays, and so does the order.
    """
    if wanted.kind != "ticket_form":
        return wanted
    form = known.get((wanted.kind, wanted.key))
    present = list(form.properties[FIELD_IDS]) if form else []
    fields = [known.get(("ticket_field", key)) for key in wanted.properties[FIELD_IDS]]
    own_ids = [
        int(field.object_id) if field else key
        for field, key in zip(fields, wanted.properties[FIELD_IDS], strict=True)
    ]
    ids = dict.fromkeys([*present, *_on_every_ticket(found), *own_ids])
    return replace(wanted, properties={**wanted.properties, FIELD_IDS: list(ids)})


def _on_every_ticket(found: Sequence[Found]) -> list[int]:
    """The fields that cannot be removed: Zendesk wants them on all tickets."""
    return [
        int(one.object_id)
        for one in found
        if one.kind == "ticket_field"
        and one.properties["active"]
        and not one.properties["removable"]
    ]


def _key_of(found: Found) -> str | None:
    """The key of an object that is gehoor's own, None for everybody else's."""
    if found.kind == "user_field":
        key = str(found.properties.get("key") or "")
        return key if key.startswith(USER_FIELD_PREFIX) else None
    title = _title(found.kind, found.properties)
    if not title.startswith(TITLE_PREFIX):
        return None
    if found.kind == "ticket_form":
        return form_key(title) if title.endswith(FORM_SUFFIX) else None
    marked = MARK.search(found.properties.get("description") or "")
    return marked[1] if marked else None


def form_key(name: str) -> str:
    """The key of a form of gehoor's own, which is in its name."""
    return name.removesuffix(FORM_SUFFIX).lower()


def _title(kind: str, properties: Mapping[str, Any]) -> str:
    return str(properties.get(title_name(kind)) or "")


def _age(found: Found) -> tuple[int, str]:
    """Ids grow: numbers by their length first, and webhooks' have one length."""
    return len(found.object_id), found.object_id
