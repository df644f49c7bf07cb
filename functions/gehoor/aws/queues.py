"""The queues between functions. Messages carry ids, never text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from gehoor.aws.translate import translated
from gehoor.domain.mention import digest
from gehoor.errors import GehoorError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import timedelta

    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import (
        ChangeMessageVisibilityBatchRequestEntryTypeDef,
        SendMessageBatchRequestEntryTypeDef,
    )

    from gehoor.domain.event import Event
    from gehoor.ports.queues import Delivery

BATCH = 10
MAX_DELAY_S = 12 * 3600 - 600
"""SQS hides a message for at most twelve hours from its receipt, which lies some minutes back."""

NOTES = "notes"
"""The group of all history notes: fair queues then let mentions pass them."""

CLOCKS = "clocks"
"""The group of all that is due, for the same reason."""

ALERTS = "alerts"
"""The group of all alerts, for the same reason."""

RECHECKS = "rechecks"
"""The group of all looks at what became of posts, for the same reason."""


class QueueUrls(NamedTuple):
    """Where each queue is; "" for those a function does not send to."""

    polls: str = ""
    deliveries: str = ""
    urgent_deliveries: str = ""
    events: str = ""


class SqsQueues:
    """Fits `ports.Queues` on standard queues; the group makes them fair between senders."""

    def __init__(self, client: SQSClient, urls: QueueUrls) -> None:
        self._client = client
        self._urls = urls

    def send_polls(self, source_ids: Iterable[str]) -> None:
        """Ask for a poll of each source."""
        messages = [({"source_id": source_id}, source_id) for source_id in source_ids]
        self._send(self._urls.polls, messages)

    def send_post(self, source_id: str, post_id: str) -> None:
        """Ask for a look at one post that a network told of."""
        message = {"source_id": source_id, "post_id": post_id}
        self._send(self._urls.polls, [(message, source_id)])

    def send_deliveries(self, deliveries: Iterable[Delivery]) -> None:
        """Ask for the delivery of stored mentions.

        A group travels as its digest: SQS takes few characters, and an author's name is personal.
        """
        waiting = list(deliveries)
        for urgent in (True, False):
            url = self._urls.urgent_deliveries if urgent else self._urls.deliveries
            chosen = [delivery for delivery in waiting if delivery.urgent is urgent]
            self._send(url, [({"mention_id": d.mention_id}, digest(d.group)) for d in chosen])

    def send_bulk(self, key: str, delay: timedelta) -> None:
        """Ask for a look at a bulk after `delay`, 15 minutes at most.

        Ahead of what waits in a storm: few looks tell of many tickets.
        """
        seconds = int(delay.total_seconds())
        self._send(self._urls.urgent_deliveries, [({"bulk_id": key}, key)], seconds)

    def send_wanted_notes(self, key: str) -> None:
        """Ask for the notes that a bulk lists."""
        self._send(self._urls.deliveries, [({"bulk_id": key}, NOTES)])

    def send_notes(self, case_ids: Iterable[str]) -> None:
        """Ask for the history notes of cases."""
        messages = [({"case_id": case_id}, NOTES) for case_id in case_ids]
        self._send(self._urls.deliveries, messages)

    def send_clocks(self, case_ids: Iterable[str]) -> None:
        """Ask for agents to be told what is due of cases: few, and too late behind a storm."""
        messages = [({"clock_id": case_id}, CLOCKS) for case_id in case_ids]
        self._send(self._urls.urgent_deliveries, messages)

    def send_alerts(self, names: Iterable[str]) -> None:
        """Ask for alerts to be told to those who speak for the company."""
        messages = [({"alert_id": name}, ALERTS) for name in names]
        self._send(self._urls.deliveries, messages)

    def send_rechecks(self, mention_ids: Iterable[str]) -> None:
        """Ask for a look at what became of mentions on their networks."""
        messages = [({"recheck_id": mention_id}, RECHECKS) for mention_id in mention_ids]
        self._send(self._urls.deliveries, messages)

    def send_event(self, event: Event) -> None:
        """Ask for an event to be followed; what is about one ticket is one group.

        So is what one network pushes: a storm there must not hold up agents' answers.
        """
        # Few functions send events: the others do not wait for all kinds of them to be loaded.
        from gehoor.domain.event import message_of

        message = message_of(event)
        group = message.get("ticket_id") or message.get("customer_id") or message["network"]
        self._send(self._urls.events, [(message, group)])

    def _send(self, url: str, messages: list[tuple[dict[str, str], str]], delay_s: int = 0) -> None:
        for start in range(0, len(messages), BATCH):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {
                    "Id": str(n),
                    "MessageBody": json.dumps(body),
                    "MessageGroupId": group,
                    "DelaySeconds": delay_s,
                }
                for n, (body, group) in enumerate(messages[start : start + BATCH])
            ]
            with translated("sending to a queue"):
                answer = self._client.send_message_batch(QueueUrl=url, Entries=entries)
            if answer.get("Failed"):
                message = f"SQS took {len(entries) - len(answer['Failed'])} of {len(entries)}"
                raise Unavailable(message)


def postpone(client: SQSClient, url: str, delays_s: Mapping[str, int]) -> Mapping[str, str]:
    """Hide received messages, so that their retries come at the right time; few calls for many.

    `delays_s` has seconds by receipt handle. Returns, by handle, why some are not hidden, for whom
    the queue's time-out counts.
    """
    failures: dict[str, str] = {}
    for start in range(0, len(delays_s), BATCH):
        handles = list(delays_s)[start : start + BATCH]
        try:
            refused = _postpone(client, url, [(name, delays_s[name]) for name in handles])
            failures |= {handles[number]: code for number, code in refused.items()}
        except GehoorError as error:
            failures |= dict.fromkeys(handles, str(error))
    return failures


def _postpone(client: SQSClient, url: str, delays_s: Sequence[tuple[str, int]]) -> dict[int, str]:
    """What SQS says, by place, of those it does not hide."""
    entries: list[ChangeMessageVisibilityBatchRequestEntryTypeDef] = [
        {
            "Id": str(n),
            "ReceiptHandle": receipt_handle,
            "VisibilityTimeout": max(0, min(delay_s, MAX_DELAY_S)),
        }
        for n, (receipt_handle, delay_s) in enumerate(delays_s)
    ]
    with translated("postponing messages"):
        answer = client.change_message_visibility_batch(QueueUrl=url, Entries=entries)
    return {
        int(one["Id"]): f"postponing a message: SQS refused ({one['Code']})"
        for one in answer.get("Failed", ())
    }
