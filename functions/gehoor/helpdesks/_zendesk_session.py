"""The sign-in of a person, which all workers share and renew at Zendesk's token endpoint.

Refreshing returns a new pair and kills the old one at once (Zendesk's API reference, "OAuth Tokens
for Grant Types").
"""

from datetime import datetime, timedelta

from gehoor.errors import UnknownOutcome
from gehoor.helpdesks._zendesk_secret import SignedInClient
from gehoor.helpdesks._zendesk_tokens import AskForToken, TokenAnswer
from gehoor.leased_session import Grants, LeasedSession, Session, Words
from gehoor.ports.limits import Sessions
from gehoor.ports.surroundings import Clock

LIFE = timedelta(days=1)
"""Of an access token: long, because each renewal is a moment in which a death loses the pair."""

REFRESH_LIFE = timedelta(days=89)
"""Of a refresh token, the longest Zendesk gives: how long gehoor may be switched off."""

COMMAND = "gehoor helpdesk sign-in"
WORDS = Words("the helpdesk", f"run: {COMMAND}")


def lives() -> dict[str, int]:
    """The lives to ask for, in seconds."""
    return {
        "expires_in": int(LIFE.total_seconds()),
        "refresh_token_expires_in": int(REFRESH_LIFE.total_seconds()),
    }


def session_of(answer: TokenAnswer, asked_at: datetime) -> Session:
    """The session an answer begins; UnknownOutcome when the answer has no refresh token."""
    if answer.refresh_token is None:
        message = "signing in to the helpdesk: the answer has no refresh token"
        raise UnknownOutcome(message)
    asked_life = REFRESH_LIFE.total_seconds()
    refresh_life = timedelta(seconds=answer.refresh_token_expires_in or asked_life)
    token = answer.token(asked_at, LIFE)
    return Session(
        access_token=token.value,
        refresh_token=answer.refresh_token,
        obtained_at=token.obtained_at,
        expires_at=token.expires_at,
        refresh_expires_at=asked_at + refresh_life,
        scope=token.scope,
    )


def shared_session(
    client: SignedInClient, secret_name: str, sessions: Sessions, ask: AskForToken, clock: Clock
) -> LeasedSession:
    """The sign-in of `client`, for one worker."""

    def refresh(refresh_token: str) -> Session:
        asked_at = clock()
        answer = ask(
            {
                "grant_type": "refresh_token",
                "refresh_token": refresh_token,
                "client_id": client.client_id,
                "client_secret": client.client_secret,
                **lives(),
            }
        )
        return session_of(answer, asked_at)

    grants = Grants(client.client_id, client.refresh_token, begin=refresh, refresh=refresh)
    return LeasedSession(grants, secret_name, sessions, clock, WORDS)
