"""The shared limits in the table `state`; times are microseconds since 1970.

A worker remembers how far each limit was spent when it last saw it. Both times only grow, so what
it remembers is never more than what is spent: it can refuse by itself, and knows which of two
writes to try. A call that was admitted goes out within HOLD by the worker's clock or not at all, so
that a frozen worker wakes up with nothing.

What other workers hold in blocks when a limit is corrected or closed was spent before: it may still
go out, for HOLD at most. The worker that learns of it counts or drops what it holds itself.
"""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from botocore.exceptions import ClientError

from gehoor.aws.items import SCHEMA_VERSION, key, number, read_number
from gehoor.aws.translate import item_in_the_way, translated
from gehoor.domain.budget import (
    EPOCH,
    HOLD,
    Lane,
    Limit,
    Spent,
    after,
    at_a_time,
    corrected,
    free_at,
    interval,
    slack,
)
from gehoor.errors import RateLimited, Unavailable

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from gehoor.aws.items import Item
    from gehoor.ports.surroundings import Clock, Metrics

    Values = dict[str, AttributeValueTypeDef]

KEPT = timedelta(days=2)
"""How long an item stays after its last write: longer than anything is closed or spent ahead."""

WRITES = 2
REMEMBERED = 1000
"""So many limits are remembered; most are of single tickets and soon forgotten."""

UNSPENT = Spent()
IS_OPEN = "(attribute_not_exists(closed_until) OR closed_until <= :now)"


class _Block(NamedTuple):
    """Calls that were admitted for this worker at `at`."""

    calls: int
    at: datetime


