"""Reading `infra/zendesk/setup.yaml`: what gehoor wants to find in Zendesk."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from gehoor_ops.failures import CommandFailed
from gehoor_ops.setup_choices import Listed, options
from gehoor_ops.setup_plan import (
    CHOICE,
    FIELD_IDS,
    FORM_SUFFIX,
    OPTIONS,
    TITLE_PREFIX,
    USER_FIELD_PREFIX,
    Wanted,
    form_key,
    mark,
)
from gehoor_ops.workspace import PROJECT
from gehoor_ops.yaml_document import Unusable, read_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gehoor.desk_settings import Desk

FILE = PROJECT / "infra" / "zendesk" / "setup.yaml"
MAX_SIZE = 64 * 1024

Title = Annotated[str, StringConstraints(pattern=f"^{TITLE_PREFIX}")]
FormName = Annotated[str, StringConstraints(pattern=f"^{TITLE_PREFIX}.*{re.escape(FORM_SUFFIX)}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]+$")]
UserFieldKey = Annotated[str, StringConstraints(pattern=f"^{USER_FIELD_PREFIX}[a-z0-9_]+$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TicketField(_Part):
    """A ticket field: a text, or a choice where there are `choices`."""

    title: Title
    description: str
    choices: Listed | tuple[str, ...] = ()


class UserField(_Part):
    """A field of a customer."""

    title: Title
    description: str
    type: Literal["text", "date"]


class TicketForm(_Part):
    """The form tickets are opened with; customers do not see it."""

    name: FormName
    display_name: str


class Condition(_Part):
    """What must be so."""

    field: str
    operator: str
    value: str


class Act(_Part):
    """What is done."""

    field: str
    value: str


class Trigger(_Part):
    """A trigger."""

    title: Title
    description: str
    all: list[Condition]
    any: list[Condition] = []
    actions: list[Act]


class ViewOutput(_Part):
    """The columns and the order of a view."""

    columns: list[str]
    sort_by: str
    sort_order: Literal["asc", "desc"]


class View(_Part):
    """A view."""

    title: Title
    description: str
    all: list[Condition]
    any: list[Condition] = []
    output: ViewOutput


class Macro(_Part):
    """A macro."""

    title: Title
    description: str
    actions: list[Act]


class Webhook(_Part):
    """The webhook that gehoor hears of the helpdesk's events by."""

    name: Title
    description: str
    subscriptions: Annotated[list[str], Field(min_length=1)]


class Setup(_Part):
    """The whole file; parts by their key."""

    ticket_fields: dict[Key, TicketField]
    user_fields: dict[UserFieldKey, UserField]
    ticket_form: TicketForm
    triggers: dict[Key, Trigger]
    views: dict[Key, View]
    macros: dict[Key, Macro]
    webhook: Webhook


def read_setup(path: Path = FILE) -> Setup:
    """The file, checked; CommandFailed with what is wrong in it."""
    try:
        return Setup.model_validate(read_document(path.read_bytes(), MAX_SIZE).content)
    except OSError as error:
        raise _unusable(path, [str(error.strerror)]) from error
    except Unusable as error:
        raise _unusable(path, [f"line {error.line}: accepted is {error}"]) from error
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        lines = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults]
        raise _unusable(path, lines) from error


def wanted(setup: Setup, api_url: str, desk: Desk) -> tuple[Wanted, ...]:
    """What the file asks for, with the webhook sent to the stack at `api_url`.

    `desk` is that of the configuration, which lists causes and topics to choose from.
    """
    return (
        *_fields(setup, desk),
        _form(setup),
        *_rules(setup),
        Wanted("webhook", "webhook", _webhook(setup.webhook, api_url)),
    )


def _fields(setup: Setup, desk: Desk) -> Iterator[Wanted]:
    for key, field in setup.ticket_fields.items():
        properties = _marked(field, key)
        del properties["choices"]
        yield Wanted("ticket_field", key, {**_type_of(key, field, desk), **properties})
    for key, user_field in setup.user_fields.items():
        yield Wanted("user_field", key, {"key": key, **_marked(user_field, key)})


def _type_of(key: str, field: TicketField, desk: Desk) -> dict[str, Any]:
    if not field.choices:
        return {"type": "text"}
    return {"type": CHOICE, OPTIONS: options(key, field.choices, desk)}


def _form(setup: Setup) -> Wanted:
    form = setup.ticket_form
    properties = {
        **form.model_dump(),
        "active": True,
        "end_user_visible": False,
        FIELD_IDS: list(setup.ticket_fields),
    }
    return Wanted("ticket_form", form_key(form.name), properties)


def _rules(setup: Setup) -> Iterator[Wanted]:
    for key, trigger in setup.triggers.items():
        properties = _marked(trigger, key)
        conditions = {name: properties.pop(name) for name in ("all", "any")}
        yield Wanted("trigger", key, {**properties, "conditions": conditions})
    for key, view in setup.views.items():
        yield Wanted("view", key, _marked(view, key))
    for key, macro in setup.macros.items():
        yield Wanted("macro", key, _marked(macro, key))


def _webhook(webhook: Webhook, api_url: str) -> dict[str, Any]:
    return {
        "name": webhook.name,
        "description": f"{webhook.description} {mark('webhook')}",
        "endpoint": f"{api_url.rstrip('/')}/hooks/zendesk",
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
        "subscriptions": sorted(webhook.subscriptions),
    }


def _marked(part: Any, key: str) -> dict[str, Any]:
    """A part as the API takes it: active, and with its mark."""
    properties: dict[str, Any] = part.model_dump()
    description = f"{part.description} {mark(key)}"
    return {**properties, "description": description, "active": True}


def _unusable(path: Path, lines: list[str]) -> CommandFailed:
    return CommandFailed(
        f"{path} cannot be used",
        "mend it, or take it anew from this version of gehoor",
        tuple(f"  {line}" for line in lines),
    )
