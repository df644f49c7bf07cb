"""One sign-in that all workers share: tokens that are renewed by spending them.

Refreshing returns a new pair and kills the old one at once where refresh tokens rotate, so

- only the holder of the lease refreshes, with what it read under the lease;
- that the store takes writes is tried before the pair is spent;
- the new pair is stored before it is used.

A worker that dies between "refreshed" and "stored" takes the only valid pair with it. Then the old
refresh token is refused, that is noted so that nobody tries it again, and gehoor signs in anew with
the secret where that can be used again; else a person does.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gehoor.domain.frozen import frozen
from gehoor.errors import AuthExpired, GehoorError, Unavailable, UnknownOutcome
from gehoor.ports.limits import Sessions
from gehoor.ports.surroundings import Clock
from gehoor.settings import Visible
from gehoor.sign_in import Token

LEASE = timedelta(minutes=1)
"""Longer than a call to the other side and the writes around it can take."""

LOOK_AGAIN = timedelta(seconds=5)
SEEDS = 10


class GrantRefused(AuthExpired):
    """The refresh token, password or code itself is spent, expired, revoked or wrong."""


class Session(BaseModel):
    """A pair as it is stored.

    `refresh_expires_at` is None where nobody tells. `seeds` names the grants from outside (the
    secret, a person's sign-in) that led here, newest last: with one of them in the secret the
    session is the newer of the two.
    """

    model_config = ConfigDict(frozen=True)

    access_token: Visible = Field(repr=False)
    refresh_token: Visible = Field(repr=False)
    obtained_at: datetime
    expires_at: datetime
    refresh_expires_at: datetime | None = None
    scope: str = ""
    seeds: tuple[str, ...] = ()

    def token(self) -> Token:
        """The access token."""
        return Token(self.access_token, self.obtained_at, self.expires_at, self.scope)

    def with_seeds(self, *seeds: str) -> "Session":
        """The same session, begun by these grants; only the last ones are kept."""
        return self.model_copy(update={"seeds": seeds[-SEEDS:]})


Exchange = Callable[[str], Session]
"""A grant for a session without seeds.

GrantRefused when that grant is dead, AuthExpired when gehoor itself is not accepted, NotAllowed,
Transient; UnknownOutcome when a grant that can be used once may have been used.
"""


@frozen
class Grants:
    """How one client gets sessions: from the secret's `seed` at first, then by refreshing.

    `client` names who asks, and is no secret. A seed that `lasts`, such as a password, signs in
    anew when the session has ended; one that does not is a refresh token, spent by its first use.
    """

    client: str
    seed: str
    begin: Exchange
    refresh: Exchange
    lasts: bool = False


@frozen
class Words:
    """What operators read: where gehoor signs in ("the helpdesk"), and what to do when it ends."""

    place: str
    remedy: str


def session_name(secret_name: str) -> str:
    """Where the session of a secret is stored."""
    return f"{secret_name}.session"


def fingerprint(client: str, grant: str) -> str:
    """A name for a grant that is no secret."""
    return sha256(f"{client} {grant}".encode()).hexdigest()[:16]


def stored_session(sessions: Sessions, name: str, words: Words) -> Session | None:
    """The session under this name, None when there is none; AuthExpired when it is damaged."""
    value = sessions.get(name)
    if value is None:
        return None
    try:
        return Session.model_validate_json(value)
    except ValidationError:
        message = f"the stored session {name} cannot be read; {words.remedy}"
        raise AuthExpired(message) from None


class _Unstored(NamedTuple):
    """A pair that only one worker knows, and what was stored when it was asked for."""

    session: Session
    before: Session | None


class LeasedSession:
    """The sign-in of one client, for one worker."""

    def __init__(
        self, grants: Grants, secret_name: str, sessions: Sessions, clock: Clock, words: Words
    ) -> None:
        self._grants = grants
        self._name = session_name(secret_name)
        self._sessions = sessions
        self._clock = clock
        self._words = words
        self._seed = fingerprint(grants.client, grants.seed)
        self._unstored: _Unstored | None = None

    def current(self, refused: str) -> Token:
        """An access token other than `refused`: the stored one, or a new one when that is worn.

        Unavailable while another worker renews it and nothing else can be used; AuthExpired when
        only a person can sign in again.
        """
        if self._unstored is not None:
            self._stored(self._unstored)
        stored = self._read()
        if stored and self._is_fresh(stored, refused) and self._seed in stored.seeds:
            return stored.token()
        owner, now = uuid4().hex, self._clock()
        lease = self._sessions.lease(self._name, owner, now, now + LEASE)
        if lease.free_at is not None:
            return self._meanwhile(stored, refused, lease.free_at)
        with self._held(owner):
            return self._renewed(refused, lease.refused).token()

    def _read(self) -> Session | None:
        return stored_session(self._sessions, self._name, self._words)

    def _is_fresh(self, stored: Session, refused: str) -> bool:
        return stored.access_token != refused and not stored.token().is_worn(self._clock())

    def _meanwhile(self, stored: Session | None, refused: str, free_at: datetime) -> Token:
        now = self._clock()
        if stored and stored.access_token != refused and not stored.token().is_over(now):
            return stored.token()
        message = f"another worker is renewing gehoor's sign-in to {self._words.place}"
        raise Unavailable(message, min(free_at, now + LOOK_AGAIN))

    def _renewed(self, refused: str, dead: frozenset[str]) -> Session:
        """Under the lease: what another has renewed meanwhile, or a new pair."""
        stored = self._read()
        known = stored.seeds if stored else ()
        is_new = self._seed not in known and self._seed not in dead
        if stored and not is_new and self._is_fresh(stored, refused):
            return stored
        exchange, grant = self._next_grant(stored, is_new, dead)
        is_begun = grant == self._grants.seed and self._seed not in known
        seeds = (*known, self._seed) if is_begun else known
        self._sessions.prepare(self._name)
        try:
            session = exchange(grant).with_seeds(*seeds)
        except GrantRefused:
            spent = self._named(grant)
            self._sessions.refuse(self._name, spent)
            return self._renewed(refused, dead | {spent})
        return self._stored(_Unstored(session, stored))

    def _next_grant(
        self, stored: Session | None, is_new: bool, dead: frozenset[str]
    ) -> tuple[Exchange, str]:
        """What to sign in with: a new seed first, a lasting one when refreshing has come to an end.

        AuthExpired when there is nothing that was not refused before.
        """
        if is_new:
            return self._grants.begin, self._grants.seed
        if stored and self._named(stored.refresh_token) not in dead:
            return self._grants.refresh, stored.refresh_token
        if self._grants.lasts and self._seed not in dead:
            return self._grants.begin, self._grants.seed
        message = f"gehoor's sign-in to {self._words.place} has ended; {self._words.remedy}"
        raise AuthExpired(message)

    def _named(self, grant: str) -> str:
        return fingerprint(self._grants.client, grant)

    def _stored(self, unstored: _Unstored) -> Session:
        """Store a pair that only this worker knows; returns the session that counts.

        Only over what it came from: when a write whose answer was lost had been made after all,
        another worker may have renewed the pair since. The store has no conditional write: what
        another one stores between this look and this write, once the lease is overrun, is lost
        with its seeds. Then the pair written here is valid, and a lost seed is tried once more.
        """
        self._unstored = unstored
        try:
            counts = self._read()
            if counts is None or counts == unstored.before:
                counts = unstored.session
                self._sessions.put(self._name, counts.model_dump_json())
        except GehoorError as error:
            message = f"gehoor's renewed sign-in to {self._words.place} could not be stored"
            raise Unavailable(message, self._clock() + LOOK_AGAIN) from error
        self._unstored = None
        return counts

    @contextmanager
    def _held(self, owner: str) -> Iterator[None]:
        """Give the lease back, unless the pair may be gone: then others are kept off it."""
        try:
            yield
        except UnknownOutcome as error:
            message = (
                f"the answer to the renewal of gehoor's sign-in to {self._words.place} was lost"
            )
            raise Unavailable(message, self._clock() + LEASE) from error
        except GehoorError:
            if self._unstored is None:
                self._sessions.release(self._name, owner)
            raise
        self._sessions.release(self._name, owner)
