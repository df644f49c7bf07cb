"""What every set of queues must do: in memory and in SQS."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

import pytest

from factories import NOW, author
from fakes.queues import FakeQueues
from gehoor.aws.queues import MAX_DELAY_S, QueueUrls, SqsQueues, postpone
from gehoor.domain.event import (
    CommentAdded,
    CustomerDeleted,
    CustomerMerged,
    Event,
    Pushed,
    RequesterChanged,
    TicketMerged,
    event_from,
)
from gehoor.errors import Unavailable
from gehoor.ports.queues import Delivery, Queues
from moto_stack import Stack, moto_stack


class Sent(NamedTuple):
    queues: Queues
    bodies: Callable[[str], list[dict[str, str]]]


@pytest.fixture
def stack() -> Iterator[Stack]:
    with moto_stack() as made:
        yield made


@pytest.fixture(params=["memory", "sqs"])
def sent(request: pytest.FixtureRequest) -> Sent:
    if request.param == "memory":
        fake = FakeQueues()
        return Sent(fake, lambda name: getattr(fake, name))
    stack: Stack = request.getfixturevalue("stack")
    urls = stack.urls
    places = {
        "polls": urls.polls,
        "deliveries": urls.deliveries,
        "urgent": urls.urgent_deliveries,
        "events": urls.events,
    }
    return Sent(
        SqsQueues(stack.sqs, urls),
        lambda name: [json.loads(body) for body, _ in received(stack, places[name])],
    )


def received(stack: Stack, url: str) -> list[tuple[str, str]]:
    """Body and group of every message."""
    found = []
    while True:
        answer = stack.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["MessageGroupId"]
        )
        if "Messages" not in answer:
            return found
        found += [(m["Body"], m["Attributes"]["MessageGroupId"]) for m in answer["Messages"]]


def test_polls_are_asked_for_by_source(sent: Sent) -> None:
    sent.queues.send_polls(["a", "b"])
    assert [body["source_id"] for body in sent.bodies("polls")] == ["a", "b"]


def test_a_look_at_a_post_is_asked_for_beside_the_polls(sent: Sent) -> None:
    sent.queues.send_post("a", "35")
    assert sent.bodies("polls") == [{"source_id": "a", "post_id": "35"}]


def test_many_deliveries_arrive_each_in_its_lane(sent: Sent) -> None:
    # When more mentions are sent than one call takes
    deliveries = [Delivery(f"m{n}", n % 5 == 0, "town:anna") for n in range(23)]
    sent.queues.send_deliveries(iter(deliveries))
    # Then each is on its lane, once
    urgent = {body["mention_id"] for body in sent.bodies("urgent")}
    others = [body["mention_id"] for body in sent.bodies("deliveries")]
    assert urgent == {"m0", "m5", "m10", "m15", "m20"}
    assert sorted([*others, *urgent]) == sorted(d.mention_id for d in deliveries)


def test_nothing_to_send_sends_nothing(sent: Sent) -> None:
    sent.queues.send_polls([])
    sent.queues.send_deliveries([])
    assert sent.bodies("polls") == []
    assert sent.bodies("deliveries") == []


def test_an_event_is_sent_by_its_ids(sent: Sent) -> None:
    events: list[Event] = [
        CommentAdded("35436", "1"),
        RequesterChanged("35436", NOW),
        CustomerDeleted("7"),
        Pushed("x", "a", "35"),
        Pushed("x"),
    ]
    for event in events:
        sent.queues.send_event(event)
    assert [event_from(body) for body in sent.bodies("events")] == events


def test_what_happens_to_a_ticket_or_a_customer_is_one_group(stack: Stack) -> None:
    queues = SqsQueues(stack.sqs, stack.urls)
    events: list[Event] = [CommentAdded("1", "2"), TicketMerged("1", "3"), CustomerMerged("7")]
    for event in events:
        queues.send_event(event)
    assert [group for _, group in received(stack, stack.urls.events)] == ["1", "1", "7"]


def test_a_look_at_a_bulk_and_notes_are_asked_for_by_their_ids(sent: Sent) -> None:
    sent.queues.send_bulk("key", timedelta(0))
    sent.queues.send_notes(f"case-{n}" for n in range(12))
    bodies = sent.bodies("deliveries")
    assert sorted(body["case_id"] for body in bodies) == sorted(f"case-{n}" for n in range(12))
    assert sent.bodies("urgent") == [{"bulk_id": "key"}]


def test_a_look_at_a_bulk_comes_after_its_delay(stack: Stack) -> None:
    SqsQueues(stack.sqs, stack.urls).send_bulk("key", timedelta(minutes=5))
    assert received(stack, stack.urls.urgent_deliveries) == []


def test_the_group_of_a_message_names_nobody(stack: Stack) -> None:
    # Given an author whose name SQS would not even take
    name = author("zoë van der Berg " * 20)
    # When a mention is sent
    SqsQueues(stack.sqs, stack.urls).send_deliveries([Delivery("m1", False, name.identity)])
    # Then the group is a digest, the same for the same author
    SqsQueues(stack.sqs, stack.urls).send_deliveries([Delivery("m2", False, name.identity)])
    [(_, first), (_, second)] = received(stack, stack.urls.deliveries)
    assert first == second
    assert len(first) == 32
    assert int(first, 16)


def test_a_queue_that_is_not_there_is_an_error_of_gehoor(stack: Stack) -> None:
    queues = SqsQueues(stack.sqs, QueueUrls(polls=f"{stack.urls.polls}-gone"))
    with pytest.raises(Exception, match="sending to a queue") as failure:
        queues.send_polls(["a"])
    assert type(failure.value).__module__ == "gehoor.errors"


def test_a_batch_taken_in_part_is_unavailable(stack: Stack) -> None:
    # Given a queue that refuses one message of a batch
    def lose_one(parsed: dict[str, object], **_: object) -> None:
        parsed["Failed"] = [{"Id": "0", "Code": "InternalError", "SenderFault": False}]

    stack.sqs.meta.events.register("after-call.sqs.SendMessageBatch", lose_one)
    # When one of two is refused
    # Then the sender knows
    with pytest.raises(Unavailable, match="took 1 of 2"):
        SqsQueues(stack.sqs, stack.urls).send_polls(["a", "b"])


@pytest.mark.parametrize("delay_s", [0, 45, 10**6, -5])
def test_a_postponed_message_is_hidden_as_long_as_sqs_allows(stack: Stack, delay_s: int) -> None:
    # Given a received message
    SqsQueues(stack.sqs, stack.urls).send_polls(["a"])
    [message] = stack.sqs.receive_message(QueueUrl=stack.urls.polls)["Messages"]
    asked: list[int] = []

    def watch(params: dict[str, int], **_: object) -> None:
        asked.append(params["VisibilityTimeout"])

    stack.sqs.meta.events.register("before-parameter-build.sqs.ChangeMessageVisibility", watch)
    # When it is postponed
    postpone(stack.sqs, stack.urls.polls, message["ReceiptHandle"], delay_s)
    # Then SQS is asked for a time it takes
    assert asked == [max(0, min(delay_s, MAX_DELAY_S))]
    assert MAX_DELAY_S < 12 * 3600


def test_rechecks_are_asked_for_by_mention(sent: Sent) -> None:
    sent.queues.send_rechecks(f"m{n}" for n in range(12))
    assert {body["recheck_id"] for body in sent.bodies("deliveries")} == {
        f"m{n}" for n in range(12)
    }


def test_what_is_due_of_cases_goes_ahead_of_a_storm(sent: Sent) -> None:
    sent.queues.send_clocks(["c1", "c2"])
    assert sent.bodies("urgent") == [{"clock_id": "c1"}, {"clock_id": "c2"}]
    assert sent.bodies("deliveries") == []
