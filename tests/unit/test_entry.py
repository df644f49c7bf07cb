"""The glue of every queue handler: one bad message harms only itself, and logs name no people."""

from __future__ import annotations

import io
import json
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from threading import Barrier, get_ident
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

import pytest
from pydantic import TypeAdapter

from factories import NOW
from fakes.clock import FakeClock
from gehoor import bootstrap, entry
from gehoor.errors import GehoorError, Permanent, RateLimited, Unavailable
from gehoor.http import Http
from loopback import serving_bytes

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Sequence

    from aws_lambda_powertools.utilities.typing import LambdaContext

SECRET_TEXT = "Anna de Wit lost her parcel, token-123"
QUEUE = "https://sqs.eu-west-1.amazonaws.com/1/deliveries"


@dataclass
class Sqs:
    """An SQS client that keeps what it was asked to hide."""

    hidden: list[tuple[str, str, int]] = field(default_factory=list)
    error: GehoorError | None = None
    refused: set[str] = field(default_factory=set)
    calls: int = 0

    def change_message_visibility_batch(self, **asked: Any) -> dict[str, Any]:
        self.calls += 1
        if self.error is not None:
            raise self.error
        taken = [entry for entry in asked["Entries"] if entry["ReceiptHandle"] not in self.refused]
        self.hidden += [
            (asked["QueueUrl"], entry["ReceiptHandle"], entry["VisibilityTimeout"])
            for entry in taken
        ]
        left = [entry for entry in asked["Entries"] if entry not in taken]
        return {"Failed": [{"Id": entry["Id"], "Code": "MessageNotInflight"} for entry in left]}


class Context:
    """A Lambda context with a time left."""

    def __init__(self, *left_ms: int) -> None:
        self._left_ms = list(left_ms) or [60_000]

    def get_remaining_time_in_millis(self) -> int:
        return self._left_ms.pop(0) if len(self._left_ms) > 1 else self._left_ms[0]


@dataclass
class Batch:
    """Runs batches and keeps what was logged."""

    sqs: Sqs
    log: io.StringIO

    def run(
        self,
        work: Callable[[entry.Message], None],
        *bodies: str,
        attempt: int = 1,
        context: Context | None = None,
    ) -> list[str]:
        """The ids of the messages that failed; the ids are the places in `bodies`."""
        event = {"Records": [_record(str(n), body, attempt) for n, body in enumerate(bodies)]}
        given_context = cast("LambdaContext", context or Context())
        failed = entry.run_batch(event, given_context, work, 20_000)
        return [str(item["itemIdentifier"]) for item in failed["batchItemFailures"]]

    def run_side_by_side(self, work: Callable[[entry.Message], None], *bodies: str) -> list[str]:
        """The same, with a thread for each source."""
        event = {"Records": [_record(str(n), body, 1) for n, body in enumerate(bodies)]}
        context = cast("LambdaContext", Context())
        failed = entry.run_side_by_side(event, context, work, 20_000, "source_id")
        return [str(item["itemIdentifier"]) for item in failed["batchItemFailures"]]

    def run_together(
        self, call: Callable[[object], None], body: str, context: Context
    ) -> list[str]:
        """The ids of the messages that failed when a call is made for all of them."""

        def work(messages: Sequence[entry.Message]) -> dict[str, Exception]:
            call(messages)
            return {}

        event = {"Records": [_record("0", body, 1)]}
        failed = entry.run_together(event, cast("LambdaContext", context), work)
        return [str(item["itemIdentifier"]) for item in failed["batchItemFailures"]]

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


def _record(message_id: str, body: str, attempt: int) -> dict[str, Any]:
    return {
        "messageId": message_id,
        "receiptHandle": f"handle-{message_id}",
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(attempt)},
        "eventSourceARN": "arn:aws:sqs:eu-west-1:1:deliveries",
        "eventSource": "aws:sqs",
    }


