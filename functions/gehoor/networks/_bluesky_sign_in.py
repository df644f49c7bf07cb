"""Signing in to Bluesky with an app password: once, kept and renewed for all workers.

Signing in is limited to 300 times a day for each account, and renewing ends the tokens before. What
is lost on the way is no harm: the app password signs in anew.
Sources: https://docs.bsky.app/docs/api/com-atproto-server-create-session and
-refresh-session, https://docs.bsky.app/docs/advanced-guides/rate-limits
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gehoor.domain.day import end_of_day
from gehoor.errors import AuthExpired, ContractBroken, NotAllowed
from gehoor.http import Http
from gehoor.leased_session import GrantRefused, Grants, LeasedSession, Session, Words
from gehoor.networks._bluesky_errors import check, is_token_refused, refusal_of
from gehoor.settings import Visible
from gehoor.sign_in import RenewedToken, SignIn
from gehoor.wiring import NetworkWiring

SIGN_INS_A_DAY = 50
"""Far below Bluesky's own limit, which counts the account's people and programs too."""

_LIFE = timedelta(hours=1)
"""Of an access token that does not tell its end: shorter than any server gives."""

_WHAT = "signing in to Bluesky"
_WRONG = "AuthenticationRequired"


class Credential(BaseModel):
    """The secret: `identifier` is the account's handle or DID."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    identifier: Visible
    password: Visible = Field(repr=False)


class _Tokens(BaseModel):
    """What both calls answer, as far as it is needed here."""

    access: Visible = Field(alias="accessJwt", repr=False)
    renewal: Visible = Field(alias="refreshJwt", repr=False)

    def session(self, asked_at: datetime) -> Session:
        """The session they begin."""
        return Session(
            access_token=self.access,
            refresh_token=self.renewal,
            obtained_at=asked_at,
            expires_at=_end_of(self.access) or asked_at + _LIFE,
            refresh_expires_at=_end_of(self.renewal),
        )


def sign_in(base_url: str, secret_name: str, wiring: NetworkWiring) -> SignIn:
    """The account's way in; AuthExpired, with the form that is accepted, for any other secret."""
    credential = _credential(secret_name, wiring.secret)
    remedy = f"make a new app password and run: gehoor secret set {secret_name}"
    clock = wiring.http.clock

    def begin(password: str) -> Session:
        wiring.quota.take(f"bluesky-sign-in:{secret_name}", 1, SIGN_INS_A_DAY, end_of_day(clock()))
        asked = {"identifier": credential.identifier, "password": password}
        return _asked(base_url, "createSession", wiring.http, body=asked)

    def refresh(token: str) -> Session:
        headers = {"Authorization": f"Bearer {token}"}
        return _asked(base_url, "refreshSession", wiring.http, headers=headers)

    grants = Grants(credential.identifier, credential.password, begin, refresh, lasts=True)
    words = Words("Bluesky", remedy)
    session = LeasedSession(grants, secret_name, wiring.sessions, clock, words)
    return RenewedToken(session.current, clock, remedy)


def _credential(secret_name: str, value: str | None) -> Credential:
    try:
        return Credential.model_validate_json(value or "")
    except ValidationError:
        # The cause would quote the secret, so it is left out.
        message = (
            f"the secret {secret_name} is no app password; set it to "
            '{"identifier": "...", "password": "..."} with: '
            f"gehoor secret set {secret_name}"
        )
        raise AuthExpired(message) from None


def _asked(
    base_url: str,
    call: str,
    http: Http,
    headers: Mapping[str, str] | None = None,
    body: Mapping[str, str] | None = None,
) -> Session:
    """The session that a call gives; GrantRefused when what it was asked with is refused."""
    if not http.is_confidential(base_url):
        message = f"{_WHAT}: base_url is not reached by https, and others could read the password"
        raise NotAllowed(message)
    asked_at = http.clock()
    url = f"{base_url.rstrip('/')}/xrpc/com.atproto.server.{call}"
    response = http.request("POST", url, headers=headers, json=body)
    is_wrong = refusal_of(response).name == _WRONG
    if is_wrong or (body is None and is_token_refused(response)):
        message = f"{_WHAT}: it is refused ({response.status} {refusal_of(response).name})"
        raise GrantRefused(message)
    try:
        return _Tokens.model_validate(check(response, _WHAT, asked_at).json()).session(asked_at)
    except ValidationError:
        # The cause would quote the tokens, so it is left out.
        message = f"{_WHAT}: the answer has no usable tokens; check base_url"
        raise ContractBroken(message) from None


def _end_of(token: str) -> datetime | None:
    """When a JSON Web Token ends (RFC 7519, `exp`), None when it does not say."""
    try:
        payload = token.split(".")[1]
        claims: Any = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return datetime.fromtimestamp(claims["exp"], UTC)
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, OSError):
        return None
