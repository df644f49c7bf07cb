"""Zendesk Support through its Ticketing API v2.

Rules named here come from Zendesk's API reference: `Idempotency-Key` on ticket create (about two
hours), `external_id` looked up in the ticket list and not in the delayed search index, metadata
shown under `metadata.custom` of the comment it came with.
"""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from gehoor.domain.setup import HelpdeskSetup
from gehoor.helpdesks._zendesk_api import ZendeskApi
from gehoor.helpdesks._zendesk_bulk import ZendeskBulk
from gehoor.helpdesks._zendesk_customers import ZendeskCustomers
from gehoor.helpdesks._zendesk_limits import FEWEST, ZendeskLimits
from gehoor.helpdesks._zendesk_lists import ZendeskLists
from gehoor.helpdesks._zendesk_problems import ZendeskProblems
from gehoor.helpdesks._zendesk_routes import Groups
from gehoor.helpdesks._zendesk_secret import parse_secret
from gehoor.helpdesks._zendesk_sign_in import sign_in_for
from gehoor.helpdesks._zendesk_tickets import ZendeskTickets
from gehoor.settings import HelpdeskSettings
from gehoor.wiring import Access, Wiring

TicketField = Literal[
    "network",
    "permalink",
    "handle",
    "language",
    "intent",
    "urgency",
    "topic",
    "first_answer_due",
    "cause",
    "ended",
]


class Settings(HelpdeskSettings):
    """Zendesk in the configuration; ids in `ticket_fields` win over those that setup stored.

    These fields are taken for texts.
    """

    kind: Literal["zendesk"]
    requests_per_minute: Annotated[int, Field(ge=FEWEST, le=2500)] = 400
    ticket_fields: dict[TicketField, int] = Field(default_factory=dict)


class ZendeskHelpdesk(ZendeskCustomers, ZendeskTickets, ZendeskLists):
    """Fits `ports.Helpdesk`."""

    def __init__(self, api: ZendeskApi, setup: HelpdeskSetup, base_url: str) -> None:
        ZendeskCustomers.__init__(self, api, setup.user_fields)
        groups = Groups(api)
        ZendeskTickets.__init__(self, api, setup, groups)
        ZendeskLists.__init__(self, api)
        self.bulk = ZendeskBulk(api, setup, groups)
        self.problems = ZendeskProblems(api)
        self.tells_tags = True
        self._base_url = base_url

    def link_to(self, ticket_id: str) -> str:
        """The ticket's address in the agents' interface."""
        return f"{self._base_url.rstrip('/')}/agent/tickets/{ticket_id}"


def connect(settings: Settings, wiring: Wiring) -> ZendeskHelpdesk:
    """The helpdesk in the Zendesk account behind these settings.

    AuthExpired when the secret is not usable; `_zendesk_secret` lists the forms it may have.
    """
    known = [*wiring.setup.ticket_fields.items(), *settings.ticket_fields.items()]
    choices = {
        name: values
        for name, values in wiring.setup.choices.items()
        if name not in settings.ticket_fields
    }
    setup = replace(wiring.setup, ticket_fields=dict(known), choices=choices)
    limits = ZendeskLimits(
        settings.base_url, settings.requests_per_minute, wiring.budget, wiring.lane
    )
    return ZendeskHelpdesk(signed_in_api(settings, wiring, limits), setup, settings.base_url)


def signed_in_api(
    settings: Settings, access: Access, limits: ZendeskLimits | None = None
) -> ZendeskApi:
    """The account's API; AuthExpired when the secret is not usable."""
    sign_in = sign_in_for(settings, parse_secret(settings.secret, access.secret), access)
    return ZendeskApi(settings.base_url, sign_in, access.http, limits)
