"""Doing something exactly once, seen from the one who does it."""

from datetime import timedelta

import pytest

from factories import NOW
from fakes.clock import FakeClock
from fakes.stores import FakeLedger
from gehoor.errors import Gone, Unavailable, UnknownOutcome
from gehoor.usecases.once import LEASE, Result, once


class Deed:
    """Something to do once, with what the other side shows of it."""

    def __init__(self) -> None:
        self.ledger = FakeLedger()
        self.clock = FakeClock()
        self.acts: list[Exception | None] = []
        self.looks = 0
        self.visible: Result | None = None
        self.look_error: Exception | None = None

    def __call__(self, error: Exception | None = None) -> Result:
        def act() -> Result:
            self.acts.append(error)
            if error is not None:
                raise error
            return {"id": str(len(self.acts))}

        return once(self.ledger, "deed", self.clock, act, self._look)

    def _look(self) -> Result | None:
        self.looks += 1
        if self.look_error is not None:
            raise self.look_error
        return self.visible


@pytest.fixture
def deed() -> Deed:
    return Deed()


def test_it_is_done_once_and_its_result_kept(deed: Deed) -> None:
    # When it is asked for twice
    first, second = deed(), deed()
    # Then it was done once, without a look, and both have its result
    assert first == second == {"id": "1"}
    assert (len(deed.acts), deed.looks) == (1, 0)


def test_while_another_worker_is_at_it_one_comes_back_later(deed: Deed) -> None:
    # Given a worker that has begun
    deed.ledger.begin("deed", NOW, LEASE)
    # When another one comes
    with pytest.raises(Unavailable) as failure:
        deed()
    # Then it is told when, and did nothing
    assert failure.value.retry_at == NOW + LEASE
    assert (deed.acts, deed.looks) == ([], 0)


def test_after_a_death_what_had_its_effect_is_not_repeated(deed: Deed) -> None:
    # Given a worker that died after the effect
    deed.ledger.begin("deed", NOW, LEASE)
    deed.visible = {"id": "found"}
    # When another comes after the lease
    deed.clock.now += LEASE
    # Then it takes what it finds
    assert deed() == {"id": "found"}
    assert deed.acts == []
    assert deed() == {"id": "found"}
    assert deed.looks == 1


def test_after_a_death_what_had_no_effect_is_done(deed: Deed) -> None:
    # Given a worker that died before the effect
    deed.ledger.begin("deed", NOW, LEASE)
    deed.clock.now += LEASE
    # Then the next one looks, and acts
    assert deed() == {"id": "1"}
    assert (len(deed.acts), deed.looks) == (1, 1)


def test_after_an_error_with_an_answer_the_next_worker_may_look_at_once(deed: Deed) -> None:
    # Given an act that was refused
    with pytest.raises(Gone):
        deed(Gone("closed"))
    # Then another one may try right away, after a look
    assert deed() == {"id": "2"}
    assert deed.looks == 1


def test_after_a_lost_answer_nobody_looks_before_the_lease_ends(deed: Deed) -> None:
    # Given an act whose answer was lost, while the request may still be under way
    with pytest.raises(UnknownOutcome):
        deed(UnknownOutcome("no answer"))
    # When another worker comes at once, it has to wait
    with pytest.raises(Unavailable):
        deed()
    # When it comes after the lease, it looks first
    deed.visible = {"id": "found"}
    deed.clock.now += LEASE + timedelta(seconds=1)
    assert deed() == {"id": "found"}
    assert len(deed.acts) == 1


def test_a_look_that_fails_is_repeated(deed: Deed) -> None:
    # Given a death, and another side that cannot be asked
    deed.ledger.begin("deed", NOW, LEASE)
    deed.clock.now += LEASE
    deed.look_error = Unavailable("down")
    with pytest.raises(Unavailable, match="down"):
        deed()
    # When it can be asked again
    deed.look_error = None
    deed.visible = {"id": "found"}
    # Then the look comes before any act
    assert deed() == {"id": "found"}
    assert deed.acts == []
