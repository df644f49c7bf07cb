"""What every memory of answers must do: in memory and in DynamoDB."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from factories import NOW
from fakes.replies import FakeReplyMemory
from gehoor.aws.reply_memory import DynamoReplyMemory
from gehoor.domain.near_copy import imprint
from gehoor.domain.reply_memory import RECENT_AT_MOST, Apology, EarlierReply
from gehoor.ports.stores import ReplyMemory
from moto_stack import moto_stack

KEPT = imprint("We looked into your parcel and it arrives tomorrow before noon")
REPLY = EarlierReply(KEPT, "a-person", "a-case", "17", NOW)
DAY = timedelta(days=1)
ANNA, BOB = "town:https://town.example/users/anna", "town:https://town.example/users/bob"


@pytest.fixture(params=["memory", "dynamodb"])
def replies(request: pytest.FixtureRequest) -> Iterator[ReplyMemory]:
    if request.param == "memory":
        yield FakeReplyMemory()
        return
    with moto_stack() as stack:
        yield DynamoReplyMemory(stack.dynamodb, stack.core)


def test_what_is_kept_comes_back_as_it_is(replies: ReplyMemory) -> None:
    replies.keep("noordlicht", "reply:17:1", REPLY)
    assert replies.recent("noordlicht", NOW - DAY) == {"reply:17:1": REPLY}


def test_an_answer_that_is_kept_twice_is_there_once(replies: ReplyMemory) -> None:
    replies.keep("noordlicht", "reply:17:1", REPLY)
    replies.keep("noordlicht", "reply:17:1", REPLY)
    assert len(replies.recent("noordlicht", NOW - DAY)) == 1


def test_a_brand_sees_its_own_and_nothing_older(replies: ReplyMemory) -> None:
    # Given answers of two brands, one of long ago, and one without an imprint
    replies.keep("other", "reply:1:1", REPLY)
    replies.keep("noordlicht", "reply:2:1", replace(REPLY, at=NOW - DAY - timedelta(seconds=1)))
    replies.keep("noordlicht", "reply:3:1", replace(REPLY, imprint="", at=NOW - DAY))
    # When one of them looks back a day
    found = replies.recent("noordlicht", NOW - DAY)
    # Then it sees its own of that day
    assert list(found) == ["reply:3:1"]


def test_the_newest_come_first_and_no_more_than_are_compared(replies: ReplyMemory) -> None:
    # Given more than are compared
    for number in range(RECENT_AT_MOST + 2):
        at = NOW + timedelta(seconds=number)
        replies.keep("noordlicht", f"reply:{number}:1", replace(REPLY, at=at))
    # When they are read
    found = list(replies.recent("noordlicht", NOW - DAY))
    # Then the oldest are left out
    assert len(found) == RECENT_AT_MOST
    assert found[0] == f"reply:{RECENT_AT_MOST + 1}:1"
    assert found[-1] == "reply:2:1"


def test_apologies_to_one_author_come_back_without_the_answers_own(replies: ReplyMemory) -> None:
    # Given an apology to Anna, and one to Bob
    first, second = Apology("a-case", NOW), Apology("other", NOW + DAY)
    assert replies.apologise(ANNA, "reply:17:1", first) == []
    assert replies.apologise(BOB, "reply:18:1", first) == []
    # When Anna gets another
    # Then the first comes back, also when a worker does it again
    assert replies.apologise(ANNA, "reply:17:2", second) == [first]
    assert replies.apologise(ANNA, "reply:17:2", second) == [first]


def test_what_dynamodb_keeps_ends_and_names_nobody_in_an_answer() -> None:
    with moto_stack() as stack:
        memory = DynamoReplyMemory(stack.dynamodb, stack.core)
        memory.keep("noordlicht", "reply:17:1", REPLY)
        memory.apologise(ANNA, "reply:17:1", Apology("a-case", NOW))
        items = stack.dynamodb.scan(TableName=stack.core)["Items"]
    ends = {i["entity"]["S"].partition("#")[0]: int(i["expires_at"]["N"]) for i in items}
    assert ends == {
        "replies": int((NOW + DAY).timestamp()),
        "apologies": int((NOW + 30 * DAY).timestamp()),
    }
