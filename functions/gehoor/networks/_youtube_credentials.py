"""What a call to YouTube proves who it is with: an API key, or a token of a person's consent.

The access token is kept by the worker that asked for it and is not shared: the refresh token stays
what it is however often it is used, an access token does not end another, and asking costs no
quota. So there is nothing to agree on between workers, and no token lies in a store.
Source: https://developers.google.com/identity/protocols/oauth2/web-server#offline
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from gehoor.errors import AuthExpired, ContractBroken
from gehoor.http import Http, Response, check

WORN_AT = 0.8
"""The part of its life after which a token is renewed."""

_TRY_AGAIN = frozenset({408, 425, 429})

_Visible = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]+$")]


class ApiKey(BaseModel):
    """A key of the Google Cloud project: reads what is public."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    api_key: _Visible = Field(repr=False)


class Consent(BaseModel):
    """An OAuth client and the refresh token that the channel's owner consented to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client_id: _Visible
    client_secret: _Visible = Field(repr=False)
    refresh_token: _Visible = Field(repr=False)


class Credential(Protocol):
    """Proves who a call comes from."""

    can_write: bool

    def headers(self) -> Mapping[str, str]:
        """What to send along. AuthExpired when only a person can renew it."""

    def renew(self) -> bool:
        """Forget what was refused; False when there is nothing to take its place."""


def credential_of(secret: str | None, name: str, token_url: str, http: Http) -> Credential:
    """The credential in the secret `name`; AuthExpired when it is none.

    A consent as JSON, or an API key, as JSON or by itself.
    """
    value = (secret or "").strip()
    try:
        if not value.startswith("{"):
            return KeyCredential(ApiKey(api_key=value))
        if '"refresh_token"' in value:
            consent = Consent.model_validate_json(value)
            return ConsentCredential(consent, name, token_url, http)
        return KeyCredential(ApiKey.model_validate_json(value))
    except ValidationError:
        # The cause would quote the secret, so it is left out.
        message = (
            f"{name} holds no credential for YouTube: set an API key, or JSON with client_id, "
            "client_secret and refresh_token"
        )
        raise AuthExpired(message) from None


class KeyCredential:
    """Fits `Credential`. The key goes in a header, for addresses are written to logs."""

    can_write = False

    def __init__(self, key: ApiKey) -> None:
        self._key = key

    def headers(self) -> Mapping[str, str]:
        """The key."""
        return {"X-Goog-Api-Key": self._key.api_key}

    def renew(self) -> bool:
        """A key has no successor."""
        return False


class _Token(NamedTuple):
    value: str
    worn_at: datetime


class _TokenAnswer(BaseModel):
    access_token: _Visible = Field(repr=False)
    expires_in: int = Field(gt=0)


class ConsentCredential:
    """Fits `Credential`: an access token, renewed before its life ends."""

    can_write = True

    def __init__(self, consent: Consent, name: str, token_url: str, http: Http) -> None:
        self._consent = consent
        self._name = name
        self._token_url = token_url
        self._http = http
        self._token: _Token | None = None

    def headers(self) -> Mapping[str, str]:
        """The access token."""
        if self._token is None or self._http.clock() >= self._token.worn_at:
            self._token = self._asked()
        return {"Authorization": f"Bearer {self._token.value}"}

    def renew(self) -> bool:
        """Ask for another token at the next call."""
        self._token = None
        return True

    def _asked(self) -> _Token:
        now = self._http.clock()
        form = {"grant_type": "refresh_token", **self._consent.model_dump()}
        what = "youtube: signing in"
        response = self._http.request("POST", self._token_url, form=form)
        if 300 <= response.status < 500 and response.status not in _TRY_AGAIN:
            message = (
                f"{what}: Google gives no token ({response.status} {_reason(response)}); the "
                f"channel's owner consents again, then: gehoor secret set {self._name}"
            )
            raise AuthExpired(message)
        check(response, what, now)
        try:
            answer = _TokenAnswer.model_validate(response.json())
        except ValidationError:
            # The cause would quote the token, so it is left out.
            message = f"{what}: the answer has no usable token"
            raise ContractBroken(message) from None
        return _Token(answer.access_token, now + timedelta(seconds=answer.expires_in) * WORN_AT)


def _reason(response: Response) -> str:
    """The error's name in RFC 6749, section 5.2, "" where there is none."""
    try:
        error = response.json().get("error")
    except (ContractBroken, AttributeError):
        return ""
    return error[:40] if isinstance(error, str) else ""
