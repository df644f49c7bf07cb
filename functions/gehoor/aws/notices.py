"""Notices to a topic of SNS, which hands them to whoever subscribed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from gehoor.aws.translate import translated

if TYPE_CHECKING:
    from gehoor.ports.notices import Tellable


class Sns(Protocol):
    """What is used of SNS's client."""

    def publish(self, **request: Any) -> object:
        """Hand a message to a topic."""


class TopicNotices:
    """Fits `ports.Notices`."""

    name = "topic"

    def __init__(self, client: Sns, topic: str) -> None:
        self._client = client
        self._topic = topic

    def send(self, notice: Tellable) -> None:
        """Publish it; subscribers can filter on the attribute `subject`."""
        body = {"id": notice.notice_id, "subject": notice.subject, **notice.data}
        with translated("publishing a notice"):
            self._client.publish(
                TopicArn=self._topic,
                Subject=notice.title,
                Message=json.dumps(body),
                MessageAttributes={
                    "subject": {"DataType": "String", "StringValue": notice.subject}
                },
            )
