"""The playground's start-up settings: one JSON file."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Setting(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StaffMember(_Setting):
    """Somebody who works at the helpdesk: a person, or a program with a token."""

    name: str
    email: str
    role: Literal["agent", "admin"] = "agent"


class MastodonSettings(_Setting):
    """The Mastodon-API server of the Street page; `customers` maps account names to tokens."""

    base_url: str
    company: str
    customers: dict[str, str] = Field(min_length=1)


class WebhookSettings(_Setting):
    """An event-subscription webhook that exists from the start."""

    name: str
    endpoint: str
    subscriptions: list[str]
    secret: str


class OAuthClient(_Setting):
    """A confidential OAuth client; its tokens act as `acts_as`."""

    identifier: str
    secret: str
    acts_as: StaffMember
    redirect_urls: list[str] = []


class Settings(_Setting):
    """Everything the playground is told at start.

    `tokens` maps an API token to the staff member it acts as; `agent` is who the Desk page acts as.
    The limits are those of a large plan; `user_updates_per_minute` is for each user record.
    `resolve` maps a host name in a webhook's endpoint to the address to connect to; the request
    keeps the endpoint's own Host. A name that starts with "*." stands for every name below it,
    because an emulated API Gateway picks its host name when it is deployed.
    """

    port: Annotated[int, Field(ge=1, le=65535)]
    database: Path
    tokens: dict[str, StaffMember] = Field(min_length=1)
    agent: StaffMember = StaffMember(name="Sam, agent", email="sam@desk.example")
    mastodon: MastodonSettings | None = None
    requests_per_minute: Annotated[int, Field(ge=1)] = 700
    ticket_lists_per_minute: Annotated[int, Field(ge=1)] = 100
    ticket_updates_per_minute: Annotated[int, Field(ge=1)] = 100
    user_updates_per_minute: Annotated[int, Field(ge=1)] = 5
    webhooks: list[WebhookSettings] = []
    oauth_clients: list[OAuthClient] = []
    resolve: dict[str, str] = {}
