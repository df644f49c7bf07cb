"""What every inbox must do: in memory and in DynamoDB."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from factories import NOW
from fakes.stores import FakeInbox
from gehoor.aws.inbox import KEPT_FOR, DynamoInbox
from gehoor.aws.items import SCHEMA_VERSION
from gehoor.domain.ticket import Comment
from gehoor.errors import ContractBroken
from gehoor.ports.stores import Inbox
from moto_stack import moto_stack

SENT = Comment("11", "We are on it: Zoë 🎈", public=True, by_agent=True, created_at=NOW)


@pytest.fixture(params=["memory", "dynamodb"])
def inbox(request: pytest.FixtureRequest) -> Iterator[Inbox]:
    if request.param == "memory":
        yield FakeInbox()
        return
    with moto_stack() as stack:
        yield DynamoInbox(stack.dynamodb, stack.state)


@pytest.mark.parametrize(
    "sent",
    [
        SENT,
        replace(SENT, public=False, by_agent=False),
        replace(SENT, text="", attachments=2),
        replace(SENT, text="🎈" * 65_536),
        replace(SENT, created_at=NOW - timedelta(days=900, microseconds=1)),
    ],
)
def test_a_kept_comment_comes_back_as_it_was_sent(inbox: Inbox, sent: Comment) -> None:
    inbox.keep("35436", sent, NOW)
    assert inbox.read("35436", "11") == sent


def test_a_comment_is_kept_for_its_own_ticket(inbox: Inbox) -> None:
    # Given comments of one name on two tickets
    other = replace(SENT, text="Another matter")
    inbox.keep("35436", SENT, NOW)
    inbox.keep("35437", other, NOW)
    # Then each ticket has its own, and no other has any
    assert inbox.read("35436", "11") == SENT
    assert inbox.read("35437", "11") == other
    assert inbox.read("35438", "11") is None
    assert inbox.read("35436", "12") is None


def test_the_newest_version_counts(inbox: Inbox) -> None:
    inbox.keep("35436", SENT, NOW)
    inbox.keep("35436", replace(SENT, text="We are on it!"), NOW)
    assert inbox.read("35436", "11") == replace(SENT, text="We are on it!")


def test_a_comment_that_was_taken_back_stays_private(inbox: Inbox) -> None:
    # Given a comment that was public and is internal now
    inbox.keep("35436", SENT, NOW)
    inbox.keep("35436", replace(SENT, public=False), NOW)
    # When the first call comes late once more
    inbox.keep("35436", SENT, NOW)
    # Then it changes nothing
    assert inbox.read("35436", "11") == replace(SENT, public=False)


def test_a_comment_is_dropped_after_its_time() -> None:
    with moto_stack() as stack:
        DynamoInbox(stack.dynamodb, stack.state).keep("35436", SENT, NOW)
        [item] = stack.dynamodb.scan(TableName=stack.state)["Items"]
    assert item["entity"] == {"S": "inbox#35436/11"}
    assert item["expires_at"] == {"N": str(int((NOW + KEPT_FOR).timestamp()))}
    assert timedelta(days=30) == KEPT_FOR


NEWER = {"schema": {"N": str(SCHEMA_VERSION + 1)}}


@pytest.mark.parametrize("damage", [{"created_at": {"S": ""}}, NEWER])
def test_what_cannot_be_read_is_not_taken_for_a_comment(damage: dict[str, dict[str, str]]) -> None:
    # Given an item that is damaged, or a newer gehoor's
    with moto_stack() as stack:
        inbox = DynamoInbox(stack.dynamodb, stack.state)
        inbox.keep("35436", SENT, NOW)
        [item] = stack.dynamodb.scan(TableName=stack.state)["Items"]
        stack.dynamodb.put_item(TableName=stack.state, Item={**item, **damage})
        # Then nobody posts what is left of it
        with pytest.raises(ContractBroken, match="comment 11"):
            inbox.read("35436", "11")
