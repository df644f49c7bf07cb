"""Who complains about a brand is counted by hour: different people, and soon enough to tell."""

from datetime import UTC, datetime, timedelta

import pytest

from gehoor.domain.clusters import Said
from gehoor.domain.spike import HOUR, LEARNING, Spike, Watch
from gehoor.domain.storm import BrandWatch, hear, new_incidents, spike_in

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
QUIET = (0,) * LEARNING


def said(author: str, hour: int, minute: int = 0) -> Said:
    """A complaint in that hour after the quiet weeks."""
    at = MONDAY + (LEARNING + hour) * HOUR + timedelta(minutes=minute)
    return Said(f"{author}-{hour}-{minute}", author, at, "geen internet in Utrecht, al uren niet")


def lived(*hours: list[str]) -> tuple[BrandWatch, list[Spike]]:
    """A quiet brand of which those people complain, hour by hour."""
    watch, found = BrandWatch(Watch(MONDAY, QUIET)), list[Spike]()
    for hour, authors in enumerate(hours):
        posts = [said(author, hour, minute) for minute, author in enumerate(authors)]
        watch, spike = hear(watch, posts, MONDAY + (LEARNING + hour) * HOUR + timedelta(minutes=59))
        found += [spike] if spike else []
    return watch, found


def test_people_who_come_one_after_another_are_a_storm_where_nobody_complains() -> None:
    # When eight people complain in five hours, never three in one
    _, spikes = lived(["a", "b"], ["c", "d"], ["e"], ["f", "g"], ["h"])
    # Then it is a spike, told of the hours that it took
    [spike] = spikes
    assert (spike.hours, spike.count) == (3, 5)


def test_one_who_writes_every_hour_is_no_storm() -> None:
    # When one person complains twelve times, and another one now and then
    _, spikes = lived(*[["loud"] * 3, ["loud"], ["loud", "other"]] * 4)
    # Then nobody is alarmed
    assert not spikes


def test_an_author_counts_once_in_three_hours() -> None:
    # When somebody complains in each of four hours, and the first one is looked at twice
    watch, _ = lived(["a"], ["a"], ["a", "b"], ["a"])
    # Then they count in the first and in the fourth
    assert watch.stream.counts[-4:] == (1, 0, 1, 1)
    again, _ = hear(watch, [said("a", 3)], MONDAY + (LEARNING + 3) * HOUR)
    assert again == watch


def test_hours_in_one_look_are_told_apart() -> None:
    # When one look hears what came in the hour before and in this one
    before = BrandWatch(Watch(MONDAY, QUIET))
    posts = [said("a", 0), said("b", 0), said("a", 1), said("c", 1)]
    watch, _ = hear(before, posts, MONDAY + (LEARNING + 1) * HOUR)
    # Then each counts in the hour in which they spoke first
    assert watch.stream.counts[-2:] == (2, 1)
    assert (watch.heard, watch.heard_before[0]) == (("c",), ("a", "b"))


@pytest.mark.parametrize(("last", "told"), [(["g", "h", "i"], (1, 3)), (["g", "h"], (3, 8))])
def test_a_thing_said_by_many_is_told_of_the_hours_it_took(
    last: list[str], told: tuple[int, int]
) -> None:
    # Given six people who said it in the hour before, and some now
    posts = [said(author, 0) for author in "abcdef"] + [said(author, 1) for author in last]
    stream = Watch(MONDAY, (*QUIET, 6, len(last)))
    # When it is judged, then the alarm counts people, in as many hours as it says
    spike = spike_in(posts, stream)
    assert spike is not None
    assert (spike.hours, spike.count) == told
    [(incident, _)] = new_incidents(
        "noordlicht",
        BrandWatch(stream),
        None,
        posts,
        {posts[-1].mention_id},
        lambda _, others: range(len(others)),
        posts[-1].at,
    )
    period = "an hour" if told[0] == 1 else "3 hours"
    assert incident.subject.startswith(f"{told[1]} people in {period} complain")
