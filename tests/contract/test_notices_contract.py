"""What every way to give a notice must do: by a topic of SNS, and by a signed call."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
import pytest
from moto import mock_aws
from standardwebhooks import Webhook

from factories import NOW
from gehoor.aws.notices import TopicNotices
from gehoor.domain.notice import WORDS, Notice, Subject
from gehoor.errors import AuthExpired, GehoorError, NotAllowed, Rejected, Unavailable
from gehoor.http import Http
from gehoor.notices import WebhookNotices
from gehoor.signed_endpoint import Address, Endpoint
from loopback import Answer, Asked, serving
from webhook_receiver import SECRET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gehoor.ports.notices import Notices

NOTICE = Notice(
    Subject.ANSWER_OVERDUE, "3f0a5c1b", "35436", NOW, "https://desk.example/agent/tickets/35436"
)
DATA = {
    "case_id": "3f0a5c1b",
    "ticket_id": "35436",
    "due_at": "2026-11-22T10:00:00Z",
    "link": "https://desk.example/agent/tickets/35436",
}


class Told(NamedTuple):
    """A notice as somebody got it."""

    notice_id: str
    subject: str
    data: dict[str, Any]


class Office(NamedTuple):
    notices: Notices
    told: Callable[[], list[Told]]


@contextmanager
def topic() -> Iterator[Office]:
    with mock_aws():
        session = boto3.Session("test", "test", region_name="eu-west-1")
        sns, sqs = session.client("sns"), session.client("sqs")
        arn = sns.create_topic(Name="due")["TopicArn"]
        queue = sqs.create_queue(QueueName="subscriber")["QueueUrl"]
        sns.subscribe(
            TopicArn=arn, Protocol="sqs", Endpoint="arn:aws:sqs:eu-west-1:123456789012:subscriber"
        )

        def told() -> list[Told]:
            answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
            bodies = [json.loads(one["Body"]) for one in answer.get("Messages", [])]
            return [_from_topic(body) for body in bodies]

        yield Office(TopicNotices(sns, arn), told)


def _from_topic(body: dict[str, Any]) -> Told:
    message = json.loads(body["Message"])
    assert body["MessageAttributes"]["subject"]["Value"] == message["subject"]
    assert body["Subject"] == "Ticket 35436: first answer overdue"
    return Told(message.pop("id"), message.pop("subject"), message)


@contextmanager
def receiver(answer: Callable[[Asked], Answer] = lambda _: Answer(b"")) -> Iterator[Office]:
    with serving(answer) as served:

        def told() -> list[Told]:
            return [_from_call(asked) for asked in served.asked]

        yield Office(WebhookNotices(lambda: endpoint(served.url)), told)


def endpoint(url: str, secret: str = SECRET) -> Endpoint:
    address = Address(url, "desk.notify.webhook", "/gehoor/pager")
    return Endpoint(
        address, secret, "Noordlicht", Http(lambda: datetime.now(UTC), frozenset({"127.0.0.1"}))
    )


def _from_call(asked: Asked) -> Told:
    Webhook(SECRET).verify(asked.body, asked.headers, json_parse=False)
    event = json.loads(asked.body)
    assert event["id"] == asked.headers["webhook-id"]
    return Told(event["id"], event["type"], event["data"])


@pytest.fixture(params=[topic, receiver])
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    with request.param() as made:
        yield made


def test_a_notice_comes_with_its_ids_and_its_link(office: Office) -> None:
    office.notices.send(NOTICE)
    assert office.told() == [Told(NOTICE.notice_id, "first_answer.overdue", DATA)]


def test_a_repeat_has_the_same_id(office: Office) -> None:
    office.notices.send(NOTICE)
    office.notices.send(NOTICE)
    assert len({one.notice_id for one in office.told()}) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, AuthExpired), (403, NotAllowed), (422, Rejected), (503, Unavailable)],
)
def test_a_receiver_that_refuses_says_why(status: int, error: type[GehoorError]) -> None:
    with receiver(lambda _: Answer(status=status)) as office, pytest.raises(error):
        office.notices.send(NOTICE)


def test_a_secret_that_cannot_sign_is_named_with_its_setting() -> None:
    notices = WebhookNotices(lambda: endpoint("https://pager.example/in", "secret"))
    with pytest.raises(
        AuthExpired, match=r"desk\.notify\.webhook.*gehoor secret set /gehoor/pager"
    ):
        notices.send(NOTICE)


def test_a_topic_that_is_gone_is_an_error_of_gehoors() -> None:
    with mock_aws():
        sns = boto3.Session("test", "test", region_name="eu-west-1").client("sns")
        gone = TopicNotices(sns, "arn:aws:sns:eu-west-1:123456789012:gone")
        with pytest.raises(GehoorError):
            gone.send(NOTICE)


def test_every_notice_has_words_and_an_id_of_its_own() -> None:
    assert set(WORDS) == set(Subject)
    others = (
        NOTICE,
        Notice(Subject.ANSWER_SOON, "3f0a5c1b", "35436", NOW),
        Notice(Subject.ANSWER_OVERDUE, "another", "35436", NOW),
        Notice(Subject.ANSWER_OVERDUE, "3f0a5c1b", "35436", NOW + timedelta(hours=1)),
    )
    assert len({notice.notice_id for notice in others}) == len(others)
    assert "link" not in others[1].data
