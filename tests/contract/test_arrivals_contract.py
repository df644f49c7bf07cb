"""What tells when mentions were first seen must do: in memory and in DynamoDB."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from factories import JUDGEMENT, NOW, mention
from fakes.stores import FakeArrivals, FakeMentions
from gehoor.aws.arrivals import MOST_LISTED, DynamoArrivals
from gehoor.aws.items import SCHEMA_VERSION
from gehoor.aws.mention_items import listed_item
from gehoor.aws.mention_lists import MentionLists
from gehoor.aws.mentions import Mentions
from gehoor.aws.retention import Retention
from gehoor.ports.mentions import Arrivals, MentionStore
from moto_stack import Stack, moto_stack

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
        # Then the other days are not looked at: one look is for the index, one for the lists
        assert len(queries) == 2


def test_those_that_came_together_come_with_those_that_came_alone(stores: Stores) -> None:
    # Given more mentions that came at once than a list holds, and some alone before and after
    before = stores.arrive("before", NOW)
    at = NOW + MOMENT
    many = [mention(str(number)) for number in range(2 * MOST_LISTED + 1)]
    assert all(stores.mentions.put_many([(one, JUDGEMENT) for one in many], at))
    after = stores.arrive("after", at + MOMENT)
    # Then all are found between, each once and in order
    found = stores.between(NOW, NOW + DAY)
    assert (found[0], found[-1]) == (before, after)
    assert sorted(found[1:-1]) == sorted((at, one.mention_id) for one in many)
    # And a span ends before its last moment
    assert stores.between(NOW, at) == [before]
    assert stores.between(at + MOMENT, NOW + DAY) == [after]


def test_what_was_known_before_is_found_when_it_was_first_seen(stores: Stores) -> None:
    # Given mentions that came together
    first, second, third = [(mention(name), JUDGEMENT) for name in "123"]
    stores.mentions.put_many([first, second], NOW)
    # When they come again, with a new one and without
    later = NOW + timedelta(hours=1)
    assert list(stores.mentions.put_many([second, third], later)) == [False, True]
    assert list(stores.mentions.put_many([first, second, third], later)) == [False] * 3
    # Then each is found once
    named = [one.mention_id for one, _ in (first, second, third)]
    found = stores.between(NOW, NOW + DAY)
    assert sorted(found) == sorted(zip((NOW, NOW, later), named, strict=True))


class Died(Exception):
    """The process is no more."""


@pytest.mark.parametrize("call", ["PutItem", "BatchExecuteStatement"])
@pytest.mark.parametrize("event", ["before-parameter-build", "after-call"])
def test_nothing_that_is_stored_is_ever_unlisted(call: str, event: str) -> None:
    # Given a worker that dies before or after it lists or stores what came together
    judged = [(mention(name), JUDGEMENT) for name in "12"]
    with moto_stack() as stack:
        place = (stack.dynamodb, stack.core)

        def die(**_: object) -> None:
            raise Died

        stack.dynamodb.meta.events.register(f"{event}.dynamodb.{call}", die)
        with pytest.raises(Died):
            Mentions(*place).put_many(judged, NOW)
        stack.dynamodb.meta.events.unregister(f"{event}.dynamodb.{call}", die)
        # When another one reads the page again
        Mentions(*place).put_many(judged, NOW + timedelta(minutes=1))
        # Then all that is stored is found
        found = {name for _, name in DynamoArrivals(*place).between(NOW, NOW + DAY)}
        assert found == {one.mention_id for one, _ in judged}


def test_what_a_lost_answer_stored_stays_listed() -> None:
    # Given a call whose answer was lost, so that the SDK's second one finds the first one's items
    judged = [(mention(name), JUDGEMENT) for name in "12"]
    with moto_stack() as stack:
        place = (stack.dynamodb, stack.core)
        for one, judgement in judged:
            stack.dynamodb.put_item(TableName=stack.core, Item=listed_item(one, judgement, NOW))

        def retried(parsed: dict[str, Any], **_: object) -> None:
            parsed["ResponseMetadata"]["RetryAttempts"] = 1

        stack.dynamodb.meta.events.register("after-call.dynamodb.BatchExecuteStatement", retried)
        # When the worker takes it for known before
        assert list(Mentions(*place).put_many(judged, NOW)) == [False, False]
        # Then it is listed nevertheless
        found = {name for _, name in DynamoArrivals(*place).between(NOW, NOW + DAY)}
        assert found == {one.mention_id for one, _ in judged}


def test_lists_end_after_what_they_list() -> None:
    # Given mentions that are kept for a year after they are delivered
    year = timedelta(days=365)
    judged = [(mention(name), JUDGEMENT) for name in "12"]
    with moto_stack() as stack:
        Mentions(stack.dynamodb, stack.core, Retention(year, lambda: NOW)).put_many(judged, NOW)
        # Then their list is kept for two, and one that became empty not at all
        assert ends_of_lists(stack) == [NOW + 2 * year]
        Mentions(stack.dynamodb, stack.core).put_many(judged, NOW)
        assert ends_of_lists(stack) == [NOW, NOW + 2 * year]


def ends_of_lists(stack: Stack) -> list[datetime]:
    items = stack.dynamodb.scan(TableName=stack.core)["Items"]
    ends = (item["expires_at"]["N"] for item in items if "arrivals#" in item["entity"]["S"])
    return sorted(datetime.fromtimestamp(int(end), UTC) for end in ends)


def test_operators_see_the_newest_of_a_day_first() -> None:
    with moto_stack() as stack:
        place = (stack.dynamodb, stack.core)
        mentions = Mentions(*place)
        mentions.put_new(mention("1"), JUDGEMENT, NOW)
        mentions.put_many([(mention(name), JUDGEMENT) for name in "23"], NOW + MOMENT)
        mentions.put_new(mention("4"), JUDGEMENT, NOW + 2 * MOMENT)
        mentions.put_new(mention("5"), JUDGEMENT, NOW + DAY)
        lists, day = MentionLists(*place), f"{NOW:%Y-%m-%d}"
        newest = [record.seen_at for record in lists.seen_on(day, 9)]
        assert newest == [NOW + 2 * MOMENT, NOW + MOMENT, NOW + MOMENT, NOW]
        assert [record.seen_at for record in lists.seen_on(day, 2)] == newest[:2]
        assert lists.schemas_on(day, 9) == {SCHEMA_VERSION}
