"""The rules of reading on, one by one, on a list in memory."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from factories import NOW, mention
from fakes.clock import FakeClock
from fakes.listed import FakeList
from fakes.reader import SOURCE, Reader
from gehoor.domain.listing import Entry
from gehoor.domain.walk import MOST_RANGES, MOST_SEEN, OVERLAP
from gehoor.errors import Unavailable
from gehoor.usecases.reading import MOST_GAPS, MOST_UNSAVED

MINUTE = timedelta(minutes=1)


def listed(count: int = 0, apart: timedelta = MINUTE, **fields: Any) -> tuple[FakeList, Reader]:
    """A list of entries that were listed `apart` from each other, up to now, and its reader."""
    clock = FakeClock(NOW - apart * count)
    network = FakeList(clock, **fields)
    for _ in range(count):
        network.post()
        clock.now += apart
    return network, Reader(lambda: network, clock)


def ids(reader: Reader) -> list[str]:
    """What was given to the store, in that order."""
    return [mention.native_id for mention in reader.store.mentions]


def test_a_page_is_stored_oldest_first_and_the_newest_page_before_older_ones() -> None:
    network, reader = listed(4, page_size=2)
    reader.read_all()
    newest, second, third, oldest = [entry.id for entry in network.entries]
    assert ids(reader) == [second, newest, oldest, third]


def test_the_first_poll_reaches_back_as_far_as_asked() -> None:
    # Given a hundred entries, an hour apart
    network, _ = listed(100, timedelta(hours=1))
    # When the last 60 hours are wanted
    reader = Reader(lambda: network, network.clock, backfill=timedelta(hours=60))
    reader.read_all()
    # Then no more is given out
    assert set(ids(reader)) == {entry.id for entry in network.entries[:60]}


def test_an_account_without_mentions_hears_its_first_however_late() -> None:
    # Given a source that had nothing when it was first read
    network, _ = listed()
    reader = Reader(lambda: network, network.clock, backfill=timedelta(0))
    reader.poll()
    # When it is read again long after its first mention
    for _ in range(50):
        network.clock.advance(days=1)
        network.post()
    # Then all are heard
    assert len(reader.read_all()) == 50


def test_in_a_burst_a_poll_reads_down_to_what_it_knows_and_no_further() -> None:
    # Given a source that was read, and more than a page a minute ever since
    network, reader = listed(10, page_size=20)
    reader.settle()
    for _ in range(5):
        for _ in range(50):
            network.post()
        reader.clock.advance(minutes=1)
        reader.asked.clear()
        reader.read_all()
        # Then each poll asks for the pages that bring something, and the one where it meets the old
        assert len(reader.asked) <= 4
    assert len(reader.stored) == 260


def test_after_a_burst_all_of_it_is_read_once_more_for_what_was_listed_late() -> None:
    # Given a burst of more entries than a place remembers, which was read
    network, reader = listed(10)
    reader.settle()
    for _ in range(MOST_SEEN + 200):
        network.clock.advance(seconds=1)
        network.post()
    reader.read_all()
    # When one comes in late, in the midst of it
    late = network.post(late=MINUTE * 5)
    reader.clock.advance(minutes=11)
    reader.read_all()
    # Then it is heard, and what is stored is not given to the store again
    assert ids(reader).count(late) == 1
    assert len(ids(reader)) == len(set(ids(reader))) == 10 + MOST_SEEN + 201


def burst(**fields: Any) -> tuple[FakeList, Reader]:
    """A burst of more entries than a place remembers, read, and due to be read once more."""
    network, reader = listed(10, **fields)
    reader.settle()
    for _ in range(MOST_SEEN + 200):
        network.clock.advance(seconds=1)
        network.post()
    reader.read_all()
    reader.clock.advance(minutes=11)
    reader.tap.names.clear()
    reader.asked.clear()
    return network, reader


def test_the_process_that_read_a_burst_looks_nothing_of_it_up_when_it_is_read_once_more() -> None:
    # Given a burst that this process read
    network, reader = burst()
    # When all is read once more
    reader.read_all()
    # Then it went down all of it, and asked no store
    assert len(reader.asked) > len(network.entries) / network.page_size
    assert "store.known" not in reader.tap.names


def test_a_process_that_did_not_read_a_burst_looks_up_what_it_need_not_judge() -> None:
    # Given a burst that another process read
    _, reader = burst()
    reader.start_anew()
    before = reader.state
    # When all is read once more
    reader.read_all()
    # Then the store tells what is known, and is given none of it again
    assert "store.known" in reader.tap.names
    assert "store.put_many" not in reader.tap.names
    # And it looks nothing up that it was told of
    reader.sources.states[SOURCE] = before
    reader.tap.names.clear()
    reader.read_all()
    assert "store.known" not in reader.tap.names


def test_where_pages_bring_nothing_new_the_cursor_is_saved_after_a_few_of_them() -> None:
    # Given a burst that is due to be read once more
    _, reader = burst()
    # When it is
    reader.read_all()
    # Then that cost a write for a few pages each
    saves = reader.tap.names.count("sources.save_cursor")
    assert 1 <= saves <= len(reader.asked) / MOST_UNSAVED


def test_what_could_not_be_stored_is_offered_again() -> None:
    # Given a network that leaves out what was taken in, and a store that fails while it is read
    network, reader = listed(5, spares_known=True)
    reader.tap.errors["store.put_many"] = Unavailable("down")
    reader.poll()
    # When it is well again
    reader.tap.errors.clear()
    reader.settle()
    # Then all of the page is stored
    assert set(reader.stored) == {mention(entry.id).text for entry in network.entries}


@pytest.mark.parametrize("spares_known", [False, True])
def test_an_edited_entry_is_offered_again_though_it_was_taken_in(spares_known: bool) -> None:
    # Given a burst that this process read, and in it one that is edited afterwards
    network, reader = burst(spares_known=spares_known)
    which = MOST_SEEN + 100
    entry = network.entries[which]
    said = mention(entry.id, posted_at=entry.at, edited_at=reader.clock(), text="Now it works")
    network.entries[which] = replace(entry, content=said)
    # When all is read once more
    reader.read_all()
    # Then the new words are stored
    assert "Now it works" in reader.stored


@pytest.mark.parametrize("takes_floor", [False, True])
def test_many_of_one_timestamp_are_never_cut(takes_floor: bool) -> None:
    # Given a page that ends in the midst of entries of one time
    network, reader = listed(takes_floor=takes_floor)
    for _ in range(30):
        network.post()
    reader.settle()
    # When more of that time come, on top
    burst = [network.post(late=reader.clock() - NOW) for _ in range(300)]
    # Then none is missing
    reader.settle()
    assert set(burst) <= set(ids(reader))


def test_an_entry_listed_late_is_read_in_the_midst_of_a_flood() -> None:
    # Given a source so busy that an entry ten minutes old is on the fifth page
    network, reader = listed(page_size=20)
    late = ""
    for second in range(3600):
        network.clock.advance(seconds=1)
        if second % 6 == 0:
            network.post()
        if second == 1800:
            late = network.post(late=OVERLAP - 2 * network.step)
        if second % 60 == 0:
            reader.poll()
    # Then it was read while the flood went on
    assert late in ids(reader)
    # And pages were read twice at most, and not again each time
    assert len(reader.asked) < 2 * 60 + 2 * 600 / 20


def test_an_old_entry_on_top_ends_no_walk() -> None:
    # Given a list with an old entry pinned on top
    network, reader = listed(page_size=5)
    pinned = Entry("pinned", NOW - timedelta(days=9), mention("pinned"))
    network.entries = [pinned]
    reader.settle()
    # When more than a page comes below it
    for _ in range(12):
        network.clock.advance(seconds=1)
        network.entries.remove(pinned)
        network.post()
        network.entries.insert(0, pinned)
    # Then all of it is read
    assert len(reader.read_all()) == 12


def test_disorder_on_pages_hides_nothing() -> None:
    network, reader = listed(100, page_size=7, is_disordered=True)
    reader.settle()
    for _ in range(50):
        network.clock.advance(seconds=30)
        network.post()
    reader.settle()
    assert sorted(ids(reader)) == sorted(entry.id for entry in network.entries)


def test_an_entry_of_tomorrow_hides_none_of_today() -> None:
    # Given a network that lists an entry with a time to come
    network, reader = listed(page_size=5)
    network.entries = [Entry("tomorrow", NOW + timedelta(days=1), mention("tomorrow"))]
    reader.read_all()
    # When others follow
    for _ in range(12):
        network.clock.advance(seconds=90)
        network.post()
        reader.read_all()
    # Then they are read, and it is too
    assert len(set(ids(reader))) == 13


def test_entries_without_an_id_or_a_time_stop_nothing() -> None:
    # Given a list in which every tenth entry has neither
    network, reader = listed(60, page_size=20)
    for place in range(0, 60, 10):
        network.entries[place] = Entry("", None, mention(f"nameless-{place}"))
    # When it is read
    reader.read_all()
    # Then all are, and reading ends
    assert len(reader.stored) == 60
    assert not reader.has_ranges


def test_what_a_platform_cuts_off_is_a_gap_with_its_bounds() -> None:
    # Given a platform that shows 50 entries, and a source that was read
    network, reader = listed(10, reach=50)
    reader.settle()
    known_until = reader.cursor["lists"]["posts"]["floor"][0]
    # When 80 come before the next poll
    for _ in range(80):
        network.clock.advance(minutes=1)
        network.post()
    reader.read_all()
    # Then those it shows are read, and the others are a gap
    assert len(reader.stored) == 60
    [gap] = reader.state.gaps
    assert gap.since == datetime.fromisoformat(known_until)
    assert gap.until == network.entries[49].at
    assert reader.metrics.counts["GapsFound"] == 1
    # And it is told once
    reader.settle()
    assert reader.metrics.counts["GapsFound"] == 1


@pytest.mark.parametrize("apart", [timedelta(0), MINUTE])
def test_no_gap_where_the_cut_is_below_what_is_known(apart: timedelta) -> None:
    # Given a platform that shows 50 entries on one page, and a source that was read
    network, reader = listed(40, apart, reach=50, page_size=50)
    reader.settle()
    # When a few more come, and the newest known one goes
    for number in range(20):
        network.clock.now += apart
        network.post()
        if number == 0 and apart:
            network.delete(1)
    reader.settle()
    # Then nothing is missing
    assert reader.state.gaps == ()


def test_the_last_gaps_are_kept() -> None:
    # Given a platform that shows few entries, and floods that it hides
    network, reader = listed(5, reach=5, page_size=5)
    reader.settle()
    for _ in range(MOST_GAPS + 2):
        for _ in range(8):
            network.clock.advance(minutes=1)
            network.post()
        reader.poll()
    # Then all are counted, and the last ones shown
    assert reader.metrics.counts["GapsFound"] == MOST_GAPS + 2
    assert len(reader.state.gaps) == MOST_GAPS
    assert max(gap.found_at for gap in reader.state.gaps) == reader.clock()


def test_a_list_without_times_is_read_down_to_what_is_known() -> None:
    # Given a long list without times that was read
    network, reader = listed(300, page_size=20, is_timed=False)
    reader.settle()
    reader.asked.clear()
    # When more than a page comes
    news = {network.post() for _ in range(30)}
    reader.read_all()
    # Then the walk ends where the list is known
    assert news <= set(ids(reader))
    assert len(reader.asked) == 2


def test_what_is_remembered_stays_small() -> None:
    # Given bursts of one timestamp, larger than a run, again and again
    network, reader = listed(page_size=50)
    for _ in range(3 * MOST_RANGES):
        network.clock.advance(minutes=20)
        for _ in range(150):
            network.post()
        reader.run(timedelta(0))
    # Then the cursor holds its bounds
    place = reader.place("posts")
    assert len(place.ranges) == MOST_RANGES
    assert len(place.seen) <= MOST_SEEN
    # And nothing is lost
    reader.settle()
    assert len(reader.stored) == 3 * MOST_RANGES * 150


def test_a_quiet_source_writes_nothing_but_its_lease() -> None:
    # Given a source that was read to its end
    _, reader = listed(30)
    reader.settle()
    reader.poll()
    # When it is polled in a quiet time
    reader.tap.names.clear()
    reader.poll()
    # Then its lease is taken, to end by itself, and that is all
    assert reader.tap.names == ["sources.acquire"]
    # And what is remembered is one name
    assert len(reader.place("posts").seen) == 1


# ---- cursors of earlier versions


def test_a_mastodon_cursor_of_before_is_read_on() -> None:
    # Given a source as it was stored yesterday: all up to an hour ago was given out
    network, reader = listed(180)
    before = {
        "since": (NOW - timedelta(minutes=62)).isoformat(),
        "mark": "m",
        "seen": ["a", "b"],
        "position": "p",
        "walk": {"down": "d", "newest_at": NOW.isoformat(), "seen": ["c"]},
        "made_for": "0123456789ab",
    }
    reader.sources.acquire(SOURCE, "before", NOW, NOW)
    reader.sources.save_cursor(SOURCE, "before", before)
    reader.clock.advance(minutes=3)
    # When it is read
    reader.read_all()
    # Then it goes on from what was read for sure
    assert set(ids(reader)) == {entry.id for entry in network.entries[:62]}
    assert "since" not in reader.cursor


def test_names_that_were_a_list_before_are_read_on() -> None:
    # Given a source that was read to its end, with names in a list as they were stored before
    network, reader = listed(30, is_timed=False)
    reader.settle()
    cursor = json.loads(json.dumps(reader.cursor))
    names = reader.place("posts").seen
    assert len(names) > 1
    cursor["lists"]["posts"]["seen"] = list(names)
    reader.sources.states[SOURCE] = replace(reader.state, cursor=cursor)
    reader.store.mentions.clear()
    # When more comes
    new = network.post()
    reader.read_all()
    # Then that alone is new, and the names are stored as this version does
    assert ids(reader) == [new]
    assert isinstance(reader.cursor["lists"]["posts"]["seen"], str)
    assert set(names) < set(reader.place("posts").seen)


FLOOR = [NOW.isoformat(), ""]


@pytest.mark.parametrize(
    "place",
    [
        {"floor": "x"},
        {"floor": FLOOR, "seen": 7},
        {"floor": FLOOR, "seen": ["no name"]},
        {"floor": FLOOR, "seen": "AAA="},
        {"floor": FLOOR, "seen": "?"},
    ],
)
def test_a_cursor_that_cannot_be_read_is_named(place: dict[str, Any]) -> None:
    _, reader = listed(3)
    reader.sources.acquire(SOURCE, "before", NOW, NOW)
    reader.sources.save_cursor(SOURCE, "before", {"lists": {"posts": place}})
    reader.clock.advance(minutes=3)
    error = reader.poll().error
    assert error == "ContractBroken: source s: its cursor cannot be read; reset the source"
