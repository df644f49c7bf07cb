"""A person lets gehoor in: the authorization code flow, with PKCE (RFC 7636).

The code verifier is made from the state and the client's secret, so that nothing has to be kept
between printing the address and taking the answer, and an answer to a question gehoor never asked
is worth nothing.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

from gehoor.errors import AuthExpired, Rejected, Unavailable, UnknownOutcome
from gehoor.helpdesks._zendesk_secret import OAuthClient, SignedInClient
from gehoor.helpdesks._zendesk_session import WORDS, lives, session_of
from gehoor.helpdesks._zendesk_tokens import Grant, TokenEndpoint
from gehoor.leased_session import LEASE, GrantRefused, fingerprint, session_name, stored_session
from gehoor.ports import Sessions
from gehoor.settings import HelpdeskSettings
from gehoor.wiring import Access

REDIRECT_URL = "http://localhost/"
AGAIN = "begin anew: gehoor helpdesk sign-in"


class _Redirected(NamedTuple):
    code: str
    state: str
    redirect_url: str


def authorization_url(base_url: str, client: OAuthClient, redirect_url: str) -> str:
    """Where a person allows gehoor in; `redirect_url` is one that the client is registered with."""
    state = token_urlsafe(16)
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": redirect_url,
        "scope": client.scope,
        "state": state,
        "code_challenge": _unpadded(sha256(_verifier(client, state).encode()).digest()),
        "code_challenge_method": "S256",
    }
    return f"{base_url.rstrip('/')}/oauth/authorizations/new?{urlencode(asked)}"


def authorize(
    settings: HelpdeskSettings, client: OAuthClient, redirected_to: str, access: Access
) -> SignedInClient:
    """Take the address the browser was sent to; returns the secret to set from now on.

    The session is stored first, so workers with the old secret find it too. Rejected when the
    address holds no code, AuthExpired when the code is not good any more.
    """
    answer = _redirected(redirected_to)
    name, sessions = session_name(settings.secret), access.sessions
    ask = TokenEndpoint(settings.base_url, settings.secret, access.http).ask
    grant: Grant = {
        "grant_type": "authorization_code",
        "code": answer.code,
        "redirect_uri": answer.redirect_url,
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "code_verifier": _verifier(client, answer.state),
        "scope": client.scope,
        **lives(),
    }
    asked_at = access.http.clock()
    with _leased(name, sessions, asked_at), _translated():
        sessions.prepare(name)
        session = session_of(ask(grant), asked_at)
        seed = fingerprint(client.client_id, session.refresh_token)
        session = session.with_seeds(*_seeds(client, sessions, name), seed)
        sessions.put(name, session.model_dump_json())
    return SignedInClient(
        client_id=client.client_id,
        client_secret=client.client_secret,
        scope=client.scope,
        refresh_token=session.refresh_token,
    )


def _seeds(client: OAuthClient, sessions: Sessions, name: str) -> tuple[str, ...]:
    """What led to the sign-in so far, so that no worker takes an older secret for a newer one."""
    try:
        stored = stored_session(sessions, name, WORDS)
    except AuthExpired:
        # A damaged session is what this sign-in mends.
        stored = None
    known = stored.seeds if stored else ()
    if isinstance(client, SignedInClient):
        return (*known, fingerprint(client.client_id, client.refresh_token))
    return known


def _redirected(address: str) -> _Redirected:
    parts = urlsplit(address.strip())
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if "error" in query:
        message = f"the person did not let gehoor in; {AGAIN}"
        raise Rejected(message)
    if not parts.scheme or "code" not in query or "state" not in query:
        message = (
            "the address holds no code; give all of the address that the browser was sent to, "
            "with `code` and `state`"
        )
        raise Rejected(message)
    return _Redirected(query["code"], query["state"], address.strip().partition("?")[0])


def _verifier(client: OAuthClient, state: str) -> str:
    """43 characters, as RFC 7636, section 4.1 wants them."""
    keyed = hmac.new(client.client_secret.encode(), f"gehoor {state}".encode(), sha256)
    return _unpadded(keyed.digest())


def _unpadded(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


@contextmanager
def _leased(name: str, sessions: Sessions, now: datetime) -> Iterator[None]:
    owner = uuid4().hex
    if sessions.lease(name, owner, now, now + LEASE).free_at is not None:
        message = "a function is renewing the sign-in right now; wait a minute, then begin anew"
        raise Unavailable(message)
    try:
        yield
    finally:
        sessions.release(name, owner)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except GrantRefused as error:
        message = f"Zendesk does not take the code, which is good once and for 2 minutes; {AGAIN}"
        raise AuthExpired(message) from error
    except UnknownOutcome as error:
        message = f"Zendesk's answer to the code was lost; {AGAIN}"
        raise Unavailable(message) from error