@pytest.fixture
def batch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Batch]:
    sqs, log = Sqs(), io.StringIO()
    monkeypatch.setenv("OWN_QUEUES", f"https://x/1/others {QUEUE}")
    monkeypatch.setattr(bootstrap, "sqs", lambda: sqs)
    monkeypatch.setattr(bootstrap, "clock", FakeClock())
    monkeypatch.setattr(bootstrap, "jitter", Random(7))
    [handler] = [h for h in bootstrap.logger._logger.handlers if hasattr(h, "setStream")]
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(log)
    yield Batch(sqs, log)
    handler.setStream(before)


def never_answer(connection: socket.socket) -> None:
    while connection.recv(4096):
        pass


def message(**ids: str) -> str:
    return json.dumps(ids)


def test_what_works_is_done_and_not_returned(batch: Batch) -> None:
    done: list[dict[str, str]] = []
    assert batch.run(done.append, message(mention_id="a"), message(mention_id="b")) == []
    assert done == [{"mention_id": "a"}, {"mention_id": "b"}]
    assert batch.sqs.hidden == []


def failing(error: Exception, bad: str = "bad") -> Callable[[dict[str, str]], None]:
    def work(body: dict[str, str]) -> None:
        if body["mention_id"] == bad:
            raise error

    return work


def test_only_what_failed_comes_back(batch: Batch) -> None:
    # When one of three fails
    bodies = [message(mention_id=name) for name in ("good", "bad", "fine")]
    failed = batch.run(failing(Unavailable("the helpdesk is down")), *bodies)
    # Then it alone comes back, and the log says why and which
    assert failed == ["1"]
    [line] = batch.lines()
    assert line["message"] == "put back"
    assert line["ids"] == {"message_id": "1", "mention_id": "bad"}
    assert line["error"] == "Unavailable: the helpdesk is down"


@pytest.mark.parametrize(
    ("error", "attempt", "delay_s"),
    [
        (Unavailable("x"), 1, 15),
        (Unavailable("x"), 3, 60),
        (Permanent("x"), 7, 900),
        (Permanent("x"), 10_000, 900),
        (Unavailable("x", NOW + timedelta(seconds=42)), 5, 43),
        (Unavailable("x", NOW - timedelta(seconds=42)), 5, 1),
        (RateLimited("x", NOW + timedelta(days=3)), 1, 12 * 3600 - 600),
    ],
)
def test_a_message_comes_back_when_a_retry_makes_sense(
    batch: Batch, error: GehoorError, attempt: int, delay_s: int
) -> None:
    batch.run(failing(error), message(mention_id="bad"), attempt=attempt)
    assert batch.sqs.hidden == [(QUEUE, "handle-0", delay_s)]


@pytest.mark.parametrize(
    ("attempt", "spread_s"), [(1, 4), (2, 8), (5, 64), (6, 128), (7, 256), (8, 300), (10_000, 300)]
)
@pytest.mark.parametrize(("retry_s", "wait_s"), [(42, 43), (-42, 1)])
def test_what_waits_for_a_limit_comes_back_spread_over_a_time(
    batch: Batch, attempt: int, spread_s: int, retry_s: int, wait_s: int
) -> None:
    # Given a batch that finds a limit spent
    error = RateLimited("x", NOW + timedelta(seconds=retry_s))
    bodies = [message(mention_id="bad") for _ in range(10)]
    # When it goes back
    batch.run(failing(error), *bodies, attempt=attempt)
    # Then it comes after the limit's time, in a few minutes at most, and not all at once
    delays = [delay_s - wait_s for *_, delay_s in batch.sqs.hidden]
    assert len(delays) == 10
    assert spread_s // 2 <= min(delays) <= max(delays) <= spread_s
    assert len(set(delays)) > 1


def test_a_limit_without_a_time_has_the_usual_back_off(batch: Batch) -> None:
    batch.run(failing(RateLimited("x")), message(mention_id="bad"))
    [(*_, delay_s)] = batch.sqs.hidden
    assert 15 + 2 <= delay_s <= 15 + 4


