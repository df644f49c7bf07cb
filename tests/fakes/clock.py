"""A clock that stands still until a test moves it, and metrics that are kept."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from factories import NOW


class FakeClock:
    """Fits `ports.Clock`."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def wait(self, until: datetime) -> None:
        """Fits `ports.Wait`."""
        self.now = max(self.now, until)

    def advance(self, **units: float) -> None:
        """Move on, as `timedelta` names its units."""
        self.now += timedelta(**units)


class FakeMetrics:
    """Fits `ports.Metrics`."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.values: list[tuple[str, float, dict[str, str]]] = []

    def count(self, name: str, value: int = 1) -> None:
        self.counts[name] += value

    def measure(self, name: str, value: float, by: Mapping[str, str]) -> None:
        self.values.append((name, value, dict(by)))
