"""Carrying out the steps of a plan, and telling the functions what came of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gehoor import webhooks
from gehoor.domain.setup import HelpdeskSetup
from gehoor.errors import AuthExpired, Permanent
from gehoor_ops.setup_plan import FIELD_IDS, OPTIONS, Action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gehoor.aws.secrets import Secrets
    from gehoor.aws.setup_store import SetupStore
    from gehoor_ops.setup_plan import Step
    from gehoor_ops.zendesk_objects import ZendeskObjects

SECRET = webhooks.SECRETS + "zendesk"
_DONE = {Action.CREATE: "made", Action.CHANGE: "changed", Action.REMOVE: "removed"}

Ids = dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The ids of gehoor's own objects by kind and key, and the steps that Zendesk refused.

    `choices` are the values of ticket fields that agents choose in, by their key.
    """

    ids: Ids = field(default_factory=dict)
    choices: dict[str, frozenset[str]] = field(default_factory=dict)
    refused: list[tuple[Step, Permanent]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Handover:
    """Where the functions find what was set up in the helpdesk at `base_url`."""

    base_url: str
    objects: ZendeskObjects
    secrets: Secrets
    store: SetupStore

    def missing(self, outcome: Outcome) -> list[str]:
        """What the functions do not know yet, in words."""
        missing, ids = [], outcome.ids
        if self.store.get(self.base_url) != setup_of(outcome):
            missing.append("the form, the ticket fields and their choices")
        if ("webhook", "webhook") not in ids or self._known_secret() != self._secret(ids):
            missing.append("the webhook's signing secret")
        return missing

    def complete(self, outcome: Outcome) -> None:
        """Store the webhook's signing secret, and the setup; nothing when both are stored already.

        The secret comes first: events that it cannot prove are refused, and not sent again.
        """
        if ("webhook", "webhook") in outcome.ids:
            secret = self._secret(outcome.ids)
            if secret != self._known_secret():
                self.secrets.put(SECRET, secret)
        setup = setup_of(outcome)
        if self.store.get(self.base_url) != setup:
            self.store.put(self.base_url, setup)

    def _secret(self, ids: Ids) -> str:
        return self.objects.signing_secret(ids["webhook", "webhook"])

    def _known_secret(self) -> str | None:
        try:
            return self.secrets.get(SECRET)
        except AuthExpired:
            return None


def before(steps: Iterable[Step]) -> Outcome:
    """What exists already, before any of the steps."""
    outcome = Outcome()
    for step in steps:
        if step.object_id:
            outcome.ids[step.kind, step.key] = step.object_id
            old = {change.name: change.old for change in step.changes}
            _note_choices(outcome, step, {**(step.properties or {}), **old})
    return outcome


def setup_of(outcome: Outcome) -> HelpdeskSetup:
    """What the functions need to know."""
    ids = outcome.ids
    form_ids = [object_id for (kind, _), object_id in ids.items() if kind == "ticket_form"]
    fields = {key: int(found) for (kind, key), found in ids.items() if kind == "ticket_field"}
    user_fields = frozenset(key for kind, key in ids if kind == "user_field")
    form_id = int(form_ids[0]) if form_ids else None
    return HelpdeskSetup(fields, form_id, user_fields, outcome.choices)


def carry_out(
    steps: Iterable[Step], objects: ZendeskObjects, say: Callable[[str], None]
) -> Outcome:
    """Do one step after the other. What Zendesk refuses stops no other step; all else is raised."""
    outcome = before(steps)
    for step in steps:
        try:
            _carry_out(step, objects, outcome.ids)
        except AuthExpired:
            raise
        except Permanent as refusal:
            outcome.refused.append((step, refusal))
            continue
        _note_choices(outcome, step, step.properties or {})
        if step.action in _DONE:
            say(f"{_DONE[step.action]} {step.kind.replace('_', ' ')} {step.title}")
    return outcome


def _note_choices(outcome: Outcome, step: Step, properties: Mapping[str, Any]) -> None:
    if step.kind == "ticket_field" and OPTIONS in properties:
        options = properties[OPTIONS] or []
        outcome.choices[step.key] = frozenset(str(option["value"]) for option in options)


def _carry_out(step: Step, objects: ZendeskObjects, ids: Ids) -> None:
    sent = _with_made_fields(step.properties or {}, ids)
    match step.action:
        case Action.CREATE:
            ids[step.kind, step.key] = objects.create(step.kind, sent)
        case Action.CHANGE:
            objects.change(step.kind, str(step.object_id), sent)
        case Action.REMOVE:
            objects.remove(step.kind, str(step.object_id))


def _with_made_fields(properties: Mapping[str, Any], ids: Ids) -> dict[str, Any]:
    """The ids of fields in place of their keys; a field that could not be made is left out."""
    if FIELD_IDS not in properties:
        return dict(properties)
    named = (
        ids.get(("ticket_field", field), "") if isinstance(field, str) else field
        for field in properties[FIELD_IDS]
    )
    return {**properties, FIELD_IDS: [int(field) for field in named if field]}