def test_the_work_is_told_which_queue_a_message_came_from(batch: Batch) -> None:
    queues: list[str] = []

    def work(found: entry.Message) -> None:
        queues.append(found.queue_arn)

    batch.run(work, message(mention_id="a"))
    assert queues == ["arn:aws:sqs:eu-west-1:1:deliveries"]


def test_a_message_that_cannot_be_postponed_still_comes_back(batch: Batch) -> None:
    batch.sqs.error = Unavailable("postponing a message: AWS is busy")
    bodies = (message(mention_id="bad"), message(mention_id="good"))
    assert batch.run(failing(Unavailable("down")), *bodies) == ["0"]
    assert [line["message"] for line in batch.lines()] == ["put back", "not postponed"]


def test_many_messages_go_back_in_few_calls_each_with_its_own_delay(batch: Batch) -> None:
    # Given more messages than one call takes, each of which is to come again at its own time
    def work(found: entry.Message) -> None:
        raise Unavailable("down", NOW + timedelta(seconds=int(found["mention_id"])))

    bodies = [message(mention_id=str(number)) for number in range(12)]
    # When they fail
    assert len(batch.run(work, *bodies)) == 12
    # Then two calls put them back, and the log has a line for each
    assert batch.sqs.calls == 2
    assert batch.sqs.hidden == [(QUEUE, f"handle-{n}", n + 1) for n in range(12)]
    assert [(line["message"], line["ids"]["mention_id"]) for line in batch.lines()] == [
        ("put back", str(number)) for number in range(12)
    ]


def test_a_message_that_sqs_does_not_hide_harms_no_other(batch: Batch) -> None:
    # Given three messages that fail, of which SQS refuses to hide one
    batch.sqs.refused = {"handle-1"}
    bodies = [message(mention_id="bad") for _ in range(3)]
    # When they go back
    assert batch.run(failing(Unavailable("down")), *bodies) == ["0", "1", "2"]
    # Then the others are hidden, and the log tells of that one
    assert [handle for _, handle, _ in batch.sqs.hidden] == ["handle-0", "handle-2"]
    told = [line for line in batch.lines() if line["message"] == "not postponed"]
    assert [(line["ids"]["message_id"], line["error"]) for line in told] == [
        ("1", "postponing a message: SQS refused (MessageNotInflight)")
    ]


def test_work_is_not_begun_without_the_time_for_it(batch: Batch) -> None:
    # Given time for one message of two
    done: list[dict[str, str]] = []
    bodies = (message(mention_id="a"), message(mention_id="b"))
    # Then the other one comes back at once
    assert batch.run(done.append, *bodies, context=Context(20_000, 19_999)) == ["1"]
    assert done == [{"mention_id": "a"}]
    assert batch.sqs.hidden == [(QUEUE, "handle-1", 1)]


@pytest.mark.parametrize("together", [True, False])
def test_a_call_ends_before_the_function_is_killed(batch: Batch, together: bool) -> None:
    # Given work that calls somebody who never answers, with little of the function's time left
    http = Http(bootstrap.clock, frozenset({"127.0.0.1"}), timeout=(2, 30), call_seconds=30)
    left_ms = 300
    context = Context(entry.TO_PUT_BACK_S * 1000 + left_ms)

    def call(url: str) -> None:
        http.request("GET", url)

    # When a message comes
    began = monotonic()
    with serving_bytes(never_answer) as url:
        if together:
            failed = batch.run_together(lambda _: call(url), message(mention_id="a"), context)
        else:
            failed = batch.run(lambda _: call(url), message(mention_id="a"), context=context)
    # Then the call is cut short, and there was time to put the message back
    assert monotonic() - began < 5
    assert failed == ["0"]
    assert [handle for _, handle, _ in batch.sqs.hidden] == ["handle-0"]


