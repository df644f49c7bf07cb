"""What administrators define in Zendesk, read and written through its API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, Field

from gehoor.errors import ContractBroken, Gone
from gehoor.helpdesks._zendesk_answers import Id, read, read_change
from gehoor_ops.setup_plan import FIELD_IDS, KINDS, Found

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gehoor.helpdesks._zendesk_api import ZendeskApi

PAGE = 100
MAX_PAGES = 100
RULE = ("field", "operator", "value")


class CreatedAnswer(BaseModel):
    """What was made."""

    id: Id


class SecretAnswer(BaseModel):
    """A signing secret."""

    secret: Annotated[str, Field(min_length=1)]


class ZendeskObjects:
    """The fields, forms, triggers, views, macros and webhooks of one account.

    Calls raise as `ZendeskApi.call` does.
    """

    def __init__(self, api: ZendeskApi) -> None:
        self._api = api

    def found(self) -> tuple[Found, ...]:
        """All objects of all kinds, everybody's, inactive ones too."""
        return tuple(_found(kind, row) for kind in KINDS for row in self._rows(kind))

    def create(self, kind: str, properties: Mapping[str, Any]) -> str:
        """Make an object; returns its id. UnknownOutcome when the answer is lost."""
        what = f"making a {_words(kind)}"
        answer = self._api.call("POST", f"/{kind}s", what, {kind: properties}, changes=True)
        return read_change(CreatedAnswer, answer, kind).id

    def change(self, kind: str, object_id: str, properties: Mapping[str, Any]) -> None:
        """Give an object these properties."""
        what = f"changing a {_words(kind)}"
        self._api.call("PUT", f"/{kind}s/{object_id}", what, {kind: properties})

    def remove(self, kind: str, object_id: str) -> None:
        """Remove an object; nothing to do when it is gone already."""
        try:
            self._api.call("DELETE", f"/{kind}s/{object_id}", f"removing a {_words(kind)}")
        except Gone:
            return

    def signing_secret(self, webhook_id: str) -> str:
        """What the webhook's calls are signed with."""
        path = f"/webhooks/{webhook_id}/signing_secret"
        answer = self._api.call("GET", path, "reading a webhook's signing secret")
        return read(SecretAnswer, answer, "signing_secret").secret

    def _rows(self, kind: str) -> Iterator[dict[str, Any]]:
        """All of a list: by cursor, and by page number where a list knows no cursor.

        ContractBroken when it does not end, because what is not seen would be made twice.
        """
        what, asked = f"listing the {_words(kind)}s", {"page[size]": PAGE}
        for number in range(1, MAX_PAGES + 1):
            answer = self._api.call("GET", f"/{kind}s", what, params=asked)
            yield from read(list[dict[str, Any]], answer, f"{kind}s")
            following = _following(answer.json(), number)
            if following is None:
                return
            asked = following
        message = f"{what}: there are more than {MAX_PAGES * PAGE}"
        raise ContractBroken(message)


def _following(body: dict[str, Any], number: int) -> dict[str, Any] | None:
    meta = body.get("meta") or {}
    if meta.get("has_more"):
        return {"page[size]": PAGE, "page[after]": meta["after_cursor"]}
    if body.get("next_page"):
        return {"per_page": PAGE, "page": number + 1}
    return None


def _found(kind: str, row: dict[str, Any]) -> Found:
    try:
        return Found(kind, str(row["id"]), _properties(kind, row))
    except (KeyError, TypeError, AttributeError):
        # The cause would quote the answer, so it is left out.
        message = f"Zendesk answered a {_words(kind)} that cannot be read"
        raise ContractBroken(message) from None


def _properties(kind: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row with its properties as they are written, which is not always as they are answered."""
    match kind:
        case "view":
            execution = row.get("execution") or {}
            columns = [column["id"] for column in execution.get("columns", [])]
            order = {name: execution.get(name) for name in ("sort_by", "sort_order")}
            return {**row, **_conditions(row), "output": {"columns": columns, **order}}
        case "trigger":
            return {**row, "conditions": _conditions(row), "actions": _as_text(row["actions"])}
        case "macro":
            return {**row, "actions": _as_text(row["actions"])}
        case "webhook":
            return {**row, "subscriptions": sorted(row.get("subscriptions") or [])}
        case "ticket_form":
            return {**row, FIELD_IDS: row.get(FIELD_IDS) or []}
        case "ticket_field":
            return {"active": True, "removable": True, **row}
    return row


def _conditions(row: dict[str, Any]) -> dict[str, Any]:
    conditions = row.get("conditions") or {}
    return {name: _as_text(conditions.get(name) or []) for name in ("all", "any")}


def _as_text(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Values as they are written: Zendesk answers some texts as booleans or numbers (recorded)."""
    return [{name: _text(value) for name, value in rule.items() if name in RULE} for rule in rules]


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value


def _words(kind: str) -> str:
    return kind.replace("_", " ")
