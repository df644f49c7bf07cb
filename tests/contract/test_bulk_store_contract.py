"""What every store of bulks and notes must do: in memory and in DynamoDB."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import pytest

from factories import NOW
from fakes.stores import FakeAnswers, FakeBulks, FakeMentions, FakeNotes, FakeOutbox
from gehoor.aws.bulks import MOST_BESIDE_NOTES, MOST_BULKS, Bulks, Notes
from gehoor.aws.outbox import DynamoOutbox
from gehoor.domain.bulk import BulkNote, BulkWork, Opening
from gehoor.errors import Rejected
from gehoor.ports.queues import Outbox
from gehoor.ports.stores import BulkStore, NoteStore
from moto_stack import moto_stack

BULK = BulkWork("key", (Opening("m1", "c1", "7"), Opening("m2", "c2", "8")), NOW)
LATER = NOW + timedelta(minutes=10)


class Stores(NamedTuple):
    bulks: BulkStore
    notes: NoteStore
    outbox: Outbox

    def waiting(self) -> list[tuple[str, str]]:
        found = self.outbox.overdue(LATER - timedelta(minutes=5), LATER, 100)
        return [(item.kind, item.name) for item in found if item.due]


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "memory":
        bulks, notes = FakeBulks(), FakeNotes()
        yield Stores(bulks, notes, FakeOutbox(FakeMentions(), FakeAnswers(), bulks, notes))
        return
    with moto_stack() as stack:
        place = (stack.dynamodb, stack.core)
        yield Stores(Bulks(*place), Notes(*place), DynamoOutbox(*place))


def test_a_bulk_comes_back_with_its_job(stores: Stores) -> None:
    # When a bulk is noted, and its job
    assert stores.bulks.prepare(BULK)
    assert stores.bulks.get("key") == BULK
    stores.bulks.started("key", "job-1")
    # Then both are there
    assert stores.bulks.get("key") == replace(BULK, job_id="job-1")


def test_a_bulk_is_pending_until_it_is_closed(stores: Stores) -> None:
    # Given a bulk
    stores.bulks.prepare(BULK)
    assert stores.waiting() == [("bulk", "key")]
    # When it is sent again, it waits for its time
    [item] = stores.outbox.overdue(LATER, LATER, 10)
    assert stores.outbox.postpone(item, LATER + timedelta(minutes=5))
    assert stores.waiting() == []
    # When it is over
    stores.bulks.close("key")
    stores.bulks.close("key")
    # Then nothing is left
    assert stores.bulks.get("key") is None
    assert not stores.outbox.postpone(item, LATER)


def test_few_bulks_are_open_at_a_time(stores: Stores) -> None:
    # Given as many bulks as may be open
    for n in range(MOST_BULKS):
        assert stores.bulks.prepare(replace(BULK, key=f"bulk-{n}"))
    # When another one comes
    # Then it is refused and leaves nothing, until one is over
    assert not stores.bulks.prepare(BULK)
    assert stores.bulks.get("key") is None
    stores.bulks.close("bulk-3")
    assert stores.bulks.prepare(BULK)
    assert MOST_BULKS == FakeBulks.MOST


def test_notes_wait_where_tickets_do_not(stores: Stores) -> None:
    # Given as many bulks open as notes may add to
    for n in range(MOST_BESIDE_NOTES):
        assert stores.bulks.notes_have_room()
        assert stores.bulks.prepare(replace(BULK, key=f"bulk-{n}"))
    assert not stores.bulks.notes_have_room()
    # When a bulk of notes comes, and one of tickets
    notes = BulkWork("notes", (), NOW, notes=(BulkNote("c1", "35436", "m1"),))
    # Then only the tickets find room
    assert not stores.bulks.prepare(notes)
    assert stores.bulks.get("notes") is None
    assert stores.bulks.prepare(BULK)


def test_a_bulk_of_notes_comes_back_with_its_job(stores: Stores) -> None:
    notes = BulkWork(
        "notes", (), NOW, notes=(BulkNote("c1", "35436", "m1"), BulkNote("c2", "35437", "m2"))
    )
    assert stores.bulks.prepare(notes)
    stores.bulks.started("notes", "job-1")
    assert stores.bulks.get("notes") == replace(notes, job_id="job-1")


def test_wanted_notes_are_listed_until_they_are_handed_over(stores: Stores) -> None:
    # Given notes that are wanted, told twice
    notes = (BulkNote("c1", "35436", "m1"), BulkNote("c2", "35437", "m2"))
    wanted = BulkWork("list", (), NOW, wanted=notes)
    stores.bulks.want(wanted)
    stores.bulks.keep_wanted(replace(wanted, wanted=notes[1:]))
    stores.bulks.want(wanted)
    # Then those are listed that are left, and they are pending
    assert stores.bulks.get("list") == replace(wanted, wanted=notes[1:])
    assert stores.waiting() == [("bulk", "list")]
    # When nothing is left
    stores.bulks.close("list")
    stores.bulks.keep_wanted(wanted)
    # Then they are wanted no more
    assert stores.bulks.get("list") is None
    assert stores.waiting() == []


def test_wanted_notes_take_no_room(stores: Stores) -> None:
    for n in range(MOST_BULKS):
        note = BulkNote(f"c{n}", "35436", f"m{n}")
        stores.bulks.want(BulkWork(f"list-{n}", (), NOW, wanted=(note,)))
    assert stores.bulks.prepare(BULK)


def test_a_note_is_pending_until_it_is_written(stores: Stores) -> None:
    # Given a note that is wanted, told twice
    stores.notes.open("c1", "m1", NOW)
    stores.notes.open("c1", "m1", LATER)
    assert stores.notes.get("c1") == "m1"
    assert stores.waiting() == [("note", "c1")]
    # When it is written
    stores.notes.close("c1")
    # Then it is wanted no more
    assert stores.notes.get("c1") is None
    assert stores.waiting() == []


def test_many_notes_are_pending_until_they_are_written(stores: Stores) -> None:
    # Given a note that is wanted
    stores.notes.open("c3", "before", NOW)
    # When many are, more than one call takes, that one among them
    wanted = {f"c{n}": f"m{n}" for n in range(30)}
    stores.notes.open_many(wanted, NOW)
    # Then each is pending, and that one as it was
    assert {case_id: stores.notes.get(case_id) for case_id in wanted} == wanted | {"c3": "before"}
    assert sorted(stores.waiting()) == sorted(("note", case_id) for case_id in wanted)


def test_many_notes_take_one_call() -> None:
    with moto_stack() as stack:
        calls: list[str] = []
        stack.dynamodb.meta.events.register(
            "before-call.dynamodb", lambda model, **_: calls.append(model.name)
        )
        Notes(stack.dynamodb, stack.core).open_many({"c1": "m1", "c2": "m2"}, NOW)
        assert calls == ["BatchExecuteStatement"]


def test_a_note_the_table_will_not_take_harms_only_itself() -> None:
    with moto_stack() as stack:
        # Given a note that no item holds
        notes = Notes(stack.dynamodb, stack.core)
        # When it is wanted with others, then the table says why
        with pytest.raises(Rejected):
            notes.open_many({"c1": "m1", "large": "m" * 500_000, "c2": "m2"}, NOW)
        # And they are noted
        assert (notes.get("c1"), notes.get("c2")) == ("m1", "m2")
