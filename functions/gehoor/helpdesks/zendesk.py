"""Zendesk Support through its Ticketing API v2.

Rules named here come from Zendesk's API reference: `Idempotency-Key` on ticket create (about two
hours), `external_id` looked up in the ticket list and not in the delayed search index, metadata
shown under `metadata.custom` of the comment it came with.
"""

from typing import Annotated, Literal

from pydantic import Field

from gehoor.helpdesks._zendesk_api import ZendeskApi
from gehoor.helpdesks._zendesk_customers import ZendeskCustomers
from gehoor.helpdesks._zendesk_secret import parse_secret
from gehoor.helpdesks._zendesk_sign_in import sign_in_for
from gehoor.helpdesks._zendesk_tickets import ZendeskTickets
from gehoor.settings import HelpdeskSettings
from gehoor.wiring import Wiring


class Settings(HelpdeskSettings):
    """Zendesk in the configuration; `ticket_fields` gives the id of each custom field to fill."""

    kind: Literal["zendesk"]
    requests_per_minute: Annotated[int, Field(ge=10, le=2500)] = 400
    ticket_fields: dict[Literal["network", "permalink", "handle", "language", "intent"], int] = (
        Field(default_factory=dict)
    )


class ZendeskHelpdesk(ZendeskCustomers, ZendeskTickets):
    """Fits `ports.Helpdesk`."""

    def __init__(self, api: ZendeskApi, settings: Settings) -> None:
        ZendeskCustomers.__init__(self, api)
        ZendeskTickets.__init__(self, api, dict(settings.ticket_fields.items()))


def connect(settings: Settings, wiring: Wiring) -> ZendeskHelpdesk:
    """The Zendesk account behind these settings; AuthExpired when the secret is not usable.

    `_zendesk_secret` lists the forms a secret may have.
    """
    form = parse_secret(settings.secret, wiring.secret)
    api = ZendeskApi(settings.base_url, sign_in_for(settings, form, wiring), wiring.http)
    return ZendeskHelpdesk(api, settings)
