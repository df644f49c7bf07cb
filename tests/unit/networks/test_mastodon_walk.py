"""Reading a list on without a gap, against servers that differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gehoor.errors import ContractBroken
from gehoor.networks._mastodon_walk import (
    MOST_SEEN,
    OVERLAP,
    BoundRefused,
    Item,
    Place,
    Step,
    read_on,
)

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class ServerList:
    """A list of items as a server keeps it: newest last, ids without any order."""

    page_size: int = 40
    min_id_is_since_id: bool = False
    knows_every_id: bool = True
    ignores: frozenset[str] = frozenset()
    posted: int = 0
    items: list[Item] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)

    def post(self, at: datetime, below: int = 0) -> str:
        """Add an item, `below` places under the newest."""
        self.posted += 1
        item_id = sha256(str(self.posted).encode()).hexdigest()[:12]
        self.items.insert(len(self.items) - below, Item(item_id, at, {}))
        return item_id

    def forget(self, item_id: str) -> None:
        """Remove an item, as a server does when a post is deleted."""
        self.items = [item for item in self.items if item.id != item_id]

    def fetch(self, asked_bounds: Mapping[str, str]) -> Sequence[Item]:
        """A page as the server gives it."""
        self.asked.append(dict(asked_bounds))
        bounds = {name: of for name, of in asked_bounds.items() if name not in self.ignores}
        ids = [item.id for item in self.items]
        unknown = [of for of in bounds.values() if of not in ids]
        if unknown and not self.knows_every_id:
            raise BoundRefused("unknown id")
        floor = bounds.get("min_id") or bounds.get("since_id")
        low = ids.index(floor) + 1 if floor in ids else 0
        high = ids.index(bounds["max_id"]) if bounds.get("max_id") in ids else len(ids)
        within = self.items[low:high]
        oldest_first = "min_id" in bounds and not self.min_id_is_since_id
        page = within[: self.page_size] if oldest_first else within[-self.page_size :]
        return page[::-1]


def read_all(server: ServerList, place: Place) -> tuple[list[str], Place]:
    """Read until there is no more; the ids given out and the place reached."""
    given_out: list[str] = []
    for _ in range(1000):
        step = one_more(server, place)
        given_out += [item.id for item in step.items]
        place = step.place
        if not step.more:
            return given_out, place
    raise AssertionError("reading never ends")


def one_more(server: ServerList, place: Place) -> Step:
    stored = Place.model_validate_json(place.model_dump_json(exclude_none=True))
    return read_on(stored, server.fetch)


def new_place(backfill: timedelta = timedelta(days=1)) -> Place:
    return Place(since=START - backfill)


@pytest.mark.parametrize("min_id_is_since_id", [False, True])
@pytest.mark.parametrize("count", [0, 1, 14, 15, 39, 40, 41, 80, 300, 1000])
def test_a_burst_between_two_polls_arrives_whole(count: int, min_id_is_since_id: bool) -> None:
    # Given a source that was read to its end
    server = ServerList(min_id_is_since_id=min_id_is_since_id)
    first = [server.post(START + timedelta(minutes=10 * number)) for number in range(3)]
    given_first, place = read_all(server, new_place())

    # When a burst with one timestamp comes in
    burst = [server.post(START + timedelta(hours=1)) for _ in range(count)]
    given_then, place = read_all(server, place)

    # Then both were given out, each once, and nothing more comes
    assert sorted(given_first) == sorted(first)
    assert sorted(given_then) == sorted(burst)
    assert read_all(server, place)[0] == []


def test_a_burst_costs_no_more_pages_than_it_has_and_one_look_each() -> None:
    server = ServerList()
    for number in range(2):
        server.post(START + timedelta(minutes=10 * number))
    _, place = read_all(server, new_place())
    for number in range(399):
        server.post(START + timedelta(hours=1, minutes=number))
    server.asked.clear()

    read_all(server, place)

    # Then ten full pages were read, each with a look below, and the empty one at the end
    assert len(server.asked) == 10 + 10 + 1


def test_the_first_poll_reaches_back_as_far_as_asked() -> None:
    server = ServerList()
    hours = {
        server.post(START - timedelta(hours=100 - number)): 100 - number for number in range(100)
    }

    given_out, place = read_all(server, new_place(timedelta(hours=60)))

    assert sorted(given_out) == sorted(item for item, hour in hours.items() if hour <= 60)
    assert read_all(server, place)[0] == []


def test_an_account_without_mentions_hears_its_first_however_late() -> None:
    # Given a source that had nothing when it was first read
    server = ServerList()
    _, place = read_all(server, new_place(timedelta(0)))

    # When it is read again long after its first mention
    item_id = server.post(START + timedelta(days=9))
    for day in range(50):
        server.post(START + timedelta(days=10 + day))
    given_out, _ = read_all(server, place)

    assert item_id in given_out
    assert len(given_out) == 51


@pytest.mark.parametrize("min_id_is_since_id", [False, True])
def test_an_item_listed_late_is_not_missed(min_id_is_since_id: bool) -> None:
    # Given a source that was read while the newest items were a minute old
    server = ServerList(min_id_is_since_id=min_id_is_since_id)
    for number in range(50):
        server.post(START + timedelta(minutes=number))
    _, place = read_all(server, new_place())

    # When an item appears below the newest
    late = server.post(START + timedelta(minutes=48, seconds=30), below=1)

    # Then it is given out, once
    given_out, place = read_all(server, place)
    assert given_out == [late]
    assert read_all(server, place)[0] == []


def test_an_item_listed_late_just_below_a_full_page_is_not_missed() -> None:
    # Given a server that gives the newest page for `min_id`, and two items above the mark
    server = ServerList(page_size=15, min_id_is_since_id=True)
    place = new_place()
    for seconds in (0, 30, 120):
        server.post(START + timedelta(seconds=seconds))
    _, place = read_all(server, place)

    # When one is listed below both, and as many newer ones come as reach down to them
    late = server.post(START + timedelta(seconds=120), below=2)
    for _ in range(13):
        server.post(START + timedelta(seconds=120))
    given_out, place = read_all(server, place)

    # Then all of them are given out, once
    assert late in given_out
    assert len(given_out) == 14
    assert read_all(server, place)[0] == []


@pytest.mark.parametrize("knows_every_id", [False, True])
@pytest.mark.parametrize("min_id_is_since_id", [False, True])
def test_a_mark_the_server_no_longer_knows_loses_nothing(
    min_id_is_since_id: bool, knows_every_id: bool
) -> None:
    # Given a place whose mark is deleted on the server
    server = ServerList(min_id_is_since_id=min_id_is_since_id, knows_every_id=knows_every_id)
    for number in range(100):
        server.post(START + timedelta(minutes=number))
    _, place = read_all(server, new_place())
    assert place.mark
    server.forget(place.mark)

    # When news come in
    news = [server.post(START + timedelta(hours=3, minutes=number)) for number in range(90)]
    given_out, place = read_all(server, place)

    # Then all of them arrive, and reading goes on as before
    assert set(news) <= set(given_out)
    more = server.post(START + timedelta(hours=9))
    assert read_all(server, place)[0] == [more]


def test_a_position_the_server_no_longer_knows_loses_nothing() -> None:
    # Given a walk down that was interrupted, and a server that forgot where
    server = ServerList(knows_every_id=False)
    ids = [server.post(START + timedelta(minutes=number)) for number in range(200)]
    step = one_more(server, new_place())
    assert step.place.walk
    given_out = [item.id for item in step.items]
    server.forget(step.place.walk.down)

    # When reading goes on
    step = one_more(server, step.place)
    rest, _ = read_all(server, step.place)

    # Then what was not given out yet is
    assert set(ids) == {*given_out, *rest}


@pytest.mark.parametrize("ignores", [{"max_id"}, {"max_id", "min_id", "since_id"}])
def test_a_page_that_repeats_for_ever_is_an_error_and_no_circle(ignores: set[str]) -> None:
    server = ServerList(ignores=frozenset(ignores))
    for number in range(60):
        server.post(START + timedelta(minutes=number))

    with pytest.raises(ContractBroken, match="again and again"):
        read_all(server, new_place())


@pytest.mark.parametrize("ignores", [{"min_id"}, {"since_id"}, {"min_id", "since_id"}])
def test_a_bound_the_server_ignores_costs_nothing(ignores: set[str]) -> None:
    server = ServerList(ignores=frozenset(ignores))
    for number in range(60):
        server.post(START + timedelta(minutes=number))
    _, place = read_all(server, new_place())
    news = [server.post(START + timedelta(hours=3, minutes=number)) for number in range(70)]

    given_out, _ = read_all(server, place)

    assert sorted(given_out) == sorted(news)


def test_what_is_remembered_stays_small() -> None:
    server = ServerList()
    server.post(START - timedelta(hours=1))
    _, place = read_all(server, new_place())
    for _ in range(3 * MOST_SEEN):
        server.post(START)

    _, place = read_all(server, place)

    assert len(place.seen) <= MOST_SEEN


def recent(server: ServerList, clock: datetime) -> int:
    """How far below the newest a late item may come: above what is OVERLAP older than it."""
    old = [item.at is not None and item.at <= clock - OVERLAP for item in server.items]
    return len(list(takewhile(lambda is_old: not is_old, reversed(old))))


@pytest.mark.parametrize("min_id_is_since_id", [False, True])
def test_items_without_an_id_stop_nothing(min_id_is_since_id: bool) -> None:
    # Given a source that was read, and a burst in which every tenth item has no id
    server = ServerList(min_id_is_since_id=min_id_is_since_id)
    for number in range(3):
        server.post(START + timedelta(minutes=10 * number))
    _, place = read_all(server, new_place())
    burst = [server.post(START + timedelta(hours=1, minutes=number)) for number in range(100)]
    for index in range(3, len(server.items), 10):
        server.items[index] = server.items[index]._replace(id="")

    # When it is read
    given_out, place = read_all(server, place)

    # Then the others arrive, once, and reading ends
    without_id = sum(not item.id for item in server.items)
    assert sorted(found for found in given_out if found) == sorted(
        item.id for item in server.items if item.id in burst
    )
    assert given_out.count("") >= without_id
    assert all(not found for found in read_all(server, place)[0])


posts = st.tuples(st.integers(0, 90), st.integers(0, 3))


@settings(max_examples=100, deadline=None)
@given(
    rounds=st.lists(st.lists(posts, max_size=60), min_size=1, max_size=6),
    page_size=st.integers(15, 45),
    min_id_is_since_id=st.booleans(),
    reads=st.lists(st.integers(1, 5), min_size=6, max_size=6),
    dies=st.sets(st.integers(0, 40)),
)
def test_whatever_comes_whenever_it_is_read_nothing_is_missed(
    rounds: list[list[tuple[int, int]]],
    page_size: int,
    min_id_is_since_id: bool,
    reads: list[int],
    dies: set[int],
) -> None:
    """Posts come between and during walks, a few places late; some pages die before the store."""
    server = ServerList(page_size=page_size, min_id_is_since_id=min_id_is_since_id)
    place = new_place()
    clock = START
    stored: set[str] = set()
    calls = 0
    for round_number, batch in enumerate(rounds):
        for seconds, below in batch:
            clock += timedelta(seconds=seconds)
            server.post(clock, below=min(below, recent(server, clock)))
        for _ in range(reads[round_number]):
            step = one_more(server, place)
            calls += 1
            if calls in dies:
                continue
            stored |= {item.id for item in step.items}
            place = step.place
    rest, place = read_all(server, place)
    next_poll, _ = read_all(server, place)

    assert stored.union(rest, next_poll) == {item.id for item in server.items}
