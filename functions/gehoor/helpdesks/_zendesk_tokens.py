"""Zendesk's token endpoint, for every grant.

Rules named here come from Zendesk's API reference, "OAuth Tokens for Grant Types": JSON both ways,
`expires_in` between five minutes and two days and unset unless asked for,
`refresh_token_expires_in` between 7 and 90 days, errors as in RFC 6749, section 5.2.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gehoor.errors import AuthExpired, ContractBroken, NotAllowed, UnknownOutcome
from gehoor.helpdesks._zendesk_reasons import reasons
from gehoor.http import Http, Response, check
from gehoor.leased_session import GrantRefused
from gehoor.settings import Life, Scope, Visible
from gehoor.sign_in import Token

_WHAT = "signing in to the helpdesk"


class TokenAnswer(BaseModel):
    """What the endpoint answers; lives are in seconds."""

    model_config = ConfigDict(defer_build=True)

    access_token: Visible = Field(repr=False)
    refresh_token: Visible | None = Field(default=None, repr=False)
    expires_in: Life | None = None
    refresh_token_expires_in: Life | None = None
    scope: Scope = ""

    def token(self, asked_at: datetime, asked_life: timedelta) -> Token:
        """The access token, with the life that was asked for when the answer names none."""
        life = timedelta(seconds=self.expires_in) if self.expires_in else asked_life
        return Token(self.access_token, asked_at, asked_at + life, self.scope)


Grant = Mapping[str, str | int]
AskForToken = Callable[[Grant], TokenAnswer]
"""Exchange a grant for a token.

GrantRefused when that grant is dead, AuthExpired when the client is not accepted, NotAllowed,
Transient; UnknownOutcome when a grant that can be used once may have been used.
"""


class TokenEndpoint:
    """The endpoint of one account. `secret_name` is named in what operators read."""

    def __init__(self, base_url: str, secret_name: str, http: Http) -> None:
        self._url = f"{base_url.rstrip('/')}/oauth/tokens"
        self._secret_name = secret_name
        self._http = http

    def ask(self, grant: Grant) -> TokenAnswer:
        """Fits `AskForToken`."""
        once = grant["grant_type"] != "client_credentials"
        response = self._http.request("POST", self._url, json=dict(grant), changes=once)
        self._refuse(response, once)
        try:
            return TokenAnswer.model_validate(response.json())
        except (ValidationError, ContractBroken):
            # The cause would quote the token, so it is left out.
            message = f"{_WHAT}: the answer has no usable token"
            raise (UnknownOutcome(message) if once else ContractBroken(message)) from None

    def _refuse(self, response: Response, once: bool) -> None:
        """Errors that concern gehoor as a whole, never the item that it signs in for."""
        status, reason = response.status, reasons(response)
        if 300 <= status < 400 or status in (404, 410):
            message = (
                f"{_WHAT}: there is no Zendesk account at this address ({status}); "
                "check helpdesk.base_url and push the configuration again"
            )
            raise AuthExpired(message)
        if status == 403:
            message = f"{_WHAT}: Zendesk does not allow it (403 {reason}); check the OAuth client"
            raise NotAllowed(message)
        if 400 <= status < 500 and status not in (408, 425, 429):
            kind = GrantRefused if reason == "invalid_grant" else AuthExpired
            raise kind(
                f"{_WHAT}: Zendesk gives no token ({status} {reason}); check the OAuth client and "
                f"set it anew with: gehoor secret set {self._secret_name}"
            )
        check(response, _WHAT, self._http.clock(), changes=once)
