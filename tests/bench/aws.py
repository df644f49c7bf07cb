"""AWS for another process: the template's tables and queues on moto, behind a port, with a bill.

moto's own server wants packages gehoor does not; a request is handed to moto as botocore hands it.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.models import botocore_stubber
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.dynamo_type import Item as MotoItem
from moto.sqs.models import sqs_backends

from bench import write_units
from loopback import Answer, serving
from moto_partiql import written
from moto_stack import Stack, moto_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakes.clock import FakeClock
    from loopback import Asked

REGION = "eu-west-1"
ACCOUNT = "123456789012"
"""moto's own."""

SERVICES = {"DynamoDB_20120810": "dynamodb", "AmazonSQS": "sqs", "AmazonSSM": "ssm"}
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "BatchExecuteStatement"}
READS = {"GetItem", "BatchGetItem", "Query"}
OF_THE_MAPPING = {"ReceiveMessage", "DeleteMessage"}
"""Lambda makes these for a function; the bench makes them one message at a time."""


@dataclass
class Bill:
    """What was asked of AWS: calls by name, and DynamoDB's units."""

    calls: Counter[str] = field(default_factory=Counter)
    write_units: int = 0
    read_units: float = 0.0


@dataclass
class Aws:
    """The running stand-in."""

    url: str
    stack: Stack
    bills: list[Bill]

    def settle(self) -> dict[str, Any]:
        """The bill since the last time."""
        self.bills.append(Bill())
        return vars(self.bills.pop(0))

    def messages(self) -> dict[str, int]:
        """How many messages each queue holds that holds any, hidden ones too."""
        queues = sqs_backends[ACCOUNT][REGION].queues
        return {name: len(queue._messages) for name, queue in queues.items() if queue._messages}

    def stored_bytes(self) -> int:
        """How much the table `core` holds."""
        items = (
            item for parts in _table(self.stack.core).items.values() for item in parts.values()
        )
        return sum(write_units.size(item.to_json()["Attributes"]) for item in items)

    def multiply(self, times: int) -> int:
        """Put `times` copies of all that `core` holds beside it, under other keys; its new size."""
        table = _table(self.stack.core)
        for number in range(times):
            for entity, parts in list(table.items.items()):
                if "~" not in entity.value:
                    _copy(table, entity, parts, f"{entity.value}~{number}")
        return sum(len(parts) for parts in table.items.values())


@contextmanager
def running_aws(clock: FakeClock) -> Iterator[Aws]:
    """Serve until the block ends; queues go by `clock`."""
    bills, turn = [Bill()], threading.Lock()

    def answer(asked: Asked) -> Answer:
        with turn:
            return _answer(asked, bills[0])

    times: dict[str, Any] = {
        "unix_time": lambda: clock().timestamp(),
        "unix_time_millis": lambda: clock().timestamp() * 1000,
    }
    with (
        moto_stack() as stack,
        patch.multiple("moto.sqs.models", **times),
        serving(answer) as server,
    ):
        yield Aws(server.url, stack, bills)


def _answer(asked: Asked, bill: Bill) -> Answer:
    service, _, action = asked.headers["x-amz-target"].partition(".")
    sent = json.loads(asked.body)
    before = _stored(sent) if action in WRITES else []
    status, headers, body = _moto(SERVICES[service], asked)
    if action not in OF_THE_MAPPING:
        bill.calls[action] += 1
    if action in WRITES:
        bill.write_units += sum(map(write_units.written, before, _stored(sent)))
    if action in READS:
        bill.read_units += _read(sent, json.loads(body))
    return Answer(body, status, headers)


def _moto(service: str, asked: Asked) -> tuple[int, dict[str, str], bytes]:
    request = AWSPreparedRequest(
        method=asked.method,
        url=f"https://{service}.{REGION}.amazonaws.com/",
        headers=_headers(asked),
        body=asked.body,
        stream_output=False,
    )
    found = botocore_stubber.process_request(request)
    assert found is not None
    status, headers, body = found
    kept = {name: str(value) for name, value in headers.items() if name.lower() != "content-length"}
    return status, kept, body if isinstance(body, bytes) else str(body).encode()


def _headers(asked: Asked) -> HTTPHeaders:
    headers = HTTPHeaders()
    for name, value in asked.headers.items():
        headers[name] = value
    return headers


def _table(name: str) -> Any:
    return dynamodb_backends[ACCOUNT][REGION].get_table(name)


def _stored(sent: dict[str, Any]) -> list[dict[str, Any]]:
    """The items that a write is about, as they are now."""
    return [_item(table, names) for table, names in _written(sent)]


def _written(sent: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for table, writes in sent.get("RequestItems", {}).items():
        for write in writes:
            yield table, write["PutRequest"]["Item"]
    yield from map(written, sent.get("Statements", ()))
    if "TableName" in sent:
        yield sent["TableName"], sent.get("Key") or sent["Item"]


def _item(table: str, names: dict[str, Any]) -> dict[str, Any]:
    found = _table(table).get_item(DynamoType(names["entity"]), DynamoType(names["part"]))
    return dict(found.to_json()["Attributes"]) if found else {}


def _read(sent: dict[str, Any], got: dict[str, Any]) -> float:
    if "RequestItems" in sent:
        return sum(
            write_units.read(
                got.get("Responses", {}).get(table, []),
                consistent=asked.get("ConsistentRead", False),
            )
            for table, asked in sent["RequestItems"].items()
        )
    items = got.get("Items", [got["Item"]] if "Item" in got else [])
    return write_units.read(items, consistent=sent.get("ConsistentRead", False))


def _copy(table: Any, entity: DynamoType, parts: dict[DynamoType, MotoItem], name: str) -> None:
    other = DynamoType({"S": name})
    for part, item in parts.items():
        copied = MotoItem(other, part, {})
        copied.attrs.update(item.attrs | {"entity": other})
        table.items[other][part] = copied
