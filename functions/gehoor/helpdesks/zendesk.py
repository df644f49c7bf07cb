"""Zendesk Support through its Ticketing API v2.

Rules named here come from Zendesk's API reference: `Idempotency-Key` on ticket create (about two
hours), `external_id` looked up in the ticket list and not in the delayed search index, metadata
shown under `metadata.custom` of the comment it came with.
"""

import json
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

from gehoor.domain.setup import HelpdeskSetup
from gehoor.errors import AuthExpired
from gehoor.helpdesks._zendesk_api import ZendeskApi
from gehoor.helpdesks._zendesk_bulk import ZendeskBulk
from gehoor.helpdesks._zendesk_customers import ZendeskCustomers
from gehoor.helpdesks._zendesk_limits import FEWEST, ZendeskLimits
from gehoor.helpdesks._zendesk_tickets import ZendeskTickets
from gehoor.http import Http
from gehoor.settings import HelpdeskSettings
from gehoor.wiring import Wiring


class Settings(HelpdeskSettings):
    """Zendesk in the configuration; ids in `ticket_fields` win over those that setup stored."""

    kind: Literal["zendesk"]
    requests_per_minute: Annotated[int, Field(ge=FEWEST, le=2500)] = 400
    ticket_fields: dict[Literal["network", "permalink", "handle", "language", "intent"], int] = (
        Field(default_factory=dict)
    )


class ZendeskHelpdesk(ZendeskCustomers, ZendeskTickets):
    """Fits `ports.Helpdesk`."""

    def __init__(self, api: ZendeskApi, setup: HelpdeskSetup) -> None:
        ZendeskCustomers.__init__(self, api, setup.user_fields)
        ZendeskTickets.__init__(self, api, setup)
        self.bulk = ZendeskBulk(api, setup)


def connect(settings: Settings, wiring: Wiring) -> ZendeskHelpdesk:
    """The helpdesk in the Zendesk account behind these settings."""
    known = [*wiring.setup.ticket_fields.items(), *settings.ticket_fields.items()]
    setup = replace(wiring.setup, ticket_fields=dict(known))
    limits = ZendeskLimits(
        settings.base_url, settings.requests_per_minute, wiring.budget, wiring.lane
    )
    return ZendeskHelpdesk(sign_in(settings, wiring.secret, wiring.http, limits), setup)


def sign_in(
    settings: Settings, secret: str, http: Http, limits: ZendeskLimits | None = None
) -> ZendeskApi:
    """The account's API; the secret is a token, or JSON with `token`."""
    token = _token(settings, secret)
    return ZendeskApi(settings.base_url, settings.secret, token, http, limits)


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
