"""Zendesk's token endpoint in memory, as far as refreshing goes."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from gehoor.errors import AuthExpired
from gehoor.helpdesks._zendesk_tokens import Grant, TokenAnswer
from gehoor.leased_session import GrantRefused

if TYPE_CHECKING:
    from datetime import datetime

    from gehoor.ports.surroundings import Clock

CLIENT_ID, CLIENT_SECRET = "gehoor", "secret-of-gehoor"


class FakeTokenEndpoint:
    """Its `ask` fits `AskForToken`. A refresh kills the old pair at once.

    `asked` holds the refresh token of every attempt; `error` fails the next one without effect.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._pairs: dict[str, str] = {}
        self._ends: dict[str, datetime] = {}
        self.asked: list[str] = []
        self.came_from: dict[str, str] = {}
        self.error: Exception | None = None

    def sign_in(self) -> TokenAnswer:
        """A pair for a person who allowed gehoor in."""
        return self._give(3600)

    def ask(self, grant: Grant) -> TokenAnswer:
        error, self.error = self.error, None
        if error is not None:
            raise error
        if grant["client_secret"] != CLIENT_SECRET:
            message = "Zendesk gives no token (401 invalid_client); check the OAuth client"
            raise AuthExpired(message)
        spent = str(grant["refresh_token"])
        self.asked.append(spent)
        if not self.is_alive(spent):
            message = "Zendesk gives no token (400 invalid_grant); check the OAuth client"
            raise GrantRefused(message)
        del self._ends[self._pairs.pop(spent)]
        answer = self._give(int(grant["expires_in"]))
        self.came_from[str(answer.refresh_token)] = spent
        return answer

    def is_alive(self, refresh_token: str) -> bool:
        """Whether a refresh token may still be spent."""
        return refresh_token in self._pairs

    def accepts(self, header: str) -> bool:
        """Whether a call with this Authorization header is let in."""
        end = self._ends.get(header.removeprefix("Bearer "))
        return end is not None and self._clock() < end

    def _give(self, life_s: int) -> TokenAnswer:
        number = next(self._numbers)
        access, refresh = f"access-{number}", f"refresh-{number}"
        self._pairs[refresh] = access
        self._ends[access] = self._clock() + timedelta(seconds=life_s)
        return TokenAnswer(
            access_token=access, refresh_token=refresh, expires_in=life_s, scope="read write"
        )
