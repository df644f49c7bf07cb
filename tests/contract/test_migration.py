"""Items that an earlier version wrote are read, and written again as this version writes them."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from factories import JUDGEMENT, NOW, case, mention
from gehoor.aws.cases import Cases
from gehoor.aws.identities import Identities
from gehoor.aws.inbox import DynamoInbox
from gehoor.aws.items import SCHEMA_VERSION
from gehoor.aws.ledger import DynamoLedger
from gehoor.aws.mentions import Mentions
from gehoor.aws.outbox import DynamoAnswers, DynamoOutbox
from gehoor.aws.sources import Sources
from gehoor.domain.case import Case
from gehoor.domain.customer import HeardThread, Identity
from gehoor.domain.desk import Desk
from gehoor.domain.first_answer import FirstAnswer
from gehoor.domain.judgement import Judgement
from gehoor.domain.listing import Floor
from gehoor.domain.mention import Author, Mention, Visibility, digest
from gehoor.domain.record import MentionRecord, MentionState
from gehoor.domain.ticket import Comment
from gehoor.ports.ledger import Begin
from gehoor.ports.sources import PollOutcome
from gehoor.usecases.cursors import cursor_of, places_in
from gehoor_ops.workspace import PROJECT
from moto_stack import Stack, moto_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST = mention("1", text="It is broken: “Zoë” 📦", title="Broken")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def stack() -> Iterator[Stack]:
    """Tables that the previous version filled."""
    tables = json.loads((PROJECT / "tests/fixtures/schema/1.json").read_text())
    with moto_stack() as made:
        for name, table in (("core", made.core), ("state", made.state)):
            for item in tables[name]:
                made.dynamodb.put_item(TableName=table, Item=item)
        yield made


@pytest.fixture
def place(stack: Stack) -> tuple[Any, str]:
    return stack.dynamodb, stack.core


def stored(place: tuple[Any, str], entity: str, part: str) -> dict[str, Any]:
    client, table = place
    key = {"entity": {"S": entity}, "part": {"S": part}}
    item: dict[str, Any] = client.get_item(TableName=table, Key=key)["Item"]
    return item


def test_mentions_are_read_in_every_state(place: tuple[Any, str]) -> None:
    mentions = Mentions(*place)
    found = mentions.get(FIRST.mention_id)
    assert found == MentionRecord(
        FIRST.mention_id,
        "masto",
        MentionState.DELIVERED,
        NOW,
        FIRST,
        JUDGEMENT,
        case_id=case(FIRST).case_id,
        ticket_id="35436",
        delivered_at=NOW + timedelta(minutes=1),
    )
    waiting = mentions.get(mention("2").mention_id)
    assert waiting is not None
    assert (waiting.state, waiting.mention) == (MentionState.PENDING, mention("2"))
    broken = mentions.get(digest("masto", "9"))
    assert broken is not None
    assert (broken.state, broken.raw) == (MentionState.ASIDE, '{"id": 9}')


def test_a_mention_that_changes_is_written_as_this_version_does(place: tuple[Any, str]) -> None:
    # Given what version 1 wrote: a string
    entity = f"mention#{FIRST.mention_id}"
    before = stored(place, entity, "mention")
    assert (before["schema"], set(before["mention"])) == ({"N": "1"}, {"S"})
    # When its author edits it
    edited = replace(FIRST, text="Not any more", edited_at=LATER)
    assert Mentions(*place).note_edit(edited, JUDGEMENT, LATER)
    # Then it is packed, of this version, and as good as new
    after = stored(place, entity, "mention")
    assert (after["schema"], set(after["mention"])) == ({"N": str(SCHEMA_VERSION)}, {"B"})
    found = Mentions(*place).get(FIRST.mention_id)
    assert found is not None
    assert found.mention == edited


def test_a_post_of_before_does_not_come_twice(place: tuple[Any, str]) -> None:
    assert not Mentions(*place).put_new(FIRST, JUDGEMENT, LATER)
    [waits, *_] = [o for o in DynamoOutbox(*place).overdue(LATER, LATER, 9) if o.kind == "mention"]
    assert waits.name == mention("2").mention_id


def test_cases_go_on(place: tuple[Any, str]) -> None:
    cases = Cases(*place)
    found = cases.get(case(FIRST).case_id)
    assert found == replace(case(FIRST), revision=1)
    assert cases.put(replace(found, is_open=False))
    assert stored(place, f"case#{found.case_id}", "case")["schema"] == {"N": str(SCHEMA_VERSION)}
    assert cases.in_ticket("35436") == {"another-case": NOW}


def test_a_case_of_before_there_were_clocks_has_none_until_it_comes_back(
    place: tuple[Any, str],
) -> None:
    # Given an open case that an earlier version stored
    cases, case_id = Cases(*place), case(FIRST).case_id
    found = cases.get(case_id)
    assert found is not None
    assert (found.clock, found.wakes_at) == (None, None)
    # When its author writes on, nobody is told of a time that nobody was given
    clock = Desk().first_answer(JUDGEMENT, LATER)
    assert cases.put(found.after(mention("2"), clock))
    found = cases.get(case_id)
    assert found is not None
    assert found.clock is None
    # And it has a clock once it was solved and came back
    assert cases.put(replace(found, is_open=False))
    solved = cases.get(case_id)
    assert solved is not None
    assert cases.put(solved.after(mention("3"), clock))
    assert "pending_since" in stored(place, f"case#{case_id}", "case")


def test_identities_go_on(place: tuple[Any, str]) -> None:
    identities, name = Identities(*place), FIRST.author.identity
    found = identities.get(name)
    threads = (HeardThread("t", "c", "noordlicht", NOW),)
    handle = FIRST.author.handle
    assert found == Identity(
        name, "7", handle=handle, threads=threads, listed_under="7", revision=1
    )
    assert identities.put(found)
    assert stored(place, f"identity#{name}", "customer")["schema"] == {"N": str(SCHEMA_VERSION)}
    assert [one.name for one in identities.of_customer("7")] == [name]
    # And those of before identities were JSON
    assert identities.get("town:before") == Identity("town:before", "8")
    assert identities.put(Identity("town:before", "8"))


LEFT_OUT: dict[type[Any], dict[str, Any]] = {
    Mention: {
        "in_reply_to": None,
        "language_hint": None,
        "title": None,
        "images": (),
        "edited_at": None,
        "remark": "",
    },
    Author: {"named": True},
    Judgement: {"topic": "", "personal_data": (), "injection": False},
    Case: {
        "is_open": True,
        "revision": 0,
        "handed_over": False,
        "left": (),
        "opened_at": None,
        "clocks": (),
        "promises": (),
        "outcome": None,
    },
    FirstAnswer: {
        "round_the_clock": False,
        "told": None,
        "ended_at": None,
        "ending": None,
        "took": None,
    },
    Identity: {
        "since": None,
        "told": "",
        "confirmed": False,
        "listed_under": "",
        "listed_at": None,
        "threads": (),
        "revision": 0,
        "linked_at": None,
        "handle": "",
        "contact": "",
        "doubts": (),
    },
    HeardThread: {"visibility": Visibility.PUBLIC},
}
"""What stands in no item of version 3 where it is this."""


@pytest.mark.parametrize("kind", LEFT_OUT)
def test_what_was_left_out_is_read_as_it_was_written(kind: type[Any]) -> None:
    defaults = {field.name: field.default for field in fields(kind)}
    assert {name: defaults[name] for name in LEFT_OUT[kind]} == LEFT_OUT[kind]


def test_a_source_is_read_on_from_its_cursor(stack: Stack) -> None:
    # Given a source whose cursor was JSON in a string, with a list of names
    sources = Sources(stack.dynamodb, stack.state)
    state = sources.acquire("masto", "me", LATER, LATER + timedelta(minutes=1))
    assert state is not None
    assert [gap.list_name for gap in state.gaps] == ["mentions"]
    places, _ = places_in(state.cursor, ["mentions"], LATER, "masto")
    assert places["mentions"].floor == Floor(NOW - timedelta(minutes=10), "113")
    assert places["mentions"].seen == ("0a1b2c3d4e5f", "f5e4d3c2b1a0")
    # When it is written again
    cursor = cursor_of(places, {})
    sources.release("masto", "me", PollOutcome(LATER, 1, cursor=cursor))
    # Then it is packed, and nothing of it is lost
    item = stored((stack.dynamodb, stack.state), "source#masto", "source")
    assert set(item["cursor"]) == {"B"}
    read = sources.get("masto")
    assert read is not None
    assert (places_in(read.cursor, ["mentions"], LATER, "masto")[0], read.gaps) == (
        places,
        state.gaps,
    )


def test_nothing_that_was_done_is_done_again(place: tuple[Any, str], stack: Stack) -> None:
    ledger, answers = DynamoLedger(*place), DynamoAnswers(*place)
    promise = ledger.begin("ticket:t", LATER, timedelta(minutes=2))
    assert (promise.begin, promise.result) == (Begin.DONE, {"ticket_id": "35436"})
    assert not ledger.claim("post:town:x", "another", LATER)
    assert ledger.decided("plan:reply:35436:1") == {"ends": "12"}
    assert not answers.open("35436", "1", LATER)
    # And what was pending still is, and can be ended
    assert answers.open("35436", "2", LATER)
    answers.close("35436", "2", "posted: a1", LATER)
    assert not answers.open("35436", "2", LATER)
    inbox = DynamoInbox(stack.dynamodb, stack.state)
    assert inbox.read("35436", "1") == Comment("1", "We are on it", True, True, NOW)
