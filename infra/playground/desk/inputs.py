"""What callers may send, checked. Unknown properties are ignored, as Zendesk ignores them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StrictBool, StrictInt
from pydantic import StrictStr as Text

MAX_COMMENT = 65_535
MAX_EXTERNAL_ID = 255
MAX_ID = 2**63 - 1

Id = Annotated[StrictInt, Field(ge=1, le=MAX_ID)]
ExternalId = Annotated[Text, Field(max_length=MAX_EXTERNAL_ID)]
Status = Literal["new", "open", "pending", "hold", "solved", "closed"]
Priority = Literal["urgent", "high", "normal", "low"]
TicketType = Literal["problem", "incident", "question", "task"]
IdentityType = Literal[
    "email",
    "twitter",
    "facebook",
    "google",
    "phone_number",
    "agent_forwarding",
    "any_channel",
    "foreign",
    "sdk",
]


def _tags(value: object) -> object:
    """Tags are lower-case and hold no spaces; a tag with spaces is several tags."""
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        return value
    words = (word for tag in value for word in tag.lower().split())
    return list(dict.fromkeys(words))


Tags = Annotated[list[Text], BeforeValidator(_tags)]


class Input(BaseModel):
    """What a caller may send."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class CommentInput(Input):
    """A comment; `html_body` wins over `body`."""

    body: Annotated[Text, Field(max_length=MAX_COMMENT)] | None = None
    html_body: Annotated[Text, Field(max_length=MAX_COMMENT)] | None = None
    public: StrictBool = True
    author_id: Id | None = None
    uploads: list[Text] = []


class CustomField(Input):
    """The value of one ticket field."""

    id: Id
    value: JsonValue = None


class InlineRequester(Input):
    """A requester named in the ticket itself."""

    name: Text
    email: Text | None = None


class TicketInput(Input):
    """A ticket as it is created or changed; what was not sent stays as it is."""

    subject: Text | None = None
    comment: CommentInput | None = None
    external_id: ExternalId | None = None
    requester_id: Id | None = None
    requester: InlineRequester | None = None
    submitter_id: Id | None = None
    assignee_id: Id | None = None
    group_id: Id | None = None
    organization_id: Id | None = None
    brand_id: Id | None = None
    ticket_form_id: Id | None = None
    problem_id: Id | None = None
    due_at: Text | None = None
    status: Status | None = None
    priority: Priority | None = None
    type: TicketType | None = None
    tags: Tags | None = None
    additional_tags: Tags = []
    remove_tags: Tags = []
    custom_fields: list[CustomField] = []
    metadata: dict[str, JsonValue] = {}
    via_followup_source_id: Id | None = None
    safe_update: StrictBool = False
    updated_stamp: datetime | None = None


class IdentityInput(Input):
    """One way to reach or recognise a user."""

    type: IdentityType
    value: Annotated[Text, Field(min_length=1)]
    verified: StrictBool = False
    primary: StrictBool = False


class GroupInput(Input):
    """A group of agents."""

    name: Annotated[Text, Field(min_length=1)]
    description: Text = ""
    is_public: StrictBool = True


class MergeTarget(Input):
    """The user that goes on after a merge."""

    id: Id


class UserInput(Input):
    """A user as it is created or changed; what was not sent stays as it is."""

    name: Annotated[Text, Field(min_length=1)] | None = None
    email: Annotated[Text, Field(pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    external_id: ExternalId | None = None
    role: Literal["end-user", "agent", "admin"] | None = None
    verified: StrictBool | None = None
    skip_verify_email: StrictBool = False
    suspended: StrictBool | None = None
    phone: Text | None = None
    alias: Text | None = None
    details: Text | None = None
    notes: Text | None = None
    time_zone: Text | None = None
    locale: Text | None = None
    tags: Tags | None = None
    user_fields: dict[str, JsonValue] = {}
    identities: list[IdentityInput] = []


class AuthenticationInput(Input):
    """How the webhook's receiver knows the caller, beside the signature."""

    type: Literal["basic_auth", "bearer_token", "api_key"]
    add_position: Literal["header"] = "header"
    data: dict[str, Text] = {}


class WebhookInput(Input):
    """A webhook to create."""

    name: Annotated[Text, Field(min_length=1)]
    endpoint: Annotated[Text, Field(pattern=r"^https?://[^\s/]+")]
    http_method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    request_format: Literal["json", "xml", "form_encoded"]
    status: Literal["active", "inactive"]
    description: Text | None = None
    subscriptions: list[Text] = []
    authentication: AuthenticationInput | None = None


class WebhookChange(Input):
    """What to change of a webhook."""

    name: Annotated[Text, Field(min_length=1)] | None = None
    endpoint: Annotated[Text, Field(pattern=r"^https?://[^\s/]+")] | None = None
    http_method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] | None = None
    request_format: Literal["json", "xml", "form_encoded"] | None = None
    status: Literal["active", "inactive"] | None = None
    description: Text | None = None
    subscriptions: list[Text] | None = None
    authentication: AuthenticationInput | None = None
