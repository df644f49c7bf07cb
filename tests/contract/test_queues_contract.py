"""What every set of queues must do: in memory and in SQS."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

import pytest
from botocore.exceptions import EndpointConnectionError

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
    sent.queues.send_wanted_notes("list")
    sent.queues.send_notes(f"case-{n}" for n in range(12))
    bodies = sent.bodies("deliveries")
    names = sorted(name for body in bodies for name in body.values())
    assert names == sorted(["list", *(f"case-{n}" for n in range(12))])
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


def in_flight(stack: Stack, count: int) -> list[str]:
    """The receipt handles of so many messages."""
    SqsQueues(stack.sqs, stack.urls).send_polls(str(number) for number in range(count))
    found: list[str] = []
    while len(found) < count:
        answer = stack.sqs.receive_message(QueueUrl=stack.urls.polls, MaxNumberOfMessages=10)
        found += [message["ReceiptHandle"] for message in answer["Messages"]]
    return found


def asked_to_hide(stack: Stack) -> list[list[int]]:
    """The seconds that SQS is asked for from now on, a list for each call."""
    asked: list[list[int]] = []

    def watch(params: dict[str, list[dict[str, int]]], **_: object) -> None:
        asked.append([entry["VisibilityTimeout"] for entry in params["Entries"]])

    event = "before-parameter-build.sqs.ChangeMessageVisibilityBatch"
    stack.sqs.meta.events.register(event, watch)
    return asked


def test_a_postponed_message_is_hidden_as_long_as_sqs_allows(stack: Stack) -> None:
    # Given received messages
    delays = dict(zip(in_flight(stack, 4), [0, 45, 10**6, -5], strict=True))
    asked = asked_to_hide(stack)
    # When they are postponed
    assert postpone(stack.sqs, stack.urls.polls, delays) == {}
    # Then SQS is asked for times it takes
    assert asked == [[0, 45, MAX_DELAY_S, 0]]
    assert MAX_DELAY_S < 12 * 3600


def test_many_messages_are_postponed_in_few_calls(stack: Stack) -> None:
    # Given more messages than a call takes
    delays = {handle: 60 + n for n, handle in enumerate(in_flight(stack, 12))}
    asked = asked_to_hide(stack)
    # When they are postponed
    assert postpone(stack.sqs, stack.urls.polls, delays) == {}
    # Then two calls hide each for its own time
    assert asked == [list(range(60, 70)), [70, 71]]


def test_a_message_that_cannot_be_postponed_is_told_and_harms_no_other(stack: Stack) -> None:
    # Given a message, after one whose receipt is not known any more
    [handle] = in_flight(stack, 1)
    # When they are postponed
    refused = postpone(stack.sqs, stack.urls.polls, {"unknown": 60, handle: 0})
    # Then the reason is told of that one, and the other comes back when asked
    assert refused == {"unknown": "postponing a message: SQS refused (ReceiptHandleIsInvalid)"}
    assert len(received(stack, stack.urls.polls)) == 1


def test_a_call_that_fails_leaves_only_its_own_messages(stack: Stack) -> None:
    # Given more messages than a call takes, and an SQS that answers the first call alone
    handles = in_flight(stack, 12)
    answered: list[str] = []

    def answer_once(params: object, **_: object) -> None:
        if answered:
            raise EndpointConnectionError(endpoint_url="https://sqs.example")
        answered.append("once")

    event = "before-parameter-build.sqs.ChangeMessageVisibilityBatch"
    stack.sqs.meta.events.register(event, answer_once)
    # When they are postponed
    refused = postpone(stack.sqs, stack.urls.polls, dict.fromkeys(handles, 60))
    # Then those of the second call are told
    assert list(refused) == handles[10:]
    assert {reason.partition(":")[0] for reason in refused.values()} == {"postponing messages"}


def test_rechecks_are_asked_for_by_mention(sent: Sent) -> None:
    sent.queues.send_rechecks(f"m{n}" for n in range(12))
    assert {body["recheck_id"] for body in sent.bodies("deliveries")} == {
        f"m{n}" for n in range(12)
    }


def test_what_is_due_of_cases_goes_ahead_of_a_storm(sent: Sent) -> None:
    sent.queues.send_clocks(["c1", "c2"])
    assert sent.bodies("urgent") == [{"clock_id": "c1"}, {"clock_id": "c2"}]
    assert sent.bodies("deliveries") == []
