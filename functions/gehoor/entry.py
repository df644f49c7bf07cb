"""The glue that every queue handler shares: one guard a message, and the right time to retry."""

from __future__ import annotations

import json
import re
import traceback
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from gehoor import bootstrap
from gehoor.aws.queues import postpone
from gehoor.errors import ContractBroken, GehoorError, RateLimited, Transient, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from aws_lambda_powertools.utilities.typing import LambdaContext

TO_PUT_BACK_S = 5
"""Kept of the function's time for a hundred messages that go back to their queue."""

FIRST_BACK_OFF = timedelta(seconds=15)
LONGEST_BACK_OFF = timedelta(minutes=15)
FIRST_SPREAD = timedelta(seconds=4)
LONGEST_SPREAD = timedelta(minutes=5)
"""What waits for a limit comes back spread over a time that grows with every attempt: all of it at
once would only find the limit spent again."""

ID = re.compile(r"[\w-]{1,64}")
IDS = (
    "event",
    "network",
    "source_id",
    "post_id",
    "mention_id",
    "case_id",
    "bulk_id",
    "recheck_id",
    "clock_id",
    "alert_id",
    "ticket_id",
    "comment_id",
    "into_ticket_id",
    "customer_id",
    "other_customer_id",
    "at",
)

Record = dict[str, Any]
"""A message of SQS, as Lambda hands it over."""


class Failure(TypedDict):
    """A message that is to come again."""

    itemIdentifier: str


class BatchAnswer(TypedDict):
    """What Lambda wants to know of a batch: all other messages are done.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """

    batchItemFailures: list[Failure]


class Message(dict[str, str]):
    """The ids in a message; `queue_arn` is the queue it came from."""

    def __init__(self, ids: dict[str, str], queue_arn: str) -> None:
        super().__init__(ids)
        self.queue_arn = queue_arn


def run_batch(
    event: dict[str, Any],
    context: LambdaContext,
    work: Callable[[Message], None],
    needs_ms: int,
) -> BatchAnswer:
    """Do `work` for the ids in each message; what fails goes back to the queue, and only that.

    What is no message of gehoor's fails in `work` for want of its id. A message is not begun with
    less than `needs_ms` of the function's time left, and its calls end before the function does.
    What failed is put back together, at the end.
    """

    to_put_back: list[tuple[Record, GehoorError]] = []

    def is_done(record: Record) -> bool:
        try:
            _in_time(context, needs_ms)
            with _calls_that_end_in_time(context):
                work(Message(_ids(record), record["eventSourceARN"]))
        except GehoorError as error:
            to_put_back.append((record, error))
            return False
        except Exception as error:  # noqa: BLE001  a bug, too, harms only the message it strikes
            log_fault(error, _named(record))
            return False
        return True

    failed = [record["messageId"] for record in event["Records"] if not is_done(record)]
    if to_put_back:
        _put_back(to_put_back)
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}


def run_side_by_side(
    event: dict[str, Any],
    context: LambdaContext,
    work: Callable[[Message], None],
    needs_ms: int,
    by: str,
) -> BatchAnswer:
    """As `run_batch`, but what waits for one is done for others: each id `by` has a thread.

    Messages with the same id are worked on one after another.
    """
    lines: dict[str, list[Record]] = {}
    for record in event["Records"]:
        lines.setdefault(_ids(record).get(by, ""), []).append(record)

    def run(line: list[Record]) -> list[Failure]:
        return run_batch({"Records": line}, context, work, needs_ms)["batchItemFailures"]

    if len(lines) == 1:
        return run_batch(event, context, work, needs_ms)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(len(lines)) as threads:
        failures = [failure for found in threads.map(run, lines.values()) for failure in found]
    return {"batchItemFailures": failures}


