"""What a process remembers of what it took in: for a while, and never too much."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from factories import NOW, mention
from fakes.stores import FakeMentions
from gehoor.domain.listing import Entry
from gehoor.domain.walk import OVERLAP
from gehoor.usecases.known_entries import LATELY, LONGEST_ID, MOST, KnownEntries, TakenIn

MINUTE = timedelta(minutes=1)


def knows(
    taken_in: TakenIn,
    entry_id: str,
    source_id: str = "s",
    list_name: str = "posts",
    now: datetime = NOW,
) -> bool:
    return any(entry_id in ids for ids in taken_in.of(source_id, list_name, now))


def remembering(*ids: str, at: datetime = NOW) -> TakenIn:
    taken_in = TakenIn()
    taken_in.add("s", "posts", ids, at)
    return taken_in


def test_a_new_process_remembers_nothing() -> None:
    assert TakenIn().of("s", "posts", NOW) == ()


def test_what_was_taken_in_is_known_when_its_list_is_read_once_more() -> None:
    # Given an entry that comes when a generation is about to end
    taken_in = remembering("first")
    came_at = NOW + LATELY - MINUTE
    taken_in.add("s", "posts", ["a"], came_at)
    # When others come until all that is as old as it may be read once more
    minutes = int(2 * OVERLAP / MINUTE) + 1
    for minute in range(minutes):
        taken_in.add("s", "posts", [str(minute)], came_at + minute * MINUTE)
    # Then it is known still
    assert knows(taken_in, "a", now=came_at + minutes * MINUTE)


def test_the_same_id_in_another_list_or_source_is_another_entry() -> None:
    taken_in = remembering("a")
    assert knows(taken_in, "a")
    assert not knows(taken_in, "a", list_name="messages")
    assert not knows(taken_in, "a", source_id="t")


def test_what_is_long_past_is_forgotten() -> None:
    # Given an entry, and one that came a while later
    taken_in = remembering("a")
    taken_in.add("s", "posts", ["b"], NOW + LATELY)
    # When it is asked for after twice the time
    later = NOW + 2 * LATELY
    # Then the older one is forgotten
    assert not knows(taken_in, "a", now=later)
    assert knows(taken_in, "b", now=later)


def test_a_process_that_did_nothing_for_long_remembers_nothing() -> None:
    assert not knows(remembering("a"), "a", now=NOW + 2 * LATELY)


def test_a_flood_is_forgotten_sooner() -> None:
    # Given more than a generation holds, of many lists
    taken_in = TakenIn()
    floods = 3 * MOST // 100
    for number in range(floods):
        taken_in.add(f"s{number % 7}", "posts", (f"{number}-{n}" for n in range(100)), NOW)
    # Then no more than two generations are kept, and the last ones are
    kept = sum(
        knows(taken_in, f"{number}-{n}", f"s{number % 7}")
        for number in range(floods)
        for n in range(100)
    )
    assert MOST <= kept <= 2 * MOST
    assert knows(taken_in, f"{floods - 1}-99", f"s{(floods - 1) % 7}")


def entries(*ids: str) -> tuple[Entry, ...]:
    return tuple(Entry(each, NOW, mention(f"post-{number}")) for number, each in enumerate(ids))


def added(ids: Iterable[str]) -> tuple[Entry, ...]:
    """What is left of entries once they were added."""
    known = KnownEntries("s", TakenIn(), FakeMentions())
    listed = entries(*ids)
    known.add("posts", listed, NOW)
    return known.left_out("posts", listed, NOW)


def test_what_was_added_is_left_out() -> None:
    assert added(["a", "b"]) == ()


def test_what_has_no_id_or_a_very_long_one_is_never_taken_for_another() -> None:
    assert len(added(["", "x" * (LONGEST_ID + 1)])) == 2


def test_what_is_no_mention_is_left_to_the_network_to_tell() -> None:
    # Given an entry that could not be read when it was first seen
    known = KnownEntries("s", TakenIn(), FakeMentions())
    known.add("posts", [Entry("a", NOW, None)], NOW)
    # Then it is not known once it can be
    assert known.left_out("posts", entries("a"), NOW) == entries("a")
