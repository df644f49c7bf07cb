"""Spikes in hourly counts: what raises an alarm, what does not, what later hours learn of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.spikes import MEANS, figures_at
from gehoor.domain.spike import (
    CLUMPIEST,
    HOUR,
    KEPT,
    LEARNING,
    LEARNING_FEWEST,
    LEAST_NORMAL,
    STEADIEST,
    WEEK_HOURS,
    Normal,
    Spike,
    Watch,
    are_enough,
    follow,
    is_new_spike,
    normal_of,
)

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


def lived(counts: Sequence[int], watch: Watch | None = None) -> tuple[Watch, list[Spike]]:
    """A stream followed hour by hour, with its alarms."""
    watch, found = watch or Watch(MONDAY), list[Spike]()
    first = watch.running
    for place, count in enumerate(counts):
        hour = first + place * HOUR
        watch, spike = follow(watch, {hour: count}, hour)
        found += [spike] if spike else []
    return watch, found


@pytest.mark.parametrize("mean", MEANS)
def test_bursts_are_found_soon_and_few_alarms_are_false(mean: float) -> None:
    # Given simulated streams, some with a burst at six times what is normal
    figures = figures_at(mean)
    # When they are watched, then every target is reached
    missed = {name: figure for name, figure in figures.items() if figure.holds is False}
    assert not missed


def test_nobody_is_alarmed_by_fewer_than_three() -> None:
    # Given a brand nobody ever complained about
    quiet = [0] * (LEARNING + 5)
    # When two people do in an hour
    _, alarms = lived([*quiet, 2])
    # Then it is no spike
    assert not alarms


def test_while_there_is_little_to_go_by_a_fixed_floor_counts() -> None:
    # Given four quiet days
    quiet = [0] * 96
    # When there are fewer than the floor in an hour, or as many
    _, few = lived([*quiet, LEARNING_FEWEST - 1])
    _, more = lived([*quiet, 3 * LEARNING_FEWEST])
    # Then only the second is a spike
    assert not few
    assert [(spike.count, spike.normal) for spike in more] == [(15, LEAST_NORMAL)]


def test_nothing_is_called_unusual_on_the_first_day() -> None:
    assert not lived([0] * 12 + [500])[1]


def test_one_storm_is_one_alarm_and_the_next_one_another() -> None:
    # Given a brand with one complaint an hour
    usual = [1] * (LEARNING + 1)
    # When a storm lasts five hours, and another comes a day later
    storm = [40] * 5
    _, alarms = lived([*usual, *storm, *[1] * 24, *storm])
    # Then there are two alarms, each in its first hour
    hours = [int((spike.hour - MONDAY) / HOUR) for spike in alarms]
    assert hours == [len(usual), len(usual) + 29]


def test_the_hours_of_an_alarm_are_no_guide_to_later_ones() -> None:
    # Given the same weeks with a storm in one of them, and without
    usual = [2] * (LEARNING + 2 * WEEK_HOURS)
    stormy = [*usual[: LEARNING + 30], *[80] * 4, *usual[LEARNING + 34 :]]
    # When what is normal is asked for afterwards
    calm, shaken = normal_of(lived(usual)[0]), normal_of(lived(stormy)[0])
    # Then the storm made no difference worth speaking of
    assert shaken.means == pytest.approx(calm.means, rel=0.02)


def test_a_busy_hour_of_the_week_is_normal_then_and_not_at_night() -> None:
    # Given eight weeks in which people complain at ten in the morning
    weeks = [30 if hour % 24 == 10 else 0 for hour in range(8 * WEEK_HOURS)]
    watch, alarms = lived(weeks)
    # When as many come at ten, and then at three at night
    _, at_ten = lived([0] * 11 + [30], watch)
    _, at_three = lived([0] * 4 + [30], watch)
    # Then only the night is unusual
    assert not [spike for spike in alarms if spike.hour > MONDAY + LEARNING * HOUR]
    assert len(at_ten) < len(at_three) == 1


def test_hours_in_which_nobody_was_heard_count_as_empty() -> None:
    # Given a stream that nobody looked at for three days
    watch, _ = lived([1, 1])
    later = watch.running + 72 * HOUR
    # When somebody complains again
    watch, _ = follow(watch, {later: 2}, later + timedelta(minutes=10))
    # Then the hours between are known to be empty
    assert watch.counts == (1, 1, *[0] * 71, 2)
    assert watch.running == later


def test_what_is_counted_twice_in_the_running_hour_adds_up() -> None:
    watch = Watch(MONDAY)
    watch, _ = follow(watch, {MONDAY: 2}, MONDAY)
    watch, _ = follow(watch, {MONDAY: 1, MONDAY + HOUR: 4}, MONDAY + HOUR)
    assert watch.counts == (3, 4)


def test_no_more_is_kept_than_baselines_need() -> None:
    # When a stream runs for twenty weeks
    watch, _ = lived([1] * (20 * WEEK_HOURS))
    # Then nine of them are kept at most, and the week still begins where it did
    assert KEPT <= len(watch.counts) <= KEPT + WEEK_HOURS + 1
    assert watch.since.weekday() == MONDAY.weekday()
    assert watch.running == MONDAY + (20 * WEEK_HOURS - 1) * HOUR
    assert all(place < len(watch.counts) for place in watch.unusual)


def test_what_nobody_said_before_is_a_spike_when_too_many_say_it() -> None:
    assert not is_new_spike([0, 0, 2], CLUMPIEST)
    assert is_new_spike([0, 4, 14], CLUMPIEST)
    assert is_new_spike([0, 0, 7], STEADIEST)
    # Also when most of them did before the running hour, and not when nobody says it now
    assert is_new_spike([0, 8, 1], CLUMPIEST)
    assert not is_new_spike([0, 20, 0], CLUMPIEST)


def test_a_quiet_stream_raises_an_alarm_sooner_than_a_busy_one() -> None:
    assert Normal((0.5,) * WEEK_HOURS, 3.0).alarm < Normal((2.0,) * WEEK_HOURS, 3.0).alarm


def test_three_in_three_hours_are_enough_and_two_are_not() -> None:
    assert are_enough([9, 1, 1, 1])
    assert are_enough([0, 2, 0, 1])
    assert not are_enough([9, 1, 0, 1])
    assert not are_enough([9, 9, 9, 0])


@given(st.lists(st.integers(0, 60), max_size=400))
def test_any_counts_leave_a_sane_baseline(counts: list[int]) -> None:
    # When anything at all was counted
    watch, alarms = lived(counts)
    normal = normal_of(watch)
    # Then what is normal can be told, and nothing is an alarm with fewer than three
    assert all(mean >= LEAST_NORMAL for mean in normal.means)
    assert CLUMPIEST <= normal.dispersion <= STEADIEST
    assert all(spike.count >= LEARNING_FEWEST for spike in alarms)
    assert sum(watch.counts) == sum(counts)
