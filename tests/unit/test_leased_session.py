"""A shared sign-in with a password, which can begin anew where a spent refresh token cannot."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from fakes.clock import FakeClock
from fakes.sessions import FakeSessions
from fakes.tap import Death, Fault, Tap
from gehoor.errors import AuthExpired, Unavailable
from gehoor.leased_session import (
    LEASE,
    GrantRefused,
    Grants,
    LeasedSession,
    Session,
    Words,
    session_name,
)

SECRET = "/gehoor/blue"
WORDS = Words("source blue", "make a new app password")
LIFE = timedelta(hours=2)


@dataclass
class Service:
    """Gives a pair for the password; each refresh kills the old pair."""

    clock: FakeClock = field(default_factory=FakeClock)
    password: str = "right"
    alive: str = ""
    asked: list[str] = field(default_factory=list)

    def begin(self, password: str) -> Session:
        return self._give(password, is_good=password == self.password)

    def refresh(self, refresh_token: str) -> Session:
        return self._give(refresh_token, is_good=refresh_token == self.alive)

    def _give(self, grant: str, *, is_good: bool) -> Session:
        self.asked.append(grant)
        if not is_good:
            message = "the grant is not taken"
            raise GrantRefused(message)
        number = len(self.asked)
        self.alive = f"refresh-{number}"
        now = self.clock()
        return Session(
            access_token=f"access-{number}",
            refresh_token=self.alive,
            obtained_at=now,
            expires_at=now + LIFE,
        )


@dataclass
class Office:
    """The service and the store of sessions."""

    service: Service = field(default_factory=Service)
    sessions: FakeSessions = field(default_factory=FakeSessions)

    def worker(self, password: str = "right", tap: Tap | None = None) -> LeasedSession:
        service = tap.wrap("service", self.service) if tap else self.service
        grants = Grants("blue.example", password, service.begin, service.refresh, lasts=True)
        return LeasedSession(grants, SECRET, self.sessions, self.service.clock, WORDS)

    def wear(self) -> None:
        self.service.clock.now += LIFE * 0.9


@pytest.fixture
def office() -> Office:
    return Office()


def test_the_password_is_used_once_and_its_session_renewed(office: Office) -> None:
    # When workers sign in, and again when the token is worn
    first, second = office.worker().current(""), office.worker().current("")
    office.wear()
    third = office.worker().current("")
    # Then all share what the password began
    assert first == second
    assert third.value != first.value
    assert office.service.asked == ["right", "refresh-1"]


def test_a_pair_that_died_with_its_worker_needs_no_person(office: Office) -> None:
    # Given a worker that dies between "refreshed" and "stored"
    office.worker().current("")
    office.wear()
    tap = Tap()
    tap.faults[0] = Fault.DIES_AFTER
    with pytest.raises(Death):
        office.worker(tap=tap).current("")
    # When its lease is over
    office.service.clock.now += LEASE
    token = office.worker().current("")
    # Then the password begins a new session, and that is the one that is stored
    assert office.service.asked == ["right", "refresh-1", "refresh-1", "right"]
    assert token.value in office.sessions.history[session_name(SECRET)][-1]
    assert office.worker().current("") == token


def test_a_wrong_password_is_tried_once_and_mended_with_another(office: Office) -> None:
    # Given a password that is not taken
    for _ in range(3):
        with pytest.raises(AuthExpired, match="sign-in to source blue has ended; make a new app"):
            office.worker("wrong").current("")
    assert office.service.asked == ["wrong"]
    # When the right one is set
    # Then workers are let in
    assert office.worker("right").current("").value == "access-2"


def test_another_password_in_the_secret_begins_anew_at_once(office: Office) -> None:
    # Given a session, and an operator who sets another password
    office.worker().current("")
    office.service.password = "new"
    # When workers read it
    office.worker("new").current("")
    # Then they sign in with it, and go on from there
    office.wear()
    office.worker("new").current("")
    assert office.service.asked == ["right", "new", "refresh-2"]


def test_waiting_for_another_worker_names_what_is_signed_in_to(office: Office) -> None:
    now = office.service.clock()
    office.sessions.lease(session_name(SECRET), "another", now, now + LEASE)
    with pytest.raises(Unavailable, match="renewing gehoor's sign-in to source blue"):
        office.worker().current("")
