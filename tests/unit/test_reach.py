"""How fast a post spreads, and from when on that is worth telling."""

from datetime import timedelta

import pytest

from gehoor.domain.reach import Reach, ReachThresholds, far_evidence, fast_evidence

LIMITS = ReachThresholds(reposts=1_000, reposts_an_hour=100, replies_an_hour=50)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("reach", "age", "told"),
    [
        (Reach(reposts=100), HOUR, "reposts 100 (100 an hour)"),
        (Reach(reposts=99), HOUR, ""),
        (Reach(replies=50), HOUR, "replies 50 (50 an hour)"),
        (
            Reach(reposts=2_400, replies=1_200),
            24 * HOUR,
            "reposts 2,400 (100 an hour), replies 1,200 (50 an hour)",
        ),
        # What was much in the first hours is little after days.
        (Reach(reposts=2_400, replies=1_200), 25 * HOUR, ""),
        # A quarter of an hour is the least that is counted, so three in two minutes are few.
        (Reach(reposts=3), 2 * MINUTE, ""),
        (Reach(reposts=24), MINUTE, ""),
        (Reach(reposts=25), MINUTE, "reposts 25 (100 an hour)"),
        (Reach(reposts=25), 16 * MINUTE, ""),
        # A clock that is ahead of ours makes no post younger than new.
        (Reach(reposts=25), -HOUR, "reposts 25 (100 an hour)"),
        # Nothing is known, or it is no speed.
        (Reach(), HOUR, ""),
        (Reach(followers=10**9, views=10**9, likes=10**9), HOUR, ""),
        # The longest count that is read.
        (
            Reach(reposts=10**15 - 1),
            HOUR,
            "reposts 999,999,999,999,999 (999,999,999,999,999 an hour)",
        ),
    ],
)
def test_speed_is_what_came_an_hour_since_the_post_was_published(
    reach: Reach, age: timedelta, told: str
) -> None:
    assert fast_evidence(reach, age, LIMITS) == told


def test_a_low_threshold_makes_no_speed_of_a_few() -> None:
    limits = ReachThresholds(reposts_an_hour=1, replies_an_hour=1)
    assert fast_evidence(Reach(reposts=19, replies=19), HOUR, limits) == ""
    assert fast_evidence(Reach(reposts=20), 20 * HOUR, limits) == "reposts 20 (1 an hour)"


def test_without_a_threshold_nothing_is_fast() -> None:
    assert fast_evidence(Reach(reposts=10**9, replies=10**9), HOUR, ReachThresholds()) == ""


def test_a_speed_is_no_count() -> None:
    assert far_evidence(Reach(reposts=999, replies=10**9), LIMITS) == ""
    assert far_evidence(Reach(reposts=1_000), LIMITS) == "reposts 1,000"
