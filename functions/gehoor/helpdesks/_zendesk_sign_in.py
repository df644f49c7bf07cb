"""How calls to Zendesk say who they are, for each form of the secret.

OAuth comes first because Zendesk ends its API tokens; among OAuth's grants client_credentials comes
first because it needs no person and leaves nothing for workers to quarrel over.
"""

import logging
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from functools import cache

from gehoor.errors import AuthExpired
from gehoor.helpdesks._zendesk_secret import (
    API_TOKENS_END,
    ApiToken,
    BearerToken,
    Form,
    OAuthClient,
    SignedInClient,
)
from gehoor.helpdesks._zendesk_session import WORDS, shared_session
from gehoor.helpdesks._zendesk_tokens import AskForToken, TokenEndpoint
from gehoor.ports.surroundings import Clock
from gehoor.settings import HelpdeskSettings
from gehoor.sign_in import RenewedToken, SignIn, StaticHeader, Token
from gehoor.wiring import Access

LIFE = timedelta(hours=2)
_log = logging.getLogger(__name__)


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


def sign_in_for(settings: HelpdeskSettings, form: Form, access: Access) -> SignIn:
    """The way in that the secret's form stands for."""
    clock, name = access.http.clock, settings.secret
    ask = TokenEndpoint(settings.base_url, name, access.http).ask
    remedy = f"set the secret anew with: gehoor secret set {name}"
    match form:
        case SignedInClient():
            session = shared_session(form, name, access.sessions, ask, clock)
            return RenewedToken(session.current, clock, WORDS.remedy)
        case OAuthClient():
            return RenewedToken(_client_credentials(form, ask, clock), clock, remedy)
        case ApiToken():
            warn_of_the_end(name)
            return ApiTokenHeader(form, clock, remedy)
        case BearerToken():
            return StaticHeader(form.token, remedy)


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
