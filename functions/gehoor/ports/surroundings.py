"""What is all around: time, chance, judgement, numbers."""

from collections.abc import Callable
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


Triage = Callable[[Mention, Brand], Judgement]
"""A mention of a brand to its judgement. Never raises, and sees nothing of reach."""


class Metrics(Protocol):
    """Numbers that alarms and dashboards watch."""

    def count(self, name: str, value: int = 1) -> None:
        """Add `value` to the metric `name`."""


class Notifier(Protocol):
    """Who is told at once of what cannot wait for somebody to look."""

    def notify(self, subject: str, text: str, link: str) -> None:
        """Tell it; `link` leads to where it can be dealt with. GehoorError when it could not."""
