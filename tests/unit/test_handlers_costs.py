"""What a mention costs on AWS: calls made and write units spent, counted as they go out.

The helpdesk is the Desk behind the real adapter, because its limits cost writes too.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from bench.write_units import written
from desk_server import TOKEN, Desk, running_desk
from factories import NOW, author, mention
from gehoor import connections
from gehoor.aws.config_store import ConfigStore
from gehoor.config import parse
from lambda_stack import CONFIG, Lambdas, lambda_stack
from moto_partiql import written as written_by

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_dynamodb import DynamoDBClient

    from fakes.clock import FakeClock
    from gehoor.domain.mention import Mention

connected_helpdesk = connections.helpdesk
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")
BATCH = 10
FEW = BATCH - 1
"""So many are not worth a bulk."""
CALL_S = 0.2
"""How long a call takes: a mention then takes two to three seconds, as with a real helpdesk."""

WRITES = {"PutItem", "UpdateItem", "BatchWriteItem", "BatchExecuteStatement"}


@dataclass
class Bill:
    """Calls by name, and write units as DynamoDB's documentation counts them."""

    reader: DynamoDBClient
    clock: FakeClock
    calls: Counter[str] = field(default_factory=Counter)
    units: int = 0
    _written: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _before: list[dict[str, Any]] = field(default_factory=list)

    def asked(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls[model.name] += 1
        if model.name in WRITES:
            self._written = list(_written(params))
            self._before = [self._item(*one) for one in self._written]

    def answered(self, **_: Any) -> None:
        self.clock.advance(seconds=CALL_S)
        self.units += sum(map(written, self._before, (self._item(*one) for one in self._written)))
        self._written = []

    def _item(self, table: str, key: dict[str, Any]) -> dict[str, Any]:
        return dict(self.reader.get_item(TableName=table, Key=key).get("Item", {}))


def _written(params: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Table and key of each item that a call writes."""
    for table, writes in params.get("RequestItems", {}).items():
        for write in writes:
            yield table, _key(write["PutRequest"]["Item"])
    yield from map(written_by, params.get("Statements", ()))
    if "TableName" in params:
        yield params["TableName"], params.get("Key") or _key(params["Item"])


def _key(item: dict[str, Any]) -> dict[str, Any]:
    return {name: item[name] for name in ("entity", "part")}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running_desk(tmp_path) as running:
        yield running


@pytest.fixture
def lambdas(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> Iterator[Lambdas]:
    with lambda_stack(monkeypatch) as made:
        monkeypatch.setattr(connections, "helpdesk", connected_helpdesk)
        boto3.client("ssm").put_parameter(Name="/gehoor/zendesk", Value=TOKEN, Type="SecureString")
        config = {
            **CONFIG,
            "helpdesk": {"kind": "zendesk", "base_url": desk.url, "secret": "/gehoor/zendesk"},
            "allow_private_hosts": ["127.0.0.1"],
        }
        ConfigStore(made.stack.dynamodb, made.stack.state).push(parse(config), made.clock())
        yield made


@contextmanager
def billed(lambdas: Lambdas) -> Iterator[Bill]:
    """What is called until the block ends."""
    bill = Bill(boto3.client("dynamodb"), lambdas.clock)
    events = (lambdas.stack.dynamodb.meta.events, lambdas.stack.sqs.meta.events)
    for service in events:
        service.register("before-parameter-build", bill.asked)
        service.register("after-call", bill.answered)
    try:
        yield bill
    finally:
        for service in events:
            service.unregister("before-parameter-build", bill.asked)
            service.unregister("after-call", bill.answered)
        for shared in ("ReceiveMessage", "DeleteMessage"):
            del bill.calls[shared]


def posted(name: str, by: str, **changes: Any) -> Mention:
    who = author(by, network="mastodon")
    text = "My parcel is lost. " * 15
    return mention(name, network="mastodon", author=who, text=text, **changes)


def cost(lambdas: Lambdas, posts: list[Mention]) -> tuple[float, float]:
    """Calls and write units a mention, polling and delivery together, batches as shares."""
    for post in posts:
        lambdas.town.post(post)
    lambdas.clock.advance(minutes=3)
    lambdas.call("dispatch_polls")
    with billed(lambdas) as bill:
        assert lambdas.poll() == []
        assert lambdas.deliver() == []
    return bill.calls.total() / len(posts), bill.units / len(posts)


def test_a_mention_costs_few_calls_and_write_units(lambdas: Lambdas, desk: Desk) -> None:
    # Given ten authors nobody knows, who come back, and then go on in their threads
    people = [f"person{n}" for n in range(FEW)]
    new = cost(lambdas, [posted(f"new-{name}", name) for name in people])
    later = NOW + timedelta(days=2)
    known = cost(lambdas, [posted(f"known-{name}", name, posted_at=later) for name in people])
    now = lambdas.clock()
    more = [
        posted(f"more-{name}", name, posted_at=now, in_reply_to=f"known-{name}") for name in people
    ]
    follow_up = cost(lambdas, more)
    # Then each kind stays within its bounds of calls and write units
    # Who is heard for the second time is listed with their customer from then on
    assert [round(kind[0], 1) for kind in (new, known, follow_up)] == [5.3, 6.7, 7.4]
    # A new case costs one for the index by which its first answer is waited for
    assert new[1] <= 10
    assert known[1] <= 11.5
    assert follow_up[1] <= 9.5
    assert len(desk.get("/tickets")["tickets"]) == 2 * FEW


def test_old_posts_cost_one_look_for_who_was_forgotten(lambdas: Lambdas) -> None:
    # Given posts that are heard late
    for name in ("anna", "ben", "cas"):
        lambdas.town.post(posted(name, name, posted_at=lambdas.clock() - timedelta(hours=1)))
    lambdas.call("dispatch_polls")
    # When they are read
    with billed(lambdas) as bill:
        assert lambdas.poll() == []
    # Then one call looks for all their authors
    assert (bill.calls["BatchExecuteStatement"], bill.calls["BatchGetItem"]) == (1, 1)


def test_a_quiet_poll_costs_few_calls_and_write_units(lambdas: Lambdas) -> None:
    # Given a source that was read to its end, a while ago
    lambdas.town.post(posted("1", "anna"))
    for _ in range(3):
        lambdas.clock.advance(minutes=11)
        lambdas.call("dispatch_polls")
        assert lambdas.poll() == []
    # When it is polled and brings nothing
    lambdas.clock.advance(minutes=1)
    with billed(lambdas) as bill:
        lambdas.call("dispatch_polls")
        assert lambdas.poll() == []
    # Then its lease is taken, and ends by itself
    assert bill.calls == {"Query": 1, "GetItem": 1, "SendMessageBatch": 1, "UpdateItem": 1}
    assert bill.units <= 1
