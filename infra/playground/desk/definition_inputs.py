"""What callers may send to define fields, forms, views, triggers and macros, checked."""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    StrictInt,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic import StrictStr as Text

from playground.desk.inputs import Id

COLUMNS = ["subject", "requester", "created", "updated", "group", "assignee"]
LAST = 9999
BOOLEANS = {"true": True, "false": False}

Name = Annotated[Text, Field(min_length=1)]


class Definition(BaseModel):
    """What all definitions have; unknown properties are ignored, as Zendesk ignores them."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    active: StrictBool = True
    position: StrictInt = LAST


class FieldOption(BaseModel):
    """One choice of a field; `value` is its tag."""

    name: Text
    value: Text


class FieldInput(Definition):
    """What ticket fields and user fields have in common."""

    type: Name
    title: Name
    description: Text = ""
    regexp_for_validation: Text | None = None
    tag: Text | None = None
    custom_field_options: list[FieldOption] = []


class TicketFieldInput(FieldInput):
    """A ticket field; only the helpdesk's own are not removable."""

    agent_description: Text | None = None
    required: StrictBool = False
    collapsed_for_agents: StrictBool = False
    title_in_portal: Text | None = None
    visible_in_portal: StrictBool = False
    editable_in_portal: StrictBool = False
    required_in_portal: StrictBool = False
    removable: bool = True


class UserFieldInput(FieldInput):
    """A user field."""

    type: Name = "text"
    key: Annotated[Text, Field(pattern=r"^[A-Za-z0-9_-]+$")]


class TicketFormInput(Definition):
    """A ticket form."""

    name: Name
    display_name: Text | None = None
    end_user_visible: StrictBool = True
    default: StrictBool = False
    in_all_brands: StrictBool = True
    restricted_brand_ids: list[Id] = []
    ticket_field_ids: list[Id] = []


class Condition(BaseModel):
    """What must be so; some fields take no operator."""

    field: Name
    operator: Text | None = None
    value: JsonValue = None

    @field_validator("value")
    @classmethod
    def _as_answered(cls, value: JsonValue, info: ValidationInfo) -> JsonValue:
        """Zendesk answers a boolean where a trigger asks for a public comment (recorded)."""
        if info.data.get("field") == "comment_is_public" and isinstance(value, str):
            return BOOLEANS.get(value, value)
        return value


class Action(BaseModel):
    """What is done."""

    field: Name
    value: JsonValue = None


class Rule(Definition):
    """What views, triggers and macros have in common."""

    title: Name
    description: Text | None = None


class Conditional(Rule):
    """A rule with conditions: written as `all` and `any`, or as both in `conditions`."""

    all: list[Condition] = []
    any: list[Condition] = []

    @model_validator(mode="before")
    @classmethod
    def _spread(cls, sent: Any) -> Any:
        conditions = sent.get("conditions") if isinstance(sent, dict) else None
        return {**sent, **conditions} if isinstance(conditions, dict) else sent


class ViewOutput(BaseModel):
    """How a view is shown."""

    columns: list[Text] = COLUMNS
    group_by: Text | None = None
    group_order: Literal["asc", "desc"] = "desc"
    sort_by: Text | None = None
    sort_order: Literal["asc", "desc"] = "desc"


class ViewInput(Conditional):
    """A view."""

    output: ViewOutput = ViewOutput()
    restriction: dict[str, JsonValue] | None = None


class TriggerInput(Conditional):
    """A trigger."""

    actions: Annotated[list[Action], Field(min_length=1)]


class MacroInput(Rule):
    """A macro."""

    actions: Annotated[list[Action], Field(min_length=1)]
    restriction: dict[str, JsonValue] | None = None
