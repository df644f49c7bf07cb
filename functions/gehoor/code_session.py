"""The session that a person's code begins, for all workers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from gehoor.authorization_code import CodeFlow
from gehoor.errors import AuthExpired, Unavailable
from gehoor.leased_session import LEASE, Session, Words, fingerprint, session_name, stored_session
from gehoor.ports.limits import Sessions


class SharedSecret(NamedTuple):
    """The secret that workers begin a session with.

    Its `refresh_token` is None where nobody has signed in yet.
    """

    name: str
    client_id: str
    refresh_token: str | None


@contextmanager
def session_to_begin(
    secret: SharedSecret, flow: CodeFlow, sessions: Sessions, now: datetime
) -> Iterator[Callable[[Session], None]]:
    """Exchange the code in the block, and store the session that it begins with what is yielded.

    Workers with the old secret find it too. That the store takes writes is tried before the block;
    an error in it stores nothing. Unavailable while a worker renews the session.
    """
    name = session_name(secret.name)

    def store(session: Session) -> None:
        seed = fingerprint(secret.client_id, session.refresh_token)
        begun = session.with_seeds(*_seeds(secret, flow, sessions), seed)
        sessions.put(name, begun.model_dump_json())

    with _leased(name, sessions, now), flow.exchanging():
        sessions.prepare(name)
        yield store


def _seeds(secret: SharedSecret, flow: CodeFlow, sessions: Sessions) -> tuple[str, ...]:
    """What led to the sign-in so far, so that no worker takes an older secret for a newer one."""
    words = Words(flow.place, f"run: {flow.command}")
    try:
        stored = stored_session(sessions, session_name(secret.name), words)
    except AuthExpired:
        # A damaged session is what this sign-in mends.
        stored = None
    known = stored.seeds if stored else ()
    if secret.refresh_token is None:
        return known
    return (*known, fingerprint(secret.client_id, secret.refresh_token))


@contextmanager
def _leased(name: str, sessions: Sessions, now: datetime) -> Iterator[None]:
    owner = uuid4().hex
    if sessions.lease(name, owner, now, now + LEASE).free_at is not None:
        message = "a function is renewing the sign-in right now; wait a minute, then begin anew"
        raise Unavailable(message)
    try:
        yield
    finally:
        sessions.release(name, owner)
