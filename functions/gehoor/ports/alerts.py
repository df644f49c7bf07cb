"""What the people who speak for the company are still to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from gehoor.domain.alert import Alert, AlertRecord


class Alerts(Protocol):
    """Alerts, each once; one that nobody was told of yet is its own outbox entry."""

    def put_new(self, alert: Alert, now: datetime) -> bool:
        """Store an alert as pending, once: False when it is there already."""

    def get(self, name: str) -> AlertRecord | None:
        """The alert of this name."""

    def told(self, name: str, now: datetime) -> None:
        """Note that it was told; nothing to do when it is not stored any more."""

    def faces(self) -> Iterable[AlertRecord]:
        """The false faces that were seen, in no order."""
