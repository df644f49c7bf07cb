"""The account that is signed in, and the server that keeps it.

Source: https://docs.bsky.app/docs/api/com-atproto-server-get-session,
https://atproto.com/specs/did#did-documents
"""

from typing import Any, NamedTuple

from pydantic import BaseModel, Field, ValidationError

from gehoor.errors import AuthExpired, ContractBroken
from gehoor.networks._bluesky_post import Did


class OwnAccount(NamedTuple):
    """The account; `service` is the address of the server that keeps it."""

    did: str
    handle: str
    service: str


class _Session(BaseModel):
    did: Did
    handle: str
    document: Any = Field(default=None, alias="didDoc")
    active: bool = True
    status: str = "closed"


def own_account_in(found: Any, base_url: str) -> OwnAccount:
    """The account that getSession tells of; AuthExpired when it is closed."""
    try:
        session = _Session.model_validate(found)
    except ValidationError as exc:
        message = "bluesky: the server does not say whose the app password is; check base_url"
        raise ContractBroken(message) from exc
    if not session.active:
        message = f"bluesky: the account is closed ({session.status[:40]}); open it again"
        raise AuthExpired(message)
    service = service_in(session.document) or base_url
    return OwnAccount(session.did, session.handle, service.rstrip("/"))


def service_in(document: Any) -> str | None:
    """The server that a DID document names for the account's data."""
    services = document.get("service") if isinstance(document, dict) else None
    for service in services if isinstance(services, list) else ():
        if isinstance(service, dict) and str(service.get("id")).endswith("#atproto_pds"):
            endpoint = service.get("serviceEndpoint")
            return endpoint if isinstance(endpoint, str) else None
    return None
