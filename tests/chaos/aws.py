"""The AWS of the ring: tables and queues as template.yaml defines them, and who feeds the workers.

moto answers the calls in this process. Its clock is the ring's. What polls the queues is written
here after AWS's documentation of event source mappings: batches, partial answers, and messages that
come back when the worker died.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import moto.sqs.models
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from moto.core.base_backend import BackendDict
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse
from moto.sqs.models import Queue, sqs_backends

from chaos.faults import Dice, Fault
from chaos.switchboard import Server, SharedClock, Switchboard
from gehoor_ops.embedded import template
from loopback import Answer, Asked
from moto_partiql import install
from moto_stack import TABLE_PROPERTIES

REGION = "eu-west-1"
ACCOUNT = "123456789012"
SERVICES = {"DynamoDB_20120810": "dynamodb", "AmazonSQS": "sqs", "AmazonSSM": "ssm"}
AS_JSON = {"Content-Type": "application/x-amz-json-1.0"}
TWICE, FORGOTTEN = 0.02, 0.01
"""How often a queue hands a message over twice, and forgets that one was deleted."""

LONGEST_REPEAT_S = 60
RECEIVED_AT_ONCE = 10


@dataclass(frozen=True)
class Mapped:
    """A queue that feeds a function, in batches."""

    queue: str
    function: str
    batch: int
    seconds: float


class Aws:
    """Tables, queues and parameters, and the queues' ends where workers are fed."""

    def __init__(self, clock: SharedClock, dice: Dice) -> None:
        self._dice = dice
        install()
        self._stubber = BotocoreStubber()
        BackendDict.reset()
        vars(moto.sqs.models).update(
            unix_time=lambda: clock.seconds, unix_time_millis=lambda: clock.seconds * 1000
        )
        session = boto3.Session("test", "test", region_name=REGION)
        self.dynamodb = session.client("dynamodb")
        self.sqs = session.client("sqs")
        self.ssm = session.client("ssm")
        for events in (self.dynamodb.meta.events, self.sqs.meta.events, self.ssm.meta.events):
            events.register_first("before-send", self._answer_own)  # type: ignore[arg-type]  # it may answer
        self.urls: dict[str, str] = {}
        self.bodies: set[str] = set()
        self._create(template()["Resources"])

    def server(self) -> Server:
        """For the workers' calls."""
        return Server("aws", self._answer, _refusal)

    def feed(self, board: Switchboard) -> None:
        """Hand waiting messages to workers that have nothing to do."""
        for mapped in self.mappings:
            while (worker := board.idle(mapped.function)) and self._is_visible(mapped.queue):
                records = list(self._receive(mapped))
                if not records:
                    break
                event = {"Records": records}
                board.give(worker, event, mapped.seconds, self._concluded(mapped, records))

    def waiting(self) -> int:
        """How many messages are left to be worked off, hidden ones too; polls come for ever."""
        queues = {mapped.queue for mapped in self.mappings} - {"PollsQueue"}
        return sum(len(self._queue(name)._messages) for name in queues)

    def dead_letters(self) -> Mapping[str, int]:
        """How many messages failed for good, by queue."""
        names = [name for name in self.urls if name.endswith("DeadLetters")]
        return {name: len(self._queue(name)._messages) for name in names}

    def _create(self, resources: Mapping[str, Any]) -> None:
        for name in ("CoreTable", "StateTable"):
            properties = resources[name]["Properties"]
            chosen: dict[str, Any] = {key: properties[key] for key in TABLE_PROPERTIES}
            self.dynamodb.create_table(TableName=name, **chosen)
        queues = {n: r["Properties"] for n, r in resources.items() if r["Type"].endswith("::Queue")}
        for name in sorted(queues, key=lambda name: not name.endswith("DeadLetters")):
            attributes = _attributes(queues[name])
            created = self.sqs.create_queue(QueueName=name, Attributes=attributes)
            self.urls[name] = created["QueueUrl"]
        functions = [r["Properties"] for r in resources.values() if "Serverless" in r["Type"]]
        self.timeouts = {f["Handler"].split(".")[0]: float(f["Timeout"]) for f in functions}
        self.mappings = [
            Mapped(
                fed["Queue"]["Fn::GetAtt"][0],
                function["Handler"].split(".")[0],
                fed["BatchSize"],
                float(function["Timeout"]),
            )
            for function in functions
            for source in function.get("Events", {}).values()
            if source["Type"] == "SQS" and (fed := source["Properties"])
        ]

    def _receive(self, mapped: Mapped) -> Iterator[dict[str, Any]]:
        url, received = self.urls[mapped.queue], list[Any]()
        while len(received) < mapped.batch:
            answer = self.sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=RECEIVED_AT_ONCE,
                MessageSystemAttributeNames=["All"],
            )
            found = answer.get("Messages", [])
            received += found
            if not found:
                break
        self._dice.random.shuffle(received)
        self.bodies.update(message["Body"] for message in received)
        for message in received:
            if self._dice.happens(TWICE, "queue: handed over twice"):
                delay = self._dice.random.randrange(LONGEST_REPEAT_S)
                self.sqs.send_message(QueueUrl=url, MessageBody=message["Body"], DelaySeconds=delay)
            yield {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message["Attributes"],
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{mapped.queue}",
            }

    def _concluded(self, mapped: Mapped, records: list[dict[str, Any]]) -> Callable[[Any], None]:
        """Delete what was done; what failed, or died with its worker, comes back by itself."""

        def conclude(answer: Any) -> None:
            if answer is None or "batchItemFailures" not in answer:
                return
            failed = {item["itemIdentifier"] for item in answer["batchItemFailures"]}
            for record in records:
                forgotten = self._dice.happens(FORGOTTEN, "queue: deletion forgotten")
                if record["messageId"] not in failed and not forgotten:
                    self.sqs.delete_message(
                        QueueUrl=self.urls[mapped.queue], ReceiptHandle=record["receiptHandle"]
                    )

        return conclude

    def _queue(self, name: str) -> Queue:
        return sqs_backends[ACCOUNT][REGION].queues[name]

    def _is_visible(self, name: str) -> bool:
        return any(m.visible and not m.delayed for m in self._queue(name)._messages)

    def _answer(self, asked: Asked) -> Answer:
        status, headers, body = self._process(asked.headers, asked.body)
        return Answer(body, status, {"Content-Type": headers.get("Content-Type", "")} | AS_JSON)

    def _answer_own(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        headers = {name.lower(): _text(value) for name, value in request.headers.items()}
        status, given, body = self._process(headers, request.body or b"")
        return AWSResponse(request.url, status, given, MockRawResponse(body))

    def _process(self, headers: Mapping[str, str], body: Any) -> tuple[int, Any, bytes]:
        service = SERVICES[headers["x-amz-target"].partition(".")[0]]
        url = f"https://{service}.{REGION}.amazonaws.com/"
        known = HTTPHeaders()
        for name, value in headers.items():
            known[name] = value
        asked = AWSPreparedRequest("POST", url, known, body, False)
        answered = self._stubber.process_request(asked)
        assert answered is not None
        status, given, said = answered
        return status, given, said.encode() if isinstance(said, str) else said


def _attributes(properties: Mapping[str, Any]) -> dict[Any, str]:
    kept = ("VisibilityTimeout", "MessageRetentionPeriod")
    attributes = {name: str(properties[name]) for name in kept if name in properties}
    if "RedrivePolicy" in properties:
        policy = dict(properties["RedrivePolicy"])
        name = policy["deadLetterTargetArn"]["Fn::GetAtt"][0]
        policy["deadLetterTargetArn"] = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
        attributes["RedrivePolicy"] = json.dumps(policy)
    return attributes


def _refusal(fault: Fault) -> Answer:
    if fault is Fault.THROTTLED:
        return Answer(json.dumps({"__type": "ThrottlingException"}).encode(), 400, AS_JSON)
    return Answer(json.dumps({"__type": "InternalServerError"}).encode(), 500, AS_JSON)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