def run_together(
    event: dict[str, Any],
    context: LambdaContext,
    work: Callable[[Sequence[Message]], Mapping[str, Exception]],
) -> BatchAnswer:
    """Do `work` for all messages at once; it says by id what failed, which goes back to the queue.

    What `work` raises is every message's failure. Its calls end before the function does.
    """
    messages = [Message(_ids(record), record["eventSourceARN"]) for record in event["Records"]]
    try:
        with _calls_that_end_in_time(context):
            failures = work(messages)
    except Exception as error:  # noqa: BLE001  told of each message below
        failures = {name: error for message in messages for name in message.values()}

    def outcome(message: Message) -> None:
        if not message:
            reason = "no message of gehoor's"
            raise ContractBroken(reason)
        for name in message.values():
            if name in failures:
                raise failures[name]

    return run_batch(event, context, outcome, 0)


@contextmanager
def _calls_that_end_in_time(context: LambdaContext) -> Iterator[None]:
    """No call to the outside is under way when the function is killed, but fails before.

    Of a function that is killed no message is put back: each then waits for its queue's time-out.
    """
    from gehoor.time_limit import time_limit

    with time_limit(context.get_remaining_time_in_millis() / 1000 - TO_PUT_BACK_S):
        yield


def _in_time(context: LambdaContext, needs_ms: int) -> None:
    if context.get_remaining_time_in_millis() < needs_ms:
        message = "the batch's time is up"
        raise Unavailable(message, bootstrap.clock())


def _put_back(failed: Sequence[tuple[Record, GehoorError]]) -> None:
    """Hide messages until their retries make sense; failing that, the queue's time-out counts.

    All are of one queue, as whatever Lambda hands over at once.
    """
    delays_s = {record["receiptHandle"]: _told_delay_s(record, error) for record, error in failed}
    queue = bootstrap.queue_url(failed[0][0]["eventSourceARN"])
    failures = postpone(bootstrap.sqs(), queue, delays_s)
    for record, _ in failed:
        if record["receiptHandle"] in failures:
            reason = failures[record["receiptHandle"]]
            bootstrap.logger.warning("not postponed", ids=_named(record), error=reason)


def _told_delay_s(record: Record, error: GehoorError) -> int:
    """For how long a message is hidden, which the log tells with the reason."""
    attempt = int(record["attributes"]["ApproximateReceiveCount"])
    delay_s = int(_delay(error, attempt).total_seconds())
    bootstrap.logger.warning(
        "put back",
        ids=_named(record),
        error=f"{type(error).__name__}: {error}",
        attempt=attempt,
        delay_s=delay_s,
    )
    return delay_s


def _ids(record: Record) -> dict[str, str]:
    """What the message is about. Nothing else of it is used or logged."""
    try:
        body = json.loads(record["body"])
    except ValueError:
        body = None
    known = body if isinstance(body, dict) else {}
    return {name: known[name] for name in IDS if _is_id(known.get(name))}


def _is_id(value: object) -> bool:
    return isinstance(value, str) and ID.fullmatch(value) is not None


def _named(record: Record) -> dict[str, str]:
    return {"message_id": record["messageId"], **_ids(record)}


def _delay(error: GehoorError, attempt: int) -> timedelta:
    wait = _wait(error, attempt)
    if not isinstance(error, RateLimited):
        return wait
    spread = min(FIRST_SPREAD * (1 << min(attempt - 1, 10)), LONGEST_SPREAD)
    return wait + spread * bootstrap.jitter.uniform(0.5, 1)


def _wait(error: GehoorError, attempt: int) -> timedelta:
    retry_at = error.retry_at if isinstance(error, Transient) else None
    if retry_at is not None:
        seconds = (retry_at - bootstrap.clock()).total_seconds()
        return timedelta(seconds=max(seconds, 0) + 1)
    return min(FIRST_BACK_OFF * (1 << min(attempt - 1, 10)), LONGEST_BACK_OFF)


def log_fault(error: Exception, ids: dict[str, str]) -> None:
    """Log where a bug struck. The error's own words may quote a post, so they stay out of it."""
    frames = traceback.extract_tb(error.__traceback__)
    bootstrap.logger.error(
        "fault in gehoor: please report it",
        ids=ids,
        error=type(error).__name__,
        frames=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    )
