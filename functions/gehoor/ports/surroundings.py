"""What is all around: time, chance, judgement, numbers."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from gehoor.domain.brand import Brand
from gehoor.domain.judgement import Judgement
from gehoor.domain.mention import Mention

Clock = Callable[[], datetime]
"""The time now, aware UTC."""


Wait = Callable[[datetime], None]
"""Let time pass until then, or a little longer."""


Jitter = Callable[[], float]
"""A number from 0 to 1, another one each time: it keeps what failed together apart."""


LanguageDetector = Callable[[str, tuple[str, ...]], str]
"""A text and the languages allowed (ISO 639-1) to one of them, or `und`. Never raises."""


Triage = Callable[[Mention, Brand], Judgement]
"""A mention of a brand to its judgement. Never raises, and sees nothing of reach."""


class Metrics(Protocol):
    """Numbers that alarms and dashboards watch."""

    def count(self, name: str, value: int = 1) -> None:
        """Add `value` to the metric `name`."""

    def measure(self, name: str, value: float, by: Mapping[str, str]) -> None:
        """Note one value of `name` for what `by` tells; each set of words is a metric to pay."""
