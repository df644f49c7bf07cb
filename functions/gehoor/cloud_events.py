"""Events as CloudEvents 1.0 describes them."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """Something to tell; `subject` is the external id of the ticket or customer it is about."""

    event_id: str
    type: str
    subject: str
    data: dict[str, Any]


def structured(event: Event, source: str) -> str:
    """The event as a CloudEvent in structured mode.

    It has no `time`: a repeat would carry another one, and `webhook-timestamp` says when it was
    sent.
    """
    return json.dumps(
        {
            "specversion": "1.0",
            "id": event.event_id,
            "source": source,
            "type": event.type,
            "subject": event.subject,
            "datacontenttype": "application/json",
            "data": event.data,
        }
    )
