"""What a process remembers of what it took in: for a while, and never too much."""

from datetime import timedelta

from factories import NOW
from gehoor.domain.walk import OVERLAP
from gehoor.usecases.known_entries import LATELY, MOST, TakenIn


def knows(taken_in: TakenIn, name: str, source_id: str = "s", list_name: str = "posts") -> bool:
    return any(name in names for names in taken_in.of(source_id, list_name))


def test_a_new_process_remembers_nothing() -> None:
    assert TakenIn().of("s", "posts") == ()


def test_what_was_taken_in_is_known_when_its_list_is_read_once_more() -> None:
    # Given an entry that was as old as a reread reaches when it was planned
    taken_in = TakenIn()
    taken_in.add("s", "posts", ["a"], NOW)
    # When others come all the time till then
    for minute in range(int(2 * OVERLAP / timedelta(minutes=1)) + 1):
        taken_in.add("s", "posts", [str(minute)], NOW + timedelta(minutes=minute))
    # Then it is known still
    assert knows(taken_in, "a")


def test_the_same_name_in_another_list_or_source_is_another_entry() -> None:
    taken_in = TakenIn()
    taken_in.add("s", "posts", ["a"], NOW)
    assert not knows(taken_in, "a", list_name="messages")
    assert not knows(taken_in, "a", source_id="t")


def test_what_is_long_past_is_forgotten() -> None:
    # Given an entry
    taken_in = TakenIn()
    taken_in.add("s", "posts", ["a"], NOW)
    # When others come after twice the time
    taken_in.add("s", "posts", ["b"], NOW + LATELY)
    taken_in.add("s", "posts", ["c"], NOW + 2 * LATELY)
    # Then the old one is gone, and those after it are not
    assert not knows(taken_in, "a")
    assert knows(taken_in, "b")
    assert knows(taken_in, "c")


def test_a_flood_is_forgotten_sooner() -> None:
    # Given more than a generation holds, of many lists
    taken_in = TakenIn()
    for number in range(3 * MOST // 100):
        taken_in.add(f"s{number % 7}", "posts", (f"{number}-{n}" for n in range(100)), NOW)
    # Then no more than two generations are kept, and the last ones are
    kept = [name for n in range(7) for names in taken_in.of(f"s{n}", "posts") for name in names]  # type: ignore[attr-defined]  # sets are
    assert MOST <= len(kept) <= 2 * MOST
    assert knows(taken_in, f"{3 * MOST // 100 - 1}-99", f"s{(3 * MOST // 100 - 1) % 7}")