@pytest.mark.parametrize("body", ["{", "", "null", "[]", "3", '"text"', "{}", '{"other": "x"}'])
@pytest.mark.parametrize("in_time", [True, False])
def test_a_message_of_no_use_harms_only_itself(batch: Batch, body: str, in_time: bool) -> None:
    # Given a message that is no message of gehoor's, before a good one
    done: list[str] = []
    context = Context() if in_time else Context(0, 60_000)

    def work(found: dict[str, str]) -> None:
        done.append(found["mention_id"])

    # Then it comes back, to become a dead letter, and the good one is done
    assert batch.run(work, body, message(mention_id="good"), context=context) == ["0"]
    assert done == ["good"]
    [line] = batch.lines()
    assert line["ids"] == {"message_id": "0"}


def quoting() -> Exception:
    """An error whose own words quote what somebody wrote."""
    with pytest.raises(ValueError, match=SECRET_TEXT) as failure:
        TypeAdapter(int).validate_python(SECRET_TEXT)
    return failure.value


def test_a_fault_nobody_foresaw_is_logged_by_its_place_alone(batch: Batch) -> None:
    # When the work fails with an error that quotes a post
    assert batch.run(failing(quoting()), message(mention_id="bad")) == ["0"]
    # Then the log says where, and nothing of the post
    [line] = batch.lines()
    assert line["message"] == "fault in gehoor: please report it"
    assert line["error"] == "ValidationError"
    assert any("test_entry.py" in frame for frame in line["frames"])
    assert SECRET_TEXT not in batch.log.getvalue()
    assert "Anna" not in batch.log.getvalue()


def test_a_fault_is_not_hidden_from_the_queue(batch: Batch) -> None:
    batch.run(failing(ZeroDivisionError()), message(mention_id="bad"))
    assert batch.sqs.hidden == []


@pytest.mark.parametrize(
    "key", ["text", "name", "message", "level", "ids", "error", "source_id", "comment_id"]
)
@pytest.mark.parametrize("error", [Unavailable("down"), ValueError(SECRET_TEXT)])
def test_nothing_a_message_holds_beside_ids_is_logged(
    batch: Batch, key: str, error: Exception
) -> None:
    # When a message that somebody sent with more than ids fails, foreseen or not
    body = message(mention_id="bad", **{key: SECRET_TEXT})
    assert batch.run(failing(error), body) == ["0"]
    # Then the log has its id and no more
    assert SECRET_TEXT not in batch.log.getvalue()
    assert batch.lines()[0]["ids"] == {"message_id": "0", "mention_id": "bad"}


def test_what_one_source_waits_for_holds_up_no_other(batch: Batch) -> None:
    # Given work that ends only when all sources are at it
    names = [f"source{number}" for number in range(10)]
    all_are_there = Barrier(len(names), timeout=10)
    # When they come in one batch
    failed = batch.run_side_by_side(lambda _: wait_at(all_are_there), *map(about, names))
    # Then none of them waited for another's end
    assert failed == []


def test_of_sources_side_by_side_the_bad_one_harms_only_itself(batch: Batch) -> None:
    def work(message: entry.Message) -> None:
        if message["source_id"] == "bad":
            raise Unavailable("down")

    bodies = [about("good"), about("bad"), "no message", about("better")]
    assert sorted(batch.run_side_by_side(work, *bodies)) == ["1", "2"]
    assert sorted(handle for _, handle, _ in batch.sqs.hidden) == ["handle-1"]


def test_messages_about_one_source_come_one_after_another(batch: Batch) -> None:
    # Given work that notes its thread, and begins when all three sources have one
    all_are_there = Barrier(3, timeout=10)
    threads: dict[str, list[int]] = {}

    def work(message: entry.Message) -> None:
        is_first = message["source_id"] not in threads
        threads.setdefault(message["source_id"], []).append(get_ident())
        if is_first:
            wait_at(all_are_there)

    # When one source has three messages among others
    assert batch.run_side_by_side(work, *map(about, "abaca")) == []
    # Then one thread has them all, and no other source's
    assert len(threads["a"]) == 3
    assert len({*threads["a"], *threads["b"], *threads["c"]}) == 3
    assert len(set(threads["a"])) == 1


def about(source_id: str) -> str:
    return json.dumps({"source_id": source_id})


def wait_at(barrier: Barrier) -> None:
    barrier.wait()
