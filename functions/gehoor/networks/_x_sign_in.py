"""Signing in to X as the account, with OAuth 2.0.

An access token lives two hours. Refreshing returns a new pair and ends the refresh token at once,
so all workers share one session under a lease.
Source: https://docs.x.com/resources/fundamentals/authentication/oauth-2-0/authorization-code
"""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gehoor.authorization_code import source_command
from gehoor.errors import AuthExpired, ContractBroken, UnknownOutcome
from gehoor.http import Http, Response, check
from gehoor.leased_session import GrantRefused, Grants, LeasedSession, Session, Words
from gehoor.settings import Life, Scope, Visible
from gehoor.sign_in import RenewedToken, SignIn, StaticHeader
from gehoor.wiring import NetworkWiring

LIFE = timedelta(hours=2)
_WHAT = "signing in to X"
_DEAD_GRANTS = ("invalid_grant", "invalid_request")
"""X calls a spent or revoked refresh token, or code, an invalid request."""


class Client(BaseModel):
    """The app at X and the account's first refresh token, which its first use spends.

    A public client has no `client_secret`. Nobody has signed in yet where there is no
    `refresh_token`. With `bearer_token` calls are the app's own, and no account's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    client_id: Visible
    client_secret: Visible | None = Field(default=None, repr=False)
    refresh_token: Visible | None = Field(default=None, repr=False)
    bearer_token: Visible | None = Field(default=None, repr=False)


class TokenAnswer(BaseModel):
    """What X answers; the life is in seconds."""

    access_token: Visible = Field(repr=False)
    refresh_token: Visible = Field(repr=False)
    expires_in: Life = int(LIFE.total_seconds())
    scope: Scope = ""

    def session(self, asked_at: datetime) -> Session:
        """The session it begins."""
        return Session(
            access_token=self.access_token,
            refresh_token=self.refresh_token,
            obtained_at=asked_at,
            expires_at=asked_at + timedelta(seconds=self.expires_in),
            scope=self.scope,
        )


def sign_in(source_id: str, base_url: str, secret_name: str, wiring: NetworkWiring) -> SignIn:
    """The account's way in; AuthExpired, with what to do, where nobody has signed in yet."""
    remedy = f"run: {source_command(source_id)}"
    client = client_in(secret_name, wiring.secret)
    if client.refresh_token is None:
        message = f"nobody has signed in to X with the secret {secret_name}; {remedy}"
        raise AuthExpired(message)
    endpoint, clock = TokenEndpoint(base_url, client, wiring.http, remedy), wiring.http.clock

    def refresh(refresh_token: str) -> Session:
        return endpoint.session({"grant_type": "refresh_token", "refresh_token": refresh_token})

    grants = Grants(client.client_id, client.refresh_token, begin=refresh, refresh=refresh)
    session = LeasedSession(grants, secret_name, wiring.sessions, clock, Words("X", remedy))
    return RenewedToken(session.current, clock, remedy)


def app_sign_in(secret_name: str, value: str | None) -> SignIn:
    """The app's own way in; AuthExpired, with what to do, where the secret has no bearer token."""
    token = client_in(secret_name, value).bearer_token
    remedy = (
        f"set the secret {secret_name} anew, with the app's Bearer Token as bearer_token; "
        "see docs/x.md"
    )
    if token is None:
        message = f"X tells only the app itself which posts were deleted; {remedy}"
        raise AuthExpired(message)
    return StaticHeader(token, remedy)


def client_in(secret_name: str, value: str | None) -> Client:
    """The client in a secret; AuthExpired, with the form that is accepted, in any other."""
    try:
        return Client.model_validate_json(value or "")
    except ValidationError:
        # The cause would quote the secret, so it is left out.
        message = (
            f"the secret {secret_name} is no OAuth client of X's; set it to "
            '{"client_id": "...", "client_secret": "..."} with: '
            f"gehoor secret set {secret_name}"
        )
        raise AuthExpired(message) from None


class TokenEndpoint(NamedTuple):
    """Where one client asks for tokens; `remedy` is for when it gets none."""

    base_url: str
    client: Client
    http: Http
    remedy: str

    def session(self, grant: Mapping[str, str]) -> Session:
        """The session that a grant begins.

        GrantRefused when that grant is dead, AuthExpired when the client is not accepted,
        Transient; UnknownOutcome when the grant may have been used.
        """
        asked_at = self.http.clock()
        response = self.http.request(
            "POST",
            f"{self.base_url.rstrip('/')}/2/oauth2/token",
            form={**grant, "client_id": self.client.client_id},
            headers=_identification(self.client),
            changes=True,
        )
        _refuse(response, asked_at, self.remedy)
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
