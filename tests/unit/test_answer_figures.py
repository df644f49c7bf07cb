"""The figures of first answers."""

from dataclasses import replace
from datetime import timedelta

from factories import JUDGEMENT, NOW, case
from gehoor.domain.answer_figures import by_name, clocked, figures
from gehoor.domain.case import Case
from gehoor.domain.desk import Desk
from gehoor.domain.first_answer import Ending

MINUTE = timedelta(minutes=1)
NEW = case(clocks=(Desk().first_answer(JUDGEMENT, NOW),))
"""Due in an hour."""


def answered(minutes: int) -> Case:
    took = minutes * MINUTE
    return NEW.stopped(NOW + took, Ending.ANSWERED, took)


def test_nothing_is_no_share_of_anything() -> None:
    found = figures([], NOW)
    assert (found.answered, found.share_in_time, found.median, found.percentile_90) == (
        0,
        None,
        None,
        None,
    )


def test_what_waits_too_long_is_late_and_what_has_time_is_not() -> None:
    # Given answers in time and late, and cases that wait
    cases = [answered(10), answered(20), answered(90), NEW]
    clocks = [one for found in cases for one in clocked(found, NOW)]
    # Then the one that waits is late once it is due
    assert figures(clocks, NOW + 30 * MINUTE).share_in_time == 2 / 3
    late = figures(clocks, NOW + 90 * MINUTE)
    assert (late.share_in_time, late.overdue, late.waiting) == (2 / 4, 1, 0)
    assert (late.median, late.percentile_90) == (20 * MINUTE, 90 * MINUTE)


def test_nine_of_ten_answers_took_no_longer_than_the_90th_percentile() -> None:
    clocks = [one for n in range(1, 21) for one in clocked(answered(n), NOW)]
    found = figures(clocks, NOW)
    assert (found.median, found.percentile_90) == (10 * MINUTE, 18 * MINUTE)


def test_what_ended_without_an_answer_is_counted_apart() -> None:
    cases = [
        replace(NEW, is_open=False),
        NEW.stopped(NOW, Ending.WITHDRAWN),
        NEW.stopped(NOW, Ending.MERGED),
    ]
    found = figures([one for each in cases for one in clocked(each, NOW)], NOW + 90 * MINUTE)
    assert (found.solved_unanswered, found.withdrawn, found.merged) == (1, 1, 1)
    assert (found.answered, found.overdue, found.waiting, found.share_in_time) == (0, 0, 0, None)


def test_each_clock_of_a_case_counts_from_when_it_started() -> None:
    # Given a case that was solved without an answer and came back
    again = Desk().first_answer(JUDGEMENT, NOW + timedelta(days=1))
    case_of_two = replace(
        NEW, clocks=(NEW.clocks[0].ended(NOW, Ending.SOLVED), again), is_open=True
    )
    # Then either counts by itself
    both = figures(clocked(case_of_two, NOW), NOW)
    assert (both.solved_unanswered, both.waiting) == (1, 1)
    assert len(clocked(case_of_two, NOW + timedelta(hours=1))) == 1


def test_figures_have_a_part_for_each_name() -> None:
    [one] = clocked(answered(5), NOW)
    parts = by_name([("x", one), ("bluesky", one), ("x", one)], NOW)
    assert [(name, part.answered) for name, part in parts.items()] == [("bluesky", 1), ("x", 2)]
