"""Workers that share one sign-in, in any interleaving of their calls, deaths and lost answers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from fakes.clock import FakeClock
from fakes.sessions import FakeSessions
from fakes.turns import Turn
from fakes.zendesk_tokens import CLIENT_ID, CLIENT_SECRET, FakeTokenEndpoint
from gehoor.errors import AuthExpired, Transient
from gehoor.helpdesks._zendesk_secret import SignedInClient
from gehoor.helpdesks._zendesk_session import LIFE, WORDS, shared_session
from gehoor.leased_session import LEASE, SEEDS, Session, fingerprint, stored_session
from gehoor.sign_in import RenewedToken

if TYPE_CHECKING:
    from datetime import datetime

    from gehoor.ports.limits import Lease

SECRET, NAME = "/gehoor/zendesk", "/gehoor/zendesk.session"
WORKERS = 3
worker = st.integers(0, WORKERS - 1)
PASSES = (timedelta(seconds=20), LEASE, LIFE * 0.85, LIFE)

steps = st.tuples(st.just("run"), st.tuples(worker, st.integers(1, 9)))
quiet = st.one_of(
    steps,
    steps,
    st.tuples(st.just("pass while nobody renews"), st.sampled_from(PASSES)),
)
harsh = st.one_of(
    steps,
    steps,
    st.tuples(st.sampled_from(["die", "lose", "fail"]), worker),
    st.tuples(st.just("pass"), st.sampled_from(PASSES)),
    st.tuples(st.just("set a new refresh token"), st.none()),
)

LATE_WRITE: list[tuple[str, Any]] = [
    ("set a new refresh token", None),
    ("run", (0, 7)),
    ("die", 1),
    ("pass", LEASE),
    ("run", (1, 8)),
    ("run", (0, 1)),
]
"""A worker that overran its lease stores its pair over that of a new refresh token."""


class Shift:
    """Workers at their calls, and what must hold at each of them."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.zendesk = FakeTokenEndpoint(self.clock)
        self.sessions = FakeSessions()
        self.step_number = 0
        self.stored_at: dict[str, int] = {}
        self.refused_at: dict[str, int] = {}
        self.is_stored_late = False
        self.expired: list[bool] = []
        self.calls_let_in = 0
        self.new_seed()
        self.turns = [self.process() for _ in range(WORKERS)]

    def new_seed(self) -> None:
        """A person signs in elsewhere and sets the refresh token in the secret."""
        token = str(self.zendesk.sign_in().refresh_token)
        self.client = SignedInClient(
            client_id=CLIENT_ID, client_secret=CLIENT_SECRET, refresh_token=token
        )

    def process(self) -> Turn:
        """A new process, with the secret as it is now."""
        return Turn(_Worker(self, self.client).work)

    def act(self, action: tuple[str, Any]) -> None:
        match action:
            case ("run", (number, steps)):
                for _ in range(steps):
                    self.step(number)
            case ("die", number):
                self.turns[number].die()
                self.turns[number] = self.process()
            case ("lose", number):
                self.turns[number].lose_next = True
            case ("fail", number):
                self.turns[number].fail_next = True
            case ("pass", distance):
                self.clock.now += distance
            case ("pass while nobody renews", distance):
                self.clock.now += timedelta() if self.is_renewing() else distance
            case _:
                self.new_seed()

    def step(self, number: int) -> None:
        self.step_number += 1
        turn = self.turns[number]
        turn.step()
        if turn.is_over:
            assert turn.error is None, turn.error
            self.turns[number] = self.process()

    def is_renewing(self) -> bool:
        waiting = {turn.waits_for for turn in self.turns}
        return bool(self.sessions.leases) or "sessions.lease" in waiting

    def finish(self) -> None:
        """Let all workers come to their end, one after the other."""
        for turn in self.turns:
            while not turn.is_over:
                turn.step()

    def end(self) -> None:
        for turn in self.turns:
            turn.die()
        assert [turn.error for turn in self.turns] == [None] * WORKERS

    def stored(self) -> Session | None:
        return stored_session(self.sessions, NAME, WORDS)

    def has_valid_pair(self) -> bool:
        stored = self.stored()
        return stored is not None and self.zendesk.is_alive(stored.refresh_token)


