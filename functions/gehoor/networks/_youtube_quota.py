"""What calls to YouTube cost, counted by gehoor: YouTube tells nobody how much of a day is left.

Costs and reset: https://developers.google.com/youtube/v3/determine_quota_cost
"""

from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from math import ceil
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gehoor.errors import QuotaSpent
from gehoor.ports.limits import Quota

UNITS_A_READ = 1
UNITS_AN_ANSWER = 50

_DAY = timedelta(days=1)
_PACIFIC = ZoneInfo("America/Los_Angeles")


class Purpose(Enum):
    """What a call is for."""

    RECHECK = "what can wait for days"
    POLLING = "what can wait for the next day"
    THREAD = "what a mention waits for, though not for long"
    ANSWER = "what somebody waits for"


class Allowance(NamedTuple):
    """What a Google Cloud project may spend in a day.

    `project` names it among those that are counted. Of the `units`, polling leaves `for_answers`,
    and threads leave half of those. Looks at older posts also leave what polls still need of
    `for_polls`, which is for a whole day.
    """

    project: str
    units: int
    for_answers: int
    for_polls: int
    searches: int


class Price(NamedTuple):
    """What a call costs: `amount` from what is counted as `name`, up to `cap` of its `whole`."""

    name: str
    amount: int
    cap: int
    whole: int


def resets_at(now: datetime) -> datetime:
    """When the day's quota begins anew: midnight in California, in UTC."""
    tomorrow = now.astimezone(_PACIFIC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), _PACIFIC).astimezone(UTC)


class Spending:
    """The allowance of one project, spent by all workers."""

    def __init__(self, allowance: Allowance, quota: Quota) -> None:
        self._allowance = allowance
        self._quota = quota

    def units(self, amount: int, purpose: Purpose, now: datetime) -> Price:
        """A price in units, of a call at `now`."""
        whole, for_answers = self._allowance.units, self._allowance.for_answers
        for_polls = ceil(self._allowance.for_polls * ((resets_at(now) - now) / _DAY))
        left = {
            Purpose.RECHECK: for_answers + for_polls,
            Purpose.POLLING: for_answers,
            Purpose.THREAD: for_answers // 2,
            Purpose.ANSWER: 0,
        }
        return Price(f"{self._allowance.project}:units", amount, whole - left[purpose], whole)

    def search(self) -> Price:
        """The price of a search, which has a bucket of its own."""
        whole = self._allowance.searches
        return Price(f"{self._allowance.project}:searches", 1, whole, whole)

    def pay(self, price: Price, now: datetime) -> None:
        """Count a call before it goes out; QuotaSpent, until the reset, when it may not."""
        self._quota.take(price.name, price.amount, price.cap, resets_at(now))

    def exhaust(self, price: Price, now: datetime) -> None:
        """Let nobody ask before the reset: others spend from the project, too."""
        until = resets_at(now)
        left = price.whole - self._quota.used(price.name, until)
        with suppress(QuotaSpent):
            self._quota.take(price.name, max(0, left), price.whole, until)