class DynamoBudget:
    """Fits `ports.Budget`: one conditional write a block, two when its state was not known.

    One for each worker, and not for threads. `metric` counts what was refused.
    """

    def __init__(
        self, client: DynamoDBClient, table: str, clock: Clock, metrics: Metrics, metric: str
    ) -> None:
        self._client = client
        self._table = table
        self._clock = clock
        self._metrics = metrics
        self._metric = metric
        self._seen: dict[str, Spent] = {}
        self._blocks: dict[tuple[str, Lane], _Block] = {}

    def take(self, limit: Limit, lane: Lane, calls: int = 1) -> None:
        """Spend `calls`; RateLimited, with the time to come again, when they are spent."""
        if self._use(limit, lane, calls):
            return
        now = self._clock()
        block = max(calls, at_a_time(limit, lane))
        self._spend(limit, lane, block, now)
        self._blocks[limit.name, lane] = _Block(block, now)
        if not self._use(limit, lane, calls):
            message = f"{limit.name}: AWS took too long to count the call; nothing was sent"
            raise Unavailable(message, self._clock())

    def correct(self, limit: Limit, left: int, until: datetime) -> None:
        """Write that only `left` calls are left, if the worker remembers anything else."""
        held = self._held(limit.name)
        if held > left:
            self._drop(limit.name)
            held = 0
        target = corrected(UNSPENT, limit, left - held, until).arrival
        now = self._clock()
        if until > now and target > max(self._last_seen(limit.name).arrival, now):
            self._put_off(limit.name, "arrival", target)

    def close(self, limit: Limit, until: datetime) -> None:
        """Write that nothing is admitted before `until`."""
        self._drop(limit.name)
        if until > max(self._last_seen(limit.name).closed_until, self._clock()):
            self._put_off(limit.name, "closed_until", until)

    def _use(self, limit: Limit, lane: Lane, calls: int) -> bool:
        """Use calls of the worker's block, as long as they are worth something."""
        block = self._blocks.get((limit.name, lane))
        if block is None or block.calls < calls or not self._is_good(block):
            return False
        self._blocks[limit.name, lane] = block._replace(calls=block.calls - calls)
        if block.calls == calls:
            del self._blocks[limit.name, lane]
        return True

    def _is_good(self, block: _Block) -> bool:
        return timedelta() <= self._clock() - block.at <= HOLD

    def _held(self, name: str) -> int:
        own = (block for (limit, _), block in self._blocks.items() if limit == name)
        return sum(block.calls for block in own if self._is_good(block))

    def _drop(self, name: str) -> None:
        self._blocks = {own: block for own, block in self._blocks.items() if own[0] != name}

    def _spend(self, limit: Limit, lane: Lane, calls: int, now: datetime) -> None:
        """Spend them in the table. A write that fails tells the state, and so what to try next.

        A limit that was spent up to the past starts anew at `now`; else the calls are added to what
        is spent, whatever other workers add meanwhile. A failure of the second write is no race but
        a limit that is spent: `arrival` never falls back into the past.
        """
        for _ in range(WRITES):
            seen = self._last_seen(limit.name)
            if free_at(seen, limit, lane, calls) > now:
                break
            if seen.arrival > now:
                done = self._add(limit, calls, now + slack(limit, lane, calls), now)
            else:
                done = self._start(limit, calls, now)
            if done:
                return
        seen = self._last_seen(limit.name)
        self._refuse(limit, max(free_at(seen, limit, lane, calls), now))

    def _refuse(self, limit: Limit, free: datetime) -> NoReturn:
        self._metrics.count(self._metric)
        message = f"{limit.name}: gehoor's budget of calls is spent for now; nothing was sent"
        raise RateLimited(message, free)

    def _start(self, limit: Limit, calls: int, now: datetime) -> bool:
        return self._write(
            limit.name,
            "arrival = :next",
            f"(attribute_not_exists(arrival) OR arrival <= :now) AND {IS_OPEN}",
            {":next": _time(after(UNSPENT, limit, calls, now).arrival), ":now": _time(now)},
            now + KEPT,
        )

    def _add(self, limit: Limit, calls: int, latest: datetime, now: datetime) -> bool:
        cost = number(calls * interval(limit) // timedelta.resolution)
        return self._write(
            limit.name,
            "arrival = arrival + :cost",
            f"arrival > :now AND arrival <= :latest AND {IS_OPEN}",
            {":cost": cost, ":latest": _time(latest), ":now": _time(now)},
            now + KEPT,
        )

    def _put_off(self, name: str, attribute: str, until: datetime) -> None:
        """Move one of the times on, unless it is there already."""
        self._write(
            name,
            f"{attribute} = :until",
            f"attribute_not_exists({attribute}) OR {attribute} < :until",
            {":until": _time(until)},
            until + KEPT,
        )

    def _write(
        self, name: str, change: str, condition: str, values: Values, expires: datetime
    ) -> bool:
        """Write under a condition; the state is known afterwards, whether it held or not."""
        try:
            with translated("counting a call"):
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=key(f"budget#{name}", "budget"),
                    UpdateExpression=f"SET {change}, expires_at = :expires, #schema = :schema",
                    ConditionExpression=condition,
                    ExpressionAttributeNames={"#schema": "schema"},
                    ExpressionAttributeValues={
                        **values,
                        ":expires": number(ceil(expires.timestamp())),
                        ":schema": number(SCHEMA_VERSION),
                    },
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ClientError as error:
            self._remember(name, item_in_the_way(error))
            return False
        self._remember(name, answer["Attributes"])
        return True

    def _last_seen(self, name: str) -> Spent:
        return self._seen.get(name, UNSPENT)

    def _remember(self, name: str, item: Item) -> None:
        if len(self._seen) >= REMEMBERED:
            now = self._clock()
            self._seen = {
                own: spent
                for own, spent in self._seen.items()
                if max(spent.arrival, spent.closed_until) > now
            }
        self._seen[name] = Spent(_read_time(item, "arrival"), _read_time(item, "closed_until"))


def _time(value: datetime) -> AttributeValueTypeDef:
    return number((value - EPOCH) // timedelta.resolution)


def _read_time(item: Item, name: str) -> datetime:
    return EPOCH + read_number(item, name) * timedelta.resolution