class _Worker:
    """One process: its ports are the shared ones, with what it did noted."""

    def __init__(self, shift: Shift, client: SignedInClient) -> None:
        self._shift = shift
        self._client = client
        self._leased_at = 0
        self._owner = ""
        self._saw_a_valid_pair = False

    def work(self, turn: Turn) -> None:
        """Call Zendesk three times, as `signed_in` does."""
        sessions, zendesk = turn.wrap("sessions", self), turn.wrap("zendesk", self)
        shared = shared_session(self._client, SECRET, sessions, zendesk.ask, self._shift.clock)
        sign_in = RenewedToken(shared.current, self._shift.clock, "")
        for _ in range(3):
            try:
                if not zendesk.call(sign_in.header()):
                    sign_in.renew()
                    zendesk.call(sign_in.header())
            except Transient:
                continue
            except AuthExpired:
                self._shift.expired.append(self._saw_a_valid_pair)
                return

    def call(self, header: str) -> bool:
        # A token is stored before it is used.
        stored = "".join(self._shift.sessions.history[NAME])
        assert header.removeprefix("Bearer ") in stored
        let_in = self._shift.zendesk.accepts(header)
        self._shift.calls_let_in += let_in
        return let_in

    def ask(self, grant: dict[str, str | int]) -> Any:
        spent = str(grant["refresh_token"])
        # What became of a refresh token is either unknown, or was not yet told under this lease.
        for told_at in (self._shift.stored_at, self._shift.refused_at):
            assert told_at.get(spent, self._leased_at + 1) > self._leased_at
        return self._shift.zendesk.ask(grant)

    def get(self, name: str) -> str | None:
        self._saw_a_valid_pair = self._shift.has_valid_pair()
        return self._shift.sessions.get(name)

    def prepare(self, name: str) -> None:
        self._shift.sessions.prepare(name)

    def put(self, name: str, session: str) -> None:
        replaced, was_valid = self._shift.stored(), self._shift.has_valid_pair()
        self._shift.sessions.put(name, session)
        # A valid pair is never replaced by a dead one.
        assert self._shift.has_valid_pair() or not was_valid
        stored = Session.model_validate_json(session)
        self._forget(set(replaced.seeds if replaced else ()) - set(stored.seeds), stored)
        spent = self._shift.zendesk.came_from[stored.refresh_token]
        for token in (spent, *self._tokens(set(stored.seeds))):
            self._shift.stored_at.setdefault(token, self._shift.step_number)
        self._shift.is_stored_late = self._is_late()

    def lease(self, name: str, owner: str, now: datetime, until: datetime) -> Lease:
        lease = self._shift.sessions.lease(name, owner, now, until)
        if lease.free_at is None:
            self._leased_at, self._owner = self._shift.step_number, owner
        return lease

    def refuse(self, name: str, grant: str) -> None:
        self._shift.sessions.refuse(name, grant)
        for token in self._tokens({grant}):
            self._shift.refused_at.setdefault(token, self._shift.step_number)

    def release(self, name: str, owner: str) -> None:
        self._shift.sessions.release(name, owner)

    def _forget(self, seeds: set[str], stored: Session) -> None:
        """What only the replaced pair told of its seeds is gone with it."""
        # Nobody who keeps to the lease replaces a pair that it does not know.
        is_late = self._is_late() or self._shift.is_stored_late
        assert not seeds or is_late or len(stored.seeds) == SEEDS
        for token in self._tokens(seeds):
            self._shift.stored_at.pop(token, None)

    def _is_late(self) -> bool:
        now = self._shift.clock()
        holder, until = self._shift.sessions.leases.get(NAME, ("", now))
        return holder != self._owner or until <= now

    def _tokens(self, grants: set[str]) -> list[str]:
        asked = self._shift.zendesk.asked
        return [one for one in asked if fingerprint(self._client.client_id, one) in grants]


def _run(actions: list[tuple[str, Any]], *, to_the_end: bool) -> Shift:
    shift = Shift()
    try:
        for action in actions:
            shift.act(action)
        if to_the_end:
            shift.finish()
    finally:
        shift.end()
    return shift


def _is_let_in(shift: Shift) -> bool:
    """Whether a new process is let in once all leases are over."""
    shift.clock.now += LEASE
    before = shift.calls_let_in
    newcomer = shift.process()
    while not newcomer.is_over:
        newcomer.step()
    assert newcomer.error is None, newcomer.error
    return shift.calls_let_in > before


@settings(max_examples=300, deadline=None)
@given(st.lists(quiet, max_size=30))
def test_while_nobody_dies_nobody_is_locked_out(actions: list[tuple[str, Any]]) -> None:
    # When workers call in any order, as time goes by
    shift = _run(actions, to_the_end=True)
    # Then no refresh token was spent twice, nobody was sent to a person, and all can go on
    assert len(shift.zendesk.asked) == len(set(shift.zendesk.asked))
    assert shift.expired == []
    assert _is_let_in(shift)


@settings(max_examples=500, deadline=None)
@given(st.lists(harsh, min_size=5, max_size=40))
@example(LATE_WRITE)
def test_whatever_dies_a_valid_stored_pair_lets_everybody_in(
    actions: list[tuple[str, Any]],
) -> None:
    # When workers also die, and calls fail or lose their answers, at any place
    shift = _run(actions, to_the_end=False)
    # Then who was sent to a person had seen no valid pair
    assert not any(shift.expired)
    # And as long as a valid pair is stored, new workers are let in
    if shift.has_valid_pair():
        assert _is_let_in(shift)
