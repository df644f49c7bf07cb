"""Zendesk Support through its Ticketing API v2.

Rules named here come from Zendesk's API reference: `Idempotency-Key` on ticket create (about two
hours), `external_id` looked up in the ticket list and not in the delayed search index, metadata
shown under `metadata.custom` of the comment it came with.
"""

import json
from typing import Annotated, Any, Literal

from pydantic import Field

from gehoor.errors import AuthExpired
from gehoor.helpdesks._zendesk_api import ZendeskApi
from gehoor.helpdesks._zendesk_customers import ZendeskCustomers
from gehoor.helpdesks._zendesk_lists import ZendeskLists
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


class ZendeskHelpdesk(ZendeskCustomers, ZendeskTickets, ZendeskLists):
    """Fits `ports.Helpdesk`."""

    def __init__(self, api: ZendeskApi, settings: Settings) -> None:
        ZendeskCustomers.__init__(self, api, frozenset())
        ZendeskTickets.__init__(self, api, dict(settings.ticket_fields.items()))
        ZendeskLists.__init__(self, api)


def connect(settings: Settings, wiring: Wiring) -> ZendeskHelpdesk:
    """The Zendesk account behind these settings; its secret is a token, or JSON with `token`."""
    token = _token(settings, wiring.secret)
    api = ZendeskApi(settings.base_url, settings.secret, token, wiring.http)
    return ZendeskHelpdesk(api, settings)


def _token(settings: Settings, secret: str) -> str:
    token: Any = secret.strip()
    if token.startswith("{"):
        try:
            token = json.loads(token).get("token")
        except ValueError:
            token = None
    if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
        message = (
            'the helpdesk secret is neither a token nor JSON like {"token": "..."}; '
            f"set it anew with: gehoor secret set {settings.secret}"
        )
        raise AuthExpired(message)
    return token
