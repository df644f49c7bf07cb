"""One sign-in that all workers share: a pair of tokens that is renewed by spending it.

Refreshing returns a new pair and kills the old one at once (Zendesk's API reference, "OAuth Tokens
for Grant Types"), so

- only the holder of the lease refreshes, with what it read under the lease;
- that the store takes writes is tried before the pair is spent;
- the new pair is stored before it is used.

A worker that dies between "refreshed" and "stored" takes the only valid pair with it. Then the old
refresh token is refused, that is noted so that nobody tries it again, and a person signs in anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gehoor.errors import AuthExpired, GehoorError, Unavailable, UnknownOutcome
from gehoor.helpdesks._zendesk_secret import OAuthClient, SignedInClient, Visible
from gehoor.helpdesks._zendesk_tokens import AskForToken, GrantRefused, Token, TokenAnswer
from gehoor.ports import Clock, Sessions

LIFE = timedelta(days=1)
"""Of an access token: long, because each renewal is a moment in which a death loses the pair."""

REFRESH_LIFE = timedelta(days=89)
"""Of a refresh token, the longest Zendesk gives: how long gehoor may be switched off."""

LEASE = timedelta(minutes=1)
"""Longer than a call to Zendesk and the writes around it can take."""

LOOK_AGAIN = timedelta(seconds=5)
SEEDS = 10


class Session(BaseModel):
    """A pair as it is stored.

    `seeds` names the refresh tokens from outside (the secret, a sign-in) that led here, newest
    last: with one of them in the secret the session is the newer of the two.
    """

    model_config = ConfigDict(frozen=True)

    access_token: Visible = Field(repr=False)
    refresh_token: Visible = Field(repr=False)
    obtained_at: datetime
    expires_at: datetime
    refresh_expires_at: datetime
    scope: str = ""
    seeds: tuple[str, ...] = ()

    def token(self) -> Token:
        """The access token."""
        return Token(self.access_token, self.obtained_at, self.expires_at, self.scope)

    def with_seed(self, seed: str) -> "Session":
        """The same session, begun by one more refresh token."""
        return self.model_copy(update={"seeds": (*self.seeds, seed)[-SEEDS:]})


def session_name(secret_name: str) -> str:
    """Where the session of a secret is stored."""
    return f"{secret_name}.session"


def fingerprint(client: OAuthClient, refresh_token: str) -> str:
    """A name for a refresh token that is no secret."""
    return sha256(f"{client.client_id} {refresh_token}".encode()).hexdigest()[:16]


def lives() -> dict[str, int]:
    """The lives to ask for, in seconds."""
    return {
        "expires_in": int(LIFE.total_seconds()),
        "refresh_token_expires_in": int(REFRESH_LIFE.total_seconds()),
    }


def session_of(answer: TokenAnswer, asked_at: datetime, seeds: tuple[str, ...]) -> Session:
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
        seeds=seeds[-SEEDS:],
    )


def stored_session(sessions: Sessions, name: str) -> Session | None:
    """The session under this name, None when there is none; AuthExpired when it is damaged."""
    value = sessions.get(name)
    if value is None:
        return None
    try:
        return Session.model_validate_json(value)
    except ValidationError:
        message = f"the stored session {name} cannot be read; run: gehoor helpdesk sign-in"
        raise AuthExpired(message) from None


class _Unstored(NamedTuple):
    """A pair that only one worker knows, and what was stored when it was asked for."""

    session: Session
    before: Session | None


class SharedSession:
    """The sign-in of one client, for one worker."""

    def __init__(
        self,
        client: SignedInClient,
        secret_name: str,
        sessions: Sessions,
        ask: AskForToken,
        clock: Clock,
    ) -> None:
        self._client = client
        self._name = session_name(secret_name)
        self._sessions = sessions
        self._ask = ask
        self._clock = clock
        self._seed = fingerprint(client, client.refresh_token)
        self._unstored: _Unstored | None = None

    def current(self, refused: str) -> Token:
        """An access token other than `refused`: the stored one, or a new one when that is worn.

        Unavailable while another worker renews it and nothing else can be used; AuthExpired when
        only a person can sign in again.
        """
        if self._unstored is not None:
            self._stored(self._unstored)
        stored = stored_session(self._sessions, self._name)
        if stored and self._is_fresh(stored, refused) and self._seed in stored.seeds:
            return stored.token()
        owner, now = uuid4().hex, self._clock()
        lease = self._sessions.lease(self._name, owner, now, now + LEASE)
        if lease.free_at is not None:
            return self._meanwhile(stored, refused, lease.free_at)
        with self._held(owner):
            return self._renewed(refused, lease.refused).token()

    def _is_fresh(self, stored: Session, refused: str) -> bool:
        return stored.access_token != refused and not stored.token().is_worn(self._clock())

    def _meanwhile(self, stored: Session | None, refused: str, free_at: datetime) -> Token:
        now = self._clock()
        if stored and stored.access_token != refused and not stored.token().is_over(now):
            return stored.token()
        message = "another worker is renewing gehoor's sign-in to the helpdesk"
        raise Unavailable(message, min(free_at, now + LOOK_AGAIN))

    def _renewed(self, refused: str, dead: frozenset[str]) -> Session:
        """Under the lease: what another has renewed meanwhile, or a new pair."""
        stored = stored_session(self._sessions, self._name)
        known = stored.seeds if stored else ()
        if self._seed not in known and self._seed not in dead:
            grant, known = self._client.refresh_token, (*known, self._seed)
        elif stored and self._is_fresh(stored, refused):
            return stored
        elif stored and fingerprint(self._client, stored.refresh_token) not in dead:
            grant = stored.refresh_token
        else:
            message = "gehoor's sign-in to the helpdesk has ended; run: gehoor helpdesk sign-in"
            raise AuthExpired(message)
        try:
            return self._refreshed(grant, known, stored)
        except GrantRefused:
            spent = fingerprint(self._client, grant)
            self._sessions.refuse(self._name, spent)
            return self._renewed(refused, dead | {spent})

    def _refreshed(self, grant: str, seeds: tuple[str, ...], before: Session | None) -> Session:
        asked_at = self._clock()
        self._sessions.prepare(self._name)
        answer = self._ask(
            {
                "grant_type": "refresh_token",
                "refresh_token": grant,
                "client_id": self._client.client_id,
                "client_secret": self._client.client_secret,
                **lives(),
            }
        )
        renewed = session_of(answer, asked_at, seeds)
        return self._stored(_Unstored(renewed, before))

    def _stored(self, unstored: _Unstored) -> Session:
        """Store a pair that only this worker knows; returns the session that counts.

        Only over what it came from: when a write whose answer was lost had been made after all,
        another worker may have renewed the pair since.
        """
        self._unstored = unstored
        try:
            counts = stored_session(self._sessions, self._name)
            if counts is None or counts == unstored.before:
                counts = unstored.session
                self._sessions.put(self._name, counts.model_dump_json())
        except GehoorError as error:
            message = "gehoor's renewed sign-in to the helpdesk could not be stored"
            raise Unavailable(message, self._clock() + LOOK_AGAIN) from error
        self._unstored = None
        return counts

    @contextmanager
    def _held(self, owner: str) -> Iterator[None]:
        """Give the lease back, unless the pair may be gone: then others are kept off it."""
        try:
            yield
        except UnknownOutcome as error:
            message = "the answer to the renewal of gehoor's sign-in to the helpdesk was lost"
            raise Unavailable(message, self._clock() + LEASE) from error
        except GehoorError:
            if self._unstored is None:
                self._sessions.release(self._name, owner)
            raise
        self._sessions.release(self._name, owner)
