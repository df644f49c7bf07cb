"""What tells when mentions were first seen must do: in memory and in DynamoDB."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from factories import JUDGEMENT, NOW, mention
from fakes.stores import FakeArrivals, FakeMentions
from gehoor.aws.arrivals import DynamoArrivals
from gehoor.aws.mentions import Mentions
from gehoor.ports.mentions import Arrivals, MentionStore
from moto_stack import moto_stack

MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)


class Stores(NamedTuple):
    mentions: MentionStore
    arrivals: Arrivals

    def arrive(self, name: str, at: datetime) -> tuple[datetime, str]:
        new = mention(name)
        assert self.mentions.put_new(new, JUDGEMENT, at)
        return at, new.mention_id

    def between(self, since: datetime, until: datetime) -> list[tuple[datetime, str]]:
        return list(self.arrivals.between(since, until))


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "memory":
        mentions = FakeMentions()
        yield Stores(mentions, FakeArrivals(mentions))
        return
    with moto_stack() as stack:
        place = (stack.dynamodb, stack.core)
        yield Stores(Mentions(*place), DynamoArrivals(*place))


def test_they_come_in_order_over_days(stores: Stores) -> None:
    # Given mentions of several days, stored in no order
    later = stores.arrive("3", NOW + 2 * DAY)
    first = stores.arrive("1", NOW)
    second = stores.arrive("2", NOW + DAY)
    stores.arrive("4", NOW + 3 * DAY)
    # Then those of a span come oldest first
    assert stores.between(NOW, NOW + 3 * DAY) == [first, second, later]


def test_a_span_begins_with_its_first_moment_and_ends_before_its_last(stores: Stores) -> None:
    first = stores.arrive("1", NOW)
    stores.arrive("2", NOW + DAY)
    assert stores.between(NOW, NOW + DAY) == [first]
    assert stores.between(NOW + MOMENT, NOW + DAY) == []
    assert stores.between(NOW, NOW) == []
    assert stores.between(NOW + DAY, NOW) == []


def test_what_became_of_them_does_not_matter(stores: Stores) -> None:
    at, name = stores.arrive("1", NOW)
    stores.mentions.delivered(name, "case", "35436", NOW + DAY)
    assert stores.between(NOW, NOW + MOMENT) == [(at, name)]


def test_only_what_is_asked_for_is_read() -> None:
    # Given mentions of three days
    with moto_stack() as stack:
        place = (stack.dynamodb, stack.core)
        mentions, arrivals = Mentions(*place), DynamoArrivals(*place)
        for number in range(3):
            mentions.put_new(mention(str(number)), JUDGEMENT, NOW + number * DAY)
        queries: list[str] = []
        stack.dynamodb.meta.events.register(
            "before-parameter-build.dynamodb.Query", lambda **_: queries.append("query")
        )
        # When only the first is taken
        assert next(arrivals.between(NOW, NOW + 3 * DAY))[0] == NOW
        # Then the other days are not looked at
        assert len(queries) == 1
