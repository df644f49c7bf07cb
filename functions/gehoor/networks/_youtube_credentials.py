"""What a call to YouTube proves who it is with: an API key, or a token of a person's consent.

The access token is kept by the worker that asked for it and is not shared: the refresh token stays
what it is however often it is used, one access token does not end another, and asking costs no
quota. So there is nothing to agree on between workers, and no token lies in a store.
Source: https://developers.google.com/identity/protocols/oauth2/web-server#offline
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from gehoor.errors import AuthExpired, ContractBroken
from gehoor.http import Http, Response, check
from gehoor.settings import Visible
from gehoor.sign_in import RenewedToken, SignIn, Token

_WHAT = "youtube: signing in"
_TRY_AGAIN = (408, 425, 429)


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ApiKey(_Kept):
    """A key of the Google Cloud project: reads what is public."""

    api_key: Visible = Field(repr=False)


class Consent(_Kept):
    """An OAuth client and the refresh token that the channel's owner consented to.

    `ends_at` is when the consent ends, for one that was given for a time only.
    """

    client_id: Visible
    client_secret: Visible = Field(repr=False)
    refresh_token: Visible = Field(repr=False)
    ends_at: AwareDatetime | None = None


class Credential(NamedTuple):
    """Who a call comes from: what `sign_in` tells, in the header of this name.

    `consent_ends_at` tells when the owner has to consent again, None where nobody can tell.
    """

    sign_in: SignIn
    header_name: str
    can_write: bool
    consent_ends_at: Callable[[], datetime | None]


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


def credential_of(secret: str | None, name: str, token_url: str, http: Http) -> Credential:
    """The credential in the secret `name`; AuthExpired when it is none.

    A consent as JSON, or an API key, as JSON or by itself.
    """
    value, remedy = (secret or "").strip(), f"set it anew with: gehoor secret set {name}"
    try:
        if '"refresh_token"' in value:
            endpoint = _TokenEndpoint(Consent.model_validate_json(value), token_url, remedy, http)
            sign_in = RenewedToken(endpoint.obtain, http.clock, remedy)
            return Credential(sign_in, "Authorization", True, lambda: endpoint.consent_ends_at)
        is_json = value.startswith("{")
        key = ApiKey.model_validate_json(value) if is_json else ApiKey(api_key=value)
        return Credential(_KeyHeader(key, remedy), "X-Goog-Api-Key", False, lambda: None)
    except ValidationError:
        # The cause would quote the secret, so it is left out.
        message = (
            f"{name} holds no credential for YouTube: set an API key, or JSON with client_id, "
            "client_secret and refresh_token"
        )
        raise AuthExpired(message) from None


class _TokenAnswer(BaseModel):
    """Lives are in seconds; `refresh_token_expires_in` is only told of a consent for a time."""

    access_token: Visible = Field(repr=False)
    expires_in: int = Field(gt=0)
    refresh_token_expires_in: int | None = None


class _TokenEndpoint:
    """Where access tokens are asked for."""

    def __init__(self, consent: Consent, url: str, remedy: str, http: Http) -> None:
        self.consent_ends_at = consent.ends_at
        self._consent = consent
        self._url = url
        self._remedy = remedy
        self._http = http

    def obtain(self, _refused: str) -> Token:
        """Another access token. AuthExpired when the owner has to consent again."""
        now = self._http.clock()
        form = {"grant_type": "refresh_token", **self._consent.model_dump(exclude={"ends_at"})}
        response = self._http.request("POST", self._url, form=form)
        if 300 <= response.status < 500 and response.status not in _TRY_AGAIN:
            message = (
                f"{_WHAT}: Google gives no token ({response.status} {_reason(response)}); the "
                f"channel's owner consents again, then {self._remedy}"
            )
            raise AuthExpired(message)
        check(response, _WHAT, now)
        try:
            answer = _TokenAnswer.model_validate(response.json())
        except ValidationError:
            # The cause would quote the token, so it is left out.
            message = f"{_WHAT}: the answer has no usable token"
            raise ContractBroken(message) from None
        if answer.refresh_token_expires_in is not None:
            self.consent_ends_at = now + timedelta(seconds=answer.refresh_token_expires_in)
        return Token(answer.access_token, now, now + timedelta(seconds=answer.expires_in), "")


def _reason(response: Response) -> str:
    """The error's name in RFC 6749, section 5.2, "" where there is none."""
    try:
        error = response.json().get("error")
    except (ContractBroken, AttributeError):
        return ""
    return error[:40] if isinstance(error, str) else ""
