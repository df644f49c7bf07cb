"""What every store of bookmarks must do: in memory and in DynamoDB."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from factories import NOW
from fakes.stores import FakeBookmarks
from gehoor.aws.bookmarks import DynamoBookmarks
from gehoor.ports.stores import Bookmarks
from moto_stack import moto_stack

LEASE = timedelta(minutes=2)
LATER = NOW + timedelta(hours=1)


@pytest.fixture(params=["memory", "dynamodb"])
def bookmarks(request: pytest.FixtureRequest) -> Iterator[Bookmarks]:
    if request.param == "memory":
        yield FakeBookmarks()
        return
    with moto_stack() as stack:
        yield DynamoBookmarks(stack.dynamodb, stack.state)


def test_the_first_reader_starts_now(bookmarks: Bookmarks) -> None:
    assert bookmarks.take("comments", "me", NOW, NOW + LEASE) == NOW


def test_the_next_reader_goes_on_where_the_last_one_stopped(bookmarks: Bookmarks) -> None:
    # Given a reader that came some way
    bookmarks.take("comments", "me", NOW, NOW + LEASE)
    assert bookmarks.move("comments", "me", NOW + timedelta(minutes=3))
    bookmarks.release("comments", "me")
    # When the next one takes over
    # Then it reads on from there, and another thing from its own start
    assert bookmarks.take("comments", "you", LATER, LATER + LEASE) == NOW + timedelta(minutes=3)
    assert bookmarks.take("others", "you", LATER, LATER + LEASE) == LATER


def test_one_reads_at_a_time(bookmarks: Bookmarks) -> None:
    bookmarks.take("comments", "me", NOW, NOW + LEASE)
    assert bookmarks.take("comments", "you", NOW + LEASE, NOW + LEASE + LEASE) is None


def test_a_dead_readers_lease_ends(bookmarks: Bookmarks) -> None:
    # Given a reader that died, or reads on too long
    bookmarks.take("comments", "me", NOW, NOW + LEASE)
    # When its lease has ended
    assert bookmarks.take("comments", "you", LATER, LATER + LEASE) == NOW
    # Then it moves nothing any more, and ends nobody's lease
    assert not bookmarks.move("comments", "me", LATER)
    bookmarks.release("comments", "me")
    assert bookmarks.take("comments", "third", LATER, LATER + LEASE) is None
    assert bookmarks.move("comments", "you", LATER)
