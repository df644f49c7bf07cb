"""How calls to Zendesk say who they are: the Authorization header, and a new one when it wears out.

OAuth comes first because Zendesk ends its API tokens; among OAuth's grants client_credentials comes
first because it needs no person and leaves nothing for workers to quarrel over.
"""

import logging
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Protocol

from gehoor.errors import AuthExpired, Transient
from gehoor.helpdesks._zendesk_secret import (
    API_TOKENS_END,
    ApiToken,
    BearerToken,
    Form,
    OAuthClient,
    SignedInClient,
)
from gehoor.helpdesks._zendesk_session import SharedSession
from gehoor.helpdesks._zendesk_tokens import AskForToken, Token, TokenEndpoint
from gehoor.http import Response
from gehoor.ports import Clock
from gehoor.settings import HelpdeskSettings
from gehoor.wiring import Access

LIFE = timedelta(hours=2)
PAUSE = timedelta(seconds=30)
"""How long a worn token is used on before gehoor tries again to renew it."""

_log = logging.getLogger(__name__)


class SignIn(Protocol):
    """Who gehoor is, as a call tells it. `remedy` is what an operator does when that is refused."""

    @property
    def remedy(self) -> str: ...

    def header(self) -> str:
        """The Authorization header for the next call. AuthExpired when there can be none."""

    def renew(self) -> bool:
        """Replace the header that was just refused; False when there is no other."""


class StaticHeader:
    """Fits `SignIn`: a token that stays as it is."""

    def __init__(self, token: str, remedy: str) -> None:
        self._token = token
        self.remedy = remedy

    def header(self) -> str:
        """The Authorization header."""
        return f"Bearer {self._token}"

    def renew(self) -> bool:
        """There is no other."""
        return False


class ApiTokenHeader:
    """Fits `SignIn`: an API token, until Zendesk ends them."""

    def __init__(self, form: ApiToken, clock: Clock, remedy: str) -> None:
        pair = f"{form.email}/token:{form.token}".encode()
        self._header = f"Basic {b64encode(pair).decode('ascii')}"
        self._clock = clock
        self.remedy = remedy

    def header(self) -> str:
        """The Authorization header; AuthExpired after the last day of API tokens."""
        if self._clock().date() > API_TOKENS_END:
            message = (
                f"Zendesk takes no API tokens since {API_TOKENS_END}; make an OAuth client and "
                f"{self.remedy}"
            )
            raise AuthExpired(message)
        return self._header

    def renew(self) -> bool:
        """There is no other."""
        return False


class RenewedToken:
    """Fits `SignIn`: an access token that is replaced before its life ends.

    `obtain` takes the token that was refused, "" when none was, and returns another.
    """

    def __init__(self, obtain: Callable[[str], Token], clock: Clock, remedy: str) -> None:
        self._obtain = obtain
        self._clock = clock
        self._token: Token | None = None
        self._next_try = clock()
        self.remedy = remedy

    def header(self) -> str:
        """The Authorization header; a worn token is used on while it cannot be renewed."""
        return f"Bearer {self.token().value}"

    def token(self) -> Token:
        """The token that `header` tells."""
        now = self._clock()
        if self._token is None or self._token.is_over(now):
            self._token = self._obtain("")
        elif self._token.is_worn(now) and now >= self._next_try:
            self._next_try = now + PAUSE
            self._token = self._renewed_in_time(self._token)
        return self._token

    def renew(self) -> bool:
        """Replace the token that was refused."""
        refused = self._token.value if self._token else ""
        self._token = self._obtain(refused)
        return True

    def _renewed_in_time(self, worn: Token) -> Token:
        try:
            return self._obtain("")
        except Transient as error:
            _log.warning("the helpdesk's token is used on: %s", error)
            return worn


def sign_in_for(settings: HelpdeskSettings, form: Form, access: Access) -> SignIn:
    """The way in that the secret's form stands for."""
    clock, name = access.http.clock, settings.secret
    ask = TokenEndpoint(settings.base_url, name, access.http).ask
    remedy = f"set the secret anew with: gehoor secret set {name}"
    match form:
        case SignedInClient():
            session = SharedSession(form, name, access.sessions, ask, clock)
            return RenewedToken(session.current, clock, "run: gehoor helpdesk sign-in")
        case OAuthClient():
            return RenewedToken(_client_credentials(form, ask, clock), clock, remedy)
        case ApiToken():
            warn_of_the_end(name)
            return ApiTokenHeader(form, clock, remedy)
        case BearerToken():
            return StaticHeader(form.token, remedy)


def signed_in(sign_in: SignIn, send: Callable[[str], Response]) -> Response:
    """Send with the Authorization header, and once more with a new one when it is refused.

    A refused call had no effect, so repeating it is safe.
    """
    response = send(sign_in.header())
    if response.status == 401 and sign_in.renew():
        return send(sign_in.header())
    return response


@cache
def warn_of_the_end(secret_name: str) -> None:
    """Log, once in a process, that the secret will stop working."""
    _log.warning(
        "Zendesk ends API tokens on %s: make an OAuth client and run gehoor secret set %s",
        API_TOKENS_END,
        secret_name,
    )


def _client_credentials(
    form: OAuthClient, ask: AskForToken, clock: Clock
) -> Callable[[str], Token]:
    def obtain(_refused: str) -> Token:
        now = clock()
        answer = ask(
            {
                "grant_type": "client_credentials",
                "client_id": form.client_id,
                "client_secret": form.client_secret,
                "scope": form.scope,
                "expires_in": int(LIFE.total_seconds()),
            }
        )
        return answer.token(now, LIFE)

    return obtain
