"""Quotas in memory."""

from collections import Counter
from datetime import datetime

from gehoor.errors import QuotaSpent


class FakeQuota:
    """Fits `ports.Quota`; `spent` is by name and the window's end."""

    def __init__(self) -> None:
        self.spent: Counter[tuple[str, datetime]] = Counter()

    def take(self, name: str, amount: int, cap: int, until: datetime) -> None:
        if self.used(name, until) + amount > cap:
            message = f"{name}: {cap} are spent"
            raise QuotaSpent(message, until)
        self.spent[name, until] += amount

    def refund(self, name: str, amount: int, until: datetime) -> None:
        if (name, until) in self.spent:
            self.spent[name, until] -= amount

    def used(self, name: str, until: datetime) -> int:
        return self.spent[name, until]
