"""The sign-in that all workers share: who renews it, what is stored when, what a death costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from fakes.clock import FakeClock
from fakes.sessions import FakeSessions
from fakes.tap import Death, Fault, Tap
from fakes.zendesk_tokens import CLIENT_ID, CLIENT_SECRET, FakeTokenEndpoint
from gehoor.errors import AuthExpired, NotAllowed, Unavailable, UnknownOutcome
from gehoor.helpdesks._zendesk_secret import SignedInClient
from gehoor.helpdesks._zendesk_session import LIFE, WORDS, shared_session
from gehoor.leased_session import LEASE, LeasedSession, stored_session

SECRET = "/gehoor/zendesk"
NAME = "/gehoor/zendesk.session"
SIGN_IN = r"; run: gehoor helpdesk sign-in$"


@dataclass
class Office:
    """Zendesk, the store of sessions, and a secret with the refresh token of a sign-in."""

    clock: FakeClock = field(default_factory=FakeClock)
    sessions: FakeSessions = field(default_factory=FakeSessions)

    def __post_init__(self) -> None:
        self.zendesk = FakeTokenEndpoint(self.clock)
        self.seed = str(self.zendesk.sign_in().refresh_token)

    def worker(
        self, tap: Tap | None = None, seed: str = "", client_secret: str = CLIENT_SECRET
    ) -> LeasedSession:
        """A new process; `tap` sits on its calls to the store and to Zendesk."""
        client = SignedInClient(
            client_id=CLIENT_ID, client_secret=client_secret, refresh_token=seed or self.seed
        )
        sessions, zendesk = self.sessions, self.zendesk
        if tap is not None:
            sessions, zendesk = tap.wrap("sessions", sessions), tap.wrap("zendesk", zendesk)
        return shared_session(client, SECRET, sessions, zendesk.ask, self.clock)

    def stored(self) -> str:
        session = stored_session(self.sessions, NAME, WORDS)
        return session.refresh_token if session else ""

    def wear(self) -> None:
        """Time passes until the token is worn and not yet over."""
        self.clock.now += LIFE * 0.9


@pytest.fixture
def office() -> Office:
    return Office()


def failing(call: str, fault: Fault) -> Tap:
    """A tap that lets the first call of this name fail."""
    rehearsal, tap = Tap(), Tap()
    Office().worker(rehearsal).current("")
    tap.faults[rehearsal.names.index(call)] = fault
    return tap


def test_the_secrets_refresh_token_is_spent_once_for_all_workers(office: Office) -> None:
    # When two workers sign in
    first, second = office.worker().current(""), office.worker().current("")
    # Then they share one token, which was stored
    assert first == second
    assert office.zendesk.accepts(f"Bearer {first.value}")
    assert office.zendesk.asked == [office.seed]
    assert first.value in office.sessions.history[NAME][-1]
    assert (first.expires_at - first.obtained_at, first.scope) == (LIFE, "read write")


def test_a_worn_pair_is_renewed_by_one_worker(office: Office) -> None:
    # Given a pair at nine tenths of its life
    old = office.worker().current("")
    office.wear()
    # When workers ask again
    new = [office.worker().current("") for _ in range(3)]
    # Then one of them has renewed it
    assert len({token.value for token in new}) == 1
    assert new[0].value != old.value
    assert len(office.zendesk.asked) == 2


def test_while_another_worker_renews_it_the_old_token_is_used_on(office: Office) -> None:
    # Given a worn pair, and a worker at it
    old = office.worker().current("")
    office.wear()
    office.sessions.lease(NAME, "another", office.clock(), office.clock() + LEASE)
    # Then others use it on
    assert office.worker().current("") == old


@pytest.mark.parametrize("refused", [True, False])
def test_without_a_token_to_use_a_worker_comes_again_soon(office: Office, refused: bool) -> None:
    # Given a token that is refused or over, while another worker renews it
    old = office.worker().current("")
    office.clock.now += timedelta() if refused else LIFE
    office.sessions.lease(NAME, "another", office.clock(), office.clock() + LEASE)
    # Then there is nothing to do yet
    with pytest.raises(Unavailable) as failure:
        office.worker().current(old.value if refused else "")
    assert failure.value.retry_at == office.clock() + timedelta(seconds=5)


def test_a_refused_token_is_replaced_by_what_another_worker_stored(office: Office) -> None:
    # Given a worker whose token another one has renewed
    old = office.worker().current("")
    office.wear()
    new = office.worker().current("")
    # When its call is refused
    # Then it takes the other's token
    assert office.worker().current(old.value) == new
    assert len(office.zendesk.asked) == 2


def test_a_refused_token_that_nobody_renewed_is_renewed(office: Office) -> None:
    old = office.worker().current("")
    new = office.worker().current(old.value)
    assert new.value != old.value
    assert office.zendesk.accepts(f"Bearer {new.value}")


@pytest.mark.parametrize("call", ["sessions.lease", "sessions.prepare", "zendesk.ask"])
def test_a_death_before_the_pair_is_spent_costs_a_lease(office: Office, call: str) -> None:
    # Given a worker that dies before it has spent anything
    with pytest.raises(Death):
        office.worker(failing(call, Fault.DIES_BEFORE)).current("")
    # When the lease is over
    office.clock.now += LEASE
    # Then the next worker signs in
    assert office.zendesk.accepts(f"Bearer {office.worker().current('').value}")


def test_a_death_before_the_pair_is_stored_needs_a_person(office: Office) -> None:
    # Given a worker that dies between "refreshed" and "stored"
    with pytest.raises(Death):
        office.worker(failing("zendesk.ask", Fault.DIES_AFTER)).current("")
    with pytest.raises(Unavailable):
        office.worker().current("")
    # When others come after its lease
    office.clock.now += LEASE
    for _ in range(3):
        # Then they say what a person has to do
        with pytest.raises(AuthExpired, match=SIGN_IN):
            office.worker().current("")
    # And the dead refresh token was tried once more, not by each of them
    assert office.zendesk.asked == [office.seed] * 2


def test_a_death_after_the_pair_is_stored_costs_nothing(office: Office) -> None:
    with pytest.raises(Death):
        office.worker(failing("sessions.put", Fault.DIES_AFTER)).current("")
    assert office.zendesk.accepts(f"Bearer {office.worker().current('').value}")
    assert office.zendesk.asked == [office.seed]


def test_a_lost_answer_keeps_others_off_until_the_lease_ends(office: Office) -> None:
    # Given a refresh whose answer is lost before it had its effect
    office.zendesk.error = UnknownOutcome("lost")
    # When workers come, they wait for the lease's end
    for _ in range(2):
        with pytest.raises(Unavailable) as failure:
            office.worker().current("")
        assert failure.value.retry_at is not None
        assert failure.value.retry_at > office.clock()
    # Then one of them tries again
    office.clock.now += LEASE
    assert office.zendesk.accepts(f"Bearer {office.worker().current('').value}")


def test_a_refusal_without_effect_lets_the_next_worker_try_at_once(office: Office) -> None:
    office.zendesk.error = Unavailable("down")
    with pytest.raises(Unavailable, match="down"):
        office.worker().current("")
    assert office.zendesk.accepts(f"Bearer {office.worker().current('').value}")


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.LOST])
def test_a_pair_that_could_not_be_stored_is_kept_and_stored_later(
    office: Office, fault: Fault
) -> None:
    # Given a worker that cannot store what it got
    worker = office.worker(failing("sessions.put", fault))
    with pytest.raises(Unavailable, match="could not be stored"):
        worker.current("")
    # When it comes again
    token = worker.current("")
    # Then the pair is stored and used
    assert token.value in office.sessions.history[NAME][-1]
    assert office.zendesk.accepts(f"Bearer {token.value}")
    assert office.zendesk.asked == [office.seed]


def test_a_pair_that_was_stored_after_all_is_not_stored_over_a_newer_one(office: Office) -> None:
    # Given a worker whose write was made although its answer was lost
    worker = office.worker(failing("sessions.put", Fault.LOST))
    with pytest.raises(Unavailable, match="could not be stored"):
        worker.current("")
    # When another worker renews the pair before it comes again
    office.wear()
    new = office.worker().current("")
    # Then it takes the newer one
    assert worker.current("") == new
    assert office.zendesk.is_alive(office.stored())


def test_a_store_that_takes_no_writes_shows_before_the_pair_is_spent(office: Office) -> None:
    # Given a role without the right to write
    tap = Tap()
    tap.errors["sessions.prepare"] = NotAllowed("storing a session: AWS refused")
    with pytest.raises(NotAllowed):
        office.worker(tap).current("")
    # Then nothing was spent
    assert office.zendesk.asked == []
    assert office.zendesk.is_alive(office.seed)


def test_a_new_refresh_token_in_the_secret_is_taken_at_once(office: Office) -> None:
    # Given a session, and an operator who sets the refresh token of another sign-in
    old = office.worker().current("")
    seed = str(office.zendesk.sign_in().refresh_token)
    # When workers read the new secret
    new = office.worker(seed=seed).current("")
    # Then the old session is left, also by workers that still have the old secret
    assert new.value != old.value
    assert office.worker().current("") == new
    assert office.worker(seed=seed).current("") == new
    assert office.zendesk.asked == [office.seed, seed]


def test_a_useless_refresh_token_in_the_secret_does_not_end_a_valid_session(office: Office) -> None:
    # Given a session, and an operator who sets something that was never given
    old = office.worker().current("")
    worker = office.worker(seed="mistyped")
    # Then the session goes on, and the mistake is tried once
    assert worker.current("") == old
    office.wear()
    assert office.zendesk.accepts(f"Bearer {worker.current('').value}")
    assert office.zendesk.asked.count("mistyped") == 1


def test_a_wrong_client_secret_spends_nothing_and_can_be_mended(office: Office) -> None:
    with pytest.raises(AuthExpired, match="invalid_client"):
        office.worker(client_secret="wrong").current("")
    assert office.zendesk.accepts(f"Bearer {office.worker().current('').value}")


def test_a_damaged_session_is_told_without_its_content(office: Office) -> None:
    office.sessions.put(NAME, '{"access_token": "hush"}')
    with pytest.raises(AuthExpired, match=SIGN_IN) as failure:
        office.worker().current("")
    assert "hush" not in str(failure.value)
    assert failure.value.__cause__ is None


def test_a_fresh_session_is_used_without_a_lease(office: Office) -> None:
    office.worker().current("")
    tap = Tap()
    office.worker(tap).current("")
    assert tap.names == ["sessions.get"]


def test_who_cannot_store_the_pair_keeps_others_off_the_spent_one(office: Office) -> None:
    # Given a worker that has the new pair and cannot store it
    holder = office.worker(failing("sessions.put", Fault.REFUSED))
    with pytest.raises(Unavailable, match="could not be stored"):
        holder.current("")
    # When others come, they wait instead of asking with what is spent
    with pytest.raises(Unavailable, match="another worker"):
        office.worker().current("")
    assert office.zendesk.asked == [office.seed]
    # Then they go on with what it stores
    assert holder.current("") == office.worker().current("")


def test_a_worker_that_overran_its_lease_uses_what_is_stored_by_then(office: Office) -> None:
    # Given a worker that stands before storing its pair for longer than its lease
    seed, stored = str(office.zendesk.sign_in().refresh_token), []
    tap = Tap()

    def overtake() -> None:
        office.clock.now += LEASE
        stored.append(office.worker(seed=seed).current(""))

    rehearsal = Tap()
    Office().worker(rehearsal).current("")
    tap.before[rehearsal.names.index("zendesk.ask") + 1] = overtake
    # When another one has stored a pair meanwhile
    token = office.worker(tap).current("")
    # Then that pair stays, and is the one that both use
    assert [token] == stored
    assert token.value in office.sessions.history[NAME][-1]
