"""How soon a source is read again, whatever its bounds, its silence and its network's pushes."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from factories import NOW
from gehoor.domain.pace import PUSHES_HOLD, Pace, Why, next_turn
from gehoor.domain.source import SourceState

MINUTE = timedelta(minutes=1)

spans = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3))


@st.composite
def paces(draw: st.DrawFn) -> Pace:
    """As the configuration allows them."""
    minutes = st.integers(min_value=1, max_value=24 * 60)
    fastest, usual, slowest = sorted(draw(st.tuples(minutes, minutes, minutes)))
    return Pace(usual * MINUTE, fastest * MINUTE, slowest * MINUTE, draw(minutes) * MINUTE)


@given(paces(), st.none() | spans, st.none() | spans)
def test_a_source_is_never_read_more_often_for_its_pushes_nor_too_seldom(
    pace: Pace, idle: timedelta | None, since_push: timedelta | None
) -> None:
    with_pushes, alone = pace.turn(idle, since_push), pace.turn(idle)

    assert pace.fastest <= alone.interval <= pace.slowest
    assert alone.interval <= with_pushes.interval <= max(alone.interval, pace.safety)


@given(paces(), st.none() | spans, st.none() | spans)
def test_the_reason_fits_the_pace(
    pace: Pace, idle: timedelta | None, since_push: timedelta | None
) -> None:
    turn = pace.turn(idle, since_push)

    fits = {
        Why.USUAL: turn.interval == pace.usual,
        Why.BUSY: turn.interval < pace.usual,
        Why.QUIET: turn.interval > pace.usual,
        Why.PUSHED: since_push is not None and turn.interval == pace.safety,
    }
    assert fits[turn.why]


@given(paces(), spans)
def test_pushes_that_stop_are_relied_on_for_a_while_only(pace: Pace, idle: timedelta) -> None:
    # Given a source of which a push brought something, and then nothing comes in any way
    state = SourceState("s", {}, NOW, last_new_at=NOW - idle, pushed_at=NOW)
    now = NOW
    # When it is read at its turns until pushes are not relied on any more
    while next_turn(pace, state, now).why is Why.PUSHED:
        now += next_turn(pace, state, now).interval
    # Then that is no later than a turn after they hold, and the pace is the ordinary one
    assert now - NOW < PUSHES_HOLD + pace.safety
    assert next_turn(pace, state, now) == next_turn(pace, replace(state, pushed_at=None), now)
