"""What a call to YouTube proves who it is with: an API key, or a token of a person's consent.

The access token is kept by the worker that asked for it and is not shared: the refresh token stays
what it is however often it is used, one access token does not end another, and asking costs no
quota. So there is nothing to agree on between workers, and no token lies in a store.
Source: https://developers.google.com/identity/protocols/oauth2/web-server#offline
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from gehoor.authorization_code import source_command
from gehoor.errors import AuthExpired, ContractBroken, UnknownOutcome
from gehoor.http import Http, Response, check
from gehoor.leased_session import GrantRefused
from gehoor.settings import Life, Scope, Visible
from gehoor.sign_in import RenewedToken, SignIn, Token

_WHAT = "youtube: signing in"
_TRY_AGAIN = (408, 425, 429)
_CLIENT = '{"client_id": "...", "client_secret": "..."} of an OAuth client'


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ApiKey(_Kept):
    """A key of the Google Cloud project: reads what is public."""

    api_key: Visible = Field(repr=False)


class OAuthClient(_Kept):
    """An OAuth client of the project, and the refresh token of who consented, if somebody has.

    `consent_ends_at` is when that consent ends, None for one that was not given for a time.
    """

    client_id: Visible
    client_secret: Visible = Field(repr=False)
    refresh_token: Visible | None = Field(default=None, repr=False)
    consent_ends_at: AwareDatetime | None = None


class Secret(NamedTuple):
    """What a secret is called and holds."""

    name: str
    value: str | None


class Credential(NamedTuple):
    """Who a call comes from: what `sign_in` tells, in the header of this name.

    `ends_at` is when the channel's owner has to consent again, None where nobody can tell.
    """

    sign_in: SignIn
    header_name: str
    can_write: bool
    ends_at: datetime | None = None


class _KeyHeader:
    """Fits `SignIn`. A key goes in a header, for addresses are written to logs."""

    def __init__(self, key: ApiKey, remedy: str) -> None:
        self._key = key
        self.remedy = remedy

    def header(self) -> str:
        """The key."""
        return self._key.api_key

    def renew(self) -> bool:
        """There is no other."""
        return False


def credential_of(source_id: str, secret: Secret, token_url: str, http: Http) -> Credential:
    """The credential in a secret: a consent as JSON, or an API key, as JSON or by itself.

    AuthExpired, with what to do, when it holds neither.
    """
    kept = _kept_in(secret)
    if isinstance(kept, ApiKey):
        remedy = f"set it anew with: gehoor secret set {secret.name}"
        return Credential(_KeyHeader(kept, remedy), "X-Goog-Api-Key", can_write=False)
    remedy = f"run: {source_command(source_id)}"
    if kept.refresh_token is None:
        message = f"the channel's owner has not consented with the secret {secret.name}; {remedy}"
        raise AuthExpired(message)
    endpoint = TokenEndpoint(
        kept,
        token_url,
        http,
        f"the channel's owner consents again with: {source_command(source_id)}",
    )
    sign_in = RenewedToken(endpoint.obtain, http.clock, remedy)
    return Credential(sign_in, "Authorization", can_write=True, ends_at=kept.consent_ends_at)


def client_in(secret: Secret) -> OAuthClient:
    """The OAuth client in a secret; AuthExpired, with the form that is accepted, in any other."""
    kept = _kept_in(secret)
    if isinstance(kept, OAuthClient):
        return kept
    message = (
        f"{secret.name} holds an API key, with which nobody signs in; set it to "
        f"{_CLIENT} with: gehoor secret set {secret.name}"
    )
    raise AuthExpired(message)


def _kept_in(secret: Secret) -> ApiKey | OAuthClient:
    value = (secret.value or "").strip()
    try:
        if not value.startswith("{"):
            return ApiKey(api_key=value)
        is_key = '"api_key"' in value
        return (ApiKey if is_key else OAuthClient).model_validate_json(value)
    except ValidationError:
        # The cause would quote the secret, so it is left out.
        message = (
            f"{secret.name} holds no credential for YouTube; set it to an API key, or to "
            f"{_CLIENT} with: gehoor secret set {secret.name}"
        )
        raise AuthExpired(message) from None


class TokenAnswer(BaseModel):
    """What Google answers; lives are in seconds. A refresh token comes with a consent only.

    How long it lasts is only told of a consent that was given for a time.
    """

    access_token: Visible = Field(repr=False)
    refresh_token: Visible | None = Field(default=None, repr=False)
    expires_in: Life
    refresh_token_expires_in: Life | None = None
    scope: Scope = ""


class TokenEndpoint(NamedTuple):
    """Where one client asks for tokens; `remedy` is for when it gets none."""

    client: OAuthClient
    url: str
    http: Http
    remedy: str

    def obtain(self, _refused: str) -> Token:
        """Another access token. AuthExpired when the owner has to consent again."""
        now = self.http.clock()
        refresh_token = self.client.refresh_token or ""
        answer = self.ask({"grant_type": "refresh_token", "refresh_token": refresh_token})
        return Token(answer.access_token, now, now + timedelta(seconds=answer.expires_in), "")

    def ask(self, grant: Mapping[str, str], *, once: bool = False) -> TokenAnswer:
        """Exchange a grant, which may be good only `once`.

        GrantRefused when it is dead, AuthExpired when the client is not accepted, Transient;
        UnknownOutcome when a grant that is good once may have been used.
        """
        client = {"client_id": self.client.client_id, "client_secret": self.client.client_secret}
        response = self.http.request("POST", self.url, form={**grant, **client}, changes=once)
        self._refuse(response, once)
        try:
            return TokenAnswer.model_validate(response.json())
        except (ValidationError, ContractBroken):
            # The cause would quote the token, so it is left out.
            message = f"{_WHAT}: the answer has no usable token"
            raise (UnknownOutcome(message) if once else ContractBroken(message)) from None

    def _refuse(self, response: Response, once: bool) -> None:
        if 300 <= response.status < 500 and response.status not in _TRY_AGAIN:
            reason = _reason(response)
            kind = GrantRefused if reason == "invalid_grant" else AuthExpired
            message = f"{_WHAT}: Google gives no token ({response.status} {reason}); {self.remedy}"
            raise kind(message)
        check(response, _WHAT, self.http.clock(), changes=once)


def _reason(response: Response) -> str:
    """The error's name in RFC 6749, section 5.2, "" where there is none."""
    try:
        error = response.json().get("error")
    except (ContractBroken, AttributeError):
        return ""
    return error[:40] if isinstance(error, str) else ""
