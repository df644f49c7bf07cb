"""What calls to X cost, counted in a source's budget of the day before they go out.

X charges for each resource it answers with, once for all reads of a UTC day ("a soft guarantee"),
and for what is posted. Prices change: they are settings, with those of August 2026 as defaults.
Source: https://docs.x.com/x-api/getting-started/pricing
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from typing import Annotated

from pydantic import Field

from gehoor.errors import AuthExpired, GehoorError, QuotaSpent, Transient
from gehoor.ports.limits import Quota
from gehoor.ports.surroundings import Clock
from gehoor.settings import Settings

_MILLION = 1_000_000


class Purpose(Enum):
    """What a call is for, with the part of the day's budget that may be spent when it has gone out.

    So what can wait leaves money to hear what is new, and all of that leaves some for answers.
    """

    LOOK_AGAIN = 0.4
    LIST = 0.8
    THREAD = 0.9
    ANSWER = 1.0


Dollars = Annotated[float, Field(ge=0, le=100)]


class Prices(Settings):
    """In US dollars, as of 22 August 2026; the Developer Console tells what they are now.

    `mention_read` is 0.001 where the account itself owns the app ("owned reads").
    """

    post_read: Dollars = 0.005
    mention_read: Dollars = 0.005
    user_read: Dollars = 0.010
    message_read: Dollars = 0.010
    post: Dollars = 0.015
    summoned_reply: Dollars = 0.010
    post_with_link: Dollars = 0.200
    message: Dollars = 0.015


@dataclass(slots=True)
class Bill:
    """What a read costs: the most it can, until the caller knows better."""

    cost: float


class DailyBudget:
    """The dollars of one source for each UTC day, shared by all workers."""

    def __init__(self, source_id: str, daily_usd: float, quota: Quota, clock: Clock) -> None:
        self._name = f"x:{source_id}:usd"
        self._daily = daily_usd
        self._quota = quota
        self._clock = clock

    def room(self) -> float:
        """How many dollars lists have left today."""
        used = self._quota.used(self._name, next_day(self._clock()))
        return self._daily * Purpose.LIST.value - used / _MILLION

    @contextmanager
    def reading(self, most: float, purpose: Purpose) -> Iterator[Bill]:
        """Count a read by the most it costs, then correct it; a read that fails costs nothing.

        QuotaSpent when it does not fit into the part of the day's budget that is for its purpose.
        """
        until = next_day(self._clock())
        self._take(most, self._daily * purpose.value, until)
        bill = Bill(most)
        try:
            yield bill
        except GehoorError:
            self._refund(most, until)
            raise
        self._refund(most - bill.cost, until)

    @contextmanager
    def posting(self, cost: float) -> Iterator[None]:
        """Count what is posted; it is given back when X certainly took nothing."""
        until = next_day(self._clock())
        self._take(cost, self._daily, until)
        try:
            yield
        except (Transient, AuthExpired):
            self._refund(cost, until)
            raise

    def _take(self, dollars: float, cap: float, until: datetime) -> None:
        try:
            self._quota.take(self._name, _millionths(dollars), _millionths(cap), until)
        except QuotaSpent as error:
            message = (
                f"x: {cap:.2f} of the {self._daily:.2f} USD of this source's day are spent, and "
                "nothing was sent; it goes on tomorrow, or with a higher daily_budget_usd"
            )
            raise QuotaSpent(message, error.retry_at) from error

    def _refund(self, dollars: float, until: datetime) -> None:
        if dollars > 0:
            self._quota.refund(self._name, _millionths(dollars), until)


def next_day(now: datetime) -> datetime:
    """The end of the UTC day, when X charges for everything anew."""
    return datetime.combine(now.astimezone(UTC) + timedelta(days=1), time(), UTC)


def _millionths(dollars: float) -> int:
    return round(dollars * _MILLION)
