"""Queues in memory, with the bodies that the real ones carry."""

from collections.abc import Iterable
from datetime import timedelta

from gehoor.domain.event import Event, message_of
from gehoor.ports.queues import Delivery

Message = dict[str, str]


class FakeQueues:
    """Fits `ports.Queues`; what was sent stays in the lists until somebody takes it."""

    def __init__(self) -> None:
        self.polls: list[Message] = []
        self.deliveries: list[Message] = []
        self.urgent: list[Message] = []
        self.events: list[Message] = []

    def send_polls(self, source_ids: Iterable[str]) -> None:
        self.polls += [{"source_id": source_id} for source_id in source_ids]

    def send_post(self, source_id: str, post_id: str) -> None:
        self.polls.append({"source_id": source_id, "post_id": post_id})

    def send_deliveries(self, deliveries: Iterable[Delivery]) -> None:
        for delivery in deliveries:
            queue = self.urgent if delivery.urgent else self.deliveries
            queue.append({"mention_id": delivery.mention_id})

    def send_bulk(self, key: str, delay: timedelta) -> None:
        assert delay <= timedelta(minutes=15)
        self.urgent.append({"bulk_id": key})

    def send_wanted_notes(self, key: str) -> None:
        self.deliveries.append({"bulk_id": key})

    def send_notes(self, case_ids: Iterable[str]) -> None:
        self.deliveries += [{"case_id": case_id} for case_id in case_ids]

    def send_clocks(self, case_ids: Iterable[str]) -> None:
        self.urgent += [{"clock_id": case_id} for case_id in case_ids]

    def send_alerts(self, names: Iterable[str]) -> None:
        self.deliveries += [{"alert_id": name} for name in names]

    def send_rechecks(self, mention_ids: Iterable[str]) -> None:
        self.deliveries += [{"recheck_id": mention_id} for mention_id in mention_ids]

    def send_event(self, event: Event) -> None:
        self.events.append(message_of(event))
