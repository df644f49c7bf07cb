"""When what is stored of people ends: the table's time to live deletes it then, at no cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gehoor.aws.items import number
from gehoor.domain.frozen import frozen

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from gehoor.ports.surroundings import Clock


@frozen
class Retention:
    """How long personal text is kept once it is not needed any more, by the configuration."""

    kept_for: timedelta
    clock: Clock

    def end(self, times: int = 1) -> AttributeValueTypeDef:
        """The time for the attribute `expires_at`, so many times `kept_for` from now."""
        return number(int((self.clock() + times * self.kept_for).timestamp()))

    def is_over(self, since: datetime | None) -> bool:
        """Whether `since` is longer ago than that, or not known."""
        return since is None or self.clock() - since > self.kept_for


def ending(retention: Retention | None, times: int = 1) -> dict[str, AttributeValueTypeDef]:
    """The attribute that lets an item end; none without a retention, as for operators' commands."""
    return {"expires_at": retention.end(times)} if retention else {}
