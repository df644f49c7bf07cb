"""Nothing that a network lists is missed, whatever comes, fails, dies or is forgotten meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import chain

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories import NOW
from fakes.clock import FakeClock
from fakes.listed import FakeList
from fakes.reader import Reader
from fakes.tap import Death, Fault
from gehoor.domain.walk import OVERLAP
from gehoor.errors import GehoorError, RateLimited, Unavailable

Step = Callable[[FakeList, Reader], None]
LEASE_ENDS = timedelta(minutes=3)


def posts(count: int, seconds: int) -> Step:
    """Some post, so many seconds after each other."""

    def step(network: FakeList, reader: Reader) -> None:
        for _ in range(count):
            network.clock.advance(seconds=seconds)
            network.post()

    return step


def late(minutes: float, below: int) -> Step:
    """An entry is listed late, where entries have times to tell that by."""

    def step(network: FakeList, reader: Reader) -> None:
        if network.is_timed:
            network.post(min(timedelta(minutes=minutes), OVERLAP - network.step), below)

    return step


def gone(which: int) -> Step:
    """An entry goes."""
    return lambda network, reader: network.delete(which)


def forgotten(network: FakeList, reader: Reader) -> None:
    """The network forgets every position."""
    network.forget_positions()


def fails(after: int, is_limit: bool) -> Step:
    """One of the next pages is refused."""

    def step(network: FakeList, reader: Reader) -> None:
        error = RateLimited("spent", network.clock()) if is_limit else Unavailable("down")
        network.errors = [*[None] * after, error]

    return step


def fault(after: int, kind: Fault) -> Step:
    """One of the next calls to the stores goes wrong, or the process dies there."""

    def step(network: FakeList, reader: Reader) -> None:
        reader.tap.faults[len(reader.tap.names) + after] = kind

    return step


def overtaken(after: int) -> Step:
    """A run takes longer than its lease, and another one comes in between."""

    def step(network: FakeList, reader: Reader) -> None:
        def meanwhile() -> None:
            reader.clock.now += LEASE_ENDS
            reader.run()

        reader.tap.before[len(reader.tap.names) + after] = meanwhile

    return step


def resized(page_size: int) -> Step:
    """The network gives more or fewer entries a page."""

    def step(network: FakeList, reader: Reader) -> None:
        network.page_size = page_size

    return step


def run(seconds: int) -> Step:
    """A run that has so much time, and perhaps does not come to its end."""

    def step(network: FakeList, reader: Reader) -> None:
        try:
            reader.run(timedelta(seconds=seconds))
        except (Death, GehoorError):
            reader.tap.revive()
            reader.clock.now += LEASE_ENDS

    return step


def restarted(network: FakeList, reader: Reader) -> None:
    """Another process goes on, which remembers nothing."""
    reader.start_anew()


def passes(minutes: int) -> Step:
    """Time passes."""
    return lambda network, reader: reader.clock.advance(minutes=minutes)


happenings = st.one_of(
    st.builds(posts, st.integers(1, 60), st.sampled_from([0, 1, 20, 300])),
    st.builds(late, st.floats(0, 12), st.integers(0, 5)),
    st.builds(late, st.floats(0, 12), st.integers(0, 5)),
    st.builds(passes, st.integers(0, 15)),
    st.builds(gone, st.integers(0, 40)),
    st.builds(resized, st.integers(1, 25)),
    st.just(forgotten),
    st.just(restarted),
)
troubles = st.one_of(
    st.builds(fails, st.integers(0, 5), st.booleans()),
    st.builds(fault, st.integers(0, 12), st.sampled_from(Fault)),
    st.builds(overtaken, st.integers(0, 12)),
)
runs = st.lists(st.builds(run, st.integers(0, 40)), min_size=1, max_size=3)
scenes = st.tuples(st.lists(happenings, max_size=3), st.lists(troubles, max_size=1), runs)
networks = st.fixed_dictionaries(
    {
        "page_size": st.integers(1, 25),
        "is_timed": st.booleans(),
        "takes_floor": st.booleans(),
        "spares_known": st.booleans(),
        "step": st.sampled_from([timedelta(seconds=1), timedelta(minutes=1)]),
    }
)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(network_is=networks, story=st.lists(scenes, min_size=1, max_size=8))
def test_whatever_is_listed_is_given_to_the_store_and_the_cursor_settles(
    network_is: dict[str, object], story: list[tuple[list[Step], list[Step], list[Step]]]
) -> None:
    # Given a network, and anything that may happen while it is read
    network, reader = world(network_is)
    for step in chain.from_iterable(chain.from_iterable(story)):
        step(network, reader)
    # When all is well again and the network is quiet
    network.errors.clear()
    reader.tap.faults.clear()
    reader.tap.before.clear()
    reader.clock.now += LEASE_ENDS
    reader.settle()
    # Then all that is listed was given to the store
    assert set(listed(network)) <= given_out(reader)
    # And a quiet poll asks once, and leaves the cursor as it is
    reader.poll()
    cursor = reader.cursor
    reader.asked.clear()
    reader.poll()
    assert len(reader.asked) == 1
    assert reader.cursor == cursor


def world(network_is: dict[str, object]) -> tuple[FakeList, Reader]:
    clock = FakeClock(NOW)
    network = FakeList(clock, takes=timedelta(seconds=5), **network_is)  # type: ignore[arg-type]  # by name
    return network, Reader(lambda: network, clock)


def listed(network: FakeList) -> list[str]:
    return [entry.id for entry in network.entries]


def given_out(reader: Reader) -> set[str]:
    return {mention.native_id for mention in reader.store.mentions}
