"""Shared limits in memory: exact, one call at a time, or none at all."""

from datetime import datetime

from gehoor.domain.budget import Lane, Limit, Spent, after, closed, corrected, free_at
from gehoor.errors import RateLimited
from gehoor.ports.surroundings import Clock


class FakeBudget:
    """Fits `ports.Budget`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.spent: dict[str, Spent] = {}

    def take(self, limit: Limit, lane: Lane, calls: int = 1) -> None:
        spent, now = self._spent(limit), self._clock()
        free = free_at(spent, limit, lane, calls)
        if free > now:
            message = f"{limit.name}: spent"
            raise RateLimited(message, free)
        self.spent[limit.name] = after(spent, limit, calls, now)

    def correct(self, limit: Limit, left: int, until: datetime) -> None:
        if until > self._clock():
            self.spent[limit.name] = corrected(self._spent(limit), limit, left, until)

    def close(self, limit: Limit, until: datetime) -> None:
        self.spent[limit.name] = closed(self._spent(limit), until)

    def _spent(self, limit: Limit) -> Spent:
        return self.spent.get(limit.name, Spent())


class OpenBudget:
    """Fits `ports.Budget`, refuses nothing, and keeps what it was asked and told."""

    def __init__(self) -> None:
        self.taken: list[tuple[Limit, Lane]] = []
        self.corrections: list[tuple[Limit, int, datetime]] = []
        self.closures: list[tuple[Limit, datetime]] = []

    def take(self, limit: Limit, lane: Lane, calls: int = 1) -> None:
        self.taken += [(limit, lane)] * calls

    def correct(self, limit: Limit, left: int, until: datetime) -> None:
        self.corrections.append((limit, left, until))

    def close(self, limit: Limit, until: datetime) -> None:
        self.closures.append((limit, until))
