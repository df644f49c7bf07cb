"""Signing in to X as the account, with OAuth 2.0.

An access token lives two hours. Refreshing returns a new pair and ends the refresh token at once,
so all workers share one session under a lease.
Source: https://docs.x.com/resources/fundamentals/authentication/oauth-2-0/authorization-code
"""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gehoor.errors import AuthExpired, ContractBroken, UnknownOutcome
from gehoor.http import Http, Response, check
from gehoor.leased_session import GrantRefused, Grants, LeasedSession, Session, Words
from gehoor.settings import Visible
from gehoor.sign_in import RenewedToken, SignIn
from gehoor.wiring import NetworkWiring

LIFE = timedelta(hours=2)
_WHAT = "signing in to X"
_DEAD_GRANTS = ("invalid_grant", "invalid_request")
"""X calls a spent or revoked refresh token an invalid request."""


class Client(BaseModel):
    """The app at X and the account's first refresh token, which its first use spends.

    A public client has no `client_secret`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    client_id: Visible
    client_secret: Visible | None = Field(default=None, repr=False)
    refresh_token: Visible = Field(repr=False)


class TokenAnswer(BaseModel):
    """What X answers; the life is in seconds."""

    access_token: Visible = Field(repr=False)
    refresh_token: Visible = Field(repr=False)
    expires_in: int = Field(default=int(LIFE.total_seconds()), gt=0)
    scope: str = ""

    def session(self, asked_at: datetime) -> Session:
        """The session it begins."""
        return Session(
            access_token=self.access_token,
            refresh_token=self.refresh_token,
            obtained_at=asked_at,
            expires_at=asked_at + timedelta(seconds=self.expires_in),
            scope=self.scope,
        )


def sign_in(base_url: str, secret_name: str, wiring: NetworkWiring) -> SignIn:
    """The account's way in; AuthExpired, with the form that is accepted, for any other secret."""
    remedy = f"authorize gehoor at X anew and run: gehoor secret set {secret_name}"
    client = _client(secret_name, wiring.secret)
    endpoint = f"{base_url.rstrip('/')}/2/oauth2/token"
    clock = wiring.http.clock

    def refresh(refresh_token: str) -> Session:
        return _refreshed(client, refresh_token, endpoint, wiring.http, remedy)

    grants = Grants(client.client_id, client.refresh_token, begin=refresh, refresh=refresh)
    session = LeasedSession(grants, secret_name, wiring.sessions, clock, Words("X", remedy))
    return RenewedToken(session.current, clock, remedy)


def _client(secret_name: str, value: str | None) -> Client:
    try:
        return Client.model_validate_json(value or "")
    except ValidationError:
        # The cause would quote the secret, so it is left out.
        message = (
            f"the secret {secret_name} is no sign-in to X; set it to "
            '{"client_id": "...", "client_secret": "...", "refresh_token": "..."} with: '
            f"gehoor secret set {secret_name}"
        )
        raise AuthExpired(message) from None


def _refreshed(
    client: Client, refresh_token: str, endpoint: str, http: Http, remedy: str
) -> Session:
    asked_at = http.clock()
    grant = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    response = http.request(
        "POST",
        endpoint,
        form={**grant, "client_id": client.client_id},
        headers=_identification(client),
        changes=True,
    )
    _refuse(response, asked_at, remedy)
    try:
        return TokenAnswer.model_validate(response.json()).session(asked_at)
    except (ValidationError, ContractBroken):
        # The cause would quote the tokens, so it is left out.
        message = f"{_WHAT}: the answer has no usable tokens"
        raise UnknownOutcome(message) from None


def _identification(client: Client) -> Mapping[str, str]:
    """A confidential client proves who it is; a public one only says so, in the form."""
    if client.client_secret is None:
        return {}
    pair = f"{client.client_id}:{client.client_secret}".encode()
    return {"Authorization": f"Basic {b64encode(pair).decode('ascii')}"}


def _refuse(response: Response, now: datetime, remedy: str) -> None:
    """Errors that concern the sign-in as a whole, never the item that it is for."""
    status = response.status
    if 400 <= status < 500 and status not in (408, 425, 429):
        reason = _reason(response)
        kind = GrantRefused if reason in _DEAD_GRANTS else AuthExpired
        message = f"{_WHAT}: X gives no token ({status} {reason}); {remedy}"
        raise kind(message)
    check(response, _WHAT, now, changes=True)


def _reason(response: Response) -> str:
    """The error code of RFC 6749, "" where there is none that looks like one."""
    try:
        found = response.json().get("error")
    except (ContractBroken, AttributeError):
        return ""
    return found if isinstance(found, str) and found.isidentifier() else ""
