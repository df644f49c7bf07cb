"""Doing something exactly once, seen from the one who does it."""

from datetime import timedelta

import pytest

from factories import NOW
from fakes.clock import FakeClock
from fakes.stores import FakeLedger
from gehoor.errors import Gone, Unavailable, UnknownOutcome
from gehoor.usecases.once import LEASE, Result, once, once_kept


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


# ---- what is kept outside the ledger


class Errand:
    """Something to do once whose result is kept on a shelf."""

    def __init__(self) -> None:
        self.ledger = FakeLedger()
        self.clock = FakeClock()
        self.shelf: list[Result] = []
        self.acts = 0
        self.looks = 0
        self.visible: Result | None = None
        self.shelf_error: Exception | None = None

    def __call__(self) -> Result:
        return once_kept(
            self.ledger, "errand", self.clock, self._act, self._look, self._keep, self._kept
        )

    def _act(self) -> Result:
        self.acts += 1
        self.visible = {"id": str(self.acts)}
        return self.visible

    def _look(self) -> Result | None:
        self.looks += 1
        return self.visible

    def _keep(self, result: Result) -> Result:
        if self.shelf_error is not None:
            raise self.shelf_error
        self.shelf.append(result)
        return result

    def _kept(self) -> Result | None:
        return next(iter(self.shelf), None)


@pytest.fixture
def errand() -> Errand:
    return Errand()


@pytest.mark.parametrize("later", [timedelta(), LEASE * 2])
def test_who_comes_later_finds_what_is_kept(errand: Errand, later: timedelta) -> None:
    # Given an errand that was done
    first = errand()
    # When another worker comes, while the first one's lease runs or after it
    errand.clock.advance(seconds=later.total_seconds())
    # Then it finds the result, and nothing is done or asked
    assert errand() == first == {"id": "1"}
    assert (errand.acts, errand.looks) == (1, 0)


def test_what_was_done_and_not_kept_is_looked_for(errand: Errand) -> None:
    # Given a worker that did it, and could not keep what came of it
    errand.shelf_error = Unavailable("the shelf is out of reach")
    with pytest.raises(Unavailable):
        errand()
    # When another one comes
    errand.shelf_error = None
    # Then it looks at once, and keeps what it finds
    assert errand() == {"id": "1"}
    assert (errand.acts, errand.looks, errand.shelf) == (1, 1, [{"id": "1"}])


def test_what_somebody_is_at_and_nothing_is_kept_of_waits(errand: Errand) -> None:
    # Given a worker that has begun
    errand.ledger.begin("errand", NOW, LEASE)
    # When another one comes, then it is told to come back
    with pytest.raises(Unavailable) as failure:
        errand()
    assert (failure.value.retry_at, errand.acts) == (NOW + LEASE, 0)


def test_a_result_that_the_ledger_holds_is_kept(errand: Errand) -> None:
    # Given an errand whose end an earlier version noted in the ledger
    errand.ledger.begin("errand", NOW, LEASE)
    errand.ledger.finish("errand", {"id": "7"}, NOW)
    # When it is asked for, then that result is kept
    assert errand() == {"id": "7"}
    assert (errand.acts, errand.shelf) == (0, [{"id": "7"}])
