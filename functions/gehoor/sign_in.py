"""How calls say who they are: the Authorization header, and a new one when it wears out."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from gehoor.errors import Transient
from gehoor.http import Response
from gehoor.ports.surroundings import Clock

WORN_AT = 0.8
"""The part of its life after which a token is renewed."""

PAUSE = timedelta(seconds=30)
"""How long a worn token is used on before gehoor tries again to renew it."""

_log = logging.getLogger(__name__)


class Token(NamedTuple):
    """An access token and its life; `scope` is "" when nobody told."""

    value: str
    obtained_at: datetime
    expires_at: datetime
    scope: str

    def is_worn(self, now: datetime) -> bool:
        """Whether it is time to renew it."""
        return now >= self.obtained_at + (self.expires_at - self.obtained_at) * WORN_AT

    def is_over(self, now: datetime) -> bool:
        """Whether its life has ended."""
        return now >= self.expires_at


class SignIn(Protocol):
    """Who gehoor is, as a call tells it."""

    @property
    def remedy(self) -> str:
        """What an operator does when it is refused."""

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
            _log.warning("a token is used on: %s", error)
            return worn


def signed_in(
    sign_in: SignIn,
    send: Callable[[str], Response],
    is_refused: Callable[[Response], bool] = lambda response: response.status == 401,
) -> Response:
    """Send with the Authorization header, and once more with a new one when it is refused.

    `is_refused` tells an answer that means the header. A refused call had no effect, so repeating
    it is safe.
    """
    response = send(sign_in.header())
    if is_refused(response) and sign_in.renew():
        return send(sign_in.header())
    return response
